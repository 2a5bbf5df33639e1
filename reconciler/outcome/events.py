"""Events of runs and ingestions as frozen values, passed to a callable; `render` shows them."""

from collections.abc import Callable

from reconciler.errors import Holder
from reconciler.outcome.results import ApplyReport, SchemaOperationResult, SourceResult
from reconciler.value import Value


class ApplyStarted(Value):
    """The run begins; `sources` are those with an operation to send."""

    environment: str
    plan_digest: str
    sources: tuple[str, ...]


class SourceStarted(Value):
    """A source is being checked; nothing has been sent for it yet.

    `method` is None for a source with schema operations alone.
    """

    source: str
    method: str | None


class WaitingForLock(Value):
    """Waiting for another run that is applying to the source."""

    source: str
    holder: Holder
    elapsed: float


class WaitingForImport(Value):
    """Waiting for an import that is RUNNING on the source, before anything is sent."""

    source: str
    elapsed: float


class Sending(Value):
    """The intent is in the journal; the operation is being sent.

    `what` is the schema operation that it is, None for the mapping.
    """

    source: str
    method: str
    what: str | None = None


class SchemaOperationEnded(Value):
    """A schema operation of a source has ended, and was read back."""

    source: str
    result: SchemaOperationResult


class Progressed(Value):
    """The progress resource answered; `status` and `message` are the server's own words."""

    source: str
    status: str | None
    message: str | None
    elapsed: float


class Retrying(Value):
    """A request failed (`reason`) and is repeated in `seconds`."""

    source: str
    request: str
    reason: str
    seconds: float


class ReadingBack(Value):
    """The operation ended according to the server; live is being read back."""

    source: str


class SourceEnded(Value):
    """A source is finished, with whatever result."""

    result: SourceResult


class ApplyEnded(Value):
    """The run is over."""

    report: ApplyReport


Event = (
    ApplyStarted
    | SourceStarted
    | WaitingForLock
    | WaitingForImport
    | Sending
    | SchemaOperationEnded
    | Progressed
    | Retrying
    | ReadingBack
    | SourceEnded
    | ApplyEnded
)
Emit = Callable[[Event], None]


class IngestStarted(Value):
    """The execution accepts data; `entries` is None if their number is unknown in advance."""

    source: str
    entries: int | None


class ChunkTaken(Value):
    """The API took another chunk: `done` entries so far, `elapsed` seconds after the start."""

    source: str
    done: int
    entries: int | None
    elapsed: float


class DataComplete(Value):
    """All data were sent, and `completed` was reported to the API."""

    source: str
    done: int
    elapsed: float


class Watched(Value):
    """The API reported the status of the execution."""

    source: str
    status: str
    elapsed: float


class IngestStopping(Value):
    """The run was asked to stop; `cancels` tells whether the execution is being cancelled."""

    source: str
    cancels: bool


IngestEvent = (
    IngestStarted | ChunkTaken | DataComplete | Watched | IngestStopping | Retrying | WaitingForLock
)
EmitIngest = Callable[[IngestEvent], None]
