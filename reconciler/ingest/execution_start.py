"""Begin an execution: no other execution of the source is open, and the intent is journalled.

Conflicts are explained: the API's errorCode in words, and what to do about it. The four codes
are documented, their meaning is not (api.md#conflicts). That INVALID_IMPORT_MODULE_KEY means a
source of another kind is our reading of the words.
"""

import contextlib

from reconciler.applying.off_loop import off_loop
from reconciler.assets.bounds import BRIEF_SECONDS
from reconciler.command_line import command_line
from reconciler.errors import BackendError, Conflict, JournalError, NotFound, ReconcilerError
from reconciler.ingest.context import IngestPorts
from reconciler.ingest.stop import race_with_stop
from reconciler.ingest.task import IngestTask, source_of
from reconciler.model.source import ConfigStatus, SourceRef
from reconciler.outcome.imports import DONE, ImportResult, counts_of, import_result
from reconciler.outcome.ingestions import Ingestion, IngestionRecord, IngestState

_LONGEST_CODE = 60
_IN_PROGRESS = "IN_PROGRESS"


def _explained(code: str, source: str) -> tuple[str, str]:
    """Return what *code* means, and what to do about it."""
    match code:
        case "MISSING_MAPPING":
            return "it has no mapping yet", command_line("apply", source)
        case "IN_PROGRESS":
            return (
                "another execution is running",
                (
                    f"{command_line('ingest status --watch', source)}  waits for its end;\n"
                    f"{command_line('ingest cancel --foreign', source)}  ends one that is stuck"
                ),
            )
        case "DISABLED":
            return (
                "the import source is disabled",
                "enable it in Assets, in the import settings of its object schema",
            )
        case "INVALID_IMPORT_MODULE_KEY":
            return (
                "the import source does not take data from outside",
                "check importSourceId: only an external import takes data through this API",
            )
        case _:
            return (
                "the API refused to begin, and the reason is not documented",
                f"{command_line('status', source)}  shows config status and latest execution",
            )


def explain_conflict(conflict: Conflict, source: str, *, by: str | None = None) -> Conflict:
    """Return *conflict*, raised when starting an execution of *source*, with its explanation.

    *by* says whose execution is in the way, if known. Code, request and raw answer stay
    unchanged.
    """
    why, hint = _explained(conflict.code, source)
    whose = f", begun by {by}" if by and conflict.code == _IN_PROGRESS else ""
    code = conflict.code if len(conflict.code) <= _LONGEST_CODE else "an errorCode without end"
    return Conflict(
        f"no data were sent to {source}: {why}{whose} ({code})",
        request=conflict.request,
        code=conflict.code,
        raw=conflict.raw,
        hint=hint,
    )


# Config statuses in which a start would be refused, and the code of the refusal.
_CANNOT_BEGIN = {
    ConfigStatus.MISSING_MAPPING: "MISSING_MAPPING",
    ConfigStatus.DISABLED: "DISABLED",
    ConfigStatus.RUNNING: "IN_PROGRESS",
}
# Executions that the journal knows have been looked for before.
_SOMEBODY = "somebody of whom this journal does not know"


async def check_free(ports: IngestPorts, source: SourceRef) -> None:
    """Return if an execution of *source* can begin, as far as that is known in advance.

    Raises ReconcilerError if an ingestion of it is still open, Conflict with its explanation,
    and whatever the backend raises.
    """
    for record in await off_loop(ports.ingestions.open_ones, [source.name]):
        # The name may have been bound to another import source before.
        if source_of(record) == source and not await has_ended_meanwhile(ports, record):
            raise still_open(record)
    status = await ports.backend.config_status(source)
    if (code := _CANNOT_BEGIN.get(status)) is not None:
        found = Conflict(
            f"the config status of {source.name} is {status}",
            request=f"GET configstatus ({source.name})",
            code=code,
        )
        raise explain_conflict(found, source.name, by=_SOMEBODY)


async def begin(ports: IngestPorts, source: SourceRef, ingestion: Ingestion) -> IngestTask:
    """Begin an execution of *source* and return it, its links in the journal.

    Only a second request to stop interrupts before the links are known (Stopped). Raises
    whatever the backend raises, Conflict with its explanation, and JournalError.
    """
    at, runner = ports.clock.stamp(), ports.runner.name
    number = await off_loop(ports.ingestions.begin, source, ingestion, at=at, runner=runner)
    try:
        execution = await race_with_stop(
            ports.stop.forced,
            ports.backend.start_execution(source),
            note="an execution may have begun whose links are not known; "
            f"{command_line('ingest status', source.name)} tells",
        )
    except Conflict as error:
        await _never_began(ports, number, error)
        raise explain_conflict(error, source.name, by=_SOMEBODY) from error
    except BackendError as error:
        if not error.sent:
            await _never_began(ports, number, error)
        raise
    try:
        await off_loop(ports.ingestions.started, number, execution)
    except JournalError:
        # Without links in the journal nobody could resume or cancel it later.
        with contextlib.suppress(BackendError):
            await ports.within(BRIEF_SECONDS).backend.cancel_execution(source, execution)
        raise
    return IngestTask(number=number, source=source, ingestion=ingestion, execution=execution)


async def has_ended_meanwhile(ports: IngestPorts, record: IngestionRecord) -> bool:
    """Return whether the execution of *record* is over; if so, record that in the journal.

    Without links, the latest execution of the source is checked instead. An execution that the
    API does not know (any more) is over.
    """
    found = await _found(ports, record)
    if found is not None and not found.is_ended:
        return False
    if record.execution is None:
        state = IngestState.FAILED
    elif found is None or found.status != DONE:
        state = IngestState.CANCELLED
    else:
        state = IngestState.DONE if found.is_imported else IngestState.FAILED
    message = "gone from the API"
    if found is not None:
        message = ", ".join(filter(None, (f"found as {found.status} afterwards", counts_of(found))))
    await off_loop(ports.ingestions.end, record.id, state, at=ports.clock.stamp(), message=message)
    return True


async def _found(ports: IngestPorts, record: IngestionRecord) -> ImportResult | None:
    source = source_of(record)
    if record.execution is None:
        latest = await ports.backend.latest_execution(source)
        return None if latest is None else import_result(latest.status, latest.progress_result)
    try:
        status = await ports.backend.execution_status(source, record.execution)
    except NotFound:
        return None
    return import_result(status.status, status.progress_result)


def still_open(record: IngestionRecord) -> ReconcilerError:
    """Return the error for a source whose ingestion *record* is open."""
    name = record.source
    begun = f"an ingestion of {name}, begun by {record.runner} at {record.started_at},"
    if record.execution is None:
        return ReconcilerError(
            f"{begun} may have started an execution whose links nobody knows",
            hint=f"{command_line('ingest status --watch', name)}  waits for its end;\n"
            f"{command_line('ingest cancel --foreign', name)}  ends it",
        )
    return ReconcilerError(
        f"{begun} has not ended",
        hint=f"{command_line('ingest resume', name)} goes on with it, "
        f"{command_line('ingest cancel', name)} ends it",
    )


async def _never_began(ports: IngestPorts, number: int, error: BackendError) -> None:
    await off_loop(
        ports.ingestions.end,
        number,
        IngestState.FAILED,
        at=ports.clock.stamp(),
        message=str(error),
    )
