"""What the emulator reads of a request has bounds: nobody fills its memory, or waits for ever."""

import asyncio
import contextlib
import socket

import pytest
import uvicorn

from reconciler.emulator import app as emulator
from reconciler.emulator import server
from reconciler.emulator.app import create_app
from reconciler.emulator.faults import EmulatorOptions

PATH = "/jsm/assets/workspace/w/v1/importsource/s/mapping"
HEAD = f"PATCH {PATH} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer admin\r\n"
# What is sent → how the answer begins; nothing where the connection is closed.
REQUESTS = {
    "nothing": (b"", b""),
    "half a head": (HEAD.encode(), b""),
    "half a body": (f"{HEAD}Content-Length: 9\r\n\r\n{{".encode(), b"HTTP/1.1 408 "),
    "too large a body": (
        f"{HEAD}Content-Length: 9000\r\n\r\n".encode() + b" " * 8_000,
        b"HTTP/1.1 413 ",
    ),
}


@pytest.mark.parametrize("case", REQUESTS)
def test_a_request_has_bounds(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent, expected = REQUESTS[case]
    monkeypatch.setattr(emulator, "REQUEST_SECONDS", 0.3)
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.3)
    monkeypatch.setattr(emulator, "LARGEST_BODY", 4_000)

    async def scenario() -> bytes:
        listener = socket.create_server(("127.0.0.1", 0))
        app = create_app(":memory:", EmulatorOptions(token="admin"))
        config = uvicorn.Config(app, http=server.CuttingProtocol, log_config=None, ws="none")
        running = uvicorn.Server(config)
        serving = asyncio.create_task(running.serve(sockets=[listener]))
        reader, writer = await asyncio.open_connection(*listener.getsockname())
        writer.write(sent)
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = await reader.read(1_000)
        writer.close()
        running.should_exit = True
        await serving
        return answer

    answer = asyncio.run(asyncio.wait_for(scenario(), 30))
    assert answer.startswith(expected)
    assert bool(answer) == bool(expected)
