"""The backends of an environment, opened for one run, and the name of whoever runs it."""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from importlib import import_module
from math import ceil
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from reconciler.applying.clock import Clock, ahead_clock
from reconciler.assets.auth import Credentials, basic, bearer
from reconciler.assets.bounds import READING_SECONDS, ROUND_SECONDS
from reconciler.assets.client import AssetsBackend
from reconciler.assets.connection import Transport, ignore_pause
from reconciler.assets.retry import Pacing
from reconciler.backend.import_sources import Backend
from reconciler.backend.object_schemas import SchemaBackend
from reconciler.backend.requests import Deadline, Exchange, OnExchange, OnPause, ignore_exchange
from reconciler.data_directory import make_data_directory
from reconciler.errors import ReconcilerError
from reconciler.manifest.project.base_url import base_url
from reconciler.manifest.project.facts import EMBEDDED, load_facts
from reconciler.manifest.project.model import (
    DATA_DIRECTORY,
    EMULATOR_FILE,
    Auth,
    BackendKind,
    Project,
)
from reconciler.outcome.unexpected_answers import UnexpectedAnswers
from reconciler.semantics.facts import profile_of
from reconciler.value import Value, replace

# For all requests together. The API's limit is reported to be 1,000 (api.md#rate-limits).
REQUESTS_PER_MINUTE = 900
# Its ids, its status, and its configuration or latest execution.
_REQUESTS_OF_A_SOURCE = 3

# Whose the schema credential of the emulator in process is.
_ACCOUNT = "emulator@localhost"

# What is otherwise imported where it is needed, which may be behind a write: a broken part would
# end a run that has sent something (design.md#how-apply-works).
_LATE = ("deepdiff", "encodings.utf_16_be", "encodings.utf_16_le")


class Backends(Value):
    """What an environment is reached by; `object_schemas` is None without its `schemaAuth`."""

    sources: Backend
    object_schemas: SchemaBackend | None = None

    def with_deadline(self, deadline: Deadline) -> "Backends":
        """Return these with calls that end by *deadline*."""
        schemas = self.object_schemas
        return Backends(
            sources=self.sources.with_deadline(deadline),
            object_schemas=None if schemas is None else schemas.with_deadline(deadline),
        )


@asynccontextmanager
async def backend_of(
    project: Project,
    *,
    connections: int,
    on_pause: OnPause = ignore_pause,
    read_only: bool = False,
    reads: int | None = None,
    unexpected: UnexpectedAnswers | None = None,
) -> AsyncIterator[Backend]:
    """Yield the backend of the project's import sources, as `backends_of` does.

    It needs nothing of `schemaAuth`, which it leaves alone.
    """
    async with backends_of(
        without_schema_auth(project),
        connections=connections,
        on_pause=on_pause,
        read_only=read_only,
        reads=reads,
        unexpected=unexpected,
    ) as backends:
        yield backends.sources


def without_schema_auth(project: Project) -> Project:
    """Return *project* as what needs no object schema reaches it: nothing of that is resolved."""
    return replace(project, environment=replace(project.environment, schema_auth=None))


@asynccontextmanager
async def backends_of(
    project: Project,
    *,
    connections: int,
    on_pause: OnPause = ignore_pause,
    read_only: bool = False,
    reads: int | None = None,
    share: int = 1,
    on_exchange: OnExchange = ignore_exchange,
    unexpected: UnexpectedAnswers | None = None,
) -> AsyncIterator[Backends]:
    """Yield the backends of the project's environment, closed at the end of the block.

    Those that are *read_only* send nothing that writes. Each keeps the pace that `pace_of` returns
    for one of *share* processes, and has the `reading_deadline` of *reads* sources; None means
    that the caller sets deadlines.
    *on_pause* is called before each wait of a request: before a retry, or for the pace or
    after a 429 if it takes more than a second, *on_exchange* with what the headers of each answer
    say. What nobody knew of in answers is told at the end; a caller that reports it collects it
    in *unexpected*.
    """
    unexpected = unexpected or UnexpectedAnswers()
    if not read_only:
        for name in _LATE:
            import_module(name)
    environment = project.environment
    is_embedded = environment.backend is BackendKind.EMBEDDED
    pace = pace_of(project, share=share)
    async with AsyncExitStack() as stack:
        stack.callback(unexpected.tell)
        way = _embedded(project, stack) if is_embedded else _cloud(project)
        how: Any = {
            "transport": way.transport,
            "connections": connections,
            "requests_per_minute": pace,
            "on_pause": on_pause,
            "on_exchange": _both(on_exchange, unexpected.see),
            "read_only": read_only,
        }
        if environment.backend is BackendKind.REPLAY:
            # Few replay.
            from reconciler.app.recordings.replay import recorded_now  # noqa: PLC0415

            clock = clock_of(project)
            how["pacing"] = Pacing(sleep=clock.sleep, monotonic=clock.monotonic, now=recorded_now())
        sources = AssetsBackend(base_url=way.base_url, credentials=way.of_source, **how)
        stack.push_async_callback(sources.aclose)
        backends = Backends(sources=sources)
        if environment.schema_auth is not None:
            from reconciler.assets.schema_client import (  # noqa: PLC0415 - needed with schemaAuth only
                AssetsSchemaBackend,
            )

            schemas = AssetsSchemaBackend(
                base_url=way.schema_base_url, credentials=way.of_schema, **how
            )
            stack.push_async_callback(schemas.aclose)
            backends = Backends(sources=sources, object_schemas=schemas)
        if reads is not None:
            deadline = reading_deadline(reads, lanes=connections, pace=pace)
            backends = backends.with_deadline(deadline)
        yield backends


def _both(one: OnExchange, other: OnExchange) -> OnExchange:
    def on_exchange(exchange: Exchange) -> None:
        one(exchange)
        other(exchange)

    return on_exchange


def reading_deadline(sources: int, *, lanes: int, pace: int | None) -> Deadline:
    """Return when a command must have read *sources*, *lanes* at a time.

    What the pace makes them wait comes on top.
    """
    paced = 0.0 if pace is None else sources * _REQUESTS_OF_A_SOURCE * 60.0 / pace
    seconds = READING_SECONDS + ROUND_SECONDS * ceil(sources / lanes) + paced
    return Deadline.after(seconds, time.monotonic)


def pace_of(project: Project, *, share: int = 1) -> int | None:
    """Return the requests per minute of one of *share* processes, None for no limit.

    The API's limit applies to the whole instance: processes that run at once divide the
    project's pace. Nothing but the cloud needs protection, but a configured pace is kept.
    """
    pace = project.policy.requests_per_minute
    if pace is None:
        if project.environment.backend is not BackendKind.CLOUD:
            return None
        pace = REQUESTS_PER_MINUTE
    return max(1, pace // share)


def clock_of(project: Project) -> Clock:
    """Return the clock of a run on the project's environment."""
    is_replay = project.environment.backend is BackendKind.REPLAY
    return ahead_clock() if is_replay else Clock()


class _Way(Value):
    """Where both APIs of an environment are, and the credentials for each."""

    base_url: str
    of_source: Callable[[str], Credentials]
    schema_base_url: str
    of_schema: Callable[[str], Credentials]
    transport: Transport | None = None


def _cloud(project: Project) -> _Way:
    schema_auth, variables = project.environment.schema_auth, project.variables
    url = base_url(project.environment.base_url, variables)
    own = None if schema_auth is None else schema_auth.base_url
    return _Way(
        base_url=url,
        of_source=_credentials(project),
        schema_base_url=url if own is None else base_url(own, variables),
        of_schema=partial(_of_schema, project),
    )


def _embedded(project: Project, stack: AsyncExitStack) -> _Way:
    # Imported here, since the cloud backend does not need the emulator.
    from reconciler.assets.embedded import (  # noqa: PLC0415
        EMBEDDED_BASE_URL,
        embedded_transport,
    )
    from reconciler.emulator.app import create_app  # noqa: PLC0415
    from reconciler.emulator.faults import EmulatorOptions  # noqa: PLC0415

    token, schema_token = token_urlsafe(), token_urlsafe()
    options = EmulatorOptions(
        token=token,
        schema_credential=f"{_ACCOUNT}:{schema_token}",
        profile=profile_of(load_facts(project.root).of(EMBEDDED)),
    )
    app = create_app(private_file(project.root, EMULATOR_FILE), options)
    stack.callback(app.state.close)
    return _Way(
        base_url=EMBEDDED_BASE_URL,
        of_source=lambda _: bearer(token),
        schema_base_url=EMBEDDED_BASE_URL,
        of_schema=lambda _: basic(_ACCOUNT, schema_token),
        transport=embedded_transport(app),
    )


def private_file(root: Path, name: str) -> Path:
    """Return the path of a file in `.reconciler`, readable by its owner only; both are created.

    Raises ReconcilerError if that fails.
    """
    path = root / DATA_DIRECTORY / name
    try:
        make_data_directory(path.parent)
        path.touch(mode=0o600)
    except OSError as error:
        raise ReconcilerError(f"{path} cannot be made: {error.strerror}") from error
    return path


def _credentials(project: Project) -> Callable[[str], Credentials]:
    """Return the function that gives a source's credentials: its binding's or the environment's.

    Secrets are read from the project's variables for each request, not before.
    """

    def of(source: str) -> Credentials:
        auth = project.environment.auth_of(source)
        if auth is None:
            raise ReconcilerError(
                f'the environment "{project.environment.name}" has no auth for {source}',
                hint="add auth: {bearer: ${ASSETS_TOKEN}} to it in reconciler.yaml",
            )
        return _revealed(auth, project.variables, of=source)

    return of


def _of_schema(project: Project, purpose: str) -> Credentials:
    schema_auth = project.environment.schema_auth
    auth = (schema_auth and schema_auth.auth) or Auth()
    return _revealed(auth, project.variables, of=purpose)


def _revealed(auth: Auth, variables: Mapping[str, str], *, of: str) -> Credentials:
    if auth.basic_email is not None and auth.basic_token is not None:
        return basic(auth.basic_email.resolve(variables), auth.basic_token.resolve(variables))
    if auth.bearer is not None:
        return bearer(auth.bearer.resolve(variables))
    raise ReconcilerError(f"the auth of {of} holds neither bearer nor basic")
