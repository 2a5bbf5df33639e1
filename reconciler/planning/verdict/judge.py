"""From a difference to a change: the verdict, its rule, and what to do where it is impossible."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.manifest.project.model import Undocumented
from reconciler.planning.diff.difference import Difference
from reconciler.planning.plan import Change, Edit, Risk, Verdict
from reconciler.planning.verdict.risk import rate
from reconciler.semantics.capabilities import CAPABILITIES, Ability, Capability
from reconciler.semantics.response import Code, Refusal

PUT_RULE = Capability(
    rule="put-creates",
    ability=Ability.YES,
    confidence=Confidence.DOCUMENTED,
    text="PUT submits the whole document where none is configured",
)
UNKNOWN_KEY = Capability(
    rule="unknown-key",
    ability=Ability.NO,
    confidence=Confidence.OBSERVED,
    text="the payload schema does not know this key, so nothing sends it",
    remedy="Take the key out of the manifest, or set in Assets what it means.",
)
INEFFECTIVE = Capability(
    rule="attempt-without-effect",
    ability=Ability.NO,
    confidence=Confidence.OBSERVED,
    text="an earlier apply sent this very value, the API took it, and live did not change",
    remedy="Change it in Assets, or write what is live into the manifest.",
)
NOT_DRIFTED = Capability(
    rule="not-drifted",
    ability=Ability.YES,
    confidence=Confidence.DOCUMENTED,
    text="this plan takes back what drifted, and nothing else",
    remedy="Plan without drift to send it.",
)
REMEDY_BY_CODE: Mapping[Code, str] = {
    Code.EXTERNAL_ID_MISMATCH: "Take the external id that lives, or another name.",
    Code.SCHEMA_INVALID_EXTERNAL_ID: "Choose an external id that nothing else on the site has.",
    Code.DUPLICATE_EXTERNAL_ID_ILLEGAL: "Give each element an external id of its own.",
    Code.MAPPING_INVALID_EXTERNAL_ID: "Map an object type that this manifest defines.",
    Code.UNKNOWN_EXTERNAL_ID_MAPPING: "Add the attribute to the type, or take it from the mapping.",
    Code.UNKNOWN_REFERENCE: "Add the object type that is referred to, to the same manifest.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Judge:
    """The rules in force for one source: which verb, and what policy says of the unknown.

    `ineffective` holds, by address, the values that were attempted without effect.
    """

    puts: bool
    undocumented: Undocumented
    ineffective: Mapping[str, Any] = field(default_factory=dict)

    def change(self, difference: Difference, refusal: Refusal | None = None) -> Change:
        """Return *difference* with its verdict; *refusal* is what the API would answer to it."""
        if refusal is not None:
            return _refused(difference, refusal)
        if self.puts:
            return _change(difference, Verdict.PUT, PUT_RULE)
        row = CAPABILITIES[difference.kind, difference.field or _ELEMENT[difference.edit]]
        if row.ability is Ability.UNKNOWN and self.was_tried(difference):
            row = INEFFECTIVE
        verdict = self.verdict(row.ability, difference.edit)
        return _change(difference, verdict, row, rated=verdict.is_sent)

    def was_tried(self, difference: Difference) -> bool:
        """Return whether this very value was sent before without effect (design.md#verdicts)."""
        nothing = object()
        tried = self.ineffective.get(difference.address, nothing)
        return tried is not nothing and tried == difference.after

    def verdict(self, ability: Ability, edit: Edit) -> Verdict:
        """Return what becomes of a difference that PATCH has this *ability* for."""
        match ability:
            case Ability.YES:
                return Verdict.PATCH
            case Ability.NO:
                return Verdict.ORPHAN if edit is Edit.REMOVE else Verdict.IMPOSSIBLE
            case Ability.UNKNOWN:
                return _UNDOCUMENTED[self.undocumented]


_UNDOCUMENTED = {
    Undocumented.ATTEMPT: Verdict.PATCH_UNDOCUMENTED,
    Undocumented.BLOCK: Verdict.IMPOSSIBLE,
    Undocumented.SKIP: Verdict.IGNORED,
}


def judgements(difference: Difference, *, puts: bool) -> Iterator[Change]:
    """Yield every change that *difference* may be, but for a refusal, under any policy."""
    if puts:
        yield Judge(puts=True, undocumented=Undocumented.ATTEMPT).change(difference)
        yield held_back(difference)
        return
    for policy in Undocumented:
        yield Judge(puts=False, undocumented=policy).change(difference)
    tried = {difference.address: difference.after}
    yield Judge(puts=False, undocumented=Undocumented.ATTEMPT, ineffective=tried).change(difference)
    yield held_back(difference)


def contradiction(difference: Difference) -> Change:
    """Return the note about a key that the manifest states and live contradicts."""
    return _change(difference, Verdict.IGNORED, UNKNOWN_KEY)


def held_back(difference: Difference) -> Change:
    """Return *difference* as one that its plan is not about."""
    return _change(difference, Verdict.IGNORED, NOT_DRIFTED)


_ELEMENT = {Edit.ADD: "+", Edit.REMOVE: "-"}
_IF_UNDOCUMENTED = "Change it in Assets, or set policy.undocumented to attempt."


def _refused(difference: Difference, refusal: Refusal) -> Change:
    return _judged(
        difference,
        verdict=Verdict.IMPOSSIBLE,
        rule="refused",
        confidence=refusal.confidence,
        predicted_code=refusal.code,
        remedy=REMEDY_BY_CODE.get(refusal.code),
    )


def _change(
    difference: Difference, verdict: Verdict, row: Capability, *, rated: bool = False
) -> Change:
    risk, risk_code = rate(difference) if rated else (Risk.NONE, None)
    remedy = row.remedy
    if row.ability is Ability.UNKNOWN and not verdict.is_sent:
        remedy = _IF_UNDOCUMENTED
    return _judged(
        difference,
        verdict=verdict,
        rule=row.rule,
        confidence=row.confidence,
        remedy=remedy,
        risk=risk,
        risk_code=risk_code,
    )


def _judged(difference: Difference, **judgement: Any) -> Change:
    return Change(
        address=difference.address,
        kind=difference.kind,
        names=difference.names,
        action=difference.edit,
        field=difference.field,
        before=difference.before,
        after=difference.after,
        **judgement,
    )
