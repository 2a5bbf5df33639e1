"""Between a client and its PostgreSQL server: what happens to the next COMMIT."""

import contextlib
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
_CHUNK = 65_536


class Fate(StrEnum):
    """What becomes of a COMMIT: it arrives or not, and the client hears a cut or nothing."""

    LOST_AND_CUT = "lost, and the connection is cut"
    LOST_IN_SILENCE = "lost in silence"
    ANSWER_CUT = "done, and the connection is cut"
    ANSWER_SWALLOWED = "done, and the answer is swallowed"
    HELD = "held up, like all that follows, until `go_on` is set"

    @property
    def arrives(self) -> bool:
        return self in {Fate.ANSWER_CUT, Fate.ANSWER_SWALLOWED}

    @property
    def cuts(self) -> bool:
        return self in {Fate.LOST_AND_CUT, Fate.ANSWER_CUT}


CUTTING = (Fate.LOST_AND_CUT, Fate.LOST_IN_SILENCE, Fate.ANSWER_CUT, Fate.ANSWER_SWALLOWED)


class Gap:
    """A socket that passes on to the server's; `fates` are those of the COMMITs to come.

    None is the usual one. `held` tells that one was met that is held up.
    """

    def __init__(self, server: Path, directory: Path) -> None:
        self.directory = directory
        self.fates: list[Fate | None] = []
        self.held, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()
        self._server = server / SOCKET
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(directory / SOCKET))
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, url: str) -> str:
        """Return *url* of the server as it is on this side of the gap."""
        return url.replace(str(self._server.parent), str(self.directory))

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server))
                hears = threading.Event()
                hears.set()
                threading.Thread(target=self._up, args=(client, server, hears), daemon=True).start()
                threading.Thread(
                    target=self._down, args=(client, server, hears), daemon=True
                ).start()

    def _up(self, client: socket.socket, server: socket.socket, hears: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(_CHUNK):
                fate = self.fates.pop(0) if b"COMMIT" in data and self.fates else None
                if fate is Fate.HELD:
                    self.go_on.clear()
                    self.held.set()
                if fate is not None and fate in CUTTING:
                    hears.clear()
                    if fate.arrives:
                        server.sendall(data)
                    if fate.cuts:
                        client.shutdown(socket.SHUT_RDWR)
                elif hears.is_set():
                    self.go_on.wait()
                    server.sendall(data)
        if hears.is_set():
            with contextlib.suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)

    def _down(self, client: socket.socket, server: socket.socket, hears: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(_CHUNK):
                if hears.is_set():
                    client.sendall(data)
        client.close()
        server.close()


@contextmanager
def gap(server: Path) -> Iterator[Gap]:
    """Yield a gap before the server whose socket is in the directory *server*."""
    with tempfile.TemporaryDirectory(prefix="gap") as directory:
        made = Gap(server, Path(directory))
        try:
            yield made
        finally:
            made.close()
