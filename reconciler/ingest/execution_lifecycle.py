"""An execution from its links to its end, for a run that began it or resumes it.

Data are sent, completed, and followed. Permanent failures end the execution, temporary ones
leave it open, and a request to stop cancels it (api.md#posting-data).
"""

import asyncio
import logging
from collections.abc import Callable

from reconciler.applying.off_loop import off_loop
from reconciler.applying.stop import ended_or_set
from reconciler.assets.bounds import BRIEF_SECONDS
from reconciler.backend.import_sources import Backend, ExecutionStatus
from reconciler.command_line import command_line
from reconciler.errors import (
    BackendError,
    Forbidden,
    JournalError,
    NotFound,
    RateLimited,
    ReconcilerError,
    TimedOut,
    Unauthorized,
    Unavailable,
)
from reconciler.ingest.context import IngestPorts
from reconciler.ingest.execution_status import (
    INGESTING,
    has_ended,
    status_when,
    takes_data_or_ended,
)
from reconciler.ingest.options import IngestOptions
from reconciler.ingest.task import IngestTask
from reconciler.ingest.upload import ChunkUpload, post
from reconciler.outcome.events import DataComplete, IngestStarted, IngestStopping
from reconciler.outcome.imports import Count, ImportResult, counts_of, import_result
from reconciler.outcome.ingestions import IngestState
from reconciler.outcome.results import IngestEnding, IngestReport

# Of an error of the API in the journal.
_LONGEST_REASON = 400

_log = logging.getLogger(__name__)

# Temporary failures: the execution stays open, to be resumed.
_PASSES = (Unavailable, RateLimited, Unauthorized, Forbidden, TimedOut)


async def run_execution(
    ports: IngestPorts, task: IngestTask, options: IngestOptions
) -> IngestReport:
    """Do the rest of *task*, or cancel it if the run is asked to stop.

    After `completed` nothing can be cancelled (reported): the execution continues without us.
    """
    course = _ExecutionLifecycle(ports, task, options)
    work = asyncio.create_task(course.run())
    try:
        await ended_or_set(work, ports.stop.asked)
    finally:
        work.cancel()
    await asyncio.wait({work})
    return await course.interrupted() if work.cancelled() else work.result()


class _ExecutionLifecycle:
    """The lifecycle of one execution."""

    def __init__(self, ports: IngestPorts, task: IngestTask, options: IngestOptions) -> None:
        self._ports = ports
        self._task = task
        self._options = options
        self._began = ports.clock.monotonic()
        self._sending = ChunkUpload(ports, task, timeout=options.timeout)
        self._is_complete = False

    async def run(self) -> IngestReport:
        try:
            return await self._run()
        except _PASSES as error:
            return self._report(IngestEnding.OPEN, error=error, note=_open_note(self._task.name))
        except ReconcilerError as error:
            return await self._failed(error)

    async def interrupted(self) -> IngestReport:
        """Cancel the execution unless `completed` was sent; a second signal leaves it open."""
        self._ports.emit(IngestStopping(source=self._task.name, cancels=not self._is_complete))
        stopping = asyncio.ensure_future(self._stopped())
        await ended_or_set(stopping, self._ports.stop.forced)
        if stopping.done():
            note = stopping.result()
        else:
            stopping.cancel()
            note = f"stopped at once; {_open_note(self._task.name)}"
        return self._report(IngestEnding.INTERRUPTED, note=note)

    async def _run(self) -> IngestReport:
        status = await self._status_when(takes_data_or_ended)
        if status.status == INGESTING:
            if not self._task.is_sent:
                await self._send()
            await self._complete()
        self._is_complete = True
        return await self._ended(await self._status_when(has_ended))

    async def _send(self) -> None:
        entries = self._task.ingestion.entries
        self._ports.emit(IngestStarted(source=self._task.name, entries=entries))
        await self._sending.all(parallelism=self._options.parallelism)

    async def _complete(self) -> None:
        """Report that all data were sent. If the answer is lost, the status decides."""
        self._is_complete = True
        await off_loop(self._ports.ingestions.move, self._task.number, IngestState.COMPLETING)
        try:
            completed = {"completed": True}
            await post(self._ports, self._task, completed, seconds=self._options.timeout)
        except BackendError:
            if (await self._status_now()).status == INGESTING:
                raise
        await off_loop(self._ports.ingestions.move, self._task.number, IngestState.PROCESSING)
        self._ports.emit(
            DataComplete(source=self._task.name, done=self._sending.done, elapsed=self._elapsed)
        )

    async def _ended(self, status: ExecutionStatus) -> IngestReport:
        result = import_result(status.status, status.progress_result)
        if status.status != "DONE":
            await self._end(IngestState.CANCELLED, "cancelled elsewhere")
            return self._report(
                IngestEnding.CANCELLED,
                result=result,
                error=ReconcilerError("the execution was cancelled, not by this run"),
            )
        if not result.is_imported:
            first = [error[:_LONGEST_REASON] for error in result.errors[:1]]
            await self._end(IngestState.FAILED, ": ".join(("the import failed", *first)))
            error = ReconcilerError("the import failed, for the reason above")
            return self._report(IngestEnding.FAILED, result=result, error=error)
        await self._end(IngestState.DONE, counts_of(result) or "nothing counted")
        if result.has_errors:
            return self._report(
                IngestEnding.WITH_ERRORS, result=result, error=_with_errors(self._task.name, result)
            )
        return self._report(IngestEnding.DONE, result=result)

    async def _failed(self, error: ReconcilerError) -> IngestReport:
        """Report to the API that the ingestion failed and why, and end the execution."""
        try:
            status = await self._status_now()
            if has_ended(status.status):
                # Somebody ended it: the refusal was not the fault of the data.
                return await self._ended(status)
            note = await self._give_up(str(error))
        except NotFound:
            await self._end(IngestState.FAILED, "the execution is gone")
            note = "the API no longer knows the execution"
        except BackendError as unheard:
            _log.warning("the failure of %s could not be reported: %s", self._task.name, unheard)
            return self._report(IngestEnding.OPEN, error=error, note=_open_note(self._task.name))
        return self._report(IngestEnding.FAILED, error=error, note=note)

    async def _give_up(self, why: str) -> str:
        """Record the failure, cancel an execution that goes on, and return what became of it."""
        note = "its failure is in the import's history"
        try:
            await self._briefly.record_failure(self._task.source, self._task.execution, why)
        except BackendError as error:
            _log.warning("the failure could not be recorded: %s", error)
            note = "its failure could not be recorded"
        if not has_ended((await self._status_now()).status):
            await self._briefly.cancel_execution(self._task.source, self._task.execution)
        await self._end(IngestState.FAILED, why)
        return f"the execution was ended, nothing is imported, and {note}"

    async def _stopped(self) -> str:
        """Cancel the execution if that is still possible; return what happens to it."""
        try:
            # Only the API knows whether it received `completed`.
            if self._is_complete and (await self._status_now()).status != INGESTING:
                return f"all data were sent, and Assets goes on with them; {_look(self._task.name)}"
            await self._briefly.cancel_execution(self._task.source, self._task.execution)
        except BackendError as error:
            return f"the execution could not be cancelled ({error}); {_open_note(self._task.name)}"
        await self._end(IngestState.CANCELLED, "cancelled by an interruption")
        return "the execution was cancelled, and nothing is imported"

    async def _end(self, state: IngestState, message: str) -> None:
        try:
            await off_loop(
                self._ports.ingestions.end,
                self._task.number,
                state,
                at=self._ports.clock.stamp(),
                message=message,
            )
        except JournalError as error:
            # The next run will read the status from the API.
            _log.warning("%s", error)

    async def _status_now(self) -> ExecutionStatus:
        return await self._briefly.execution_status(self._task.source, self._task.execution)

    @property
    def _briefly(self) -> Backend:
        """The backend for one call beside the work."""
        return self._ports.within(BRIEF_SECONDS).backend

    async def _status_when(self, reached: Callable[[str], bool]) -> ExecutionStatus:
        return await status_when(self._ports, self._task, reached, patience=self._options.timeout)

    def _report(
        self,
        ending: IngestEnding,
        *,
        result: ImportResult | None = None,
        error: ReconcilerError | None = None,
        note: str | None = None,
    ) -> IngestReport:
        return IngestReport(
            source=self._task.name,
            ending=ending,
            sent=self._sending.done,
            seconds=self._elapsed,
            result=result,
            error=error,
            note=note,
        )

    @property
    def _elapsed(self) -> float:
        return self._ports.clock.monotonic() - self._began


def _with_errors(source: str, result: ImportResult) -> ReconcilerError:
    failed = result.total(Count.FAILED)
    what = f"with {failed} failed" if failed else "with errors"
    return ReconcilerError(
        f"imported {what}: not as the data say",
        hint=f"correct the data, or the mapping ({command_line('preview SOURCE DATA')}), and run "
        f"it again; {command_line('ingest status', source)} shows the counts",
    )


def _look(source: str) -> str:
    return f"{command_line('ingest status', source)} shows its progress"


def _open_note(source: str) -> str:
    return (
        f"the execution is open still: {command_line('ingest resume', source)} goes on with it, "
        f"{command_line('ingest cancel', source)} ends it"
    )
