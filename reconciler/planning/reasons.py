"""Why a source gets its action, and why not the other verb (design.md#the-plan)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from reconciler.codes.known_code import KnownCode
from reconciler.diagnostics import Severity
from reconciler.model.policy import Orphans
from reconciler.planning.plan import Action, Change, Reason, RejectedVerb, Verdict, unknown_parts
from reconciler.semantics.rules import RuleCode

_INFO, _ERROR = Severity.INFO, Severity.ERROR


class ReasonCode(KnownCode):
    """Why a source gets its action; those that are errors block it."""

    MISSING_MAPPING = (
        "missing_mapping",
        _INFO,
        "nothing is configured, so PUT creates it",
    )
    CONFIGURED = (
        "configured",
        _INFO,
        "live is configured and differs, so PATCH amends it",
    )
    NO_CHANGES = (
        "no_changes",
        _INFO,
        "there is nothing to send",
    )
    ORPHANS = (
        "orphans",
        _ERROR,
        "something is live that no manifest has, and policy.orphans is fail",
        "add it to the manifest, or delete it in Assets",
    )
    PREDICTED_REFUSAL = (
        "predicted_refusal",
        _ERROR,
        "the API would refuse what would be sent",
        "see the API's codes beside the changes, or leave these out with --allow-residual",
    )
    IMPOSSIBLE_CHANGES = (
        "impossible_changes",
        _ERROR,
        "the manifest asks for changes that the API has no way for",
        "see the remedies of the changes, or leave these out with --allow-residual",
    )
    CONFLICTING_DEFINITIONS = (
        "conflicting_definitions",
        _ERROR,
        "another manifest defines an object type of this one differently, and both would send it",
        "define it alike in both manifests",
    )
    TOO_MANY_CHANGES = (
        "too_many_changes",
        _ERROR,
        "more would be sent than policy.maxChanges or maxChangePercent allows",
        "see whether all of it is meant; --max-changes and --max-change-percent let it through",
    )
    TOO_MUCH_RISK = (
        "too_much_risk",
        _ERROR,
        "a change puts data at more risk than policy.maxRisk allows",
        "see what it does to data: reconciler preview SOURCE DATA; --max-risk lets it through",
    )


NOT_PATCH = RejectedVerb(
    method="PATCH",
    rule=RuleCode.PATCH_NEEDS_MAPPING,
    text=RuleCode.PATCH_NEEDS_MAPPING.sentence,
)
NOT_PUT = RejectedVerb(
    method="PUT",
    rule=RuleCode.PUT_DOES_NOT_REPLACE,
    text=RuleCode.PUT_DOES_NOT_REPLACE.sentence,
)


def is_live_orphan(change: Change) -> bool:
    """Return whether live shows *change* to be an orphan: what it hides may be gone long since."""
    return change.verdict is Verdict.ORPHAN and not change.is_hidden


def reason(
    action: Action,
    changes: Sequence[Change],
    *,
    puts: bool,
    orphans: Orphans,
    unknown: Mapping[str, int],
) -> Reason:
    """Return the reason for *action*: the rules for its verb and against the other."""
    rejected = (NOT_PATCH,) if puts else (NOT_PUT,)
    rule = RuleCode.PUT_CREATES if puts else RuleCode.PATCH_AMENDS
    match action:
        case Action.CREATE:
            return Reason(
                code=ReasonCode.MISSING_MAPPING,
                text="no mapping yet (MISSING_MAPPING)",
                rule=rule,
                rejected=rejected,
            )
        case Action.UPDATE:
            sent = [c for c in changes if c.verdict.is_sent]
            text = f"live is configured; {_counted(len(sent))}"
            untold = sum(c.verdict is Verdict.PATCH_UNDOCUMENTED for c in sent)
            text += (
                f", {untold} of them undocumented for PATCH"
                if untold
                else ", all within what PATCH can do"
            )
            return Reason(code=ReasonCode.CONFIGURED, text=text, rule=rule, rejected=rejected)
        case Action.NO_OP:
            silent = {Verdict.ORPHAN, Verdict.WRITE_ONLY}
            open_changes = sum(c.verdict not in silent for c in changes)
            left = [f"{_counted(open_changes)} left open"] if open_changes else []
            left += [unknown_parts(unknown)] if unknown else []
            text = "; ".join(("nothing to send", *left)) if left else "live is as the manifest says"
            return Reason(code=ReasonCode.NO_CHANGES, text=text)
        case Action.BLOCKED:
            return replace(_blocked(changes, orphans), rule=rule, rejected=rejected)


def _blocked(changes: Sequence[Change], orphans: Orphans) -> Reason:
    impossible = [c for c in changes if c.verdict is Verdict.IMPOSSIBLE]
    refused = sum(c.predicted_code is not None for c in impossible)
    if not impossible and orphans is Orphans.FAIL:
        count = sum(map(is_live_orphan, changes))
        return Reason(
            code=ReasonCode.ORPHANS,
            text=f"{count} {'orphan' if count == 1 else 'orphans'}, and policy.orphans is fail",
        )
    if refused == len(impossible):
        what = _counted(refused) if refused else "the operation"
        return Reason(code=ReasonCode.PREDICTED_REFUSAL, text=f"{what} would be refused by the API")
    is_or_are = "is" if len(impossible) == 1 else "are"
    return Reason(
        code=ReasonCode.IMPOSSIBLE_CHANGES,
        text=f"{_counted(len(impossible))} {is_or_are} impossible through this API",
    )


def _counted(count: int) -> str:
    return f"{count} change" if count == 1 else f"{count} changes"
