"""Go on with an ingestion that an interrupted or killed run left open."""

import contextlib

from reconciler.applying.ingestion_record import OPEN, IngestionRecord, IngestState
from reconciler.errors import DataError
from reconciler.ingest.begin import has_ended_meanwhile, still_open
from reconciler.ingest.course import carry_on
from reconciler.ingest.data_files import check_unchanged
from reconciler.ingest.ports import Options, Ports
from reconciler.ingest.run import held
from reconciler.ingest.stopping import Stopped, unless
from reconciler.ingest.task import ending_of, task_of
from reconciler.ingest.told_commands import ingest as told
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
            return IngestReport(
                source=record.source, ending=IngestEnding.INTERRUPTED, note=stopped.note
            )
        # Whoever held the lock may have gone on with it, or ended it.
        record = ports.ingestions.record(record.id)
        if record.state not in OPEN:
            return IngestReport(
                source=record.source, ending=ending_of(record), note="it has ended meanwhile"
            )
        if record.execution is None:
            if not await has_ended_meanwhile(ports, record):
                raise still_open(record)
            return IngestReport(
                source=record.source,
                ending=IngestEnding.FAILED,
                note="it never began; run it again",
            )
        if record.state is IngestState.INGESTING:
            _check_data(record)
        return await carry_on(ports, task_of(record, record.execution), options)


def _check_data(record: IngestionRecord) -> None:
    """Raise DataError where the data cannot be sent as they were."""
    again = f"{told('cancel', record.source)}, and run it again"
    if any(file.path is None for file in record.ingestion.files):
        raise DataError(
            f"the data of {record.source} came from standard input, and are gone", hint=again
        )
    try:
        check_unchanged(record.ingestion)
    except DataError as error:
        raise DataError(str(error), hint=f"put it back as it was; or {again}") from error
