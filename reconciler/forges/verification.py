"""Whether the comment still shows what would be applied; if not, a stable reason why."""

from reconciler.codes.failure import StaleCode
from reconciler.command_line import command_line
from reconciler.errors import StalePlan
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.render.markdown.marker import Marker


def verify_comment(shown: Marker | None, saved: Plan, now: Plan) -> None:
    """Return if the comment shows the plan *saved*, and planning again gave the same one, *now*.

    Raises StalePlan otherwise; its code is the reason, and its text begins with it.
    """
    if shown is None:
        raise _stale(
            StaleCode.MISSING, "no comment of this account shows a plan of this environment"
        )
    if shown.digest != saved.digest:
        raise _stale(
            StaleCode.PLAN_CHANGED,
            f"the comment shows the plan {shown.digest}, and the saved one is {saved.digest}",
        )
    if now.digest == saved.digest:
        return
    before = {source.source: source for source in saved.sources}
    after = {source.source: source for source in now.sources}
    both = [(before[name], after[name]) for name in before if name in after]
    changed = {one.source for one, other in both if one.desired_digest != other.desired_digest}
    desired = sorted(changed | (before.keys() ^ after.keys()))
    if desired:
        raise _stale(StaleCode.PLAN_CHANGED, f"the manifests changed since: {', '.join(desired)}")
    live = sorted(one.source for one, other in both if _live(one) != _live(other))
    if live:
        raise _stale(StaleCode.LIVE_CHANGED, f"live changed since: {', '.join(live)}")
    raise _stale(
        StaleCode.PLAN_CHANGED,
        "manifests and live are the same, and are planned otherwise now: other options, another "
        "project file, or another version of reconciler",
    )


def _live(source: SourcePlan) -> tuple[str, str | None]:
    return source.live_digest, source.config_status


def _stale(code: StaleCode, why: str) -> StalePlan:
    return StalePlan(
        f"{code}: {why}",
        code=code,
        hint=f"plan again, and comment the new plan: {command_line('plan -o PLAN')}",
    )
