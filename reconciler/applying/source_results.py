"""The result of one source: as it is journalled, or as the journal has it.

Nothing here is taken from what this process happens to have seen: where a source ended in any
other way than by its own course, the record of its operation says what became of it.
"""

from collections.abc import Iterator, Sequence

from reconciler.applying.conclusion import resume_from
from reconciler.applying.context import ApplyTask, Context, SourceTask
from reconciler.applying.off_loop import off_loop
from reconciler.applying.precheck import LiveChanged
from reconciler.errors import JournalError, OperationFailed, ReconcilerError, Rejected
from reconciler.journal.runs import Journal
from reconciler.model.display import count, first_of
from reconciler.outcome.records import (
    IN_FLIGHT,
    OPEN,
    OperationRecord,
    ReadBackFinding,
    SchemaOperationRecord,
    SentRecord,
    State,
)
from reconciler.outcome.results import (
    Outcome,
    SourceResult,
    operation_result,
    planned_operations,
)
from reconciler.planning.change import Change
from reconciler.planning.object_schema.operation import Phase
from reconciler.planning.verdict.refusal_remedy import remedy_of_answer
from reconciler.value import replace

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
_OF_STATE: dict[State, Outcome] = {
    state: STOPPED[state][0] if state in STOPPED and state is not State.UNKNOWN else Outcome(state)
    for state in State
}
# So many of those that were not sent are named.
_MOST_NAMED = 3

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
    task: SourceTask,
    outcome: Outcome,
    message: str,
    *,
    error: ReconcilerError | None = None,
    remaining: tuple[Change, ...] = (),
    attempts: int = 1,
) -> SourceResult:
    """Return the result of the source, which leaves the journal as it is."""
    checked = task.checked if isinstance(task, ApplyTask) else None
    live_changes = checked.live_changes if checked else ()
    if isinstance(error, Rejected | OperationFailed) and error.hint is None:
        error.hint = remedy_of_answer(f"{error} {error.raw or ''}", task.name)
    return SourceResult(
        source=task.name,
        method=task.method,
        outcome=outcome,
        message=message,
        seconds=context.elapsed,
        attempts=attempts,
        remaining=remaining,
        error=error,
        moved=error.live_changes if isinstance(error, LiveChanged) else live_changes,
    )


async def raised(context: Context, task: SourceTask, error: Exception) -> SourceResult:
    """Return the result of a source whose course *error* ended, whatever error that is.

    Its operations stay in the journal as they are there, and what was not settled stays open.
    """
    shown = error if isinstance(error, ReconcilerError) else _wrapped(error)
    records = await _readable(context.journal, task)
    record = _come_to(records) if records else None
    is_open = record is not None and record.state in IN_FLIGHT
    if context.flight.sent_at is None and not is_open:
        is_half_done = any(each.state is State.DONE for each in records)
        nothing = "nothing more was sent" if is_half_done else "nothing was sent"
        message = f"{shown}; {nothing if record is not None else 'this run sent nothing'}"
        return result(context, task, Outcome.FAILED, message, error=shown, attempts=0)
    if record is not None and record.state not in OPEN:
        return result(context, task, Outcome(record.state.value), record.message or "", error=shown)
    state = State.SENDING if record is None else record.state
    told = "accepted by the server" if state is State.ACCEPTED else "sent"
    message = f"it was {told}, but {shown}; {resume_from(context.proved_from)}"
    return result(context, task, Outcome.UNKNOWN, message, error=shown)


def stopped(record: SentRecord | None, task: SourceTask, *, seconds: float = 0.0) -> SourceResult:
    """Return the result of a source that was stopped, as its *record* has its operation."""
    if record is None:
        outcome, message = UNREADABLE
    elif record.state in STOPPED:
        outcome, message = STOPPED[record.state]
    else:
        outcome, message = Outcome(record.state.value), record.message or ""
    return SourceResult(
        source=task.name,
        method=task.method,
        outcome=outcome,
        message=message,
        seconds=seconds,
        attempts=int(outcome is not Outcome.NOT_STARTED),
    )


async def recorded(journal: Journal, task: SourceTask) -> SentRecord | None:
    """Return the record of the operation that the source has come to, None if it cannot be read.

    That is the first that is not done, or else the last.
    """
    records = await _readable(journal, task)
    return _come_to(records) if records else None


def _come_to(records: Sequence[SentRecord]) -> SentRecord:
    return next((each for each in records if each.state is not State.DONE), records[-1])


async def _readable(journal: Journal, task: SourceTask) -> Sequence[SentRecord]:
    """Return the records of the source's operations, none if they cannot be read."""
    try:
        return await _in_order(journal, task)
    except JournalError:
        return ()


async def schema_records(journal: Journal, task: SourceTask) -> tuple[SchemaOperationRecord, ...]:
    """Return the records of the source's schema operations. Raises JournalError."""
    if not task.planned.schema_operations:
        return ()
    return await off_loop(journal.schema_operations.of, task.run_id, task.name)


async def _in_order(journal: Journal, task: SourceTask) -> list[SentRecord]:
    """Return the records of the source's operations, in the order in which they are sent."""
    records: list[SentRecord] = [*await schema_records(journal, task)]
    if task.mapping_id is not None:
        number = len(task.planned.schema_operations_in(Phase.BEFORE))
        records.insert(number, await off_loop(journal.operation, task.mapping_id))
    return records


async def with_schema_operations(
    journal: Journal, task: SourceTask, made: SourceResult
) -> SourceResult:
    """Return *made* with what the journal says of each operation of a source with several kinds.

    Its message says what was done and what was not sent, unless all is done.
    """
    planned = task.planned
    if not planned.schema_operations:
        return made
    if not (records := await _readable(journal, task)):
        calls_unknown = planned_operations(planned, Outcome.INTERRUPTED)
        mapping = Outcome.INTERRUPTED if task.method else None
        return replace(made, schema_operations=calls_unknown, mapping=mapping)
    calls = (each for each in records if isinstance(each, SchemaOperationRecord))
    of_mapping = (_OF_STATE[each.state] for each in records if isinstance(each, OperationRecord))
    made = replace(
        made,
        schema_operations=tuple(
            operation_result(operation, _OF_STATE[record.state], record.message)
            for operation, record in zip(planned.schema_operations, calls, strict=True)
        ),
        mapping=next(of_mapping, None),
    )
    if made.outcome is Outcome.DONE or all(r.state is State.NOT_STARTED for r in records):
        return made
    told = [] if made.outcome is Outcome.NOT_STARTED else [made.message]
    return replace(made, message="; ".join([*told, *_course(task, records)]))


def _course(task: SourceTask, records: Sequence[SentRecord]) -> Iterator[str]:
    """Yield what of the source was done, and what was not sent."""
    calls = task.planned.schema_operations
    done = [each for each in records if each.state is State.DONE]
    if number := sum(isinstance(each, SchemaOperationRecord) for each in done):
        yield f"{number} of {count(len(calls), 'schema operation')} done"
    yield from (f"{each.method} done" for each in done if isinstance(each, OperationRecord))
    left = [
        calls[each.number].text if isinstance(each, SchemaOperationRecord) else each.method
        for each in records
        if each.state is State.NOT_STARTED
    ]
    if left:
        yield f"not sent: {first_of(left, _MOST_NAMED)}"


def _wrapped(error: Exception) -> ReconcilerError:
    text = str(error).strip()
    wrapped = ReconcilerError(
        f"{type(error).__name__}: {text}" if text else type(error).__name__,
        hint="if it happens again, please report it with what --log-level debug prints",
    )
    wrapped.__cause__ = error
    return wrapped
