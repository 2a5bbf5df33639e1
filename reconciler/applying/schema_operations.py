"""Do the schema operations of a source: check, journal, send once, read back through both APIs.

The first that is not done is the last: nothing that stands after it is sent. A 2xx proves nothing,
and what is unclear is not sent again (design.md#sending-schema-operations).
"""

import contextlib
from collections.abc import Awaitable, Callable

from reconciler.applying.clock import pauses
from reconciler.applying.conclusion import resume_from
from reconciler.applying.context import Context, SchemaAccess, SourceTask
from reconciler.applying.off_loop import off_loop
from reconciler.applying.schema_checks import SchemaFinding, check, look, look_back
from reconciler.applying.source_results import result, schema_records
from reconciler.applying.unsettled import sent_at
from reconciler.codes.failure import StaleCode
from reconciler.command_line import plan_again
from reconciler.errors import (
    BackendError,
    JournalError,
    LeaseLost,
    NotFound,
    RateLimited,
    ReconcilerError,
    StalePlan,
    Unauthorized,
)
from reconciler.outcome.events import Retrying, SchemaOperationEnded, Sending
from reconciler.outcome.records import IN_FLIGHT, OPEN, SchemaOperationRecord, State
from reconciler.outcome.results import Outcome, SourceResult, operation_result
from reconciler.outcome.timestamp import stamped
from reconciler.planning.object_schema.operation import Phase, SchemaOperation
from reconciler.value import Value

# Asked just before something new is sent: the result if the run sends nothing new any more.
Withheld = Callable[[], Awaitable[SourceResult | None]]
# So often at most an operation goes out that the API answers with 429.
_ATTEMPTS = 5
TOLD = "read back through both APIs"


async def carry_out(
    context: Context, task: SourceTask, phase: Phase, withheld: Withheld
) -> SourceResult | None:
    """Do what is left of the schema operations of *phase*; return the result if not all are done.

    Those that an earlier process left in flight are settled first. Raises JournalError.
    """
    if context.schemas is None:
        return None
    for record in await schema_records(context.journal, task):
        if record.phase != phase or record.state is State.DONE:
            continue
        call = _Call(context=context, access=context.schemas, task=task, record=record)
        ended: _Ended | SourceResult
        if record.state not in OPEN:
            ended = _Ended(State(record.state), record.message or "")
        elif record.state in IN_FLIGHT:
            ended = await _settled(call)
        elif held := await withheld():
            return held
        else:
            ended = await _done(call, withheld)
        if isinstance(ended, SourceResult):
            return ended
        if ended.state is not State.DONE:
            return _stop(call, ended)
        context.flight.go_on()
    return None


class _Call(Value):
    """One schema operation of a source, and as the journal has it."""

    context: Context
    access: SchemaAccess
    task: SourceTask
    record: SchemaOperationRecord

    @property
    def operation(self) -> SchemaOperation:
        return self.task.planned.schema_operations[self.record.number]


class _Ended(Value, kw_only=False):
    """How a schema operation ended; UNKNOWN may also be what the record does not say yet."""

    state: State
    message: str
    error: ReconcilerError | None = None


def _stop(call: _Call, ended: _Ended) -> SourceResult:
    """Return the result of a source at the first operation that is not done."""
    context, flight = call.context, call.context.flight
    outcome, message = Outcome(ended.state.value), f"{call.operation.text}: {ended.message}"
    attempts = flight.attempts or int(flight.sent_at is not None)
    return result(context, call.task, outcome, message, error=ended.error, attempts=attempts)


async def _settled(call: _Call) -> _Ended:
    """Return what became of an operation that an earlier process left in flight: both APIs say."""
    context = call.context
    context.flight.sent_at = sent_at(call.record)
    # Before live is read: what is read then is live after the longest operation.
    is_over = await off_loop(context.journal.now) >= context.proved_from
    found = await look_back(context, call.access, call.task, call.operation)
    if found.is_settled:
        return await _end(call, State.DONE, f"it was done: {TOLD}", found=found)
    if is_over and found.lag_is_over and found.error is None:
        if found.is_as_before:
            error = ReconcilerError("it had no effect", hint=plan_again())
            return await _end(call, State.FAILED, "it had no effect: nothing was changed", error)
        error = ReconcilerError(f"neither as it was nor as planned: {found.why}", hint=plan_again())
        return await _end(call, State.STALE, str(error), error)
    # Its record stays unchanged: the next run's options depend on it.
    why = f"{found.why}; {resume_from(context.proved_from)}"
    return _Ended(State.UNKNOWN, why, found.error)


async def _done(call: _Call, withheld: Withheld) -> _Ended | SourceResult:
    """Check and send an operation that has not started, and return how it ended."""
    context = call.context
    for attempt, pause in enumerate(pauses(context.clock.rng), start=1):
        try:
            before = await check(context, call.access, call.task, call.record.number)
        except ReconcilerError as error:
            return await _unsent(call, error, is_first=attempt == 1)
        if attempt == 1 and (held := await withheld()):
            return held
        try:
            await _sent(call, before)
        except RateLimited as error:
            asked = pause if error.asked is None else error.asked
            is_last = attempt == _ATTEMPTS or asked >= context.left
            if (ended := await _turned_away(call, error, is_last=is_last)) is not None:
                return ended
            context.emit(
                Retrying(
                    source=call.task.name,
                    request=error.request,
                    reason="429 Too Many Requests",
                    seconds=asked,
                )
            )
            await context.pause(asked)
        except BackendError as error:
            return await _refused(call, error)
        else:
            return await _judged(call)
    raise AssertionError("pauses never end")


async def _sent(call: _Call, before: dict[str, object]) -> None:
    """Send the operation once, its intent durable before a byte goes."""
    context, task = call.context, call.task

    def write(at: str) -> None:
        calls, check = context.journal.schema_operations, context.in_journal
        calls.intend(call.record.id, at=at, before=before, check=check)

    async def intend() -> None:
        await context.intend(write)
        if context.flight.attempts == 0:
            method = call.operation.method
            context.emit(Sending(source=task.name, method=method, what=call.operation.text))
        context.flight.attempts += 1

    try:
        backend, workspace = call.access.backend, task.ref.workspace_id or ""
        await backend.send(workspace, call.operation, fence=context.fence, before=intend)
    except LeaseLost:
        await _put_back(call)
        raise


async def _put_back(call: _Call) -> None:
    """Let the journal have it as not started: nothing went out, or nothing was taken.

    Unless whoever has the lease by now has settled it.
    """
    flight = call.context.flight
    if (sent := flight.sent_at) is not None:
        flight.sent_at = None
        calls = call.context.journal.schema_operations
        with contextlib.suppress(JournalError):
            await off_loop(calls.put_back, call.record.id, sent_at=stamped(sent))


async def _unsent(call: _Call, error: ReconcilerError, *, is_first: bool) -> _Ended:
    """Return how an operation ended that must not be sent, or not again after a 429."""
    state = State.FAILED
    if isinstance(error, StalePlan):
        if error.code is StaleCode.ALREADY_APPLIED and not is_first:
            found = await look(call.context, call.access, call.task, call.operation)
            return await _end(call, State.DONE, TOLD, found=found)
        state = State.STALE
    nothing = "nothing was sent" if is_first else "nothing was changed"
    return await _end(call, state, f"{error}; {nothing}", error)


async def _turned_away(call: _Call, error: RateLimited, *, is_last: bool) -> _Ended | None:
    """Return how an operation ended that was answered with 429, None if it has not started.

    That nothing was changed is inferred, so it is looked at first. Without a status nothing went
    out at all.
    """
    if error.status is None:
        await _put_back(call)
        return await _end(call, State.FAILED, f"{error}; nothing was sent", error)
    found = await look(call.context, call.access, call.task, call.operation)
    if found.is_settled:
        told = f"answered {error.status}, and yet done: {TOLD}"
        return await _end(call, State.DONE, told, found=found)
    if found.error is not None:
        why = f"{error}; {found.why}; {resume_from(call.context.proved_from)}"
        return await _end(call, State.UNKNOWN, why, found.error)
    if is_last:
        return await _end(call, State.FAILED, f"{error}; nothing was changed", error)
    await _put_back(call)
    return None


async def _refused(call: _Call, error: BackendError) -> _Ended:
    """Return how an operation ended that was not answered with a 2xx."""
    context = call.context
    if isinstance(error, Unauthorized):
        call.access.denied.append(error)
        return await _end(call, State.FAILED, f"{error}; nothing was changed", error)
    if not error.sent and error.status is None:
        return await _end(call, State.FAILED, f"{error}; nothing was sent", error)
    if not error.sent:
        return await _answered(call, error)
    found = await look_back(context, call.access, call.task, call.operation)
    if found.is_settled:
        return await _end(call, State.DONE, TOLD, found=found)
    why = f"{error}; {found.why}; {resume_from(context.proved_from)}"
    return await _end(call, State.UNKNOWN, why, error)


async def _answered(call: _Call, error: BackendError) -> _Ended:
    """Return how an operation ended that the API refused: it is read back all the same.

    A 404 may also mean that somebody else did it, which may show late.
    """
    is_missing = isinstance(error, NotFound)
    read = look_back if is_missing else look
    found = await read(call.context, call.access, call.task, call.operation)
    if found.is_settled:
        told = "somebody else did it" if is_missing else f"answered {error.status}, and yet done"
        return await _end(call, State.DONE, f"{told}: {TOLD}", found=found)
    why = "; it is not there, or the schema credential may not change it" if is_missing else ""
    return await _end(call, State.FAILED, f"{error}{why}; nothing was changed", error)


async def _judged(call: _Call) -> _Ended:
    """Return how an operation ended that was answered with a 2xx: by reading back alone."""
    context = call.context
    found = await look_back(context, call.access, call.task, call.operation)
    if found.is_settled:
        return await _end(call, State.DONE, TOLD, found=found)
    if found.error is None and found.lag_is_over:
        message = f"the API reported success, but {found.why}"
        return await _end(call, State.NOT_CONVERGED, message, found=found)
    why = f"the API reported success; {found.why}; {resume_from(context.proved_from)}"
    return await _end(call, State.UNKNOWN, why, found.error)


async def _end(
    call: _Call,
    state: State,
    message: str,
    error: ReconcilerError | None = None,
    *,
    found: SchemaFinding | None = None,
) -> _Ended:
    """Journal how the operation ended, with live as it was *found* if it acted; return that.

    If the journal cannot be written, that is how it ended.
    """
    context = call.context
    live = found.live_for(call.task) if found is not None else None
    try:
        at, calls = context.clock.stamp(), context.journal.schema_operations
        await off_loop(calls.end, call.record.id, state, at=at, message=message, live=live)
    except JournalError as failure:
        state = State.FAILED if context.flight.sent_at is None else State.UNKNOWN
        message, error = f"{message}; {failure}", failure
    made = operation_result(call.operation, Outcome(state.value), message)
    context.emit(SchemaOperationEnded(source=call.task.name, result=made))
    return _Ended(state, message, error)
