"""Begin an execution: nothing else of the source is open, and the intent is in the journal."""

from reconciler.applying.ingestion_record import Ingestion, IngestionRecord, IngestState
from reconciler.errors import BackendError, Conflict, NotFound, ReconcilerError
from reconciler.ingest.conflicts import explained
from reconciler.ingest.ports import Ports
from reconciler.ingest.standing import has_ended
from reconciler.ingest.stopping import unless
from reconciler.ingest.task import Task, source_of
from reconciler.model.source import ConfigStatus, SourceRef

# Config statuses with which a start would be refused, and the code of that.
_CANNOT_BEGIN = {
    ConfigStatus.MISSING_MAPPING: "MISSING_MAPPING",
    ConfigStatus.DISABLED: "DISABLED",
    ConfigStatus.RUNNING: "IN_PROGRESS",
}
# Whom the journal knows has been looked for before.
_SOMEBODY = "somebody of whom this journal does not know"


async def check_free(ports: Ports, source: SourceRef) -> None:
    """Return if an execution of *source* can begin, as far as is known beforehand.

    Raises ReconcilerError where an ingestion of it is open still, Conflict, explained, and
    whatever the backend raises.
    """
    for record in ports.ingestions.open_ones([source.name]):
        if not await has_ended_meanwhile(ports, record):
            raise still_open(record)
    status = await ports.backend.config_status(source)
    if (code := _CANNOT_BEGIN.get(status)) is not None:
        found = Conflict(
            f"the config status of {source.name} is {status}",
            request=f"GET configstatus ({source.name})",
            code=code,
        )
        raise explained(found, source.name, by=_SOMEBODY)


async def begin(ports: Ports, source: SourceRef, ingestion: Ingestion) -> Task:
    """Begin an execution of *source* and return it, its links in the journal.

    Only a second request to stop keeps us from learning them (Stopped). Raises whatever the
    backend raises, Conflict with its reason explained, and JournalError.
    """
    at, runner = ports.clock.stamp(), ports.runner.name
    number = ports.ingestions.begin(source, ingestion, at=at, runner=runner)
    try:
        execution = await unless(
            ports.stop.forced,
            ports.backend.start_execution(source),
            note="an execution may have begun whose links are not known; "
            f"reconciler ingest status {source.name} tells",
        )
    except Conflict as error:
        _never_began(ports, number, error)
        raise explained(error, source.name, by=_SOMEBODY) from error
    except BackendError as error:
        if not error.sent:
            _never_began(ports, number, error)
        raise
    ports.ingestions.started(number, execution)
    return Task(number=number, source=source, ingestion=ingestion, execution=execution)


async def has_ended_meanwhile(ports: Ports, record: IngestionRecord) -> bool:
    """Return whether the execution of *record* is over, and note it in the journal then.

    Without links, the latest execution of the source stands for it. One that the API does
    not know (any more) is over.
    """
    status = await _status_of(ports, record)
    if status is not None and not has_ended(status):
        return False
    state = IngestState.DONE if status == "DONE" else IngestState.CANCELLED
    if record.execution is None:
        state = IngestState.FAILED
    message = "gone from the API" if status is None else f"found as {status} afterwards"
    ports.ingestions.end(record.id, state, at=ports.clock.stamp(), message=message)
    return True


async def _status_of(ports: Ports, record: IngestionRecord) -> str | None:
    source = source_of(record)
    if record.execution is None:
        latest = await ports.backend.latest_execution(source)
        return latest.status if latest is not None else None
    try:
        return (await ports.backend.execution_status(source, record.execution)).status
    except NotFound:
        return None


def still_open(record: IngestionRecord) -> ReconcilerError:
    """Return the error for a source of which *record* is open."""
    name = record.source
    begun = f"an ingestion of {name}, begun by {record.runner} at {record.started_at},"
    if record.execution is None:
        return ReconcilerError(
            f"{begun} may have started an execution whose links nobody knows",
            hint="wait until it ends, or cancel it in Assets; "
            f"reconciler ingest status {name} tells how it goes",
        )
    return ReconcilerError(
        f"{begun} has not ended",
        hint=f"reconciler ingest resume {name} goes on with it, "
        f"reconciler ingest cancel {name} ends it",
    )


def _never_began(ports: Ports, number: int, error: BackendError) -> None:
    ports.ingestions.end(number, IngestState.FAILED, at=ports.clock.stamp(), message=str(error))
