"""Run one source of a plan: check, journal, send, follow, read back, journal."""

import contextlib

from reconciler.applying.conclusion import Judgement, judge, resume_from
from reconciler.applying.context import ApplyTask, Context, SourceTask
from reconciler.applying.follow import send
from reconciler.applying.off_loop import off_loop, waiting
from reconciler.applying.precheck import check_live
from reconciler.applying.recovery import settle_unfinished
from reconciler.applying.schema_operations import Withheld, carry_out
from reconciler.applying.settle import ReadBackResult, read_back
from reconciler.applying.source_description import invalid_after, lost_settings, settings_before
from reconciler.applying.source_results import end, raised, result
from reconciler.applying.unsettled import refuse_beside, sent_at
from reconciler.applying.writers import Writers
from reconciler.codes.failure import StaleCode
from reconciler.command_line import plan_again
from reconciler.errors import (
    BackendError,
    ForeignOrigin,
    JournalError,
    LeaseLost,
    MappingExists,
    ReconcilerError,
    StalePlan,
)
from reconciler.journal.runs import Journal
from reconciler.model.display import count
from reconciler.model.wire import write_document
from reconciler.outcome.events import Sending
from reconciler.outcome.records import (
    IN_FLIGHT,
    OPEN,
    Attempt,
    ReadBackFinding,
    State,
)
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.outcome.timestamp import stamped
from reconciler.planning.change import Verdict
from reconciler.planning.object_schema.operation import Phase
from reconciler.value import replace


async def execute(
    context: Context, task: SourceTask, *, writers: Writers, withheld: Withheld
) -> SourceResult:
    """Return how *task* ended for its source.

    Whatever is raised meanwhile becomes the result, with what the journal says of the operation:
    no source ends another one.
    """
    with waiting(lambda: context.left):
        try:
            async with writers.turn(task) as holds:
                # The time spent waiting for the leases does not count.
                context = replace(context.from_now().in_time(), holds=holds)
                return await _execute_all(context, task, withheld)
        except Exception as error:  # noqa: BLE001 - it belongs to this source alone
            return await raised(context, task, error)


async def _execute_all(context: Context, task: SourceTask, withheld: Withheld) -> SourceResult:
    """Execute the operations of the task, as far as they go.

    The schema operations before the one on its mapping, that one, and those after it.
    """
    if (ended := await carry_out(context, task, Phase.BEFORE, withheld)) is not None:
        return ended
    patched = await _patched(context, task, withheld)
    is_all = not task.planned.schema_operations
    if patched is not None and (is_all or patched.outcome is not Outcome.DONE):
        return patched
    context.flight.go_on()
    if (ended := await carry_out(context, task, Phase.AFTER, withheld)) is not None:
        return replace(ended, moved=ended.moved or (patched.moved if patched else ()))
    return await _all_done(context, task, patched)


async def _patched(context: Context, task: SourceTask, withheld: Withheld) -> SourceResult | None:
    """Execute the operation on the mapping of the task, None without one."""
    if (mapping := task.mapping()) is None:
        return None
    ended = await _execute_leased(context, mapping, withheld)
    if task.planned.schema_operations and ended.outcome.is_trouble:
        return replace(ended, message=f"{task.method}: {ended.message}")
    return ended


async def _all_done(
    context: Context, task: SourceTask, patched: SourceResult | None
) -> SourceResult:
    """Return the result of a source whose schema operations are done, and its PATCH if any."""
    if (invalid := await invalid_after(context, task)) is not None:
        return result(context, task, Outcome.NOT_CONVERGED, str(invalid), error=invalid)
    done = count(len(task.planned.schema_operations), "schema operation")
    if patched is None:
        return result(context, task, Outcome.DONE, f"{done}, read back equal")
    message = f"{done} and {task.method}, {patched.message}"
    return replace(patched, message=message, seconds=context.elapsed)


async def _execute_leased(context: Context, task: ApplyTask, withheld: Withheld) -> SourceResult:
    """Execute the task while holding the source's lease."""
    # Read only now: another run may have continued it while we waited for the lease.
    left = await off_loop(context.journal.operation, task.operation_id)
    if left.state not in OPEN:
        # It ended in another run.
        message = f"another run settled it: {left.message}"
        return result(context, task, Outcome(left.state.value), message)
    if left.state in IN_FLIGHT:
        context.flight.sent_at = sent_at(left)
        settled = await settle_unfinished(context, task, left)
        if settled is not None:
            return await _settled(context, task, settled.judgement, settled.reading)
        if left.state is State.UNKNOWN:
            # A run waited for it in vain: once more would be in vain as well.
            return await _without_effect(context, task)
        await off_loop(context.journal.put_back, task.operation_id)
        context.flight.sent_at = None
    acted_later, was_applied = await off_loop(_sent_before, context.journal, task.operation_id)
    if acted_later:
        why = "the plan is stale: a later run was sent to the source"
        return await _unsent(context, task, why, StaleCode.LIVE_CHANGED)
    if left.state not in IN_FLIGHT and was_applied:
        why = "this plan was applied to the source before: a plan is applied once"
        return await _unsent(context, task, why, StaleCode.ALREADY_APPLIED)
    return await _check_and_send(context, task, withheld, again=left.state in IN_FLIGHT)


def _sent_before(journal: Journal, operation_id: int) -> tuple[bool, bool]:
    """Return whether a later run acted on the import source, and another run of this plan."""
    return journal.acted_later(operation_id), journal.was_applied(operation_id)


async def _unsent(context: Context, task: ApplyTask, why: str, code: StaleCode) -> SourceResult:
    stale = StalePlan(why, code=code, hint=plan_again())
    return await end(context, task, Outcome.STALE, f"{stale}; nothing was sent", error=stale)


async def _settled(
    context: Context, task: ApplyTask, judgement: Judgement, reading: ReadBackResult
) -> SourceResult:
    if judgement.outcome is Outcome.UNKNOWN:
        # Its record stays unchanged: the next run's options depend on it.
        return result(context, task, Outcome.UNKNOWN, judgement.message, error=judgement.error)
    return await _judged(context, task, judgement, reading)


async def _without_effect(context: Context, task: ApplyTask) -> SourceResult:
    error = ReconcilerError("it had no effect", hint=plan_again())
    message = "it had no effect by the end of the longest operation: nothing was changed"
    return await end(context, task, Outcome.FAILED, message, error=error)


async def _check_and_send(
    context: Context, task: ApplyTask, withheld: Withheld, *, again: bool
) -> SourceResult:
    """Check the source and send the operation; *again* if it is proved to have done nothing."""
    try:
        task = replace(task, checked=await check_live(context, task))
        task = replace(task, settings=await settings_before(context, task))
        await refuse_beside(context, task)
    except ReconcilerError as error:
        outcome = Outcome.STALE if isinstance(error, StalePlan) else Outcome.FAILED
        message = f"{error}; nothing was {'changed' if again else 'sent'}"
        return await end(context, task, outcome, message, error=error, attempts=0)
    if held := await withheld():
        return held
    return await _carry_out(context, task, again=again)


async def _carry_out(context: Context, task: ApplyTask, *, again: bool) -> SourceResult:
    """Send and follow the operation, and return how it ended."""
    flight = context.flight

    def write(at: str) -> None:
        digest, check = task.live_digest, context.in_journal
        context.journal.intend(task.operation_id, at=at, live_digest=digest, check=check)

    async def intend() -> None:
        is_first = flight.sent_at is None
        await context.intend(write)
        if is_first:
            context.emit(Sending(source=task.name, method=task.operation.method))

    try:
        reply = await send(context, task, before=intend)
    except LeaseLost:
        # Unless whoever has the lease by now has taken it up.
        if (sent := flight.sent_at) is not None:
            flight.sent_at = None
            with contextlib.suppress(JournalError):
                await off_loop(context.journal.put_back, task.operation_id, sent_at=stamped(sent))
        raise
    except MappingExists as error:
        return await _already_configured(context, task, error, again=again)
    except ForeignOrigin as error:
        message = f"{error}; {resume_from(context.proved_from)}"
        return await end(context, task, Outcome.UNKNOWN, message, error=error)
    except BackendError as error:
        message = f"{error}; nothing was {'changed' if context.flight.sent_at else 'sent'}"
        return await end(context, task, Outcome.FAILED, message, error=error)
    reading = await read_back(context, task, is_unfollowed=reply.is_unfollowed)
    judgement = judge(reply, reading, proved_from=context.proved_from)
    return await _judged(context, task, judgement, reading)


async def _already_configured(
    context: Context, task: ApplyTask, error: MappingExists, *, again: bool
) -> SourceResult:
    """Return the result of a PUT to a source that was configured after it was checked."""
    if again and (reading := await read_back(context, task)).is_as_planned:
        # The first attempt did something after all, later than any operation should.
        message, found = "it was done: read back equal", _finding(task, reading)
        return await end(context, task, Outcome.DONE, message, found=found)
    is_ours = await off_loop(context.journal.is_known, task.operation_id)
    who = "this plan (or an earlier run)" if is_ours else "somebody"
    stale = StalePlan(
        f"the plan is stale: {who} configured it first",
        code=StaleCode.CONFIG_STATUS_CHANGED,
        hint=plan_again(),
    )
    stale.__cause__ = error
    return await end(context, task, Outcome.STALE, f"{stale}; nothing was changed", error=stale)


async def _judged(
    context: Context, task: ApplyTask, judgement: Judgement, reading: ReadBackResult
) -> SourceResult:
    outcome, message = judgement.outcome, judgement.message
    if outcome is Outcome.DONE and (lost := await lost_settings(context, task)):
        outcome, message = Outcome.NOT_CONVERGED, f"{message}, but {lost}"
    return await end(
        context,
        task,
        outcome,
        message,
        error=judgement.error,
        remaining=reading.remaining,
        found=_finding(task, reading),
    )


def _finding(task: ApplyTask, reading: ReadBackResult) -> ReadBackFinding | None:
    """Return the part of *reading* to record: live, and which attempts had an effect."""
    if reading.live is None:
        return None
    left = {c.address for c in reading.remaining}
    return ReadBackFinding(
        live=write_document(reading.live.document),
        attempts=tuple(
            Attempt(address=c.address, value=c.after, took_effect=c.address not in left)
            for c in task.planned.changes
            if c.verdict is Verdict.PATCH_UNDOCUMENTED
        ),
    )
