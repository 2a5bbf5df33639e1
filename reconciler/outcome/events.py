"""Events of runs and ingestions as frozen values, passed to a callable; `render` shows them."""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.errors import Holder
from reconciler.outcome.results import ApplyReport, SourceResult


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyStarted:
    """The run begins; `sources` are those with an operation to send."""

    environment: str
    plan_digest: str
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceStarted:
    """A source is being checked; nothing has been sent for it yet."""

    source: str
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingForLock:
    """Waiting for another run that is applying to the source."""

    source: str
    holder: Holder
    elapsed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingForImport:
    """Waiting for an import that is RUNNING on the source, before anything is sent."""

    source: str
    elapsed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """The intent is in the journal; the operation is being sent."""

    source: str
    method: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Progressed:
    """The progress resource answered; `status` and `message` are the server's own words."""

    source: str
    status: str | None
    message: str | None
    elapsed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Retrying:
    """A request failed (`reason`) and is repeated in `seconds`."""

    source: str
    request: str
    reason: str
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingBack:
    """The operation ended according to the server; live is being read back."""

    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceEnded:
    """A source is finished, with whatever result."""

    result: SourceResult


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyEnded:
    """The run is over."""

    report: ApplyReport


Event = (
    ApplyStarted
    | SourceStarted
    | WaitingForLock
    | WaitingForImport
    | Sending
    | Progressed
    | Retrying
    | ReadingBack
    | SourceEnded
    | ApplyEnded
)
Emit = Callable[[Event], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestStarted:
    """The execution accepts data; `entries` is None if their number is unknown in advance."""

    source: str
    entries: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChunkTaken:
    """The API took another chunk: `done` entries so far, `elapsed` seconds after the start."""

    source: str
    done: int
    entries: int | None
    elapsed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class DataComplete:
    """All data were sent, and `completed` was reported to the API."""

    source: str
    done: int
    elapsed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """The API reported the status of the execution."""

    source: str
    status: str
    elapsed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class IngestStopping:
    """The run was asked to stop; `cancels` tells whether the execution is being cancelled."""

    source: str
    cancels: bool


IngestEvent = (
    IngestStarted | ChunkTaken | DataComplete | Watched | IngestStopping | Retrying | WaitingForLock
)
EmitIngest = Callable[[IngestEvent], None]
