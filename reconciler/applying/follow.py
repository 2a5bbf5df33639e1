"""Send an operation, and follow its progress resource to the end.

All rules about `progressStatus` and `result` are in `standing`; the loop in `follow` only
polls and sleeps. Only `FINISHED` with `OK` is documented (api.md#progress).
"""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.applying.clock import pauses
from reconciler.applying.context import ApplyTask, Context
from reconciler.applying.off_loop import off_loop
from reconciler.backend import ProgressAnswer
from reconciler.errors import (
    BackendError,
    ForeignOrigin,
    OperationFailed,
    RateLimited,
    ReconcilerError,
    TimedOut,
    Unavailable,
    UnreadableAnswer,
)
from reconciler.outcome.events import Progressed


class Phase(StrEnum):
    """The state of an operation according to its progress resource."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    OVERDUE = "overdue"


# FINISHED is documented. DONE and CANCELLED end the sibling resource (executions), FAILED and
# ERROR are likely names of an end: waiting for the deadline on them would help nobody.
# Any other status, IN_PROGRESS included, is still running.
TERMINAL = frozenset({"FINISHED", "DONE", "CANCELLED", "FAILED", "ERROR"})

# (the status is terminal, the result is OK) → the state
STANDINGS: dict[tuple[bool, bool], Phase] = {
    (True, True): Phase.DONE,
    (True, False): Phase.FAILED,
    (False, True): Phase.RUNNING,
    (False, False): Phase.RUNNING,
}


def phase(answer: ProgressAnswer, *, elapsed: float, timeout: float) -> Phase:
    """Return the state of the operation, *elapsed* of *timeout* seconds after its start.

    An end counts even after the deadline; an operation still running then is overdue, its
    outcome unknown. (A resource that is gone has no answer: `follow` handles that.)
    """
    found = STANDINGS[answer.status in TERMINAL, answer.result == "OK"]
    if found is Phase.RUNNING and elapsed >= timeout:
        return Phase.OVERDUE
    return found


class ReportedEnding(StrEnum):
    """How the operation ended according to the server."""

    DONE = "done"
    FAILED = "failed"
    # Sent with unknown outcome: a broken connection, a 5xx, a progress resource that is gone.
    LOST = "lost"
    # Accepted without a progress resource: only reading back can tell.
    UNFOLLOWED = "unfollowed"
    OVERDUE = "overdue"


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerReport:
    """How the operation ended according to the server; `error` is why, None for success."""

    ending: ReportedEnding
    error: ReconcilerError | None = None


async def send(context: Context, task: ApplyTask) -> ServerReport:
    """Send the operation of *task* and return how it ended according to the server.

    Raises the backend's errors if nothing can have happened (MappingExists, Rejected,
    Unauthorized, connection refused, …), ForeignOrigin, and LeaseLost if the lease was not
    held up to the last moment: then nothing was sent. Nothing is ever sent twice.
    """
    try:
        submission = await context.backend.submit(
            task.ref, task.operation, fence=lambda: context.locks.check(task.name)
        )
    except ForeignOrigin:
        raise
    except BackendError as error:
        if error.sent:
            return ServerReport(ending=ReportedEnding.LOST, error=error)
        raise
    if submission.settled:
        return ServerReport(ending=ReportedEnding.DONE)
    await off_loop(context.journal.accept, task.operation_id, progress_url=submission.progress_url)
    if submission.progress_url is None:
        return ServerReport(ending=ReportedEnding.UNFOLLOWED, error=overdue(context))
    return await follow(context, task, submission.progress_url)


async def follow(context: Context, task: ApplyTask, url: str) -> ServerReport:
    """Poll the progress resource *url* until it ends, becomes unreadable, or time is up.

    A failed request, or an answer that is not JSON, says nothing about the operation: it is
    repeated. A 404 (gone), or a token that is no longer valid, ends the polling.
    Raises ForeignOrigin.
    """
    for pause in pauses(context.clock.rng):
        try:
            answer = await _read_progress(context, task, url)
        except ForeignOrigin:
            raise
        except BackendError as error:
            return ServerReport(ending=ReportedEnding.LOST, error=error)
        match phase(answer, elapsed=context.elapsed, timeout=context.timeout):
            case Phase.RUNNING:
                await context.pause(pause)
            case Phase.DONE:
                return ServerReport(ending=ReportedEnding.DONE)
            case Phase.FAILED:
                return ServerReport(ending=ReportedEnding.FAILED, error=_failed(answer))
            case Phase.OVERDUE:
                break
    return ServerReport(ending=ReportedEnding.OVERDUE, error=overdue(context))


async def _read_progress(context: Context, task: ApplyTask, url: str) -> ProgressAnswer:
    try:
        answer = await context.backend.progress(task.ref, url)
    except (Unavailable, RateLimited, UnreadableAnswer) as error:
        return ProgressAnswer(status=None, result=None, message=None, raw=error.raw or "")
    context.emit(
        Progressed(
            source=task.name,
            status=answer.status,
            message=answer.message,
            elapsed=context.elapsed,
        )
    )
    return answer


def overdue(context: Context) -> TimedOut:
    """Return the error for an operation whose end was not seen before the deadline."""
    return TimedOut(
        f"the operation had not ended after {context.timeout:g} s; the server may still be at it",
        hint="plan again later to see what came of it, or allow more time with --timeout",
    )


def _failed(answer: ProgressAnswer) -> OperationFailed:
    if answer.result is None and answer.message is None:
        # An end that is not OK is a failure (api.md#progress), even without a result.
        message = f"the operation ended {answer.status} without a result"
    else:
        text = answer.message or f"{answer.status} with result {answer.result}"
        message = f"the server reported a failure: {text}"
    return OperationFailed(message, raw=answer.raw)
