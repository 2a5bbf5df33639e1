"""The interfaces to Assets that the core uses; `reconciler.assets` implements them over HTTP.

Every method raises the errors of `reconciler.errors` (BackendError and its
subclasses) and nothing else. Links in answers are followed, never built, and only to the configured
origin (api.md#links).
"""

import math
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from reconciler.model.object_schema import ListedSource, ObjectSchema, SchemaContent
from reconciler.model.source import ConfigStatus, Description, SourceRef
from reconciler.planning.object_schema.object_values import ObjectValues, ValuesQuery
from reconciler.planning.object_schema.operation import SchemaOperation
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


class Pause(Value):
    """A wait before a request is sent (again): for which source and request, why and how long.

    `retry` is False if the request has not been sent yet: the limiter holds it back. One
    request may have many pauses.
    """

    source: str
    request: str
    writes: bool
    reason: str
    seconds: float
    retry: bool = True


OnPause = Callable[[Pause], None]


class Unexpected(Value):
    """Something of an answer to `request` that no page and no record shows (api.md#grades).

    `what` it is and where is the same for all of its kind, `sample` what stood there. Neither
    holds anybody's data.
    """

    request: str
    what: str
    sample: str = ""

    def __str__(self) -> str:
        """Return the sentence."""
        sample = f" ({self.sample})" if self.sample else ""
        return f"{self.request}: {self.what} is not documented{sample}"


class Exchange(Value):
    """An answer that came, without its body: when, the server's time, and what it says of limits.

    `date` is None where the server tells none. `limits` are headers by their names. `unexpected`
    is what of the answer nobody knew of.
    """

    source: str
    request: str
    received: datetime
    date: datetime | None
    limits: Mapping[str, str]
    unexpected: tuple[Unexpected, ...] = ()


OnExchange = Callable[[Exchange], None]


def ignore_exchange(_: Exchange) -> None:
    """Ignore an answer."""


# Called last thing before a request's bytes go out; what it raises keeps them back.
Fence = Callable[[], None]
# Awaited before each attempt, after every wait for its turn; what it raises keeps it back.
BeforeSending = Callable[[], Awaitable[None]]


def no_fence() -> None:
    """Let every request pass."""


async def nothing_before() -> None:
    """Do nothing before an attempt."""


# What a request still gets to look at live, once the time is over.
LAST_LOOK_SECONDS = 5.0


class Deadline(Value):
    """When the calls of a command, or of one source in it, must have ended.

    `left` returns the seconds until then, `seconds` is what there was at first. A call that
    begins later still gets `grace` seconds, once; without grace it is not made.
    """

    left: Callable[[], float]
    seconds: float
    grace: float = 0.0

    @classmethod
    def after(
        cls, seconds: float, monotonic: Callable[[], float], *, grace: float = 0.0
    ) -> "Deadline":
        """Return the deadline *seconds* by *monotonic* after `left` was asked for first."""
        until: float | None = None

        def left() -> float:
            nonlocal until
            now = monotonic()
            until = now + seconds if until is None else until
            return until - now

        return cls(left=left, seconds=seconds, grace=grace)


NO_DEADLINE = Deadline(left=lambda: math.inf, seconds=math.inf)


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


class SchemaBackend(Protocol):
    """The object schemas of a site, by the companion API (api.md#companion-credentials).

    It needs a credential of its own (`schemaAuth`), which goes to its own base URL only.
    """

    def with_deadline(self, deadline: Deadline) -> "SchemaBackend":
        """Return this backend with calls that end by *deadline*."""
        ...

    async def object_schemas(self, workspace_id: str) -> tuple[ObjectSchema, ...]:
        """Return the object schemas that the credential's owner sees."""
        ...

    async def object_schema(self, workspace_id: str, schema_id: str) -> ObjectSchema:
        """Return the object schema *schema_id*. Raises NotFound if it is not there."""
        ...

    async def import_sources(self, workspace_id: str, schema_id: str) -> tuple[ListedSource, ...]:
        """Return the import sources of the object schema *schema_id*: an undocumented call."""
        ...

    async def content(self, workspace_id: str, schema: ObjectSchema) -> SchemaContent:
        """Return the elements of *schema*, each type with the number of its objects."""
        ...

    async def count(self, workspace_id: str, aql: str) -> int:
        """Return how many objects *aql* finds, of those that the credential's owner sees."""
        ...

    async def has_objects(self, workspace_id: str, aql: str) -> bool:
        """Return whether a page of objects that *aql* finds has any: a second witness of 0."""
        ...

    async def object_values(
        self, workspace_id: str, query: ValuesQuery
    ) -> Mapping[str, ObjectValues]:
        """Return what the objects that *query* finds hold of each of its attributes, by id.

        Raises BackendError also where there are more of them than are read.
        """
        ...

    async def send(
        self,
        workspace_id: str,
        operation: SchemaOperation,
        *,
        fence: Fence = no_fence,
        before: BeforeSending = nothing_before,
    ) -> int:
        """Send *operation* once, and return the status of its answer, a 2xx, which proves nothing.

        It is sent again only where there was no connection: a 429 is raised as RateLimited, and
        who wants to repeat it looks first. *before* and *fence* are as in `Backend.submit`.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
