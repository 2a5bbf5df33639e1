"""How an ingestion ended, as a value."""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.errors import ReconcilerError
from reconciler.outcome.import_result import ImportResult


class IngestEnding(StrEnum):
    """How a run left an ingestion.

    OPEN: it has not ended, and can be resumed or cancelled. INTERRUPTED: so it was by whoever
    runs it; `IngestReport.note` says what became of the execution.
    """

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OPEN = "open"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestReport:
    """How the ingestion of *source* ended.

    `sent` are the root entries that the API has, `seconds` the time that it took. `result` is
    what the API tells of the import, None where it has not told any. `error` is why it did not
    go well, `note` what became of the execution.
    """

    source: str
    ending: IngestEnding
    sent: int = 0
    seconds: float = 0.0
    result: ImportResult | None = None
    error: ReconcilerError | None = None
    note: str | None = None
