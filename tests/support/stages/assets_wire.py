"""What the tests of reconciler.assets share: a backend whose other end is a function."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from reconciler.assets.auth import Credentials, bearer
from reconciler.assets.client import AssetsBackend
from reconciler.assets.retry import Pacing
from reconciler.model.canonical import canonical_json, digest_bytes
from reconciler.model.source import SourceRef
from reconciler.planning.plan import Operation
from tests.support.stages.emulator_site import DISKS

BASE = "https://api.example.com/jsm/assets"
WORKSPACE = "fd8d86e0-3401-40bd-adb4-bb50b8e39288"
IMPORT_SOURCE = "4d4095c3-cb7c-4d59-9b75-a381ea4b1975"
ROOT = f"{BASE}/workspace/{WORKSPACE}/v1/importsource/{IMPORT_SOURCE}"
SOURCE = SourceRef(name="disk", import_source_id=IMPORT_SOURCE, workspace_id=WORKSPACE)
TOKEN = "planted/token+for=disk"
NOON = datetime(2025, 3, 1, 12, 0, tzinfo=UTC)
BODY = {"schema": {"ü": 1}, "mapping": {}}

Server = Callable[[httpx.Request], httpx.Response]
Call = Callable[[AssetsBackend], Coroutine[Any, Any, Any]]


@dataclass
class Wire:
    """A backend against *server*; keeps what was asked and how long was slept."""

    server: Server
    credentials: Callable[[str], Credentials] = lambda _: bearer(TOKEN)
    base_url: str = BASE
    read_only: bool = False
    requests: list[httpx.Request] = field(default_factory=list)
    sleeps: list[float] = field(default_factory=list)

    def run(self, operation: Call) -> Any:
        """Return what *operation* returns, with a backend of its own loop."""
        return asyncio.run(self._run(operation))

    async def _run(self, operation: Call) -> Any:
        backend = AssetsBackend(
            base_url=self.base_url,
            credentials=self.credentials,
            read_only=self.read_only,
            transport=httpx.MockTransport(self._answer),
            pacing=timed(self.sleeps),
        )
        try:
            return await operation(backend)
        finally:
            await backend.aclose()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.server(request)


def timed(sleeps: list[float], *, rng: float = 0.0) -> Pacing:
    """Return a pacing for which time is what was slept, noted in *sleeps*."""

    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)

    return Pacing(sleep=sleep, now=lambda: NOON, monotonic=lambda: sum(sleeps), rng=lambda: rng)


async def no_time_passes(_: float) -> None:
    """Sleep for no time at all."""


UNTIMED = Pacing(sleep=no_time_passes, now=lambda: NOON, monotonic=lambda: 0.0, rng=lambda: 0.0)


def backend_at(base_url: str, sleeps: list[float], **settings: Any) -> AssetsBackend:
    """Return a backend at *base_url* for which time is what it slept, noted in *sleeps*."""
    return AssetsBackend(
        base_url=base_url, credentials=lambda _: bearer(TOKEN), pacing=timed(sleeps), **settings
    )


def in_turn(*answers: httpx.Response | Exception) -> Server:
    """Return a server that gives *answers* one after the other, and no more."""
    left = list(answers)

    def server(_: httpx.Request) -> httpx.Response:
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return server


def always(answer: Callable[[], httpx.Response]) -> Server:
    """Return a server that gives a fresh *answer* each time."""
    return lambda _: answer()


def operation(
    method: str = "PUT",
    *,
    path: str = f"importsource/{IMPORT_SOURCE}/mapping",
    query: dict[str, str] | None = None,
) -> Operation:
    """Return an operation as a plan holds it."""
    return Operation(
        method=method,
        path=path,
        query={"async": "true"} if query is None else query,
        body=BODY,
        body_digest=digest_bytes(canonical_json(BODY)),
    )


def everything_said(error: BaseException) -> str:
    """Return all that a person or a log could see of *error* and what caused it."""
    said: list[str] = []
    seen: BaseException | None = error
    while seen is not None:
        said += [str(seen), repr(seen), repr(seen.args), repr(vars(seen))]
        seen = seen.__cause__ or seen.__context__
    return "\n".join(said)


CREATE = Operation(
    method="PUT",
    path=f"importsource/{SOURCE.import_source_id}/mapping",
    query={},
    body=DISKS,
    body_digest=digest_bytes(canonical_json(DISKS)),
)
