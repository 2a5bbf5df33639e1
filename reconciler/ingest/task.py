"""One execution in progress, and the commands that messages about ingestions suggest."""

from reconciler.backend.import_sources import Execution
from reconciler.model.source import SourceRef
from reconciler.outcome.ingestions import Ingestion, IngestionRecord, IngestState
from reconciler.outcome.results import IngestEnding
from reconciler.value import Value, field


class IngestTask(Value):
    """The execution of *source* with the journal's id `number`, and what is to be sent.

    `sent` are the ids of chunks that the API already has, by number; with `is_sent` it has
    all of them, and the data are no longer needed.
    """

    number: int
    source: SourceRef
    ingestion: Ingestion
    execution: Execution
    sent: dict[int, str] = field(default_factory=dict)
    is_sent: bool = False

    @property
    def name(self) -> str:
        """The source's name."""
        return self.source.name


def source_of(record: IngestionRecord) -> SourceRef:
    """Return the import source as it was bound when the ingestion began."""
    return SourceRef(
        name=record.source,
        import_source_id=record.import_source_id,
        workspace_id=record.workspace_id,
    )


def task_of(record: IngestionRecord, execution: Execution) -> IngestTask:
    """Return the task of *record* with the links *execution*."""
    return IngestTask(
        number=record.id,
        source=source_of(record),
        ingestion=record.ingestion,
        execution=execution,
        sent=record.sent,
        is_sent=record.state is not IngestState.INGESTING,
    )


def ingest_ending(record: IngestionRecord) -> IngestEnding:
    """Return how the ingestion of *record*, which is over, ended."""
    return IngestEnding(record.state.value)
