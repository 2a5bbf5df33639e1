"""The status of an execution, polled until it is the expected one (api.md#results)."""

from collections.abc import Callable

from reconciler.applying.clock import pauses
from reconciler.backend.import_sources import ExecutionStatus
from reconciler.backend.requests import LAST_LOOK_SECONDS
from reconciler.command_line import command_line
from reconciler.errors import RateLimited, TimedOut, Unavailable, UnreadableAnswer
from reconciler.ingest.context import IngestPorts
from reconciler.ingest.task import IngestTask
from reconciler.outcome.events import Watched
from reconciler.outcome.imports import ENDED

INGESTING = "INGESTING"
PROCESSING = "PROCESSING"


async def status_when(
    ports: IngestPorts, task: IngestTask, reached: Callable[[str], bool], *, patience: float
) -> ExecutionStatus:
    """Return the status of the execution of *task* once *reached* accepts it.

    A failed request says nothing about the execution: the status is requested again.
    Raises TimedOut after *patience* seconds, and permanent errors of the backend.
    """
    ports = ports.within(patience, grace=LAST_LOOK_SECONDS)
    began = ports.clock.monotonic()
    trouble: Exception | None = None
    for pause in pauses(ports.clock.rng):
        elapsed = ports.clock.monotonic() - began
        try:
            status = await ports.backend.execution_status(task.source, task.execution)
        except (Unavailable, RateLimited, UnreadableAnswer) as error:
            trouble = error
        else:
            trouble = None
            ports.emit(Watched(source=task.name, status=status.status, elapsed=elapsed))
            if reached(status.status):
                return status
        if elapsed >= patience:
            break
        await ports.clock.sleep(min(pause, patience - elapsed))
    why = "" if trouble is None else f": {trouble}"
    raise TimedOut(
        f"the execution had not gone on after {patience:g} s{why}",
        hint=f"{command_line('ingest status', task.name)} shows its progress; "
        f"{command_line('ingest resume', task.name)} follows it",
    ) from trouble


def takes_data_or_ended(status: str) -> bool:
    """Return whether data may be posted, or never again: only INGESTING accepts them (reported)."""
    return status in {INGESTING, PROCESSING} or has_ended(status)


def has_ended(status: str) -> bool:
    """Return whether an execution of this status is over."""
    return status in ENDED
