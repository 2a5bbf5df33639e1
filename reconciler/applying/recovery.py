"""Settle an operation that an earlier process left open, or prove that it did nothing.

Nothing is sent here. An accepted operation is followed to its end; one that may have been sent
is settled by reading back: live as planned means done, live as before means that it may be
sent again, anything else makes the plan stale. No operation is sent twice without that proof:
if the API accepted it without a progress resource, live as before proves nothing.
"""

from dataclasses import dataclass

from reconciler.applying.conclusion import Judgement, judge
from reconciler.applying.context import Checked, Context, Task
from reconciler.applying.follow import Ending, Reply, follow, overdue
from reconciler.applying.precheck import LiveMoved
from reconciler.applying.settle import Found, Reading, read_back
from reconciler.errors import ReconcilerError
from reconciler.outcome.records import OperationRecord, State
from reconciler.outcome.results import Outcome
from reconciler.planning.operation.staleness import Relevance, Staleness, staleness


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenUp:
    """How an open operation ended, and live as read back; None if it did nothing."""

    judgement: Judgement
    reading: Reading


async def take_up(context: Context, task: Task, record: OperationRecord) -> TakenUp | None:
    """Return how the operation of *record* ended, None if it is proved to have done nothing.

    Raises ForeignOrigin, and errors of reading live other than BackendErrors.
    """
    task = task.with_live(Checked(live_digest=record.live_digest))
    reply = Reply(ending=Ending.LOST)
    if record.progress_url is not None:
        reply = await follow(context, task, record.progress_url)
    elif record.state is State.ACCEPTED:
        reply = Reply(ending=Ending.UNFOLLOWED, error=overdue(context))
    reading = await read_back(context, task, reply.ending)
    if reply.ending is not Ending.LOST:
        return TakenUp(judgement=judge(reply, reading), reading=reading)
    judgement = _judgement(task, record, reading)
    return TakenUp(judgement=judgement, reading=reading) if judgement else None


def _judgement(task: Task, record: OperationRecord, reading: Reading) -> Judgement | None:
    """Return how an operation ended that only live can tell about; None if it did nothing."""
    match reading.found:
        case Found.AS_PLANNED:
            return Judgement(outcome=Outcome.DONE, message="it was done: read back equal")
        case Found.AS_BEFORE if record.progress_url is None and record.state is State.UNKNOWN:
            return _NOTHING_SO_FAR
        case Found.AS_BEFORE:
            return None
        case Found.NEITHER:
            return _stale(task, reading)
        case Found.HIDDEN:
            return _HIDDEN
        case Found.UNREADABLE:
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


def _stale(task: Task, reading: Reading) -> Judgement:
    moved = Staleness(relevance=Relevance.CONFLICT)
    if reading.live is not None and task.planned.evidence.live is not None:
        moved = staleness(task.planned, reading.live)
    error = LiveMoved(Staleness(relevance=Relevance.CONFLICT, moved=moved.moved))
    return Judgement(
        outcome=Outcome.STALE,
        message="live is neither as it was nor as planned: somebody changed it",
        error=error,
    )
