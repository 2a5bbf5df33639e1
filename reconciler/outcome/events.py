"""What happens during a run, as frozen values given to a callable. Showing them is `render`'s.

What happens during an ingestion, as frozen values given to a callable.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.errors import Holder
from reconciler.outcome.results import ApplyReport, SourceResult


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyStarted:
    """The run begins; `sources` are those that something will be sent for."""

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
    """Somebody else is applying to the source; its end is waited for."""

    source: str
    holder: Holder
    elapsed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingForImport:
    """An import is RUNNING on the source; its end is waited for before anything is sent."""

    source: str
    elapsed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """The intent is in the journal, the operation is going out."""

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
    """A request did not get through (`reason`) and goes out once more in `seconds`."""

    source: str
    request: str
    reason: str
    seconds: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadingBack:
    """The operation ended as far as the server tells; live is read to see."""

    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceEnded:
    """A source is through, one way or the other."""

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
    """The execution takes data; `entries` is None where nobody knows beforehand how many."""

    source: str
    entries: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChunkTaken:
    """The API has one chunk more: `done` entries are there, `elapsed` seconds after the start."""

    source: str
    done: int
    entries: int | None
    elapsed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class DataComplete:
    """All data are there, and the API was told so."""

    source: str
    done: int
    elapsed: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """The API said where the execution stands."""

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
