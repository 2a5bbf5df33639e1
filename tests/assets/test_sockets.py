"""Real connections: refused, cut, half answered, kept alive, bounded; and the in-process gate."""

import asyncio
import contextlib
import itertools
import re
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from reconciler.assets import call
from reconciler.assets.auth import bearer
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
from tests.support.stages.assets_wire import SOURCE, TOKEN, backend_at, operation

IDLE = b'HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{"status":"IDLE"}'


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


LATE = r"127\.0\.0\.1 did not answer within 0\.2 s"
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
    error, sleeps = asyncio.run(submit_to(handler))
    assert re.search(said, str(error))
    assert error.sent
    assert sleeps == [], "it is not sent again"


@pytest.mark.usefixtures("hurry")
@pytest.mark.parametrize("case", HANGS)
def test_a_server_that_hangs_ends_a_read_after_its_retries(case: str) -> None:
    handler, said = HANGS[case]

    async def scenario() -> tuple[Unavailable, list[float]]:
        sleeps: list[float] = []
        async with (
            listening(handler) as base_url,
            contextlib.aclosing(backend_at(base_url, sleeps)) as backend,
        ):
            with pytest.raises(Unavailable) as caught:
                await backend.config_status(SOURCE)
        return caught.value, sleeps

    error, sleeps = asyncio.run(scenario())
    assert re.search(f"{said}.*; tried 5 times in 8 s", str(error))
    assert not error.sent
    assert sleeps == [0.5, 1.0, 2.0, 4.0]


@pytest.mark.usefixtures("hurry")
def test_a_body_that_nobody_takes_ends_by_time_out() -> None:
    """The peer accepts and reads nothing; the body is more than the buffers hold."""

    async def deaf(*_: object) -> None:
        await asyncio.Event().wait()

    async def scenario() -> Unavailable:
        big = replace(operation("PATCH"), body={"schema": {"x": "y" * 20_000_000}})
        async with (
            listening(deaf) as base_url,
            contextlib.aclosing(backend_at(base_url, [])) as backend,
        ):
            with pytest.raises(Unavailable, match=LATE) as caught:
                await backend.submit(SOURCE, big)
        return caught.value

    assert asyncio.run(scenario()).sent


@pytest.mark.usefixtures("hurry")
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
            async with contextlib.aclosing(backend_at(url, sleeps)) as backend:
                with pytest.raises(Unavailable, match=r"no connection .* within 0\.2 s") as caught:
                    await backend.submit(SOURCE, operation("PATCH"))
        return caught.value, sleeps

    error, sleeps = asyncio.run(scenario())
    assert not error.sent
    assert sleeps == [0.5, 1.0, 2.0, 4.0], "nothing can have happened: it is tried again"


async def submit_beyond(sleeps: list[float]) -> Unavailable:
    """Return the error of a PATCH to a host that the environment has to lead to."""
    url = "https://api.example.com/jsm/assets"
    async with contextlib.aclosing(backend_at(url, sleeps)) as backend:
        with pytest.raises(Unavailable) as caught:
            await backend.submit(SOURCE, operation("PATCH"))
    return caught.value


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:99999", "http://[", "http://a b"])
def test_a_proxy_that_cannot_be_reached_has_sent_nothing(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    sleeps: list[float] = []
    error = asyncio.run(submit_beyond(sleeps))
    assert "no connection to api.example.com" in str(error)
    assert "proxy" in (error.hint or "")
    assert not error.sent
    assert len(sleeps) == 4


@pytest.mark.usefixtures("hurry")
def test_a_proxy_that_never_connects_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> Unavailable:
        async with listening(silent) as base_url:
            monkeypatch.setenv("HTTPS_PROXY", base_url.removesuffix("/jsm/assets"))
            return await submit_beyond([])

    error = asyncio.run(scenario())
    assert "no connection to api.example.com within 0.2 s" in str(error)
    assert not error.sent


@pytest.mark.usefixtures("hurry")
def test_a_name_that_nobody_resolves_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: is_over.wait(30))
    for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)

    async def scenario() -> Unavailable:
        try:
            return await submit_beyond([])
        finally:
            is_over.set()

    error = asyncio.run(scenario())
    assert "no connection to api.example.com within 0.2 s" in str(error)
    assert not error.sent


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
