"""What happens during an ingestion, as frozen values given to a callable."""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.outcome.events import Retrying, WaitingForLock


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
