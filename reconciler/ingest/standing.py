"""Where an execution stands, asked until it stands where it should (api.md#results)."""

from collections.abc import Callable

from reconciler.applying.clock import pauses
from reconciler.backend import ExecutionStatus
from reconciler.errors import RateLimited, TimedOut, Unavailable, UnreadableAnswer
from reconciler.ingest.ports import Ports
from reconciler.ingest.task import Task
from reconciler.ingest.told_commands import ingest as told
from reconciler.outcome.import_result import ENDED
from reconciler.outcome.ingest_events import Watched

INGESTING = "INGESTING"
PROCESSING = "PROCESSING"


async def status_when(
    ports: Ports, task: Task, reached: Callable[[str], bool], *, patience: float
) -> ExecutionStatus:
    """Return the status of the execution of *task* once *reached* says that it is there.

    An answer that did not come says nothing about the execution: it is asked for again.
    Raises TimedOut after *patience* seconds, and what *backend* raises that will not pass.
    """
    began = ports.clock.monotonic()
    trouble: Exception | None = None
    for pause in pauses(ports.clock.rng):
        elapsed = ports.clock.monotonic() - began
        try:
            status = await ports.backend.execution_status(task.source, task.execution)
        except (Unavailable, RateLimited, UnreadableAnswer) as error:
            trouble = error
        else:
            ports.emit(Watched(source=task.name, status=status.status, elapsed=elapsed))
            if reached(status.status):
                return status
        if elapsed >= patience:
            break
        await ports.clock.sleep(min(pause, patience - elapsed))
    raise TimedOut(
        f"the execution had not gone on after {patience:g} s",
        hint=f"{told('status', task.name)} tells how it goes on; "
        f"{told('resume', task.name)} follows it",
    ) from trouble


def takes_data_or_ended(status: str) -> bool:
    """Return whether data may be posted, or never again: only INGESTING takes them (reported)."""
    return status in {INGESTING, PROCESSING} or has_ended(status)


def has_ended(status: str) -> bool:
    """Return whether an execution of this status is over."""
    return status in ENDED
