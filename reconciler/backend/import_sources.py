"""The import sources of an environment as the core sees them, and what the API answers of them."""

from collections.abc import Mapping
from typing import Any, Protocol

from reconciler.backend.requests import BeforeSending, Deadline, Fence, no_fence, nothing_before
from reconciler.model.source import ConfigStatus, Description, SourceRef
from reconciler.planning.plan import Operation
from reconciler.value import Value


class Submission(Value):
    """The API's response to a PUT or PATCH; `progress_url` is None unless it is still running.

    `settled` is True for 204 (done). A 202 without Location is neither settled nor can it be
    followed: live has to be read back.
    """

    status: int
    progress_url: str | None
    settled: bool


class ProgressAnswer(Value):
    """One answer of the progress resource, unchanged; None if the key was absent."""

    status: str | None
    result: str | None
    message: str | None
    raw: str


class ExecutionLinks(Value):
    """The links to watch and to end a data ingestion, whoever started it."""

    get_status: str
    cancel: str


class Execution(ExecutionLinks):
    """The links that the API gave for a data ingestion that was started."""

    submit_progress: str
    submit_results: str


class RunningImport(Value):
    """What runs on a source whose config status is RUNNING; without `links` nobody can end it."""

    links: ExecutionLinks | None


class ExecutionStatus(Value):
    """The state of a data ingestion, and its results: INGESTING, PROCESSING, DONE or CANCELLED."""

    status: str
    progress_result: Mapping[str, Any]


class Backend(Protocol):
    """The import sources of one environment."""

    def with_deadline(self, deadline: Deadline) -> "Backend":
        """Return this backend with calls that end by *deadline*: connecting, answer, pauses.

        What a 429 or the pace holds back for longer is not sent and raises RateLimited.
        """
        ...

    async def discover(self, source: SourceRef) -> SourceRef:
        """Return *source* with the ids that its container token leads to (`imports/info`)."""
        ...

    async def config_status(self, source: SourceRef) -> ConfigStatus:
        """Return the configuration's status."""
        ...

    async def running_import(self, source: SourceRef) -> RunningImport | None:
        """Return what runs on the source (api.md#ending-somebody-elses-execution), if anything."""
        ...

    async def schema_and_mapping(self, source: SourceRef) -> Mapping[str, Any]:
        """Return the JSON of GET schema-and-mapping, with its shape checked."""
        ...

    async def describe(self, source: SourceRef) -> Description:
        """Return what the API tells of the import source itself."""
        ...

    async def submit(
        self,
        source: SourceRef,
        operation: Operation,
        *,
        fence: Fence = no_fence,
        before: BeforeSending = nothing_before,
    ) -> Submission:
        """Send the body of *operation* in canonical JSON, once, without following redirects.

        *before* is awaited before each attempt (there is more than one if the API asks to wait),
        *fence* is called after every wait, when connected. Both may raise any ReconcilerError,
        which is raised on and means that the API has nothing to act on.
        """
        ...

    async def progress(self, source: SourceRef, url: str) -> ProgressAnswer:
        """Return the progress of an asynchronous operation. Raises NotFound if it is gone."""
        ...

    async def start_execution(self, source: SourceRef) -> Execution:
        """Start a data ingestion. Conflict has the reason if not (MISSING_MAPPING, …)."""
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

    async def execution_status(
        self, source: SourceRef, execution: ExecutionLinks
    ) -> ExecutionStatus:
        """Return the state of a data ingestion."""
        ...

    async def latest_execution(self, source: SourceRef) -> ExecutionStatus | None:
        """Return the state of the most recent data ingestion, None if there never was one."""
        ...

    async def cancel_execution(self, source: SourceRef, execution: ExecutionLinks) -> None:
        """Cancel a data ingestion; the API refuses once `completed` was sent."""
        ...

    async def record_failure(self, source: SourceRef, execution: Execution, reason: str) -> None:
        """Record why a data ingestion failed, which ends it; possible only while it is INGESTING.

        A *reason* that is too long is cut. The API gives no link for this call, so it is the
        only link that is built, from the link to cancel (api.md#recording-a-failure).
        """
        ...

    async def issue_token(self, source: SourceRef) -> str:
        """Return a new container token, a secret; it invalidates the previous one."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
