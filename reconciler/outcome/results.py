"""How runs and ingestions ended, as values: one result per source, and the report of a run."""

from enum import StrEnum

from reconciler.errors import ReconcilerError
from reconciler.outcome.imports import ImportResult
from reconciler.planning.change import Change
from reconciler.planning.object_schema.operation import Phase, SchemaKind, SchemaOperation
from reconciler.planning.operation.staleness import LiveChange
from reconciler.planning.plan import Action, SourcePlan
from reconciler.value import Value


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
        """Whether `--fail-fast` stops the run because of it."""
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
    # Another source's trouble caused the skipping and is reported itself.
    Outcome.SKIPPED: Ending.DONE,
    Outcome.NOT_STARTED: Ending.INTERRUPTED,
    Outcome.INTERRUPTED: Ending.INTERRUPTED,
}


class SchemaOperationResult(Value):
    """How a schema operation ended: `kind` of `element`, which `settles` these addresses.

    `message` is None as long as it has not ended.
    """

    kind: str
    phase: Phase
    method: str
    path: str
    element: str
    settles: tuple[str, ...]
    outcome: Outcome
    message: str | None = None

    @property
    def text(self) -> str:
        """What it is, in words."""
        return f"{SchemaKind(self.kind).noun} of {self.element}"


class SourceResult(Value):
    """How it ended for one source.

    `method` is None if no mapping was to be sent. `schema_operations` are those of the source, in
    their order, whether they were sent or not, and `mapping` is then what became of the operation
    on its mapping, None without one. `remaining` are the differences that reading
    back still found from what was sent; `moved` is what changed in live after the plan was
    made, and how relevant that is to it.
    `attempts` is how often the operation was sent: more than once only if the API asked to
    wait or rejected it temporarily, or if the connection was refused.
    `message` is one sentence without the source's name; `error` holds details (codes, the raw
    answer, a hint) if there are any.
    """

    source: str
    method: str | None
    outcome: Outcome
    message: str
    seconds: float = 0.0
    attempts: int = 0
    remaining: tuple[Change, ...] = ()
    moved: tuple[LiveChange, ...] = ()
    error: ReconcilerError | None = None
    schema_operations: tuple[SchemaOperationResult, ...] = ()
    mapping: Outcome | None = None

    @property
    def is_half_done(self) -> bool:
        """Whether something of it is done, and the rest is not known to be."""
        of_parts = (self.mapping, *(each.outcome for each in self.schema_operations))
        return self.outcome is not Outcome.DONE and Outcome.DONE in of_parts

    @property
    def had_operations(self) -> bool:
        """Whether there was anything to send."""
        return self.method is not None or bool(self.schema_operations)


def operation_result(
    operation: SchemaOperation, outcome: Outcome, message: str | None = None
) -> SchemaOperationResult:
    """Return how *operation* ended."""
    return SchemaOperationResult(
        kind=operation.kind,
        phase=operation.phase,
        method=operation.method,
        path=operation.path,
        element=operation.object.text,
        settles=tuple(map(str, operation.settles)),
        outcome=outcome,
        message=message,
    )


def planned_operations(planned: SourcePlan, outcome: Outcome) -> tuple[SchemaOperationResult, ...]:
    """Return the schema operations of *planned*, all with *outcome*."""
    return tuple(operation_result(each, outcome) for each in planned.schema_operations)


def nothing_to_send(planned: SourcePlan) -> SourceResult:
    """Return the result of a source without an operation: blocked, or unchanged."""
    is_blocked = planned.action is Action.BLOCKED
    return SourceResult(
        source=planned.source,
        method=None,
        outcome=Outcome.BLOCKED if is_blocked else Outcome.UNCHANGED,
        message=planned.reason.text if is_blocked else "nothing to change",
    )


class ApplyReport(Value):
    """A run's results in the order of the plan; `interrupted` if it was asked to stop."""

    results: tuple[SourceResult, ...]
    interrupted: bool = False

    @property
    def ending(self) -> Ending:
        """The worst ending: interrupted, failed, blocked, done, in that order."""
        endings = {ENDINGS[r.outcome] for r in self.results}
        if self.interrupted or Ending.INTERRUPTED in endings:
            return Ending.INTERRUPTED
        if Ending.FAILED in endings:
            return Ending.FAILED
        return Ending.BLOCKED if Ending.BLOCKED in endings else Ending.DONE

    @property
    def in_flight(self) -> tuple[SourceResult, ...]:
        """The operations sent that had not ended when the run was stopped."""
        return tuple(r for r in self.results if r.outcome is Outcome.INTERRUPTED)

    @property
    def not_started(self) -> tuple[SourceResult, ...]:
        """The operations that were never sent because the run was stopped."""
        return tuple(r for r in self.results if r.outcome is Outcome.NOT_STARTED)


class IngestEnding(StrEnum):
    """How a run left an ingestion.

    WITH_ERRORS: imported, but not as the data say. OPEN: it has not ended, and can be resumed
    or cancelled. INTERRUPTED: it was interrupted by the user; `IngestReport.note` says what
    became of the execution.
    """

    DONE = "done"
    WITH_ERRORS = "done with errors"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OPEN = "open"
    INTERRUPTED = "interrupted"


class IngestReport(Value):
    """How the ingestion of *source* ended.

    `sent` counts the root entries that the API has, `seconds` is the duration. `result` is
    the API's report on the import, None if there is none yet. `error` is why it failed,
    `note` what became of the execution.
    """

    source: str
    ending: IngestEnding
    sent: int = 0
    seconds: float = 0.0
    result: ImportResult | None = None
    error: ReconcilerError | None = None
    note: str | None = None
