"""Before anything is sent: check that the source is still as it was when it was planned."""

from reconciler.applying.clock import pauses
from reconciler.applying.context import ApplyTask, Context, PrecheckResult
from reconciler.applying.refresh import disabled, shown_document
from reconciler.codes.failure import StaleCode
from reconciler.command_line import command_line, plan_again
from reconciler.errors import StalePlan, TimedOut
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import ConfigStatus, SourceRef
from reconciler.model.wire import read_document
from reconciler.outcome.events import WaitingForImport
from reconciler.planning.comparison import live_at_planning
from reconciler.planning.live_digest import live_digest
from reconciler.planning.operation.read_back import remaining
from reconciler.planning.operation.staleness import Relevance, Staleness, staleness


class LiveChanged(StalePlan):
    """Live differs from the plan's live; `live_changes` is what has changed since."""

    def __init__(self, found: Staleness) -> None:
        code = StaleCode.ALREADY_APPLIED if found.applied else StaleCode.LIVE_CHANGED
        super().__init__(
            f"the plan is stale: {_SENTENCES[code if found.applied else found.relevance]}",
            code=code,
            hint=None if found.applied else plan_again(),
        )
        self.live_changes = found.live_changes


_SENTENCES = {
    StaleCode.ALREADY_APPLIED: "live already has all that it would change",
    Relevance.REBASABLE: "live changed in what it was made from, though not in what it changes; "
    "made again it would send the same",
    Relevance.CONFLICT: "live changed after it was made, in what it changes or rests on",
}


async def check_live(context: Context, task: ApplyTask) -> PrecheckResult:
    """Return live if the plan is still valid for it, otherwise raise.

    A running import is waited for. Live may have changed where the operation neither reads
    nor writes. Raises StalePlan if it changed elsewhere, PlanError if the source is disabled,
    TimedOut if the import did not end before the deadline, and whatever the backend raises.
    """
    checked = await _live_as_planned(context, task)
    # Last, since the changes in live are more informative.
    if task.refused is not None:
        raise task.refused
    return checked


async def _live_as_planned(context: Context, task: ApplyTask) -> PrecheckResult:
    status = await status_at_rest(context, task.ref)
    if status is ConfigStatus.DISABLED:
        raise disabled()
    was_missing = task.planned.config_status is ConfigStatus.MISSING_MAPPING
    is_missing = status is ConfigStatus.MISSING_MAPPING
    if is_missing and not was_missing:
        raise StalePlan(
            "the plan is stale: the source was configured when it was made, and has no mapping now",
            code=StaleCode.CONFIG_STATUS_CHANGED,
            hint=plan_again(),
        )
    live = await shown_document(context.backend, task.ref, status)
    if was_missing and not is_missing:
        raise _configured_since(task, live or LiveDocument(document=Document()))
    now = live_digest(live, read_document(task.planned.evidence.desired))
    then = live_at_planning(task.planned)
    if (live and live.document) == (then and then.document):
        return PrecheckResult(live_digest=now)
    found = staleness(task.planned, live)
    if found.relevance is not Relevance.IRRELEVANT:
        raise LiveChanged(found)
    return PrecheckResult(live_digest=now, live_changes=found.live_changes)


def _configured_since(task: ApplyTask, live: LiveDocument) -> StalePlan:
    if not remaining(task.planned, live):
        return StalePlan(
            f"the plan is stale: {_SENTENCES[StaleCode.ALREADY_APPLIED]}",
            code=StaleCode.ALREADY_APPLIED,
        )
    return StalePlan(
        "the plan is stale: the source had no mapping when it was made, and is configured now",
        code=StaleCode.CONFIG_STATUS_CHANGED,
        hint=plan_again(),
    )


async def status_at_rest(context: Context, source: SourceRef) -> ConfigStatus:
    """Return the config status of *source*, once no import is running on it any more.

    Raises TimedOut if one does not end before the deadline.
    """
    for pause in pauses(context.clock.rng):
        status = await context.backend.config_status(source)
        if status is not ConfigStatus.RUNNING:
            return status
        if not context.left:
            break
        context.emit(WaitingForImport(source=source.name, elapsed=context.elapsed))
        await context.pause(pause)
    raise TimedOut(
        f"an import was still running on the source after {context.timeout:g} s",
        hint="apply again when it has ended, or allow more time with --timeout;\n"
        f"{command_line('ingest cancel --foreign', source.name)}  ends one that is stuck",
    )
