"""Why a source gets its action, and why not the other verb (design.md#the-plan)."""

from collections.abc import Sequence
from dataclasses import replace

from reconciler.manifest.project.model import Orphans
from reconciler.planning.plan import Action, Change, Reason, Rejected, Verdict

PUT_CREATES = "put-creates"
PATCH_AMENDS = "patch-amends"
NOT_PATCH = Rejected(
    method="PATCH",
    rule="patch-needs-mapping",
    text="PATCH amends a configuration, and none exists; whether it would create one is unknown",
)
NOT_PUT = Rejected(
    method="PUT",
    rule="put-does-not-replace",
    text="PUT only creates: on a configured source it is refused with 409 (documented)",
)


def reason(action: Action, changes: Sequence[Change], *, puts: bool, orphans: Orphans) -> Reason:
    """Return the reason for *action*: the rule that chose the verb, and that against the other."""
    rejected = (NOT_PATCH,) if puts else (NOT_PUT,)
    rule = PUT_CREATES if puts else PATCH_AMENDS
    match action:
        case Action.CREATE:
            return Reason(
                code="missing_mapping",
                text="no mapping yet (MISSING_MAPPING)",
                rule=rule,
                rejected=rejected,
            )
        case Action.UPDATE:
            sent = [c for c in changes if c.verdict.is_sent]
            text = f"live is configured; {_counted(len(sent))}"
            unknown = sum(c.verdict is Verdict.PATCH_UNDOCUMENTED for c in sent)
            text += (
                f", {unknown} of them undocumented for PATCH"
                if unknown
                else ", all within what PATCH can do"
            )
            return Reason(code="configured", text=text, rule=rule, rejected=rejected)
        case Action.NO_OP:
            open_changes = sum(c.verdict is not Verdict.ORPHAN for c in changes)
            text = "live is as the manifest says"
            if open_changes:
                text = f"nothing to send; {_counted(open_changes)} left open"
            return Reason(code="no_changes", text=text)
        case Action.BLOCKED:
            return replace(_blocked(changes, orphans), rule=rule, rejected=rejected)


def _blocked(changes: Sequence[Change], orphans: Orphans) -> Reason:
    impossible = [c for c in changes if c.verdict is Verdict.IMPOSSIBLE]
    refused = sum(c.predicted_code is not None for c in impossible)
    if not impossible and orphans is Orphans.FAIL:
        count = sum(c.verdict is Verdict.ORPHAN for c in changes)
        return Reason(
            code="orphans",
            text=f"{count} {'orphan' if count == 1 else 'orphans'}, and policy.orphans is fail",
        )
    if refused == len(impossible):
        what = _counted(refused) if refused else "the operation"
        return Reason(code="predicted_refusal", text=f"{what} would be refused by the API")
    is_or_are = "is" if len(impossible) == 1 else "are"
    return Reason(
        code="impossible_changes",
        text=f"{_counted(len(impossible))} {is_or_are} impossible through this API",
    )


def _counted(count: int) -> str:
    return f"{count} change" if count == 1 else f"{count} changes"
