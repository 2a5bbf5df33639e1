"""Settle an operation that an earlier process left open, or prove that it did nothing.

Nothing is sent here. An accepted operation is followed to its end; one that may have been sent
is settled by reading back: live as planned means done, live as before means that it may be
sent again, anything else makes the plan stale. No operation is sent twice without that proof:
if the API accepted it without a progress resource, live as before proves nothing.
"""

from dataclasses import dataclass

from reconciler.applying.conclusion import Judgement, judge
from reconciler.applying.context import ApplyTask, Context, PrecheckResult
from reconciler.applying.follow import ReportedEnding, ServerReport, follow, overdue
from reconciler.applying.precheck import LiveChanged
from reconciler.applying.settle import LiveState, ReadBackResult, read_back
from reconciler.errors import ReconcilerError
from reconciler.outcome.records import OperationRecord, State
from reconciler.outcome.results import Outcome
from reconciler.planning.operation.staleness import Relevance, Staleness, staleness


@dataclass(frozen=True, kw_only=True, slots=True)
class SettledOperation:
    """How an open operation ended, and live as read back; None if it did nothing."""

    judgement: Judgement
    reading: ReadBackResult


async def settle_unfinished(
    context: Context, task: ApplyTask, record: OperationRecord
) -> SettledOperation | None:
    """Return how the operation of *record* ended, None if it is proved to have done nothing.

    Raises ForeignOrigin, and errors of reading live other than BackendErrors.
    """
    task = task.with_live(PrecheckResult(live_digest=record.live_digest))
    reply = ServerReport(ending=ReportedEnding.LOST)
    if record.progress_url is not None:
        reply = await follow(context, task, record.progress_url)
    elif record.state is State.ACCEPTED:
        reply = ServerReport(ending=ReportedEnding.UNFOLLOWED, error=overdue(context))
    reading = await read_back(context, task, reply.ending)
    if reply.ending is not ReportedEnding.LOST:
        return SettledOperation(judgement=judge(reply, reading), reading=reading)
    judgement = _judgement(task, record, reading)
    return SettledOperation(judgement=judgement, reading=reading) if judgement else None


def _judgement(
    task: ApplyTask, record: OperationRecord, reading: ReadBackResult
) -> Judgement | None:
    """Return how an operation ended that only live can tell about; None if it did nothing."""
    match reading.found:
        case LiveState.AS_PLANNED:
            return Judgement(outcome=Outcome.DONE, message="it was done: read back equal")
        case LiveState.AS_BEFORE if record.progress_url is None and record.state is State.UNKNOWN:
            return _NOTHING_SO_FAR
        case LiveState.AS_BEFORE:
            return None
        case LiveState.NEITHER:
            return _stale(task, reading)
        case LiveState.HIDDEN:
            return _HIDDEN
        case LiveState.UNREADABLE:
            return Judgement(
                outcome=Outcome.UNKNOWN,
                message=f"what came of it is not known: live cannot be read: {reading.error}",
                error=reading.error,
            )


# An earlier run waited for it in vain; the API may have accepted it and still be processing it.
_NOTHING_SO_FAR = Judgement(
    outcome=Outcome.UNKNOWN,
    message="what came of it is not known: nothing has changed so far",
    error=ReconcilerError(
        "nothing has changed so far", hint="plan again to send it: reconciler plan"
    ),
)
# Sending it again would be sending it twice without proof.
_HIDDEN = Judgement(
    outcome=Outcome.FAILED,
    message="what came of it cannot be known: live does not show what was sent",
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
        message="live is neither as it was nor as planned: somebody changed it",
        error=error,
    )
