"""Watching an apply: events down a pipe as they happen, a drawing on a terminal."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import IO

import pytest

from tests.e2e.test_processes import started, write_project
from tests.support.paths import ROOT
from tests.support.processes.server import emulator
from tests.support.stages.apply_lines import lines_of, report_of

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
PATIENCE = 30.0
NEVER_ENDING = ("--fault", "get-progress:never-ending")


def test_each_line_comes_down_the_pipe_as_it_happens(tmp_path: Path) -> None:
    with emulator(*NEVER_ENDING) as server:
        write_project(tmp_path, server.base_url, server.token)
        arguments = ("--auto-approve", "--format", "json", "--output", "json=report.json")
        # Nothing but our own flushing: the interpreter's buffering is as it always is.
        with started("apply", *arguments, cwd=tmp_path, PYTHONUNBUFFERED="") as process:
            assert process.stdout is not None
            assert process.stderr is not None
            out = ""
            while '"state": "accepted"' not in out:
                out += process.stdout.readline()
                assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            while "Once more stops now" not in process.stderr.readline():
                assert process.poll() is None
            process.send_signal(signal.SIGTERM)
            rest, err = process.communicate()
    assert process.returncode == 130
    lines = lines_of(out + rest)
    assert lines[-2]["type"] == "apply_errored"
    assert lines[-2]["error"]["code"] == "interrupted"
    assert (lines[-1]["interrupted"], lines[-1]["exit_code"]) == (True, 130)
    assert "Traceback" not in err
    report = report_of(tmp_path / "report.json")
    assert (report["ending"], report["sources"][0]["outcome"]) == ("interrupted", "interrupted")


def test_an_interruption_before_anything_is_planned_ends_the_lines(tmp_path: Path) -> None:
    with emulator("--latency", "60") as server:
        write_project(tmp_path, server.base_url, server.token)
        with started("apply", "--format", "json", cwd=tmp_path) as process:
            assert process.stderr is not None
            while "Reading" not in process.stderr.readline():
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate()
    assert process.returncode == 130
    assert [line["type"] for line in lines_of(out)] == ["version", "summary"]


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
    *arguments: str, cwd: Path, width: int, stdout: IO[bytes] | None = None, **variables: str
) -> Iterator[Terminal]:
    """Start `reconciler` on a terminal of *width* columns."""
    person, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 20, width, 0, 0))
    environ = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "COLUMNS", "LINES"}}
    with subprocess.Popen(
        [sys.executable, "-m", "reconciler", *arguments],
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


COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9]")
IN_FLIGHT = r"disks PUT 0:00:0\d IN_PROGRESS"


@pytest.mark.parametrize(
    ("width", "variables", "in_flight"),
    [
        pytest.param(100, {}, IN_FLIGHT, id="wide"),
        pytest.param(44, {}, IN_FLIGHT, id="narrow"),
        pytest.param(100, {"NO_COLOR": "1"}, IN_FLIGHT, id="NO_COLOR"),
        pytest.param(100, {"CI": "true"}, "disks: IN_PROGRESS", id="CI"),
    ],
)
def test_a_person_watches_and_interrupts(
    tmp_path: Path, width: int, variables: dict[str, str], in_flight: str
) -> None:
    with emulator(*NEVER_ENDING) as server:
        write_project(tmp_path, server.base_url, server.token)
        with at_terminal(
            "apply", "--auto-approve", cwd=tmp_path, width=width, **variables
        ) as terminal:
            terminal.until(in_flight)
            terminal.type("\x03")
            terminal.until("Once more stops now")
            terminal.type("\x03")
            shown = terminal.until(None)
            assert terminal.process.wait() == 130
    last = [line.rstrip() for line in shown.splitlines() if line.strip()]
    assert last[-1].endswith("Apply: 1 source: 1 still in flight.")
    assert "Take it up again with:  reconciler apply --resume" in shown
    assert re.search(r"source +action +result +time +attempts", shown)
    if "CI" in variables:
        assert "\x1b" not in shown
    else:
        assert "0/1 ETA -:--:--" in CONTROL.sub("", shown)
        assert bool(COLOUR.search(shown)) == ("NO_COLOR" not in variables)


def test_who_keeps_the_events_in_a_file_still_sees_the_progress(tmp_path: Path) -> None:
    with emulator("--duration", "0.6") as server:
        write_project(tmp_path, server.base_url, server.token)
        arguments = ("--auto-approve", "--format", "json")
        with (
            (tmp_path / "events.ndjson").open("wb") as file,
            at_terminal("apply", *arguments, cwd=tmp_path, width=100, stdout=file) as terminal,
        ):
            shown = terminal.until(None)
            assert terminal.process.wait() == 0
    lines = lines_of((tmp_path / "events.ndjson").read_text(encoding="utf-8"))
    assert lines[-1]["counts"]["done"] == 1
    assert "ETA" in shown
    assert '"type"' not in shown
