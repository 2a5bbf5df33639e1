"""The result of one source: as it is journalled, or as the journal has it.

Nothing here is taken from what this process happens to have seen: where a source ended in any
other way than by its own course, the record of its operation says what became of it.
"""

from reconciler.applying.conclusion import resume_from
from reconciler.applying.context import ApplyTask, Context
from reconciler.applying.off_loop import off_loop
from reconciler.applying.precheck import LiveChanged
from reconciler.errors import JournalError, OperationFailed, ReconcilerError, Rejected
from reconciler.journal.runs import Journal
from reconciler.outcome.records import IN_FLIGHT, OPEN, OperationRecord, ReadBackFinding, State
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.planning.plan import Change
from reconciler.planning.verdict.refusal_remedy import remedy_of_answer

# The result of a source that was stopped in a state. The journal keeps the state: a later run
# settles it.
STOPPED: dict[State, tuple[Outcome, str]] = {
    State.NOT_STARTED: (Outcome.NOT_STARTED, "not started; nothing was sent"),
    State.SENDING: (Outcome.INTERRUPTED, "it was sent; what became of it is not known yet"),
    State.ACCEPTED: (
        Outcome.INTERRUPTED,
        "it was accepted by the server and may still be running there",
    ),
    State.UNKNOWN: (Outcome.INTERRUPTED, "what became of it is not known yet"),
}
# Not readable does not mean not sent.
UNREADABLE = (
    Outcome.INTERRUPTED,
    "the journal did not say in time what became of it: it may have been sent",
)


async def end(
    context: Context,
    task: ApplyTask,
    outcome: Outcome,
    message: str,
    *,
    error: ReconcilerError | None = None,
    remaining: tuple[Change, ...] = (),
    found: ReadBackFinding | None = None,
    attempts: int = 1,
) -> SourceResult:
    """Journal that the operation ended with *outcome*, and return that as the result.

    If the journal cannot be written, that is the result, with what is known of live.
    """
    try:
        await off_loop(
            context.journal.end,
            task.operation_id,
            State(outcome.value),
            at=context.clock.stamp(),
            message=message,
            found=found,
        )
    except JournalError as failure:
        record = await recorded(context.journal, task)
        if record is not None and record.state not in OPEN:
            message = f"another run settled it: {record.message}"
            return result(context, task, Outcome(record.state.value), message)
        outcome = Outcome.FAILED if context.flight.sent_at is None else Outcome.UNKNOWN
        message, error = f"{message}; {failure}", failure
    return result(
        context, task, outcome, message, error=error, remaining=remaining, attempts=attempts
    )


def result(
    context: Context,
    task: ApplyTask,
    outcome: Outcome,
    message: str,
    *,
    error: ReconcilerError | None = None,
    remaining: tuple[Change, ...] = (),
    attempts: int = 1,
) -> SourceResult:
    """Return the result of the source, which leaves the journal as it is."""
    live_changes = task.checked.live_changes if task.checked else ()
    if isinstance(error, Rejected | OperationFailed) and error.hint is None:
        error.hint = remedy_of_answer(f"{error} {error.raw or ''}", task.name)
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


async def raised(context: Context, task: ApplyTask, error: Exception) -> SourceResult:
    """Return the result of a source whose course *error* ended, whatever error that is.

    Its operation stays in the journal as it is there, and what was not settled stays open.
    """
    shown = error if isinstance(error, ReconcilerError) else _wrapped(error)
    record = await recorded(context.journal, task)
    is_open = record is not None and record.state in IN_FLIGHT
    if context.flight.sent_at is None and not is_open:
        nothing = "nothing was sent" if record is not None else "this run sent nothing"
        message = f"{shown}; {nothing}"
        return result(context, task, Outcome.FAILED, message, error=shown, attempts=0)
    if record is not None and record.state not in OPEN:
        return result(context, task, Outcome(record.state.value), record.message or "", error=shown)
    state = State.SENDING if record is None else record.state
    told = "accepted by the server" if state is State.ACCEPTED else "sent"
    message = f"it was {told}, but {shown}; {resume_from(context.proved_from)}"
    return result(context, task, Outcome.UNKNOWN, message, error=shown)


def stopped(
    record: OperationRecord | None, task: ApplyTask, *, seconds: float = 0.0
) -> SourceResult:
    """Return the result of a source that was stopped, as its *record* has its operation."""
    if record is None:
        outcome, message = UNREADABLE
    elif record.state in STOPPED:
        outcome, message = STOPPED[record.state]
    else:
        outcome, message = Outcome(record.state.value), record.message or ""
    return SourceResult(
        source=task.name,
        method=task.operation.method,
        outcome=outcome,
        message=message,
        seconds=seconds,
        attempts=int(outcome is not Outcome.NOT_STARTED),
    )


async def recorded(journal: Journal, task: ApplyTask) -> OperationRecord | None:
    """Return the record of the task's operation, None if it cannot be read."""
    try:
        return await off_loop(journal.operation, task.operation_id)
    except JournalError:
        return None


def _wrapped(error: Exception) -> ReconcilerError:
    text = str(error).strip()
    wrapped = ReconcilerError(
        f"{type(error).__name__}: {text}" if text else type(error).__name__,
        hint="if it comes again, please report it with what --log-level debug prints",
    )
    wrapped.__cause__ = error
    return wrapped
