"""Do the schema operations of a source: check, journal, send once, read back through both APIs.

The first that is not done is the last: nothing that stands after it is sent. A 2xx proves nothing,
and what is unclear is not sent again (design.md#sending-schema-operations).
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

from reconciler.applying.clock import pauses
from reconciler.applying.conclusion import resume_from
from reconciler.applying.context import Context, SchemaAccess, SourceTask
from reconciler.applying.off_loop import off_loop
from reconciler.applying.schema_checks import check, look, look_back
from reconciler.applying.source_results import result, schema_records
from reconciler.applying.unsettled import sent_at
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
from reconciler.journal.leases import writing_lease
from reconciler.model.display import count
from reconciler.outcome.events import Retrying, SchemaOperationEnded, Sending
from reconciler.outcome.records import IN_FLIGHT, OPEN, SchemaOperationRecord, State
from reconciler.outcome.results import Outcome, SchemaOperationResult, SourceResult
from reconciler.outcome.timestamp import stamped
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.value import Value

# Asked just before something new is sent: the result if the run sends nothing new any more.
Withheld = Callable[[], Awaitable[SourceResult | None]]
# So often at most an operation goes out that the API answers with 429.
_ATTEMPTS = 5
TOLD = "read back through both APIs"


@contextlib.asynccontextmanager
async def writing(context: Context, task: SourceTask) -> AsyncIterator[None]:
    """Be the one who writes to the object schemas of *task* during the block.

    Sources of one run take turns, for a run holds a lease as a whole. Raises Locked and
    JournalError.
    """
    async with contextlib.AsyncExitStack() as held:
        if (access := context.schemas) is not None:
            for lease in _leases(task):
                await held.enter_async_context(access.turns[lease])
                await held.enter_async_context(access.locks.hold(lease, waiter=task.name))
        yield


def _leases(task: SourceTask) -> list[str]:
    workspace, calls = task.ref.workspace_id, task.planned.schema_operations
    return sorted({writing_lease(workspace, each.object.schema_id) for each in calls})


async def carry_out(context: Context, task: SourceTask, withheld: Withheld) -> SourceResult | None:
    """Do what is left of the schema operations of *task*; return the result if not all are done.

    Those that an earlier process left in flight are settled first. Raises JournalError.
    """
    if context.schemas is None:
        return None
    records = await schema_records(context.journal, task)
    for number, record in enumerate(records):
        call = _Call(
            context=context, access=context.schemas, task=task, number=number, record=record
        )
        if record.state is State.DONE:
            continue
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
        context.flight.sent_at = None
    return None


class _Call(Value):
    """One schema operation of a source: the *number*th, as the journal has it."""

    context: Context
    access: SchemaAccess
    task: SourceTask
    number: int
    record: SchemaOperationRecord

    @property
    def operation(self) -> SchemaOperation:
        return self.task.planned.schema_operations[self.number]


class _Ended(Value, kw_only=False):
    """How a schema operation ended; UNKNOWN may also be what the record does not say yet."""

    state: State
    message: str
    error: ReconcilerError | None = None


def _stop(call: _Call, ended: _Ended) -> SourceResult:
    """Return the result of a source at the first operation that is not done."""
    left = len(call.task.planned.schema_operations) - call.number - 1
    behind = [count(left, "schema operation")] if left else []
    behind += [call.task.method] if call.task.method else []
    message = f"{call.operation.text}: {ended.message}"
    if behind:
        message += f"; not sent after it: {', '.join(behind)}"
    outcome = Outcome(ended.state.value)
    attempts = int(call.context.flight.sent_at is not None)
    return result(call.context, call.task, outcome, message, error=ended.error, attempts=attempts)


async def _settled(call: _Call) -> _Ended:
    """Return what became of an operation that an earlier process left in flight: both APIs say."""
    context = call.context
    context.flight.sent_at = sent_at(call.record)
    # Before live is read: what is read then is live after the longest operation.
    is_over = await off_loop(context.journal.now) >= context.proved_from
    found = await look_back(context, call.access, call.task, call.operation)
    if found.is_settled:
        return await _end(call, State.DONE, f"it was done: {TOLD}")
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
    context, before = call.context, None
    for attempt, pause in enumerate(pauses(context.clock.rng), start=1):
        try:
            before = await check(context, call.access, call.task, call.number)
        except ReconcilerError as error:
            state = State.STALE if isinstance(error, StalePlan) else State.FAILED
            message = f"{error}; nothing was {'sent' if attempt == 1 else 'changed'}"
            return await _end(call, state, message, error)
        if attempt == 1 and (held := await withheld()):
            return held
        try:
            await _sent(call, before)
        except RateLimited as error:
            asked = pause if error.asked is None else error.asked
            is_last = attempt == _ATTEMPTS or asked >= context.left
            if error.status is None or is_last:
                return await _end(call, State.FAILED, f"{error}; nothing was changed", error)
            context.emit(
                Retrying(
                    source=call.task.name,
                    request=error.request,
                    reason="429 Too Many Requests",
                    seconds=asked,
                )
            )
            await context.pause(asked)
            # That a 429 changed nothing is inferred: it is looked at first.
            if (await look(context, call.access, call.task, call.operation)).is_settled:
                return await _end(call, State.DONE, TOLD)
        except BackendError as error:
            return await _refused(call, error)
        else:
            return await _judged(call)
    raise AssertionError("pauses never end")


async def _sent(call: _Call, before: dict[str, object]) -> None:
    """Send the operation once, its intent durable before a byte goes."""
    context, access, task = call.context, call.access, call.task
    lease = writing_lease(task.ref.workspace_id, call.operation.object.schema_id)
    intended: str | None = None

    def write_intent() -> tuple[datetime, str]:
        at = context.journal.now()
        stamp = stamped(at)

        context.journal.schema_operations.intend(
            call.record.id,
            at=stamp,
            before=before,
            checks=(
                lambda db: context.locks.leases.check(db, task.name),
                lambda db: access.locks.leases.check(db, lease),
            ),
        )
        return at, stamp

    async def intend() -> None:
        nonlocal intended
        at, intended = await off_loop(write_intent)
        if context.flight.sent_at is None:
            method = call.operation.method
            context.emit(Sending(source=task.name, method=method, what=call.operation.text))
        context.flight.sent_at = at

    def fence() -> None:
        context.locks.check(task.name)
        access.locks.check(lease)

    try:
        workspace = task.ref.workspace_id or ""
        await access.backend.send(workspace, call.operation, fence=fence, before=intend)
    except (LeaseLost, RateLimited):
        # Nothing went out, or nothing was taken: it has not started.
        context.flight.sent_at = None
        # Unless whoever has the lease by now has settled it.
        if intended is not None:
            calls = context.journal.schema_operations
            with contextlib.suppress(JournalError):
                await off_loop(calls.put_back, call.record.id, sent_at=intended)
        raise


async def _refused(call: _Call, error: BackendError) -> _Ended:
    """Return how an operation ended that was not answered with a 2xx."""
    context = call.context
    if isinstance(error, Unauthorized):
        call.access.denied.append(error)
        return await _end(call, State.FAILED, f"{error}; nothing was changed", error)
    if not error.sent and error.status is None:
        return await _end(call, State.FAILED, f"{error}; nothing was sent", error)
    if not error.sent:
        # Read back once, all the same; a 404 may also mean that somebody else did it.
        found = await look(context, call.access, call.task, call.operation)
        if found.is_settled:
            return await _end(call, State.DONE, f"answered {error.status}, and yet {TOLD}")
        why = "; it is not there, or the schema credential may not change it"
        told = why if isinstance(error, NotFound) else ""
        return await _end(call, State.FAILED, f"{error}{told}; nothing was changed", error)
    found = await look_back(context, call.access, call.task, call.operation)
    if found.is_settled:
        return await _end(call, State.DONE, TOLD)
    why = f"{error}; {found.why}; {resume_from(context.proved_from)}"
    return await _end(call, State.UNKNOWN, why, error)


async def _judged(call: _Call) -> _Ended:
    """Return how an operation ended that was answered with a 2xx: by reading back alone."""
    context = call.context
    found = await look_back(context, call.access, call.task, call.operation)
    if found.is_settled:
        return await _end(call, State.DONE, TOLD)
    if found.error is None and found.lag_is_over:
        message = f"the API reported success, but {found.why}"
        return await _end(call, State.NOT_CONVERGED, message)
    why = f"the API reported success; {found.why}; {resume_from(context.proved_from)}"
    return await _end(call, State.UNKNOWN, why, found.error)


async def _end(
    call: _Call, state: State, message: str, error: ReconcilerError | None = None
) -> _Ended:
    """Journal how the operation ended, and return that.

    If the journal cannot be written, that is how it ended.
    """
    context = call.context
    try:
        at, calls = context.clock.stamp(), context.journal.schema_operations
        await off_loop(calls.end, call.record.id, state, at=at, message=message)
    except JournalError as failure:
        state = State.FAILED if context.flight.sent_at is None else State.UNKNOWN
        message, error = f"{message}; {failure}", failure
    operation = call.operation
    context.emit(
        SchemaOperationEnded(
            source=call.task.name,
            result=SchemaOperationResult(
                kind=operation.kind,
                method=operation.method,
                path=operation.path,
                element=operation.object.text,
                settles=tuple(map(str, operation.settles)),
                outcome=Outcome(state.value),
                message=message,
            ),
        )
    )
    return _Ended(state, message, error)
