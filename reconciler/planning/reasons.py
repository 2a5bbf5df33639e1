"""Why a source gets its action, and why not the other verb (design.md#the-plan)."""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.codes.known_code import KnownCode
from reconciler.diagnostics import Severity
from reconciler.model.display import count
from reconciler.model.policy import Orphans
from reconciler.model.source import ConfigStatus
from reconciler.planning.change import Change, Verdict, unknown_parts
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.plan import Action, Reason, RejectedVerb
from reconciler.planning.verdict.rules import RULES
from reconciler.semantics.rules import Ability, RuleCode
from reconciler.value import replace

_INFO, _ERROR = Severity.INFO, Severity.ERROR
# The end of a remedy that helps only where something else is sent.
LEAVING_OUT = ", or leave these out with --allow-residual"


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
        f"see the API's codes beside the changes{LEAVING_OUT}",
    )
    IMPOSSIBLE_CHANGES = (
        "impossible_changes",
        _ERROR,
        "the manifest asks for changes that the API has no way for",
        f"see the remedies of the changes{LEAVING_OUT}",
    )
    CONFLICTING_DEFINITIONS = (
        "conflicting_definitions",
        _ERROR,
        "another manifest defines what both share differently, and both would send it",
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
    LOSS_NOT_ACCEPTED = (
        "loss_not_accepted",
        _ERROR,
        "objects or values would be lost with a deletion, and their number was not accepted",
        "see what goes; --accept-loss ADDRESS=COUNT accepts exactly that, pull keeps the element",
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
    residual: Sequence[Change],
    *,
    status: ConfigStatus | None,
    puts: bool,
    options: PlanOptions,
    unknown: Mapping[str, int],
    schema_operations: int = 0,
) -> Reason:
    """Return the reason for *action*: the rules for its verb and against the other.

    *schema_operations* is the number of those beside it. *status* is the config status, None if
    nobody asked for it.
    """
    rejected = (NOT_PATCH,) if puts else (NOT_PUT,)
    rule = RuleCode.PUT_CREATES if puts else RuleCode.PATCH_AMENDS
    match action:
        case Action.CREATE:
            return Reason(
                code=ReasonCode.MISSING_MAPPING,
                text=f"no mapping yet ({status or 'nothing is live, as --live none says'})",
                rule=rule,
                rejected=rejected,
            )
        case Action.UPDATE:
            sent = [c for c in changes if c.verdict.is_sent]
            others = f"{count(schema_operations, 'schema operation')} (credential schemaAuth)"
            if not sent:
                return Reason(
                    code=ReasonCode.CONFIGURED, text=f"live is configured; {others}, no PATCH"
                )
            text = f"live is configured; {_counted(len(sent))}"
            untold = sum(c.verdict is Verdict.PATCH_UNDOCUMENTED for c in sent)
            text += (
                f", {untold} of them undocumented for PATCH"
                if untold
                else ", all within what PATCH can do"
            )
            text += f", and {others}" if schema_operations else ""
            return Reason(code=ReasonCode.CONFIGURED, text=text, rule=rule, rejected=rejected)
        case Action.NO_OP:
            return Reason(code=ReasonCode.NO_CHANGES, text=_nothing_sent(residual, unknown))
        case Action.BLOCKED:
            return replace(_blocked(changes, options), rule=rule, rejected=rejected)


def _nothing_sent(residual: Sequence[Change], unknown: Mapping[str, int]) -> str:
    """Return what is true of live if nothing is sent."""
    stays = sum(c.verdict is not Verdict.ORPHAN for c in residual)
    left = [f"{stays} {'difference stays' if stays == 1 else 'differences stay'}"] if stays else []
    left += [unknown_parts(unknown)] if unknown else []
    if left:
        return "; ".join(("nothing to send", *left))
    if orphans := sum(map(is_live_orphan, residual)):
        more = "orphan" if orphans == 1 else "orphans"
        return f"live has all of the manifest, and {orphans} {more}"
    return "no differences"


def _blocked(changes: Sequence[Change], options: PlanOptions) -> Reason:
    # With --allow-residual these do not block.
    stopped = [c for c in changes if c.verdict is Verdict.IMPOSSIBLE and not options.allow_residual]
    if not stopped and options.policy.orphans is Orphans.FAIL:
        orphans = count(sum(map(is_live_orphan, changes)), "orphan")
        return Reason(code=ReasonCode.ORPHANS, text=f"{orphans}, and policy.orphans is fail")
    refused = sum(c.predicted_code is not None for c in stopped)
    if refused == len(stopped):
        what = _counted(refused) if refused else "the operation"
        return Reason(code=ReasonCode.PREDICTED_REFUSAL, text=f"{what} would be refused by the API")
    return Reason(code=ReasonCode.IMPOSSIBLE_CHANGES, text="; ".join(_stops(stopped, refused)))


def _stops(stopped: Sequence[Change], refused: int) -> Iterator[str]:
    """Yield a clause for each way in which *stopped* block their source."""
    by_policy = sum(is_stopped_by_policy(c) for c in stopped)
    if impossible := len(stopped) - refused - by_policy:
        verb = "is" if impossible == 1 else "are"
        yield f"{_counted(impossible)} {verb} impossible through this API"
    if refused:
        yield f"{_counted(refused)} would be refused by it"
    if by_policy:
        yield f"{_counted(by_policy)} undocumented for PATCH, and policy.undocumented is block"


def is_stopped_by_policy(change: Change) -> bool:
    """Return whether *change* may well be possible, and policy does not let it be tried."""
    return (
        change.verdict is Verdict.IMPOSSIBLE
        and change.predicted_code is None
        and RULES[change.rule].ability is Ability.UNKNOWN
    )


def _counted(number: int) -> str:
    return count(number, "change")
