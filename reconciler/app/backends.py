"""The backend of an environment, opened for one run, and the name of whoever runs it."""

import getpass
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from importlib import import_module
from math import ceil
from pathlib import Path
from secrets import token_urlsafe

from reconciler.assets.auth import Credentials, basic, bearer
from reconciler.assets.bounds import READING_SECONDS, ROUND_SECONDS
from reconciler.assets.client import AssetsBackend, ignore_pause
from reconciler.backend import Backend, Deadline, OnPause
from reconciler.data_directory import make_data_directory
from reconciler.errors import ReconcilerError
from reconciler.manifest.project.base_url import base_url
from reconciler.manifest.project.file import Project
from reconciler.manifest.project.model import DATA_DIRECTORY

# For all requests together. The API's limit is reported to be 1,000 (api.md#rate-limits).
REQUESTS_PER_MINUTE = 900
# Its ids, its status, and its configuration or latest execution.
_REQUESTS_OF_A_SOURCE = 3

# What is otherwise imported where it is needed, which may be behind a write: a broken part would
# end a run that has sent something (design.md#how-apply-works).
_LATE = ("deepdiff", "encodings.utf_16_be", "encodings.utf_16_le")


@asynccontextmanager
async def backend_of(
    project: Project,
    *,
    connections: int,
    on_pause: OnPause = ignore_pause,
    read_only: bool = False,
    reads: int | None = None,
    share: int = 1,
) -> AsyncIterator[Backend]:
    """Yield the backend of the project's environment, closed at the end of the block.

    A *read_only* one sends nothing but GET. It keeps the pace that `pace_of` returns for one
    of *share* processes, and has the `reading_deadline` of *reads* sources; None means that
    the caller sets deadlines.
    *on_pause* is called before each wait of a request: before a retry, or for the pace or
    after a 429 if it takes more than a second.
    """
    if not read_only:
        for name in _LATE:
            import_module(name)
    opened = _embedded if project.environment.backend == "embedded" else _cloud
    pace = pace_of(project, share=share)
    async with opened(
        project,
        connections=connections,
        on_pause=on_pause,
        read_only=read_only,
        pace=pace,
    ) as backend:
        if reads is None:
            yield backend
        else:
            yield backend.with_deadline(reading_deadline(reads, lanes=connections, pace=pace))


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
    project's pace. The embedded backend needs no protection, but a configured pace is kept.
    """
    pace = project.policy.requests_per_minute
    if pace is None:
        if project.environment.backend == "embedded":
            return None
        pace = REQUESTS_PER_MINUTE
    return max(1, pace // share)


@asynccontextmanager
async def _cloud(
    project: Project, *, connections: int, on_pause: OnPause, read_only: bool, pace: int | None
) -> AsyncIterator[Backend]:
    backend = AssetsBackend(
        base_url=base_url(project.environment.base_url, project.variables),
        credentials=_credentials(project),
        connections=connections,
        requests_per_minute=pace,
        on_pause=on_pause,
        read_only=read_only,
    )
    try:
        yield backend
    finally:
        await backend.aclose()


@asynccontextmanager
async def _embedded(
    project: Project, *, connections: int, on_pause: OnPause, read_only: bool, pace: int | None
) -> AsyncIterator[Backend]:
    # Imported here, since the cloud backend does not need the emulator.
    from reconciler.assets.embedded import (  # noqa: PLC0415
        EMBEDDED_BASE_URL,
        embedded_transport,
    )
    from reconciler.emulator.app import EmulatorOptions, create_app  # noqa: PLC0415

    token = token_urlsafe()
    app = create_app(private_file(project.root, "emulator.db"), EmulatorOptions(token=token))
    backend = AssetsBackend(
        base_url=EMBEDDED_BASE_URL,
        credentials=lambda _source: bearer(token),
        transport=embedded_transport(app),
        connections=connections,
        requests_per_minute=pace,
        on_pause=on_pause,
        read_only=read_only,
    )
    try:
        yield backend
    finally:
        await backend.aclose()
        app.state.close()


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
    variables = project.variables

    def of(source: str) -> Credentials:
        auth = project.environment.auth_of(source)
        if auth is None:
            raise ReconcilerError(
                f'the environment "{project.environment.name}" has no auth for {source}',
                hint="add auth: {bearer: ${ASSETS_TOKEN}} to it in reconciler.yaml",
            )
        if auth.basic_email is not None and auth.basic_token is not None:
            return basic(auth.basic_email.reveal(variables), auth.basic_token.reveal(variables))
        if auth.bearer is not None:
            return bearer(auth.bearer.reveal(variables))
        raise ReconcilerError(f"the auth of {source} holds neither bearer nor basic")

    return of


# Variables in which CI systems identify the job: the first that is set counts.
_JOBS = ("GITHUB_RUN_ID", "CI_JOB_ID", "BITBUCKET_BUILD_NUMBER", "BUILD_TAG")


def runner_name(environ: Mapping[str, str]) -> str:
    """Return the user, and the CI job if there is one."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "unknown"
    job = next((f"{name}={environ[name]}" for name in _JOBS if environ.get(name)), None)
    return f"{user} ({job})" if job else user
