"""The backend that an environment names, opened for one run."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_urlsafe

from reconciler.assets.auth import Credentials, basic, bearer
from reconciler.assets.client import AssetsBackend, tell_nobody
from reconciler.backend import Backend, OnPause
from reconciler.errors import ReconcilerError
from reconciler.manifest.project import Project

DATA_DIRECTORY = ".reconciler"
# Of all requests together. The API's limit is reported to be 1,000 (api.md section 8).
REQUESTS_PER_MINUTE = 900


@asynccontextmanager
async def backend_of(
    project: Project,
    *,
    connections: int,
    on_pause: OnPause = tell_nobody,
    read_only: bool = False,
) -> AsyncIterator[Backend]:
    """Yield the backend of the project's environment, closed at the end of the block.

    One that is *read_only* sends nothing but GET.
    *on_pause* is called before each wait of a request: a retry's, or one for the pace or
    after a 429 of more than a second.
    """
    opened = _embedded if project.environment.backend == "embedded" else _cloud
    async with opened(
        project, connections=connections, on_pause=on_pause, read_only=read_only
    ) as backend:
        yield backend


def pace_of(project: Project) -> int | None:
    """Return how many requests a minute the project allows, None for any number.

    In process nobody needs protection; a pace that is written down is kept all the same.
    """
    if project.policy.requests_per_minute is not None:
        return project.policy.requests_per_minute
    return None if project.environment.backend == "embedded" else REQUESTS_PER_MINUTE


@asynccontextmanager
async def _cloud(
    project: Project, *, connections: int, on_pause: OnPause, read_only: bool
) -> AsyncIterator[Backend]:
    backend = AssetsBackend(
        base_url=project.environment.base_url,
        credentials=_credentials(project),
        connections=connections,
        requests_per_minute=pace_of(project),
        on_pause=on_pause,
        read_only=read_only,
    )
    try:
        yield backend
    finally:
        await backend.aclose()


@asynccontextmanager
async def _embedded(
    project: Project, *, connections: int, on_pause: OnPause, read_only: bool
) -> AsyncIterator[Backend]:
    # The emulator is imported here, for the cloud does not need it.
    from reconciler.assets.embedded import (  # noqa: PLC0415
        EMBEDDED_BASE_URL,
        embedded_transport,
    )
    from reconciler.emulator.app import Options, create_app  # noqa: PLC0415

    token = token_urlsafe()
    app = create_app(private_file(project.root, "emulator.db"), Options(token=token))
    backend = AssetsBackend(
        base_url=EMBEDDED_BASE_URL,
        credentials=lambda _source: bearer(token),
        transport=embedded_transport(app),
        connections=connections,
        requests_per_minute=pace_of(project),
        on_pause=on_pause,
        read_only=read_only,
    )
    try:
        yield backend
    finally:
        await backend.aclose()
        app.state.close()


def private_file(root: Path, name: str) -> Path:
    """Return the path of a file in `.reconciler`, which only its owner can read; both exist then.

    Raises ReconcilerError where they cannot be made.
    """
    path = root / DATA_DIRECTORY / name
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise ReconcilerError(f"{path} cannot be made: {error.strerror}") from error
    return path


def _credentials(project: Project) -> Callable[[str], Credentials]:
    """Return what gives a source's credentials: its binding's, else the environment's.

    Secrets are read from the process's variables when a request is made, not before.
    """

    def of(source: str) -> Credentials:
        auth = project.environment.auth_of(source)
        if auth is None:
            raise ReconcilerError(
                f'the environment "{project.environment.name}" has no auth for {source}',
                hint="add auth: {bearer: ${ASSETS_TOKEN}} to it in reconciler.yaml",
            )
        if auth.basic_email is not None and auth.basic_token is not None:
            return basic(auth.basic_email.reveal(os.environ), auth.basic_token.reveal(os.environ))
        if auth.bearer is not None:
            return bearer(auth.bearer.reveal(os.environ))
        raise ReconcilerError(f"the auth of {source} holds neither bearer nor basic")

    return of
