"""Settle an operation that an earlier process left open, or prove that it did nothing.

Nothing is sent here. Live as planned means done, whatever else is known. An accepted operation is
followed to its end. What nothing tells about is proved to have done nothing only by live that is
as before once the longest operation is over (design.md#unknown-outcomes); until then its outcome
stays unknown.
"""

from reconciler.applying.conclusion import Judgement, judge
from reconciler.applying.context import ApplyTask, Context, PrecheckResult
from reconciler.applying.follow import ReportedEnding, ServerReport, follow, unfollowed
from reconciler.applying.off_loop import off_loop
from reconciler.applying.precheck import LiveChanged
from reconciler.applying.settle import READ_LAG_SECONDS, LiveState, ReadBackResult, read_back
from reconciler.errors import ReconcilerError
from reconciler.outcome.records import OperationRecord, State
from reconciler.outcome.results import Outcome
from reconciler.planning.operation.staleness import Relevance, Staleness, staleness
from reconciler.value import Value, replace


class SettledOperation(Value):
    """How an open operation ended, and live as read back; None if it did nothing."""

    judgement: Judgement
    reading: ReadBackResult


async def settle_unfinished(
    context: Context, task: ApplyTask, record: OperationRecord
) -> SettledOperation | None:
    """Return how the operation of *record* ended, None if it is proved to have done nothing.

    Raises errors of reading live other than BackendErrors, and JournalError.
    """
    task = replace(task, checked=PrecheckResult(live_digest=record.live_digest))
    # Before live is read: what is read then is live after the longest operation.
    is_over = await off_loop(context.journal.now) >= context.proved_from
    reply = await _report(context, task, record, is_over=is_over)
    reading = await read_back(context, task, is_unfollowed=reply.is_unfollowed)
    judgement = judge(reply, reading, proved_from=context.proved_from)
    is_running = reply.ending is ReportedEnding.OVERDUE
    if judgement.outcome is Outcome.UNKNOWN and is_over and not is_running:
        proved = _proved(task, reading, judgement)
        return SettledOperation(judgement=proved, reading=reading) if proved else None
    return SettledOperation(judgement=judgement, reading=reading)


async def _report(
    context: Context, task: ApplyTask, record: OperationRecord, *, is_over: bool
) -> ServerReport:
    if record.progress_url is not None:
        # Once it is over, live tells as much as a progress that cannot be read.
        patience = {"patience": READ_LAG_SECONDS} if is_over else {}
        report = await follow(context, task, record.progress_url, **patience)
        is_lost = is_over and report.ending is ReportedEnding.UNFOLLOWED
        return replace(report, ending=ReportedEnding.LOST) if is_lost else report
    if record.state is State.ACCEPTED and not is_over:
        return unfollowed(context)
    return ServerReport(ending=ReportedEnding.LOST)


def _proved(task: ApplyTask, reading: ReadBackResult, unknown: Judgement) -> Judgement | None:
    """Return how an operation ended that can have no more effect; None if it did nothing."""
    match reading.found:
        case LiveState.HIDDEN:
            return _HIDDEN
        case LiveState.AS_BEFORE if reading.lag_is_over:
            return None
        case LiveState.NEITHER if reading.lag_is_over:
            return _stale(task, reading)
        case _:
            return unknown


# Sending it again would be sending it twice without proof.
_HIDDEN = Judgement(
    outcome=Outcome.FAILED,
    message="what became of it cannot be known: live does not show what was sent",
    error=ReconcilerError(
        "live does not show what was sent", hint="plan again with --resend-write-only"
    ),
)


def _stale(task: ApplyTask, reading: ReadBackResult) -> Judgement:
    stale = Staleness(relevance=Relevance.CONFLICT)
    if reading.live is not None and task.planned.evidence.live is not None:
        stale = staleness(task.planned, reading.live)
    error = LiveChanged(Staleness(relevance=Relevance.CONFLICT, live_changes=stale.live_changes))
    return Judgement(
        outcome=Outcome.STALE,
        message="live is neither as it was nor as planned",
        error=error,
    )
