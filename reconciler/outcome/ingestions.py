"""What the journal stores of a data ingestion, as values; its states and transitions."""

from enum import StrEnum

from reconciler.backend.import_sources import Execution
from reconciler.value import Value


class IngestState(StrEnum):
    """The state of an ingestion as far as this side knows."""

    STARTING = "starting"
    INGESTING = "ingesting"
    COMPLETING = "completing"
    PROCESSING = "processing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


# STARTING and COMPLETING are intents, durable before a byte is sent. A STARTING that is found
# after a crash may have begun an execution whose links are unknown.
_ENDS = frozenset({IngestState.DONE, IngestState.FAILED, IngestState.CANCELLED})
TRANSITIONS: dict[IngestState, frozenset[IngestState]] = {
    IngestState.STARTING: frozenset(
        {IngestState.INGESTING, IngestState.FAILED, IngestState.CANCELLED}
    ),
    IngestState.INGESTING: _ENDS | {IngestState.COMPLETING, IngestState.PROCESSING},
    IngestState.COMPLETING: _ENDS | {IngestState.PROCESSING},
    IngestState.PROCESSING: _ENDS,
    IngestState.DONE: frozenset(),
    IngestState.FAILED: frozenset(),
    IngestState.CANCELLED: frozenset(),
}
# What `ingest resume` continues.
OPEN = tuple(state for state, after in TRANSITIONS.items() if after)


class DataFile(Value):
    """A data file as it was sent: `path` and `digest` are None for standard input.

    `format` is its format (`json`, `ndjson`, `csv`, `yaml`), None if inferred from its name
    or first bytes. `entries` is None for standard input.
    """

    path: str | None
    format: str | None
    digest: str | None
    entries: int | None


class Ingestion(Value):
    """What is to be sent: the same files in the same chunks, whoever resumes it."""

    files: tuple[DataFile, ...]
    roots: tuple[str, ...]
    most_entries: int
    most_bytes: int

    @property
    def entries(self) -> int | None:
        """The number of root entries, None if unknown in advance."""
        counts = [file.entries for file in self.files if file.entries is not None]
        return sum(counts) if len(counts) == len(self.files) else None


class PastIngestion(Value):
    """One ingestion as `history` shows it, ended or not.

    `entries` is None if the data came from standard input, `chunks` how many the API has taken,
    `message` how it ended, with the counts of what was imported.
    """

    environment: str
    source: str
    state: IngestState
    entries: int | None
    chunks: int
    runner: str
    started_at: str
    ended_at: str | None
    message: str | None


class IngestionRecord(Value):
    """One ingestion in the journal; times are UTC, ISO 8601.

    `execution` is None until the API has returned its links. `sent` are the ids of the chunks
    that the API has accepted, by number. `runner` says who began it and where.
    """

    id: int
    source: str
    import_source_id: str
    workspace_id: str
    ingestion: Ingestion
    execution: Execution | None
    state: IngestState
    sent: dict[int, str]
    runner: str
    started_at: str
