"""How large an answer may be: what more is to come is never held in memory."""

import asyncio
import contextlib
import functools
import gzip
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.assets.bounds import LARGEST_ANSWER, LARGEST_REFUSAL
from reconciler.errors import Rejected, UnreadableAnswer
from reconciler.forges.github import pulls as github
from reconciler.forges.webhook import Webhook
from reconciler.model.source import ConfigStatus
from tests.support.forges.github_pulls import variables
from tests.support.forges.server import Pull
from tests.support.processes.raw_server import listening, request_head
from tests.support.stages.assets_wire import SOURCE, UNTIMED, backend_at, operation

MIB = 2**20
CHUNKED = b"Transfer-Encoding: chunked\r\n"
GZIP = b"Content-Encoding: gzip\r\n"


@functools.cache
def bomb() -> tuple[bytes, ...]:
    """Return some 160 KB of gzip that are 160 MB of spaces."""
    packer = zlib.compressobj(9, wbits=31)
    return tuple(filter(None, (packer.compress(b" " * MIB) for _ in range(160))))


def endless() -> Iterator[bytes]:
    """Yield spaces for ever."""
    while True:
        yield b" " * MIB


BOMBS = {"gzip": (bomb, GZIP), "plain": (endless, b"")}


async def pour(base: Any, headers: bytes, status: int, ask: Any) -> tuple[BaseException | Any, int]:
    """Return what *ask* ended with, given the base URL of a server that pours out *base*."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(b"HTTP/1.1 %d X\r\n" % status + CHUNKED + headers + b"\r\n")
        with contextlib.suppress(ConnectionError):
            for part in base():
                writer.write(b"%x\r\n" % len(part) + part + b"\r\n")
                await writer.drain()
            writer.write(b"0\r\n\r\n")

    async with listening(serve) as base_url:
        tracemalloc.start()
        try:
            found = await asyncio.gather(ask(base_url), return_exceptions=True)
            return found[0], tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


async def of_assets(base_url: str, *, writes: bool = False) -> Any:
    async with contextlib.aclosing(backend_at(base_url, [])) as backend:
        if writes:
            return await backend.submit(SOURCE, operation())
        return await backend.config_status(SOURCE)


async def of_a_write(base_url: str) -> Any:
    return await of_assets(base_url, writes=True)


async def of_a_forge(base_url: str) -> Any:
    pull = github.from_environment(variables(Pull(url=base_url)), pull=None, pacing=UNTIMED)
    async with contextlib.aclosing(pull):
        return await pull.comments()


async def of_a_webhook(base_url: str) -> Any:
    return await Webhook.of(base_url).post("hello", pacing=UNTIMED)


@pytest.mark.parametrize(
    ("ask", "kind"),
    [(of_assets, "gzip"), (of_a_write, "plain"), (of_a_forge, "gzip"), (of_a_webhook, "plain")],
)
def test_an_answer_without_end_is_cut_early(ask: Any, kind: str) -> None:
    base, headers = BOMBS[kind]
    error, peak = asyncio.run(pour(base, headers, 200, ask))
    assert isinstance(error, UnreadableAnswer)
    assert "the answer is larger than 64 MiB" in str(error)
    assert error.request in str(error)
    assert error.sent == (ask in {of_a_write, of_a_webhook})
    assert peak < 2 * LARGEST_ANSWER


def test_of_a_refusal_without_end_the_beginning_explains() -> None:
    def refusal() -> Iterator[bytes]:
        yield b'{"code": "TOO_BAD"}'
        yield from endless()

    error, peak = asyncio.run(pour(refusal, b"", 400, of_a_write))
    assert isinstance(error, Rejected)
    assert not error.sent
    assert [fault.code for fault in error.faults] == ["TOO_BAD"]
    # Its text, its text without secrets, and the look for codes in it.
    assert peak < 16 * LARGEST_REFUSAL


@pytest.mark.parametrize("size", [17, 3 * MIB, LARGEST_ANSWER])
def test_what_is_compressed_is_read_up_to_the_bound(size: int) -> None:
    body = b'{"status":"IDLE"}'.ljust(size)
    found, _ = asyncio.run(pour(lambda: [gzip.compress(body, 1)], GZIP, 200, of_assets))
    assert found is ConfigStatus.IDLE
