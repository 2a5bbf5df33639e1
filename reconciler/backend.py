"""What the core needs of Assets, in our words. `reconciler.assets` speaks it over HTTP.

Every method raises the errors of `reconciler.errors` (BackendError and below) and
nothing else. Links in answers are followed, never built, and only to the configured
origin (api.md#links).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from reconciler.model.source import ConfigStatus, SourceRef
from reconciler.planning.plan import Operation


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """How the API took a PUT or PATCH: `progress_url` where it is still at it, else None.

    `settled` is True for 204 (done); a 202 without Location is neither settled nor
    followable: read back.
    """

    status: int
    progress_url: str | None
    settled: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressAnswer:
    """One answer of the progress resource, as it came; None where the key was absent."""

    status: str | None
    result: str | None
    message: str | None
    raw: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """A data ingestion that was begun: the links that the API gave for it."""

    submit_progress: str
    submit_results: str
    get_status: str
    cancel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExecutionStatus:
    """Where a data ingestion stands: INGESTING, PROCESSING, DONE or CANCELLED, and its results."""

    status: str
    progress_result: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pause:
    """A request has to wait before it goes out (again): for whom, which, why and how long.

    `retry` is False where it has not gone out yet: the limiter holds it. One request may
    have many pauses.
    """

    source: str
    request: str
    writes: bool
    reason: str
    seconds: float
    retry: bool = True


OnPause = Callable[[Pause], None]


class Backend(Protocol):
    """The import sources of one environment."""

    def with_deadline(self, left: Callable[[], float]) -> "Backend":
        """Return this backend, with calls that do not wait for more than *left* seconds.

        *left* is asked whenever there is something to wait for. A call that finds no time
        left is made all the same, once and briefly, for how things stand can be read after
        a deadline too; unless a 429 holds it, then it is RateLimited and not sent.
        """
        ...

    async def discover(self, source: SourceRef) -> SourceRef:
        """Return *source* with the ids that its container token leads to (`imports/info`)."""
        ...

    async def config_status(self, source: SourceRef) -> ConfigStatus:
        """Return the configuration's status."""
        ...

    async def schema_and_mapping(self, source: SourceRef) -> Mapping[str, Any]:
        """Return the JSON of GET schema-and-mapping, its shape checked."""
        ...

    async def submit(self, source: SourceRef, operation: Operation) -> Submission:
        """Send *operation*: its body in canonical JSON, once, redirects not followed."""
        ...

    async def progress(self, source: SourceRef, url: str) -> ProgressAnswer:
        """Return where an asynchronous operation stands. NotFound when it is gone."""
        ...

    async def start_execution(self, source: SourceRef) -> Execution:
        """Begin a data ingestion; Conflict names why not (MISSING_MAPPING, DISABLED, …)."""
        ...

    async def submit_progress(
        self, source: SourceRef, execution: Execution, progress: Mapping[str, Any]
    ) -> None:
        """Report the progress of a data ingestion: `{steps: …, objects: …}`."""
        ...

    async def submit_data(
        self, source: SourceRef, execution: Execution, chunk: Mapping[str, Any]
    ) -> None:
        """Send one chunk: `{data, clientGeneratedId, completed}`, each optional."""
        ...

    async def execution_status(self, source: SourceRef, execution: Execution) -> ExecutionStatus:
        """Return where a data ingestion stands."""
        ...

    async def latest_execution(self, source: SourceRef) -> ExecutionStatus | None:
        """Return where the most recent data ingestion stands, None if there never was one."""
        ...

    async def cancel_execution(self, source: SourceRef, execution: Execution) -> None:
        """Cancel a data ingestion; the API refuses once `completed` was sent."""
        ...

    async def record_failure(self, source: SourceRef, execution: Execution, reason: str) -> None:
        """Record why a data ingestion failed, which ends it: only while it is INGESTING.

        What is too long of *reason* is cut off. The API gives no link for this, so it is
        the one that is built, from the link to cancel (api.md#recording-a-failure).
        """
        ...

    async def issue_token(self, source: SourceRef) -> str:
        """Return a new container token: a secret, and the one before is invalid from now on."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
