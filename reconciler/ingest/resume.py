"""Go on with an ingestion that an interrupted or killed run left open, or end it."""

import contextlib

from reconciler.applying.ingestion_record import IngestionRecord, IngestState
from reconciler.errors import DataError, ReconcilerError, Rejected
from reconciler.ingest.begin import has_ended_meanwhile, still_open
from reconciler.ingest.ports import Options, Ports
from reconciler.ingest.run import carry_on, held
from reconciler.ingest.standing import has_ended
from reconciler.ingest.stopping import Stopped, unless
from reconciler.ingest.task import source_of, task_of
from reconciler.outcome.ingest_report import IngestEnding, IngestReport


async def resume(ports: Ports, record: IngestionRecord, options: Options) -> IngestReport:
    """Send the chunks of *record* that the API has not taken yet, and follow it to its end.

    Raises ReconcilerError where it cannot be gone on with: another process is at it, its
    links are not known, or its data were on standard input.
    """
    async with contextlib.AsyncExitStack() as stack:
        try:
            locked = stack.enter_async_context(held(ports, record.source, options))
            await unless(ports.stop.asked, locked, note="nothing was sent")
        except Stopped as stopped:
            return _report(record, IngestEnding.INTERRUPTED, note=stopped.note)
        # Whoever held the lock may have gone on with it, or ended it.
        still = [r for r in ports.ingestions.open_ones([record.source]) if r.id == record.id]
        if not still:
            return _report(record, IngestEnding.DONE, note="it has ended meanwhile")
        (record,) = still
        if record.execution is None:
            if not await has_ended_meanwhile(ports, record):
                raise still_open(record)
            return _report(record, IngestEnding.FAILED, note="it never began; run it again")
        if record.state is IngestState.INGESTING and _was_piped(record):
            raise DataError(
                f"the data of {record.source} came from standard input, and are gone",
                hint=f"reconciler ingest cancel {record.source}, and run it again",
            )
        return await carry_on(ports, task_of(record, record.execution), options)


async def cancel(ports: Ports, record: IngestionRecord) -> IngestReport:
    """Cancel the execution of *record*, whoever is at it.

    Raises ReconcilerError where that cannot be done: its links are not known, or the API
    refuses, as it does once all data were sent (reported).
    """
    source = source_of(record)
    if record.execution is None:
        if not await has_ended_meanwhile(ports, record):
            raise still_open(record)
        return _report(record, IngestEnding.CANCELLED, note="it never began")
    try:
        await ports.backend.cancel_execution(source, record.execution)
    except Rejected as error:
        status = await ports.backend.execution_status(source, record.execution)
        if not has_ended(status.status):
            raise ReconcilerError(
                f"the execution of {record.source} is {status.status}, and cannot be cancelled "
                "any more: all its data were sent",
                hint=f"reconciler ingest resume {record.source} follows it to its end",
            ) from error
        await has_ended_meanwhile(ports, record)
        return _report(
            record,
            IngestEnding.CANCELLED if status.status == "CANCELLED" else IngestEnding.DONE,
            note=f"it had ended already: {status.status}",
        )
    ports.ingestions.end(
        record.id,
        IngestState.CANCELLED,
        at=ports.clock.stamp(),
        message=f"cancelled by {ports.runner.name}",
    )
    return _report(
        record, IngestEnding.CANCELLED, note="the execution was cancelled, and nothing is imported"
    )


def _was_piped(record: IngestionRecord) -> bool:
    return any(file.path is None for file in record.ingestion.files)


def _report(record: IngestionRecord, ending: IngestEnding, *, note: str) -> IngestReport:
    return IngestReport(source=record.source, ending=ending, sent=0, seconds=0.0, note=note)
