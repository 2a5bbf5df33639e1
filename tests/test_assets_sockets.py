"""Real connections: refused, cut, half answered, kept alive, bounded; and the in-process gate."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from assets_wire import NOON, SOURCE, TOKEN, operation

from reconciler.assets.auth import bearer
from reconciler.assets.client import AssetsBackend
from reconciler.assets.embedded import EMBEDDED_BASE_URL, embedded_transport
from reconciler.errors import ReconcilerError, Unavailable
from reconciler.model.source import ConfigStatus

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
IDLE = b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"status":"IDLE"}'


@contextlib.asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """Yield the base URL of a server that treats each connection with *handler*."""

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(closing, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        yield f"http://{host}:{port}/jsm/assets"


async def request_head(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


def backend_at(base_url: str, sleeps: list[float], **settings: float) -> AssetsBackend:
    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)

    return AssetsBackend(
        base_url=base_url,
        credentials=lambda _: bearer(TOKEN),
        sleep=sleep,
        now=lambda: NOON,
        rng=lambda: 0.0,
        **settings,
    )


async def submit_to(handler: Handler, **settings: float) -> tuple[Unavailable, list[float]]:
    """Return the error that a PATCH to *handler* meets, and the sleeps before it."""
    sleeps: list[float] = []
    async with (
        listening(handler) as base_url,
        contextlib.aclosing(backend_at(base_url, sleeps, **settings)) as backend,
    ):
        with pytest.raises(Unavailable) as caught:
            await backend.submit(SOURCE, operation("PATCH"))
    return caught.value, sleeps


def test_a_refused_connection_has_sent_nothing_and_is_tried_again() -> None:
    async def scenario() -> tuple[Unavailable, list[float]]:
        async with listening(lambda *_: asyncio.sleep(0)) as base_url:
            pass  # the port is free again: nobody listens
        sleeps: list[float] = []
        async with contextlib.aclosing(backend_at(base_url, sleeps)) as backend:
            with pytest.raises(Unavailable, match=r"no connection to 127\.0\.0\.1") as caught:
                await backend.submit(SOURCE, operation("PATCH"))
        return caught.value, sleeps

    error, sleeps = asyncio.run(scenario())
    assert not error.sent
    assert sleeps == [0.5, 1.0, 2.0, 4.0]


def test_a_cut_after_sending_is_an_unknown_outcome_and_not_sent_again() -> None:
    connections = []

    async def cut(reader: asyncio.StreamReader, _: object) -> None:
        connections.append(await request_head(reader))

    error, sleeps = asyncio.run(submit_to(cut))
    assert error.sent
    assert len(connections) == 1
    assert sleeps == []


def test_half_an_answer_to_a_write_is_an_unknown_outcome() -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")

    error, _ = asyncio.run(submit_to(half))
    assert error.sent


def test_no_answer_in_time_is_an_unknown_outcome() -> None:
    async def silent(reader: asyncio.StreamReader, _: object) -> None:
        await reader.read()

    error, _ = asyncio.run(submit_to(silent, read_timeout=0.05))
    assert error.sent
    assert "no answer in time" in str(error)


def test_a_read_survives_a_cut() -> None:
    answers = iter([b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", IDLE])

    async def flaky(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(next(answers))

    async def scenario() -> tuple[ConfigStatus, list[float]]:
        sleeps: list[float] = []
        async with (
            listening(flaky) as base_url,
            contextlib.aclosing(backend_at(base_url, sleeps)) as backend,
        ):
            return await backend.config_status(SOURCE), sleeps

    assert asyncio.run(scenario()) == (ConfigStatus.IDLE, [0.5, 1.0])


def test_connections_are_kept_and_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    # http is for loopback: a proxy would read the token.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    opened = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened.append(1)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                await request_head(reader)
                writer.write(IDLE)

    async def scenario() -> list[ConfigStatus]:
        async with (
            listening(serve) as base_url,
            contextlib.aclosing(backend_at(base_url, [], connections=2)) as backend,
        ):
            return await asyncio.gather(*(backend.config_status(SOURCE) for _ in range(20)))

    assert asyncio.run(scenario()) == [ConfigStatus.IDLE] * 20
    assert len(opened) <= 2


def test_missing_certificates_are_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(ReconcilerError) as caught:
        backend_at("https://api.example.com/jsm/assets", [])
    assert "SSL_CERT_FILE" in (caught.value.hint or "")


def embedded(app: Any) -> ConfigStatus:
    async def scenario() -> ConfigStatus:
        backend = AssetsBackend(
            base_url=EMBEDDED_BASE_URL,
            credentials=lambda _: bearer(TOKEN),
            transport=embedded_transport(app),
        )
        async with contextlib.aclosing(backend):
            return await backend.config_status(SOURCE)

    return asyncio.run(scenario())


def test_an_application_in_process_is_asked_like_a_server() -> None:
    async def app(scope: dict[str, Any], _: object, send: Any) -> None:
        assert scope["path"].endswith("/configstatus")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"status": "IDLE"}'})

    assert embedded(app) is ConfigStatus.IDLE


def test_a_connection_error_of_the_application_is_a_cut() -> None:
    async def app(*_: object) -> None:
        raise ConnectionResetError

    async def scenario() -> Unavailable:
        backend = AssetsBackend(
            base_url=EMBEDDED_BASE_URL,
            credentials=lambda _: bearer(TOKEN),
            transport=embedded_transport(app),
        )
        async with contextlib.aclosing(backend):
            with pytest.raises(Unavailable, match="the connection was cut") as caught:
                await backend.submit(SOURCE, operation())
        return caught.value

    assert asyncio.run(scenario()).sent


def test_an_exception_of_the_application_is_a_500() -> None:
    async def app(*_: object) -> None:
        raise RuntimeError("a bug")

    with pytest.raises(Unavailable, match="500"):
        embedded(app)
