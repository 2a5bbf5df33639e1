"""Whole ingestions: run one, resume one that an earlier run left open, or cancel it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from reconciler.applying.off_loop import off_loop
from reconciler.assets.bounds import BRIEF_SECONDS
from reconciler.command_line import command_line
from reconciler.errors import (
    BackendError,
    DataError,
    NotFound,
    ReconcilerError,
    Rejected,
    Unavailable,
)
from reconciler.ingest.context import IngestPorts
from reconciler.ingest.data_files import check_unchanged
from reconciler.ingest.execution_lifecycle import run_execution
from reconciler.ingest.execution_start import begin, check_free, has_ended_meanwhile, still_open
from reconciler.ingest.options import IngestOptions
from reconciler.ingest.stop import Stopped, race_with_stop
from reconciler.ingest.task import ingest_ending, source_of, task_of
from reconciler.model.source import SourceRef
from reconciler.outcome.ingestions import OPEN, Ingestion, IngestionRecord, IngestState
from reconciler.outcome.results import IngestEnding, IngestReport


async def ingest(
    ports: IngestPorts, source: SourceRef, ingestion: Ingestion, options: IngestOptions
) -> IngestReport:
    """Send the data of *ingestion* to *source* in a new execution, and follow it.

    Raises ReconcilerError if no execution began; after that the report holds all errors.
    """
    asked, nothing = ports.stop.asked, "nothing was sent"
    async with contextlib.AsyncExitStack() as stack:
        try:
            locked = stack.enter_async_context(hold_lock(ports, source.name, options))
            await race_with_stop(asked, locked, note=nothing)
            soon = ports.within(options.timeout)
            await race_with_stop(asked, check_free(soon, source), note=nothing)
            task = await begin(soon, source, ingestion)
        except Stopped as stopped:
            return IngestReport(
                source=source.name, ending=IngestEnding.INTERRUPTED, note=stopped.note
            )
        return await run_execution(ports, task, options)


@contextlib.asynccontextmanager
async def hold_lock(ports: IngestPorts, source: str, options: IngestOptions) -> AsyncIterator[None]:
    """Hold the lock of *source*, which apply takes too, during the block. Raises Locked."""
    locks = ports.locks(options.lock_timeout)
    keeping = asyncio.create_task(locks.renew_forever())
    try:
        async with locks.hold(source):
            yield
    finally:
        keeping.cancel()


async def resume(
    ports: IngestPorts, record: IngestionRecord, options: IngestOptions
) -> IngestReport:
    """Send the chunks of *record* that the API does not have yet, and follow it to its end.

    Raises ReconcilerError if it cannot be resumed: another process is working on it, its links
    are unknown, or its data came from standard input.
    """
    async with contextlib.AsyncExitStack() as stack:
        try:
            locked = stack.enter_async_context(hold_lock(ports, record.source, options))
            await race_with_stop(ports.stop.asked, locked, note="nothing was sent")
        except Stopped as stopped:
            return IngestReport(
                source=record.source, ending=IngestEnding.INTERRUPTED, note=stopped.note
            )
        # The previous holder of the lock may have continued or ended it.
        record = await off_loop(ports.ingestions.record, record.id)
        if record.state not in OPEN:
            return IngestReport(
                source=record.source, ending=ingest_ending(record), note="it has ended meanwhile"
            )
        if record.execution is None:
            if not await has_ended_meanwhile(ports.within(options.timeout), record):
                raise still_open(record)
            return IngestReport(
                source=record.source,
                ending=IngestEnding.FAILED,
                note="it never began; run it again",
            )
        if record.state is IngestState.INGESTING:
            _check_data(record)
        return await run_execution(ports, task_of(record, record.execution), options)


def _check_data(record: IngestionRecord) -> None:
    """Raise DataError if the data cannot be sent again unchanged."""
    again = f"{command_line('ingest cancel', record.source)}, and run it again"
    if any(file.path is None for file in record.ingestion.files):
        raise DataError(
            f"the data of {record.source} came from standard input, and are gone", hint=again
        )
    try:
        check_unchanged(record.ingestion)
    except DataError as error:
        raise DataError(str(error), hint=f"put it back as it was; or {again}") from error


async def cancel(ports: IngestPorts, record: IngestionRecord) -> IngestReport:
    """Cancel the execution of *record*, even if another process is working on it.

    Raises ReconcilerError if that is impossible: its links are unknown, or the API refuses, as
    it does once all data were sent (reported).
    """
    source, whole = source_of(record), ports
    ports = whole.within(BRIEF_SECONDS)
    if record.execution is None:
        if not await has_ended_meanwhile(ports, record):
            raise still_open(record)
        return IngestReport(
            source=record.source, ending=IngestEnding.CANCELLED, note="it never began"
        )
    try:
        await ports.backend.cancel_execution(source, record.execution)
    except (Rejected, NotFound, Unavailable) as error:
        # Trying may have used up the time, and whether it has ended is to be told all the same.
        if not await has_ended_meanwhile(whole.within(BRIEF_SECONDS), record):
            raise _not_cancelled(record.source, error) from error
        return IngestReport(
            source=record.source,
            ending=ingest_ending(await off_loop(ports.ingestions.record, record.id)),
            note="it had ended already",
        )
    await off_loop(
        ports.ingestions.end,
        record.id,
        IngestState.CANCELLED,
        at=ports.clock.stamp(),
        message=f"cancelled by {ports.runner.name}",
    )
    return IngestReport(
        source=record.source,
        ending=IngestEnding.CANCELLED,
        note="the execution was cancelled, and nothing is imported",
    )


def _not_cancelled(source: str, error: BackendError) -> ReconcilerError:
    if isinstance(error, Unavailable):
        return ReconcilerError(
            f"the execution of {source} was not cancelled, it goes on: {error}",
            hint=f"{command_line('ingest cancel', source)} tries again",
        )
    return ReconcilerError(
        f"the execution of {source} cannot be cancelled any more: all its data were sent",
        hint=f"{command_line('ingest resume', source)} follows it to its end",
    )
