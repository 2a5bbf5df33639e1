"""End an execution that somebody else began: a job that died leaves its source RUNNING.

Its links stand in the config status, so nobody has to know its id
(api.md#ending-somebody-elses-execution). It may be alive: it is looked at twice, and whoever ends
it is told whether it moved, or that its status cannot be read: that must not keep it alive.
"""

from reconciler.applying.clock import pauses
from reconciler.applying.off_loop import off_loop
from reconciler.assets.bounds import BRIEF_SECONDS
from reconciler.backend.import_sources import ExecutionLinks, ExecutionStatus
from reconciler.command_line import command_line
from reconciler.errors import (
    BackendError,
    NotFound,
    ReconcilerError,
    Rejected,
    TimedOut,
    Unavailable,
)
from reconciler.ingest.context import IngestPorts
from reconciler.ingest.execution_start import has_ended_meanwhile
from reconciler.ingest.task import source_of
from reconciler.model.source import ConfigStatus, SourceRef
from reconciler.outcome.results import IngestEnding, IngestReport
from reconciler.value import Value

# Between the two looks. An importer that lives sends, or is processed, more often than that.
LOOK_SECONDS = 5.0


class ForeignExecution(Value):
    """An execution of *source* that runs, as it was found twice, *watched* seconds apart.

    An error says why its status could not be read.
    """

    source: SourceRef
    links: ExecutionLinks
    first: ExecutionStatus | BackendError
    second: ExecutionStatus | BackendError
    watched: float

    @property
    def moves(self) -> bool:
        """Whether it went on in between."""
        return self.first != self.second


async def find_foreign(ports: IngestPorts, source: SourceRef) -> ForeignExecution | None:
    """Return the execution that runs on *source*, None if none does.

    Raises ReconcilerError if the API shows no way to end it, and whatever the backend raises.
    """
    ports = ports.within(BRIEF_SECONDS + LOOK_SECONDS)
    running = await ports.backend.running_import(source)
    if running is None:
        return None
    if running.links is None:
        raise _cannot_be_ended(source)
    first = second = await _status(ports, source, running.links)
    if isinstance(first, ExecutionStatus):
        await ports.clock.sleep(LOOK_SECONDS)
        second = await _status(ports, source, running.links)
    return ForeignExecution(
        source=source, links=running.links, first=first, second=second, watched=LOOK_SECONDS
    )


async def _status(
    ports: IngestPorts, source: SourceRef, links: ExecutionLinks
) -> ExecutionStatus | BackendError:
    try:
        return await ports.backend.execution_status(source, links)
    except BackendError as error:
        return error


async def end_foreign(ports: IngestPorts, found: ForeignExecution) -> IngestReport:
    """Cancel the execution *found*, and return once its source is free.

    What this journal has open of the source is settled. Raises ReconcilerError if the API refuses
    or it runs on, TimedOut if the source stays RUNNING, JournalError, and whatever the backend
    raises.
    """
    source, note = found.source, "the execution was cancelled; what it had imported stays"
    try:
        await ports.within(BRIEF_SECONDS).backend.cancel_execution(source, found.links)
    except (Rejected, NotFound) as error:
        if await _runs(ports.within(BRIEF_SECONDS), source):
            raise _cannot_be_ended(source) from error
        note = "it had ended already"
    except Unavailable as error:
        if await _runs(ports.within(BRIEF_SECONDS), source):
            raise ReconcilerError(
                f"it was not cancelled, its source is still RUNNING: {error}",
                hint=f"{command_line('ingest cancel --foreign', source.name)}  tries again",
            ) from error
        note = f"its source is free again: it was cancelled, or had ended ({error})"
    ports = ports.within(BRIEF_SECONDS)
    await _until_free(ports, source)
    for record in await off_loop(ports.ingestions.open_ones, [source.name]):
        if source_of(record) == source:
            await has_ended_meanwhile(ports, record)
    return IngestReport(source=source.name, ending=IngestEnding.CANCELLED, note=note)


async def _runs(ports: IngestPorts, source: SourceRef) -> bool:
    return await ports.backend.config_status(source) is ConfigStatus.RUNNING


async def _until_free(ports: IngestPorts, source: SourceRef) -> None:
    began = ports.clock.monotonic()
    for pause in pauses(ports.clock.rng):
        if not await _runs(ports, source):
            return
        if ports.clock.monotonic() - began + pause > BRIEF_SECONDS:
            break
        await ports.clock.sleep(pause)
    raise TimedOut(
        f"the execution of {source.name} was cancelled, and its source is still RUNNING",
        hint=f"{command_line('ingest status --watch', source.name)}  waits for its end",
    )


def _cannot_be_ended(source: SourceRef) -> ReconcilerError:
    return ReconcilerError(
        f"what runs on {source.name} cannot be cancelled: all its data were sent, or it is no "
        "import of data",
        hint=f"{command_line('ingest status --watch', source.name)}  waits for its end",
    )
