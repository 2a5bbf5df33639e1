"""How a run ended, as values: one result per source, and the report of them all.

How an ingestion ended, as a value.
"""

from dataclasses import dataclass
from enum import StrEnum

from reconciler.errors import ReconcilerError
from reconciler.outcome.imports import ImportResult
from reconciler.planning.operation.staleness import Moved
from reconciler.planning.plan import Change


class Outcome(StrEnum):
    """How it ended for one source."""

    DONE = "done"
    UNCHANGED = "unchanged"
    BLOCKED = "blocked"
    STALE = "stale"
    NOT_CONVERGED = "not-converged"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    NOT_STARTED = "not-started"
    INTERRUPTED = "interrupted"

    @property
    def is_trouble(self) -> bool:
        """Whether `--fail-fast` stops the run for it."""
        return self in {Outcome.STALE, Outcome.NOT_CONVERGED, Outcome.FAILED, Outcome.UNKNOWN}


class Ending(StrEnum):
    """How a whole run ended; the exit codes follow it (design.md#exit-codes)."""

    DONE = "done"
    FAILED = "failed"
    BLOCKED = "blocked"
    INTERRUPTED = "interrupted"


ENDINGS: dict[Outcome, Ending] = {
    Outcome.DONE: Ending.DONE,
    Outcome.UNCHANGED: Ending.DONE,
    Outcome.BLOCKED: Ending.BLOCKED,
    Outcome.STALE: Ending.BLOCKED,
    Outcome.NOT_CONVERGED: Ending.BLOCKED,
    Outcome.FAILED: Ending.FAILED,
    Outcome.UNKNOWN: Ending.FAILED,
    # Another source's trouble caused the skipping, and speaks for itself.
    Outcome.SKIPPED: Ending.DONE,
    Outcome.NOT_STARTED: Ending.INTERRUPTED,
    Outcome.INTERRUPTED: Ending.INTERRUPTED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceResult:
    """How it ended for one source.

    `method` is None where there was nothing to send. `remaining` is what reading back
    showed to differ still from what was sent, `moved` what changed in live after the plan
    was made, and what that is to it.
    `attempts` is how often the operation was sent: more than once only where the API had
    asked to wait or turned it away, or the connection was refused.
    `message` is one sentence, without the source's name; `error` holds more (codes, the
    raw answer, a hint) where there is one.
    """

    source: str
    method: str | None
    outcome: Outcome
    message: str
    seconds: float = 0.0
    attempts: int = 0
    remaining: tuple[Change, ...] = ()
    moved: tuple[Moved, ...] = ()
    error: ReconcilerError | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyReport:
    """A run's results in the order of the plan; `interrupted` where it was asked to stop."""

    results: tuple[SourceResult, ...]
    interrupted: bool = False

    @property
    def ending(self) -> Ending:
        """The worst of it: interrupted, failed, blocked, done, in that order."""
        endings = {ENDINGS[r.outcome] for r in self.results}
        if self.interrupted or Ending.INTERRUPTED in endings:
            return Ending.INTERRUPTED
        if Ending.FAILED in endings:
            return Ending.FAILED
        return Ending.BLOCKED if Ending.BLOCKED in endings else Ending.DONE

    @property
    def in_flight(self) -> tuple[SourceResult, ...]:
        """What was sent and had not ended when the run was stopped."""
        return tuple(r for r in self.results if r.outcome is Outcome.INTERRUPTED)

    @property
    def not_started(self) -> tuple[SourceResult, ...]:
        """What was never sent because the run was stopped."""
        return tuple(r for r in self.results if r.outcome is Outcome.NOT_STARTED)


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
