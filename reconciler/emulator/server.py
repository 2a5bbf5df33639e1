"""The emulator on a socket: uvicorn, quiet, cleanly ended by SIGINT or SIGTERM."""

import asyncio
import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from reconciler import interruption
from reconciler.emulator.app import CUT, REQUEST_SECONDS
from reconciler.errors import ReconcilerError
from reconciler.semantics.operations import BASES

GRACE_SECONDS = 3
BACKLOG = 1024


def serve(app: Starlette, host: str, port: int, *, ready: Callable[[str], None]) -> None:
    """Serve *app* until SIGINT or SIGTERM; port 0 selects any free one.

    *ready* is called once with the base URL when requests are accepted. Raises
    ReconcilerError if the address cannot be listened on.
    """
    listener = _listener(host, port)
    base_url = f"http://{_shown(host)}:{listener.getsockname()[1]}{BASES[0]}"
    config = uvicorn.Config(
        app,
        http=CuttingProtocol,
        ws="none",
        loop="asyncio",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    with listener:
        asyncio.run(_Server(config, lambda: ready(base_url)).serve(sockets=[listener]))


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _listener(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, OverflowError) as error:
        place = f"{_shown(host)}:{port}"
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise ReconcilerError(
                f"{place} is in use already",
                hint="choose another with --port; 0 is any free one",
            ) from error
        raise ReconcilerError(
            f"cannot listen on {place}: {_reason(error)}",
            hint="choose another --host or --port; port 0 is any free one",
        ) from error
    # Connections inherit it. asyncio sets it only on sockets whose protocol number is TCP, and
    # without it an answer's body waits for the client to acknowledge its head.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _reason(error: Exception) -> str:
    """Return the system's words, without those of `create_server`, which repeat the address."""
    words = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return words.partition(" (while attempting")[0]


class _Server(uvicorn.Server):
    """Reports when it listens, and treats a signal as a request to end, not as a failure."""

    def __init__(self, config: uvicorn.Config, listening: Callable[[], None]) -> None:
        super().__init__(config)
        self.listening = listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.listening()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn would raise them again after the clean end.
        with interruption.handling(self.handle_exit):
            yield


class CuttingProtocol(H11Protocol):
    """Lets the app cut its connection, and cuts it itself if no request comes in time."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Serve the app with the extension that cuts."""
        super().__init__(*args, **kwargs)
        served = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            extensions = {**scope.get("extensions", {}), CUT: {"abort": self.transport.abort}}
            self.patience.cancel()
            await served({**scope, "extensions": extensions}, receive, send)
            if not self.transport.is_closing():
                self._wait()

        self.app = app

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing more."""
        self.patience.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self.patience = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)
