"""Run one source of a plan: check, journal, send, follow, read back, journal."""

import contextlib
from collections.abc import Callable
from http import HTTPStatus

from reconciler.applying.conclusion import Judgement, judge
from reconciler.applying.context import ApplyTask, Context
from reconciler.applying.follow import ReportedEnding, ServerReport, send
from reconciler.applying.off_loop import off_loop
from reconciler.applying.precheck import PLAN_AGAIN, LiveChanged, check_live
from reconciler.applying.recovery import settle_unfinished
from reconciler.applying.settle import LiveState, ReadBackResult, read_back
from reconciler.codes.failure import StaleCode
from reconciler.errors import (
    BackendError,
    ForeignOrigin,
    JournalError,
    LeaseLost,
    Locked,
    MappingExists,
    ReconcilerError,
    StalePlan,
    Unavailable,
)
from reconciler.model.wire import write_document
from reconciler.outcome.events import Retrying, Sending
from reconciler.outcome.records import (
    EFFECTIVE,
    OPEN,
    Attempt,
    OperationRecord,
    ReadBackFinding,
    State,
)
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.planning.plan import Change, Verdict

# How an outcome is recorded.
STATES: dict[Outcome, State] = {
    Outcome.DONE: State.DONE,
    Outcome.NOT_CONVERGED: State.NOT_CONVERGED,
    Outcome.STALE: State.STALE,
    Outcome.FAILED: State.FAILED,
    Outcome.UNKNOWN: State.UNKNOWN,
}


# How often an operation is repeated that the API rejected with a 503.
MOST_RESENDINGS = 2


async def execute(
    context: Context, task: ApplyTask, *, withheld: Callable[[], SourceResult | None]
) -> SourceResult:
    """Return how *task* ended for its source; ReconcilerErrors become part of the result.

    *withheld* is called just before the intent is journalled: if it returns a result, the
    run sends nothing new, and that result is returned.
    """
    try:
        async with context.locks.hold(task.name):
            # The time spent waiting for the lease does not count.
            context = context.from_now().in_time()
            return await _execute_leased(context, task, withheld)
    except Locked as error:
        # The operation stays open in the journal: nothing was done about it.
        return _unsent(context, task, error)
    except JournalError as error:
        return _unsent(context, task, error)


def _unsent(context: Context, task: ApplyTask, error: ReconcilerError) -> SourceResult:
    message = f"{error}; nothing was sent"
    return _result(context, task, Outcome.FAILED, message, error=error, attempts=0)


async def _execute_leased(
    context: Context, task: ApplyTask, withheld: Callable[[], SourceResult | None]
) -> SourceResult:
    """Execute the task while holding the source's lease."""
    # Read only now: another run may have continued it while we waited for the lease.
    left = await off_loop(context.journal.operation, task.operation_id)
    if ended := await _ended_before(context, task, left):
        return ended
    sendings = int(left.state is not State.NOT_STARTED)
    while (ended := await _check_and_send(context, task, withheld, sendings=sendings)) is None:
        sendings += 1
    return ended


async def _check_and_send(
    context: Context,
    task: ApplyTask,
    withheld: Callable[[], SourceResult | None],
    *,
    sendings: int,
) -> SourceResult | None:
    """Return how it ended; None if the operation did nothing and may be sent again.

    *sendings* counts the earlier attempts, each proved to have done nothing.
    """
    try:
        task = task.with_live(await check_live(context, task))
    except ReconcilerError as error:
        outcome = Outcome.STALE if isinstance(error, StalePlan) else Outcome.FAILED
        # The earlier attempts are proved to have done nothing.
        message = f"{error}; nothing was {'changed' if sendings else 'sent'}"
        return await _end(context, task, outcome, message, error=error, attempts=0)
    if held := withheld():
        return held
    at = context.clock.stamp()
    await off_loop(
        context.journal.intend,
        task.operation_id,
        at=at,
        live_digest=task.live_digest,
        check=lambda db: context.locks.leases.check(db, task.name),
    )
    context.emit(Sending(source=task.name, method=task.operation.method))
    try:
        return await _carry_out(context, task, sendings=sendings)
    except LeaseLost as error:
        # Unless whoever has the lease by now has taken it up.
        with contextlib.suppress(JournalError):
            await off_loop(context.journal.put_back, task.operation_id, sent_at=at)
        return _unsent(context, task, error)
    except JournalError as error:
        return _result(context, task, Outcome.UNKNOWN, f"it was sent, but {error}", error=error)


async def _ended_before(
    context: Context, task: ApplyTask, left: OperationRecord
) -> SourceResult | None:
    """Return the result of earlier processing; None if the operation may be sent."""
    if left.state not in OPEN:
        return _settled_elsewhere(context, task, left)
    if left.state is State.NOT_STARTED:
        acted = await off_loop(context.journal.acted, task.operation_id)
        if acted is None:
            return None
        stale = _applied_before(acted)
        return await _end(context, task, Outcome.STALE, f"{stale}; nothing was sent", error=stale)
    try:
        return await _settled(context, task, left)
    except JournalError as error:
        return _result(context, task, Outcome.UNKNOWN, str(error), error=error)


async def _settled(context: Context, task: ApplyTask, left: OperationRecord) -> SourceResult | None:
    """Return how an operation that was left open ended; None if it may be sent again."""
    try:
        taken = await settle_unfinished(context, task, left)
    except ForeignOrigin as error:
        return _result(context, task, Outcome.UNKNOWN, str(error), error=error)
    if taken is None:
        await off_loop(context.journal.put_back, task.operation_id)
        return None
    judgement, reading = taken.judgement, taken.reading
    if judgement.outcome is Outcome.UNKNOWN:
        # Its record stays unchanged: the next run's options depend on it.
        return _result(context, task, Outcome.UNKNOWN, judgement.message, error=judgement.error)
    return await _judged(context, task, judgement, reading)


def _settled_elsewhere(context: Context, task: ApplyTask, ended: OperationRecord) -> SourceResult:
    """Return how the operation ended in another run."""
    return _result(
        context,
        task,
        Outcome(ended.state.value),
        f"another run settled it: {ended.message}",
        error=None,
    )


def _applied_before(state: State) -> StalePlan:
    """Return why an operation is not sent that another run of this very plan has in *state*."""
    if state in EFFECTIVE:
        return StalePlan(
            "this plan was applied to the source before: a plan is applied once",
            code=StaleCode.ALREADY_APPLIED,
            hint=PLAN_AGAIN,
        )
    return StalePlan(
        "this plan was sent to the source before, by a run that was killed or interrupted",
        code=StaleCode.ALREADY_APPLIED,
        hint="settle it first: reconciler apply --resume",
    )


async def _carry_out(context: Context, task: ApplyTask, *, sendings: int) -> SourceResult | None:
    """Send and follow the operation; None if it was rejected and may be sent again."""
    try:
        reply = await send(context, task)
    except MappingExists as error:
        if (
            sendings
            and (reading := await read_back(context, task, ReportedEnding.LOST)).is_as_planned
        ):
            # The first attempt did something after all, later than anybody waited for it.
            message, found = "it was done: read back equal", _finding(task, reading)
            return await _end(context, task, Outcome.DONE, message, found=found)
        stale = StalePlan(
            "the plan is stale: somebody configured it first",
            code=StaleCode.CONFIG_STATUS_CHANGED,
            hint=PLAN_AGAIN,
        )
        stale.__cause__ = error
        return await _end(
            context, task, Outcome.STALE, f"{stale}; nothing was changed", error=stale
        )
    except ForeignOrigin as error:
        message = f"{error}; the outcome is unknown, the next plan will show it"
        return await _end(context, task, Outcome.FAILED, message, error=error, state=State.UNKNOWN)
    except BackendError as error:
        return await _end(
            context, task, Outcome.FAILED, f"{error}; nothing was changed", error=error
        )
    reading = await read_back(context, task, reply.ending)
    if sendings < MOST_RESENDINGS and context.left and (away := _turned_away(task, reply, reading)):
        await off_loop(context.journal.put_back, task.operation_id)
        context.emit(away)
        return None
    return await _judged(context, task, judge(reply, reading), reading)


async def _judged(
    context: Context, task: ApplyTask, judgement: Judgement, reading: ReadBackResult
) -> SourceResult:
    return await _end(
        context,
        task,
        judgement.outcome,
        judgement.message,
        error=judgement.error,
        remaining=reading.remaining,
        found=_finding(task, reading),
    )


def _turned_away(task: ApplyTask, reply: ServerReport, reading: ReadBackResult) -> Retrying | None:
    """Return a retry event if the operation certainly did nothing, otherwise None.

    A 503 says so, and live that stays unchanged for a while is the proof. Other broken
    connections and errors are left to the user: the API may still be processing it.
    """
    error = reply.error
    if not isinstance(error, Unavailable) or error.status != HTTPStatus.SERVICE_UNAVAILABLE:
        return None
    if reading.found is not LiveState.AS_BEFORE:
        return None
    return Retrying(
        source=task.name,
        request=error.request,
        reason="503, and nothing was changed",
        seconds=0.0,
    )


def _finding(task: ApplyTask, reading: ReadBackResult) -> ReadBackFinding | None:
    """Return the part of *reading* to record: live, and which attempts had an effect."""
    if reading.live is None or reading.digest is None:
        return None
    left = {c.address for c in reading.remaining}
    return ReadBackFinding(
        live=write_document(reading.live.document),
        digest=reading.digest,
        attempts=tuple(
            Attempt(address=c.address, value=c.after, took_effect=c.address not in left)
            for c in task.planned.changes
            if c.verdict is Verdict.PATCH_UNDOCUMENTED
        ),
    )


async def _end(
    context: Context,
    task: ApplyTask,
    outcome: Outcome,
    message: str,
    *,
    error: ReconcilerError | None = None,
    remaining: tuple[Change, ...] = (),
    found: ReadBackFinding | None = None,
    state: State | None = None,
    attempts: int = 1,
) -> SourceResult:
    await off_loop(
        context.journal.end,
        task.operation_id,
        state or STATES[outcome],
        at=context.clock.stamp(),
        message=message,
        found=found,
    )
    return _result(
        context, task, outcome, message, error=error, remaining=remaining, attempts=attempts
    )


def _result(
    context: Context,
    task: ApplyTask,
    outcome: Outcome,
    message: str,
    *,
    error: ReconcilerError | None,
    remaining: tuple[Change, ...] = (),
    attempts: int = 1,
) -> SourceResult:
    live_changes = task.checked.live_changes if task.checked else ()
    return SourceResult(
        source=task.name,
        method=task.operation.method,
        outcome=outcome,
        message=message,
        seconds=context.elapsed,
        attempts=attempts,
        remaining=remaining,
        error=error,
        moved=error.live_changes if isinstance(error, LiveChanged) else live_changes,
    )
