"""End the execution of an ingestion before all its data are sent."""

from reconciler.applying.ingestion_record import IngestionRecord, IngestState
from reconciler.errors import NotFound, ReconcilerError, Rejected
from reconciler.ingest.begin import has_ended_meanwhile, still_open
from reconciler.ingest.ports import Ports
from reconciler.ingest.task import ending_of, source_of
from reconciler.ingest.told_commands import ingest as told
from reconciler.outcome.ingest_report import IngestEnding, IngestReport


async def cancel(ports: Ports, record: IngestionRecord) -> IngestReport:
    """Cancel the execution of *record*, whoever is at it.

    Raises ReconcilerError where that cannot be done: its links are not known, or the API
    refuses, as it does once all data were sent (reported).
    """
    source = source_of(record)
    if record.execution is None:
        if not await has_ended_meanwhile(ports, record):
            raise still_open(record)
        return IngestReport(
            source=record.source, ending=IngestEnding.CANCELLED, note="it never began"
        )
    try:
        await ports.backend.cancel_execution(source, record.execution)
    except (Rejected, NotFound) as error:
        if not await has_ended_meanwhile(ports, record):
            raise ReconcilerError(
                f"the execution of {record.source} cannot be cancelled any more: "
                "all its data were sent",
                hint=f"{told('resume', record.source)} follows it to its end",
            ) from error
        return IngestReport(
            source=record.source,
            ending=ending_of(ports.ingestions.record(record.id)),
            note="it had ended already",
        )
    ports.ingestions.end(
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
