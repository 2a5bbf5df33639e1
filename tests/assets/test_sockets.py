"""Real connections: refused, cut, half answered, kept alive, bounded; and the in-process gate."""

import asyncio
import contextlib
import itertools
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.assets.auth import bearer
from reconciler.assets.client import AssetsBackend
from reconciler.assets.embedded import EMBEDDED_BASE_URL, embedded_transport
from reconciler.errors import ReconcilerError, Unavailable
from reconciler.model.source import ConfigStatus
from tests.support.stages.assets_wire import NOON, SOURCE, TOKEN, operation

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
IDLE = b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"status":"IDLE"}'


@contextlib.asynccontextmanager
async def listening(handler: Handler) -> AsyncIterator[str]:
    """Yield the base URL of a server that treats each connection with *handler*."""

    treating: set[asyncio.Task[None]] = set()

    async def closing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    def treat(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        treating.add(asyncio.ensure_future(closing(reader, writer)))

    server = await asyncio.start_server(treat, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        try:
            yield f"http://{host}:{port}/jsm/assets"
        finally:
            for task in treating:
                task.cancel()
            # Whatever a handler met, what is asked is how its client ended.
            await asyncio.gather(*treating, return_exceptions=True)


async def request_head(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"\r\n\r\n")


def backend_at(base_url: str, sleeps: list[float], **settings: Any) -> AssetsBackend:
    async def sleep(seconds: float) -> None:
        sleeps.append(seconds)

    return AssetsBackend(
        base_url=base_url,
        credentials=lambda _: bearer(TOKEN),
        sleep=sleep,
        now=lambda: NOON,
        monotonic=lambda: sum(sleeps),
        rng=lambda: 0.0,
        **settings,
    )


async def submit_to(handler: Handler, **settings: Any) -> tuple[Unavailable, list[float]]:
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


# How often the fence lets the request pass → what each connection brought the server.
FENCED: dict[str, tuple[int, list[str]]] = {
    "before a connection": (0, []),
    "when connected": (1, ["nothing"]),
    "after the headers": (2, ["headers"]),
}


@pytest.mark.parametrize("case", FENCED)
def test_a_fence_that_closes_keeps_the_request_back(case: str) -> None:
    """It is called last thing: what closed while the connection was made is seen."""
    passes, expected = FENCED[case]
    calls = itertools.count(1)
    seen: asyncio.Queue[str] = asyncio.Queue()

    def fence() -> None:
        if next(calls) > passes:
            raise ReconcilerError("the lease was lost")

    async def swallow(reader: asyncio.StreamReader, _: object) -> None:
        received = await reader.read()
        seen.put_nowait("body" if b"{" in received else "headers" if received else "nothing")

    async def scenario() -> list[str]:
        async with (
            listening(swallow) as base_url,
            contextlib.aclosing(backend_at(base_url, [])) as backend,
        ):
            with pytest.raises(ReconcilerError, match="the lease was lost"):
                await backend.submit(SOURCE, operation("PATCH"), fence=fence)
            return [await seen.get() for _ in expected]

    assert asyncio.run(scenario()) == expected


def test_half_an_answer_to_a_write_is_an_unknown_outcome() -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")

    error, _ = asyncio.run(submit_to(half))
    assert error.sent


async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Accept, and never answer."""
    await reader.read()


async def half_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close the writing side without an answer, and go on listening."""
    await request_head(reader)
    writer.write_eof()
    await reader.read()


async def half_a_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send half of the answer, and stop without closing."""
    await request_head(reader)
    writer.write(IDLE[:-5])
    await reader.read()


async def half_a_head(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send half of a header, and stop without closing."""
    await request_head(reader)
    writer.write(IDLE[:20])
    await reader.read()


async def half_a_body_then_closed(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Send half of the answer, and close the writing side."""
    await request_head(reader)
    writer.write(IDLE[:-5])
    writer.write_eof()
    await reader.read()


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a byte of an endless answer each time that the client could lose patience."""
    await request_head(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        while not reader.at_eof():
            writer.write(b" ")
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.01)


HANGS = {
    "accepts and never answers": (silent, "no answer in time"),
    "closes its side without an answer": (half_closed, "the connection was cut"),
    "sends half a head and stops": (half_a_head, "no answer in time"),
    "sends half a body and stops": (half_a_body, "no answer in time"),
    "sends half a body and closes its side": (half_a_body_then_closed, "the connection was cut"),
    "sends a byte now and then": (dripping, "no answer in time"),
}


def patience_for(said: str) -> dict[str, float]:
    """Return time limits: out of reach where it is a cut that ends the waiting."""
    is_waited_for = said == "no answer in time"
    return {"read_timeout": 0.1, "whole_timeout": 0.3} if is_waited_for else {}


@pytest.mark.parametrize("case", HANGS)
def test_a_server_that_hangs_ends_a_write_as_an_unknown_outcome(case: str) -> None:
    handler, said = HANGS[case]
    error, sleeps = asyncio.run(submit_to(handler, **patience_for(said)))
    assert said in str(error)
    assert error.sent
    assert sleeps == [], "it is not sent again"


@pytest.mark.parametrize("case", HANGS)
def test_a_server_that_hangs_ends_a_read_after_its_retries(case: str) -> None:
    handler, said = HANGS[case]

    async def scenario() -> tuple[Unavailable, list[float]]:
        sleeps: list[float] = []
        async with (
            listening(handler) as base_url,
            contextlib.aclosing(backend_at(base_url, sleeps, **patience_for(said))) as backend,
        ):
            with pytest.raises(Unavailable) as caught:
                await backend.config_status(SOURCE)
        return caught.value, sleeps

    error, sleeps = asyncio.run(scenario())
    assert said in str(error)
    assert not error.sent
    assert sleeps == [0.5, 1.0, 2.0, 4.0]


def test_a_body_that_nobody_takes_ends_by_time_out() -> None:
    """The peer accepts and reads nothing; the body is more than the buffers hold."""

    async def deaf(*_: object) -> None:
        await asyncio.Event().wait()

    async def scenario() -> Unavailable:
        big = replace(operation("PATCH"), body={"schema": {"x": "y" * 20_000_000}})
        async with (
            listening(deaf) as base_url,
            contextlib.aclosing(backend_at(base_url, [], read_timeout=0.2)) as backend,
        ):
            with pytest.raises(Unavailable, match="no answer in time") as caught:
                await backend.submit(SOURCE, big)
        return caught.value

    assert asyncio.run(scenario()).sent


def test_no_connection_in_time_has_sent_nothing() -> None:
    """The queue of a listener that accepts nobody is full: the next one waits for ever."""

    async def scenario() -> tuple[Unavailable, list[float]]:
        with contextlib.ExitStack() as stack:
            listener = stack.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            listener.listen(0)
            address = listener.getsockname()
            for _ in range(4):
                filler = stack.enter_context(socket.socket())
                filler.settimeout(0)
                with contextlib.suppress(BlockingIOError):
                    filler.connect(address)
            sleeps: list[float] = []
            url = f"http://127.0.0.1:{address[1]}/jsm/assets"
            async with contextlib.aclosing(backend_at(url, sleeps, connect_timeout=0.1)) as backend:
                with pytest.raises(Unavailable, match="no connection in time") as caught:
                    await backend.submit(SOURCE, operation("PATCH"))
        return caught.value, sleeps

    error, sleeps = asyncio.run(scenario())
    assert not error.sent
    assert sleeps == [0.5, 1.0, 2.0, 4.0], "nothing can have happened: it is tried again"


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
