"""Uploads the chunks of an ingestion: several at once, each repeated until the API has it."""

import asyncio
import logging
from collections.abc import Mapping
from itertools import islice
from typing import Any

from reconciler.applying.clock import pauses
from reconciler.applying.off_loop import off_loop
from reconciler.assets.bounds import BRIEF_SECONDS
from reconciler.backend.requests import Deadline
from reconciler.data.coverage import no_entry_hint, nothing_read
from reconciler.errors import BackendError, DataError
from reconciler.ingest.chunks import Chunk
from reconciler.ingest.context import IngestPorts
from reconciler.ingest.data_files import chunks_of
from reconciler.ingest.task import IngestTask
from reconciler.outcome.events import ChunkTaken, Retrying

_log = logging.getLogger(__name__)

# A chunk that may have arrived is sent again under the same id, which presumably makes that
# harmless (api.md#repeated-chunks, inferred).
MOST_RESENDINGS = 5
# Seconds between two progress reports to the API, which shows them to people.
REPORT_SECONDS = 2.0


class ChunkUpload:
    """The upload of one execution's chunks; `done` counts the entries that the API has."""

    def __init__(self, ports: IngestPorts, task: IngestTask, *, timeout: float) -> None:
        """Send nothing yet; each chunk will have *timeout* seconds."""
        self.done = 0
        self._ports = ports
        self._task = task
        self._timeout = timeout
        self._began = self._reported = ports.clock.monotonic()

    async def all(self, *, parallelism: int) -> None:
        """Send what the API does not have yet, at most *parallelism* chunks at once.

        Raises DataError if the data have changed or there are none, JournalError, and permanent
        errors of the backend.
        """
        free = asyncio.Semaphore(parallelism)
        try:
            async with asyncio.TaskGroup() as group:
                for chunk in chunks_of(self._task.ingestion, execution=self._task.execution.cancel):
                    if not self._is_there(chunk):
                        # The next chunk is not even read before there is room for it.
                        await free.acquire()
                        sent = group.create_task(self._send(chunk))
                        sent.add_done_callback(lambda _: free.release())
        except ExceptionGroup as failed:
            # The first failure says why; the others have the same cause.
            raise failed.exceptions[0] from None
        if not self.done:  # of standard input, which nobody could read before
            raise nothing_read(no_entry_hint(self._task.ingestion.roots))
        await self._report()

    def _is_there(self, chunk: Chunk) -> bool:
        """Return whether the API has *chunk*. Raises DataError if it has a different one."""
        sent = self._task.sent.get(chunk.number)
        if sent is None:
            return False
        if sent != chunk.client_id:
            raise DataError(
                f"the data from {chunk.first} to {chunk.last} are not those that were sent before"
            )
        self.done += chunk.entries
        return True

    async def _send(self, chunk: Chunk) -> None:
        """Send *chunk*, and record that the API has it."""
        task = self._task
        body = {"data": chunk.data, "clientGeneratedId": chunk.client_id}
        await post(self._ports, task, body, seconds=self._timeout)
        await off_loop(
            self._ports.ingestions.chunk_taken, task.number, chunk.number, chunk.client_id
        )
        self.done += chunk.entries
        now = self._ports.clock.monotonic()
        self._ports.emit(
            ChunkTaken(
                source=task.name,
                done=self.done,
                entries=task.ingestion.entries,
                elapsed=now - self._began,
            )
        )
        if now - self._reported >= REPORT_SECONDS:
            self._reported = now
            await self._report()

    async def _report(self) -> None:
        """Report the progress to the API; errors of that do not concern the data."""
        total = self._task.ingestion.entries
        report = {
            "steps": {"total": 1, "current": 1, "description": "Sending data"},
            "objects": {
                "total": self.done if total is None else total,
                "processed": self.done,
            },
        }
        try:
            await self._ports.within(BRIEF_SECONDS).backend.submit_progress(
                self._task.source, self._task.execution, report
            )
        except BackendError as error:
            _log.warning("the progress of %s could not be reported: %s", self._task.name, error)


async def post(
    ports: IngestPorts, task: IngestTask, body: Mapping[str, Any], *, seconds: float
) -> None:
    """Post *body* to the execution in *seconds*, again if it may not have arrived."""
    deadline = Deadline.after(seconds, ports.clock.monotonic)
    backend = ports.backend.with_deadline(deadline)
    waits = islice(pauses(ports.clock.rng), MOST_RESENDINGS)
    while True:
        try:
            return await backend.submit_data(task.source, task.execution, body)
        except BackendError as error:
            pause = next(waits, None)
            if not error.sent or pause is None or pause >= deadline.left():
                raise
            ports.emit(
                Retrying(source=task.name, request=error.request, reason=str(error), seconds=pause)
            )
            await ports.clock.sleep(pause)
