"""A bad network between reconciler and a server: a proxy that waits, answers 429 and cuts.

What happens to a request depends on a seed, its method, its path and on how many there were of
that before, and on nothing else: sources are worked on side by side, and their order is free.
"""

import asyncio
import contextlib
import threading
import zlib
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

LATENCY_SECONDS = 0.005
LONGEST_HEAD = 64 * 1024


class Fate(StrEnum):
    """What becomes of a request."""

    PASSES = "passes"
    REFUSED = "429"
    LOST = "the request is lost"
    UNANSWERED = "the answer is lost"


# Of so many requests, these. Nobody reads back what a POST began, so it is refused, and never lost.
# Nor is a write of a mapping lost on its way: apply cannot tell that from one that is late, and
# rightly says for longestOperation that it does not know.
FATES = {
    "GET": (Fate.REFUSED, Fate.LOST, Fate.UNANSWERED, *[Fate.PASSES] * 17),
    "PUT": (Fate.REFUSED, Fate.UNANSWERED, Fate.PASSES),
    "PATCH": (Fate.REFUSED, Fate.UNANSWERED, Fate.PASSES),
}
ELSE = (Fate.REFUSED, Fate.PASSES, Fate.PASSES)


class BadNetwork:
    """The proxy: `url` leads through it, `fates` counts what happened."""

    def __init__(self, port: int, seed: int) -> None:
        """Lead to *port* of this machine."""
        self._port, self._seed = port, seed
        self._asked: Counter[bytes] = Counter()
        self.fates: Counter[Fate] = Counter()
        self.port = 0

    def fate(self, method: str, path: str) -> Fate:
        """Return what happens to the next request of *method* for *path*: never bad luck twice."""
        key = f"{self._seed} {method} {path}".encode()
        self._asked[key] += 1
        nth = self._asked[key]
        choices = FATES.get(method, ELSE)
        chosen = choices[zlib.crc32(b"%d %s" % (nth, key)) % len(choices)] if nth % 2 else None
        fate = chosen or Fate.PASSES
        self.fates[fate] += 1
        return fate

    async def serve(self, client: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        """Serve one connection, of one request."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await client.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            method, path, _ = lines[0].split(" ", 2)
            headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
            body = await client.readexactly(int(headers.get("content-length", "0")))
            assert "transfer-encoding" not in headers, lines
            await asyncio.sleep(LATENCY_SECONDS)
            fate = self.fate(method, path)
            if fate is Fate.REFUSED:
                answer.write(
                    b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\n"
                    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
                )
            elif fate is not Fate.LOST:
                found = await self._passed(head, body)
                if fate is Fate.PASSES:
                    answer.write(found)
            if fate in {Fate.LOST, Fate.UNANSWERED}:
                answer.transport.abort()
            await answer.drain()
        answer.close()

    async def _passed(self, head: bytes, body: bytes) -> bytes:
        """Return what the server answers, to its end."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        first, _, rest = head.partition(b"\r\n")
        rest = b"\r\n".join(
            line for line in rest.split(b"\r\n") if not line.lower().startswith(b"connection:")
        )
        writer.write(first + b"\r\nConnection: close\r\n" + rest + body)
        try:
            return await reader.read()
        finally:
            writer.close()


@contextlib.contextmanager
def bad_network(port: int, *, seed: int = 0) -> Iterator[BadNetwork]:
    """Lead to *port* of this machine for the block, from a free one."""
    network = BadNetwork(port, seed)
    loop = asyncio.new_event_loop()
    started = threading.Event()

    async def run() -> None:
        server = await asyncio.start_server(network.serve, "127.0.0.1", 0, limit=LONGEST_HEAD)
        network.port = server.sockets[0].getsockname()[1]
        started.set()
        async with server:
            await server.serve_forever()

    def work() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.close()

    task = loop.create_task(run())
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    started.wait(10)
    try:
        yield network
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)
