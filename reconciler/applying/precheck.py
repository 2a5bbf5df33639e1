"""Before anything is sent: see that the source is still what the plan was made for."""

from reconciler.applying.clock import pauses
from reconciler.applying.context import Context, Task
from reconciler.applying.refresh import disabled
from reconciler.errors import StalePlan, TimedOut
from reconciler.model.normalise import normalise
from reconciler.model.source import ConfigStatus
from reconciler.outcome.events import WaitingForImport
from reconciler.planning.digests import live_digest
from reconciler.planning.plan import Change
from reconciler.planning.staleness import moved

PLAN_AGAIN = "plan again: reconciler plan"


class LiveMoved(StalePlan):
    """Live is not what the plan was made for; `moved` is what changed since."""

    def __init__(self, changes: tuple[Change, ...]) -> None:
        """Keep the changes."""
        where = "" if changes else ", in what no manifest manages"
        super().__init__(
            f"the plan is stale: live changed after it was made{where}",
            code="live-changed",
            hint=PLAN_AGAIN,
        )
        self.moved = changes


async def check(context: Context, task: Task) -> None:
    """Return if live is what the plan was made for, else raise; an import that runs is waited for.

    Raises StalePlan where live moved, PlanError where the source is disabled, TimedOut
    where the import did not end before the deadline, and whatever the backend raises.
    """
    status = await _status_at_rest(context, task)
    if status is ConfigStatus.DISABLED:
        raise disabled()
    was_missing = task.planned.config_status is ConfigStatus.MISSING_MAPPING
    is_missing = status is ConfigStatus.MISSING_MAPPING
    if was_missing and not is_missing:
        raise StalePlan(
            "the plan is stale: the source had no mapping when it was made, and is configured now",
            code="config-status-changed",
            hint=PLAN_AGAIN,
        )
    if is_missing and not was_missing:
        raise StalePlan(
            "the plan is stale: the source was configured when it was made, and has no mapping now",
            code="config-status-changed",
            hint=PLAN_AGAIN,
        )
    if is_missing:
        return
    live = normalise(await context.backend.schema_and_mapping(task.ref))
    if live_digest(live) != task.planned.live_digest:
        raise LiveMoved(moved(task.planned, live))


async def _status_at_rest(context: Context, task: Task) -> ConfigStatus:
    for pause in pauses(context.clock.rng):
        status = await context.backend.config_status(task.ref)
        if status is not ConfigStatus.RUNNING:
            return status
        if not context.left:
            break
        context.emit(WaitingForImport(source=task.name, elapsed=context.elapsed))
        await context.pause(pause)
    raise TimedOut(
        f"an import was still running on the source after {context.timeout:g} s",
        hint="apply again when it has ended, or allow more time with --timeout",
    )
