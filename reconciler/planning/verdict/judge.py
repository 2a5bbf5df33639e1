"""From a difference to a change: the verdict, its rule, and the remedy if it is impossible."""

from collections.abc import Mapping
from typing import Any

from reconciler.model.address import Address
from reconciler.model.display import quoted
from reconciler.model.policy import Risk, Undocumented
from reconciler.planning.change import Change, Edit, Kind, Verdict
from reconciler.planning.diff.difference import Difference
from reconciler.planning.object_schema.operation import SchemaKind
from reconciler.planning.risk_codes import RiskCode
from reconciler.planning.verdict.refusal_remedy import refusal_remedy
from reconciler.planning.verdict.risk import risk_in_assets, risk_of
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.decisions import OF_ROW
from reconciler.semantics.facts import NO_FACTS, Facts, ability_of
from reconciler.semantics.questions import Question
from reconciler.semantics.response import Refusal
from reconciler.semantics.rules import Ability, RuleCode
from reconciler.value import Value, field, replace


class Judge(Value):
    """The rules in force for one source: the verb, and the policy for undocumented changes.

    What PUT does to elements that its object schema has already is taken to be what PATCH does.
    `ineffective` holds, by address, the values that were attempted without effect, `settings`
    by type what the UI has of its mapping, which is overwritten as a whole. `facts` are what was
    observed of the site: they decide what is not known, and what is but inferred to work.
    """

    puts: bool
    undocumented: Undocumented
    ineffective: Mapping[Address, Any] = field(default_factory=dict)
    settings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Facts = NO_FACTS

    def change(self, difference: Difference, refusal: Refusal | None = None) -> Change:
        """Return *difference* with its verdict; *refusal* is the predicted answer of the API."""
        if refusal is not None:
            return _refused(difference, refusal)
        if difference.write_only:
            return hidden(difference)
        if self.puts and difference.edit is Edit.ADD:
            return _change(difference, Verdict.PUT, RuleCode.PUT_CREATES)
        rule, observed = CAPABILITIES[difference.row], None
        known = None if self.puts else ability_of(self.facts, OF_ROW.get(difference.row))
        if rule.ability is Ability.UNKNOWN and self.had_no_effect(difference):
            rule = RuleCode.ATTEMPT_WITHOUT_EFFECT
        elif known is not None and rule.ability is not Ability.NO:
            ability, fact = known
            rule, observed = _OBSERVED[ability], fact.observed
        verdict = self.verdict(rule.ability, difference.edit)
        if self.puts and verdict is Verdict.PATCH:
            put = ability_of(self.facts, Question.PUT_BESIDE_TYPES)
            if put is not None:
                ability, fact = put
                verdict = Verdict.PUT if ability is Ability.YES else Verdict.IMPOSSIBLE
                change = _change(difference, verdict, _OBSERVED[ability], rated=verdict.is_sent)
                return replace(change, observed=fact.observed)
            return _change(difference, Verdict.PUT, RuleCode.PUT_AMENDS, rated=True)
        change = _change(difference, verdict, rule, rated=verdict.is_sent)
        if observed is not None:
            change = replace(change, observed=observed)
        return with_settings(change, self.settings_of(difference)) if verdict.is_sent else change

    def settled(self, difference: Difference, kind: SchemaKind) -> Change:
        """Return *difference*, which a schema operation of this *kind* settles."""
        rule = CAPABILITIES[difference.row]
        change = _change(difference, Verdict.SCHEMA_OPERATION, rule)
        code = risk_in_assets(difference, kind)
        return replace(change, remedy=None, risk_code=code, risk=code.risk if code else Risk.NONE)

    def withheld(self, difference: Difference) -> Change:
        """Return *difference*, which objects do not suit, as far as is known."""
        verdict = self.verdict(RuleCode.OBJECTS_NOT_SUITED.ability, difference.edit)
        return _change(difference, verdict, RuleCode.OBJECTS_NOT_SUITED)

    def settings_of(self, difference: Difference) -> tuple[str, ...]:
        """Return what the UI has of the mapping that sending *difference* overwrites."""
        is_mapped = difference.kind in {Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}
        return self.settings.get(difference.type_key or "", ()) if is_mapped else ()

    def had_no_effect(self, difference: Difference) -> bool:
        """Return whether this very value was sent before without effect (design.md#verdicts)."""
        nothing = object()
        tried = self.ineffective.get(difference.address, nothing)
        return tried is not nothing and tried == difference.after

    def verdict(self, ability: Ability, edit: Edit) -> Verdict:
        """Return the verdict on a difference that PATCH has this *ability* for."""
        match ability:
            case Ability.YES:
                return Verdict.PATCH
            case Ability.NO:
                return Verdict.ORPHAN if edit is Edit.REMOVE else Verdict.IMPOSSIBLE
            case Ability.UNKNOWN:
                return _UNDOCUMENTED[self.undocumented]


def with_settings(change: Change, settings: tuple[str, ...]) -> Change:
    """Return *change* with the risk to *settings*; its own risk, if it has one, stays its code."""
    if not settings:
        return change
    if change.risk_code is not None:
        return replace(change, settings=settings)
    code = RiskCode.UI_SETTINGS_MAY_RESET
    return replace(change, settings=settings, risk_code=code, risk=code.risk)


def with_hint(change: Change, hint: str | None) -> Change:
    """Return *change* whose remedy begins with *hint*; without either it needs none.

    What is sent is told what would do it for certain, or otherwise, too.
    """
    if hint is None or (change.remedy is None and not change.verdict.is_sent):
        return change
    return replace(change, remedy=" ".join(filter(None, (hint, change.remedy))))


_OBSERVED = {
    Ability.YES: RuleCode.OBSERVED_TO_CHANGE,
    Ability.NO: RuleCode.OBSERVED_NOT_TO_CHANGE,
}
_UNDOCUMENTED = {
    Undocumented.ATTEMPT: Verdict.PATCH_UNDOCUMENTED,
    Undocumented.BLOCK: Verdict.IMPOSSIBLE,
    Undocumented.SKIP: Verdict.IGNORED,
}


def contradiction(difference: Difference) -> Change:
    """Return the note about a key that the manifest states and live contradicts."""
    return _change(difference, Verdict.IGNORED, RuleCode.UNKNOWN_KEY)


def unselected(difference: Difference) -> Change:
    """Return *difference* as a change that is not part of its plan."""
    return _change(difference, Verdict.IGNORED, RuleCode.NOT_DRIFTED)


def hidden(difference: Difference) -> Change:
    """Return *difference*, of a part that live does not show, as a change that is not sent."""
    if difference.edit is Edit.REMOVE:
        return _change(difference, Verdict.ORPHAN, RuleCode.NO_LONGER_STATED)
    return _change(difference, Verdict.WRITE_ONLY, RuleCode.NOT_SHOWN)


_IF_UNDOCUMENTED = "Change it in Assets, or set policy.undocumented to attempt."


def _refused(difference: Difference, refusal: Refusal) -> Change:
    return _judged(
        difference,
        verdict=Verdict.IMPOSSIBLE,
        rule=RuleCode.REFUSED,
        confidence=refusal.confidence,
        predicted_code=refusal.code,
        remedy=refusal_remedy(
            refusal.code, difference.address.source, refusal.existing, is_kept=True
        ),
    )


def _change(
    difference: Difference, verdict: Verdict, rule: RuleCode, *, rated: bool = False
) -> Change:
    risk_code = risk_of(difference) if rated else None
    remedy = rule.remedy
    if rule.ability is Ability.UNKNOWN and not verdict.is_sent:
        remedy = _IF_UNDOCUMENTED
    if difference.holder is not None and not verdict.is_sent:
        remedy = (
            f"Keep the name: {quoted(difference.holder)} has the other one already. Or give that "
            "one another name in Assets under Object schemas first, then this one its name."
        )
    return _judged(
        difference,
        verdict=verdict,
        rule=rule,
        confidence=rule.confidence,
        remedy=remedy,
        risk=risk_code.risk if risk_code else Risk.NONE,
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
