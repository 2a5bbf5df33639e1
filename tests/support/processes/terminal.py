"""The other side of a terminal: what a person there sees and types."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import IO

from tests.support.paths import ROOT

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PATIENCE = 30.0
RECONCILER = (sys.executable, "-m", "reconciler")


class Terminal:
    """The other side of a terminal: what a program draws on it, and what a person types."""

    def __init__(self, side: int, process: subprocess.Popen[bytes]) -> None:
        self._side = side
        self.process = process
        self.shown = ""

    def until(self, pattern: str | None) -> str:
        """Return what was shown until *pattern* or the end; fail when that takes too long."""
        end = monotonic() + PATIENCE
        while pattern is None or not re.search(pattern, CONTROL.sub("", self.shown)):
            readable, _, _ = select.select([self._side], [], [], max(0.0, end - monotonic()))
            assert readable, f"{pattern!r} is not in {self.shown[-2000:]!r}"
            assert monotonic() < end, f"{pattern!r} is not in {self.shown[-2000:]!r}"
            try:
                read = os.read(self._side, 65536)
            except OSError:  # how Linux says that nobody holds the other side
                break
            self.shown += read.decode(errors="replace")
        return self.shown

    def type(self, text: str) -> None:
        os.write(self._side, text.encode())


@contextmanager
def at_terminal(
    *arguments: str,
    cwd: Path,
    width: int,
    stdout: IO[bytes] | None = None,
    program: Sequence[str] = RECONCILER,
    **variables: str,
) -> Iterator[Terminal]:
    """Start `reconciler`, or another *program*, on a terminal of *width* columns."""
    person, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 20, width, 0, 0))
    environ = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS", "LINES"}}
    with subprocess.Popen(
        [*program, *arguments],
        stdin=side,
        stdout=stdout or side,
        stderr=side,
        cwd=cwd,
        env={**environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "CI": "", **variables},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads here
    ) as process:
        os.close(side)
        try:
            yield Terminal(person, process)
        finally:
            process.kill()
            os.close(person)
