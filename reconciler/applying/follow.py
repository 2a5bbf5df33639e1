"""Send an operation, and follow its progress resource to the end.

All rules about `progressStatus` and `result` are in `phase`; the loop in `follow` only
polls and sleeps. Only `FINISHED` with `OK` is documented (api.md#progress).
"""

import logging
import math
from enum import StrEnum

from reconciler.applying.clock import pauses
from reconciler.applying.context import ApplyTask, Context
from reconciler.applying.off_loop import off_loop
from reconciler.applying.settle import read_live
from reconciler.backend.import_sources import ProgressAnswer
from reconciler.backend.requests import BeforeSending
from reconciler.command_line import command_line
from reconciler.errors import (
    BackendError,
    ForeignOrigin,
    JournalError,
    OperationFailed,
    ReconcilerError,
    TimedOut,
)
from reconciler.outcome.events import Progressed
from reconciler.value import Value

_log = logging.getLogger(__name__)


class ReportedEnding(StrEnum):
    """How the operation ended according to the server."""

    DONE = "done"
    FAILED = "failed"
    # It may have been sent, and no answer says what became of it: a cut, a 5xx, a 408.
    LOST = "lost"
    # Accepted, with no progress that can be read up to the deadline.
    UNFOLLOWED = "unfollowed"
    # Accepted, and still running at the deadline, as the server says.
    OVERDUE = "overdue"


class ServerReport(Value):
    """How the operation ended according to the server; `error` is why, None for success."""

    ending: ReportedEnding
    error: ReconcilerError | None = None

    @property
    def is_unfollowed(self) -> bool:
        """Whether it was accepted, and reading live is all that can tell its end."""
        return self.ending is ReportedEnding.UNFOLLOWED


class ProgressState(StrEnum):
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
STANDINGS: dict[tuple[bool, bool], ProgressState] = {
    (True, True): ProgressState.DONE,
    (True, False): ProgressState.FAILED,
    (False, True): ProgressState.RUNNING,
    (False, False): ProgressState.RUNNING,
}


def phase(answer: ProgressAnswer, *, elapsed: float, timeout: float) -> ProgressState:
    """Return the state of the operation, *elapsed* of *timeout* seconds after its start.

    An end counts even after the deadline; an operation still running then is overdue, its
    outcome unknown. (A progress that cannot be read is no answer: `follow` handles that.)
    """
    found = STANDINGS[answer.status in TERMINAL, answer.result == "OK"]
    if found is ProgressState.RUNNING and elapsed >= timeout:
        return ProgressState.OVERDUE
    return found


async def send(context: Context, task: ApplyTask, *, before: BeforeSending) -> ServerReport:
    """Send the operation of *task* and return how it ended according to the server.

    Raises the backend's errors if nothing can have happened (MappingExists, Rejected,
    Unauthorized, connection refused, …), ForeignOrigin, what *before* raises, and LeaseLost if the
    lease was not held up to the last moment: then nothing was sent. Nothing is ever sent twice.
    """
    try:
        submission = await context.backend.submit(
            task.ref,
            task.operation,
            fence=context.fence,
            before=before,
        )
    except ForeignOrigin:
        raise
    except BackendError as error:
        if error.sent:
            return ServerReport(ending=ReportedEnding.LOST, error=error)
        raise
    if submission.settled:
        return ServerReport(ending=ReportedEnding.DONE)
    try:
        await off_loop(
            context.journal.accept, task.operation_id, progress_url=submission.progress_url
        )
    except JournalError as error:
        # What was accepted is followed all the same: its end is one more chance to write.
        _log.warning("%s: %s", task.name, error)
    if submission.progress_url is None:
        return unfollowed(context)
    return await follow(context, task, submission.progress_url)


async def follow(
    context: Context, task: ApplyTask, url: str, *, patience: float = math.inf
) -> ServerReport:
    """Poll the progress resource *url* until it ends or time is up.

    A progress that cannot be read, whatever the answer is, says nothing about the operation:
    it is asked for again, for *patience* seconds at most, unless live is as planned by then.
    """
    impatient = context.elapsed + patience
    is_running = False
    for pause in pauses(context.clock.rng):
        try:
            answer = await context.backend.progress(task.ref, url)
        except BackendError as error:
            shown = (await read_live(context, task)).is_as_planned
            if shown or not context.left or context.elapsed >= impatient:
                ending = ReportedEnding.OVERDUE if is_running else ReportedEnding.UNFOLLOWED
                return ServerReport(ending=ending, error=error)
            await context.pause(pause)
            continue
        context.emit(
            Progressed(
                source=task.name,
                status=answer.status,
                message=answer.message,
                elapsed=context.elapsed,
            )
        )
        match phase(answer, elapsed=context.elapsed, timeout=context.timeout):
            case ProgressState.RUNNING:
                # It is not over, whatever comes next.
                is_running, impatient = True, math.inf
                await context.pause(pause)
            case ProgressState.DONE:
                return ServerReport(ending=ReportedEnding.DONE)
            case ProgressState.FAILED:
                return ServerReport(ending=ReportedEnding.FAILED, error=_failed(answer))
            case ProgressState.OVERDUE:
                break
    return ServerReport(ending=ReportedEnding.OVERDUE, error=_overdue(context))


def unfollowed(context: Context) -> ServerReport:
    """Return the report of an operation that was accepted without a progress resource."""
    return ServerReport(ending=ReportedEnding.UNFOLLOWED, error=_overdue(context))


def _overdue(context: Context) -> TimedOut:
    return TimedOut(
        f"the operation had not ended after {context.timeout:g} s; "
        "the server may still be processing it",
        hint=f"follow it on with: {command_line('apply --resume')}",
    )


def _failed(answer: ProgressAnswer) -> OperationFailed:
    if answer.result is None and answer.message is None:
        # An end that is not OK is a failure (api.md#progress), even without a result.
        message = f"the operation ended {answer.status} without a result"
    else:
        text = answer.message or f"{answer.status} with result {answer.result}"
        message = f"the server reported a failure: {text}"
    return OperationFailed(message, raw=answer.raw)
