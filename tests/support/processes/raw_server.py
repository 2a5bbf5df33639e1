"""A server of raw bytes on a real socket: what no framework would answer."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


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
    """Return what a request has before its body."""
    return await reader.readuntil(b"\r\n\r\n")


@contextlib.contextmanager
def in_thread(handler: Handler) -> Iterator[str]:
    """Yield the base URL of such a server, beside a program with a loop of its own."""
    started: Future[tuple[str, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        ended = asyncio.Event()
        async with listening(handler) as base_url:
            started.set_result((base_url, asyncio.get_running_loop(), ended))
            await ended.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    base_url, loop, ended = started.result(10)
    try:
        yield base_url
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)


async def silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Accept, and never answer."""
    await reader.read()


def dripping(start: bytes, drop: bytes) -> Handler:
    """Return a handler that sends *start*, and then *drop* now and then without end."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_head(reader)
        writer.write(start)
        with contextlib.suppress(ConnectionError):
            while not reader.at_eof():
                writer.write(drop)
                await writer.drain()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.read(1), 0.01)

    return handler


dripping_body = dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n", b" ")
dripping_head = dripping(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x")
continuing = dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n")
