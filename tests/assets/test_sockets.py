"""Real connections: refused, cut, half answered, kept alive, bounded; and the in-process gate."""

import asyncio
import contextlib
import itertools
import re
import socket
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.assets import call
from reconciler.assets.client import AssetsBackend
from reconciler.assets.embedded import EMBEDDED_BASE_URL, embedded_transport
from reconciler.errors import ReconcilerError, Unavailable
from reconciler.model.canonical import canonical_json
from reconciler.model.source import ConfigStatus
from reconciler.value import replace
from tests.support.processes.raw_server import (
    Handler,
    continuing,
    dripping_body,
    dripping_head,
    listening,
    request_head,
    silent,
)
from tests.support.stages.assets_wire import SOURCE, backend_at, operation

# What is slept between five tries.
PAUSES = [0.5, 1.0, 2.0, 4.0]
IDLE = b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"status":"IDLE"}'


Ask = Callable[[AssetsBackend], Awaitable[Any]]


def submitting(backend: AssetsBackend) -> Awaitable[Any]:
    return backend.submit(SOURCE, operation("PATCH"))


def reading(backend: AssetsBackend) -> Awaitable[Any]:
    return backend.config_status(SOURCE)


async def met_at(base_url: str, ask: Ask = submitting, **settings: Any) -> tuple[Any, list[float]]:
    """Return what *ask* meets, a value or Unavailable, and the sleeps before it."""
    sleeps: list[float] = []
    async with contextlib.aclosing(backend_at(base_url, sleeps, **settings)) as backend:
        try:
            return await ask(backend), sleeps
        except Unavailable as error:
            return error, sleeps


def met(handler: Handler, ask: Ask = submitting) -> tuple[Any, list[float]]:
    """Return what *ask* meets at *handler*, and the sleeps before it."""

    async def scenario() -> tuple[Any, list[float]]:
        async with listening(handler) as base_url:
            return await met_at(base_url, ask)

    return asyncio.run(scenario())


def test_a_refused_connection_has_sent_nothing_and_is_tried_for_the_second_of_a_start() -> None:
    async def scenario() -> tuple[Any, list[float]]:
        async with listening(lambda *_: asyncio.sleep(0)) as base_url:
            pass  # the port is free again: nobody listens
        error, sleeps = await met_at(base_url)
        place = base_url.removeprefix("http://").removesuffix("/jsm/assets")
        assert f"nothing listens on {place}; tried 3 times" in str(error)
        port = place.rpartition(":")[2]
        assert error.hint == f"start it: reconciler emulator --port {port}"
        return error, sleeps

    error, sleeps = asyncio.run(scenario())
    assert not error.sent
    assert sleeps == PAUSES[:2]


def test_a_cut_after_sending_is_an_unknown_outcome_and_not_sent_again() -> None:
    connections = []

    async def cut(reader: asyncio.StreamReader, _: object) -> None:
        connections.append(await request_head(reader))

    error, sleeps = met(cut)
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


LATE = r"127\.0\.0\.1:\d+ did not answer within 0\.2 s"
CUT = "the connection was cut"
HANGS = {
    "accepts and never answers": (silent, LATE),
    "closes its side without an answer": (half_closed, CUT),
    "sends half a head and stops": (half_a_head, LATE),
    "sends half a body and stops": (half_a_body, LATE),
    "sends half a body and closes its side": (half_a_body_then_closed, CUT),
    "sends a byte of the body now and then": (dripping_body, LATE),
    "sends a byte of the head now and then": (dripping_head, LATE),
    "says that it goes on, for ever": (continuing, LATE),
}


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a request 0.2 s."""
    monkeypatch.setattr(call, "READ_SECONDS", 0.2)
    monkeypatch.setattr(call, "WRITE_SECONDS", 0.2)


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("case", HANGS)
def test_a_server_that_hangs_ends_a_write_as_an_unknown_outcome(case: str) -> None:
    handler, said = HANGS[case]
    error, sleeps = met(handler)
    assert re.search(said, str(error))
    assert error.sent
    assert sleeps == [], "it is not sent again"


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("case", HANGS)
def test_a_server_that_hangs_ends_a_read_after_its_retries(case: str) -> None:
    handler, said = HANGS[case]
    error, sleeps = met(handler, reading)
    assert re.search(f"{said}.*; tried 5 times in 8 s", str(error))
    assert not error.sent
    assert sleeps == PAUSES


@pytest.mark.usefixtures("hurry")
def test_a_body_that_nobody_takes_ends_by_time_out() -> None:
    """The peer accepts and reads nothing; the body is more than the buffers hold."""

    async def deaf(*_: object) -> None:
        await asyncio.Event().wait()

    big = replace(operation("PATCH"), body={"schema": {"x": "y" * 20_000_000}})
    error, _ = met(deaf, lambda backend: backend.submit(SOURCE, big))
    assert re.search(LATE, str(error))
    assert error.sent


@pytest.mark.usefixtures("hurry")
def test_no_connection_in_time_has_sent_nothing() -> None:
    """The queue of a listener that accepts nobody is full: the next one waits for ever."""

    async def scenario() -> tuple[Any, list[float]]:
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
            return await met_at(f"http://127.0.0.1:{address[1]}/jsm/assets")

    error, sleeps = asyncio.run(scenario())
    assert re.search(r"no connection .* within 0\.2 s", str(error))
    assert not error.sent
    assert sleeps == PAUSES, "nothing can have happened: it is tried again"


# A host that the environment has to lead to.
BEYOND = "https://api.example.com/jsm/assets"


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:99999", "http://[", "http://a b"])
def test_a_proxy_that_cannot_be_reached_has_sent_nothing(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    error, sleeps = asyncio.run(met_at(BEYOND))
    assert "no connection to api.example.com" in str(error)
    assert "proxy" in (error.hint or "")
    assert not error.sent
    assert len(sleeps) == 4


@pytest.mark.usefixtures("hurry")
def test_a_proxy_that_never_connects_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> tuple[Any, list[float]]:
        async with listening(silent) as base_url:
            monkeypatch.setenv("HTTPS_PROXY", base_url.removesuffix("/jsm/assets"))
            return await met_at(BEYOND)

    error, _ = asyncio.run(scenario())
    assert "no connection to api.example.com within 0.2 s" in str(error)
    assert not error.sent


@pytest.mark.usefixtures("hurry")
def test_a_name_that_nobody_resolves_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: is_over.wait(30))
    for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)

    async def scenario() -> tuple[Any, list[float]]:
        try:
            return await met_at(BEYOND)
        finally:
            is_over.set()

    error, _ = asyncio.run(scenario())
    assert "no connection to api.example.com within 0.2 s" in str(error)
    assert not error.sent


def test_a_read_survives_a_cut() -> None:
    answers = iter([b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", IDLE])

    async def flaky(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(next(answers))

    assert met(flaky, reading) == (ConfigStatus.IDLE, [0.5, 1.0])


ACCEPTED = b"HTTP/1.1 202 Accepted\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"
STRAY = {
    "a second answer": b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"status":"RUNNING"}',
    "a 204": b"HTTP/1.1 204 No Content\r\n\r\n",
    "a 408": b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("stray", STRAY.values(), ids=STRAY)
def test_no_answer_is_taken_for_that_of_the_next_request(
    monkeypatch: pytest.MonkeyPatch, stray: bytes
) -> None:
    """A server that keeps its connections open, and sends on each what nobody asked for."""
    # http is for loopback: a proxy would read the token.
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    heads: list[bytes] = []
    now_open: set[int] = set()
    most_open = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal most_open
        now_open.add(id(reader))
        most_open = max(most_open, len(now_open))
        heads.append(await request_head(reader))
        is_read = heads[-1].startswith(b"GET")
        writer.write(IDLE if is_read else ACCEPTED)
        writer.write(stray)
        assert await reader.read() == (b"" if is_read else canonical_json(operation().body))
        now_open.discard(id(reader))

    async def scenario() -> list[Any]:
        async with (
            listening(serve) as base_url,
            contextlib.aclosing(backend_at(base_url, [], connections=2)) as backend,
        ):
            return await asyncio.gather(
                *(
                    call
                    for _ in range(5)
                    for call in (
                        backend.config_status(SOURCE),
                        backend.submit(SOURCE, operation()),
                    )
                )
            )

    found = asyncio.run(scenario())
    assert found[::2] == [ConfigStatus.IDLE] * 5
    assert {submission.status for submission in found[1::2]} == {202}
    assert all(b"\r\nConnection: close\r\n" in head for head in heads)
    assert len(heads) == 10
    assert most_open <= 3, "two, and one that the server has not yet seen closed"


def test_as_many_requests_go_out_at_once_as_are_allowed() -> None:
    """Also where that is more than one client has connections."""
    seen: list[str] = []

    async def scenario() -> None:
        all_there = asyncio.Event()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await request_head(reader)
            seen.append("asked")
            if len(seen) == 12:
                all_there.set()
            await all_there.wait()
            seen.append("answered")
            writer.write(IDLE)

        async with (
            listening(serve) as base_url,
            contextlib.aclosing(backend_at(base_url, [], connections=12)) as backend,
        ):
            await asyncio.gather(*(backend.config_status(SOURCE) for _ in range(25)))

    asyncio.run(scenario())
    assert seen[:13] == ["asked"] * 12 + ["answered"]
    assert seen.count("answered") == 25


def test_missing_certificates_are_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    with pytest.raises(ReconcilerError) as caught:
        backend_at("https://api.example.com/jsm/assets", [])
    assert "SSL_CERT_FILE" in (caught.value.hint or "")


def embedded(app: Any, ask: Ask = reading) -> Any:
    met = met_at(
        EMBEDDED_BASE_URL,
        ask,
        transport=embedded_transport(app),
    )
    found, _ = asyncio.run(met)
    return found


def test_an_application_in_process_is_asked_like_a_server() -> None:
    async def app(scope: dict[str, Any], _: object, send: Any) -> None:
        assert scope["path"].endswith("/configstatus")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b'{"status": "IDLE"}'})

    assert embedded(app) is ConfigStatus.IDLE


@pytest.mark.parametrize(
    ("raised", "said"), [(ConnectionResetError(), CUT), (RuntimeError("a bug"), "500")]
)
def test_what_the_application_raises_is_a_cut_or_a_500(raised: Exception, said: str) -> None:
    async def app(*_: object) -> None:
        raise raised

    error = embedded(app, submitting)
    assert said in str(error)
    assert error.sent
