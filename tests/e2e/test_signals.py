"""A signal at any moment of a process's life: one line, no traceback, and 130.

`python -m benchmarks.interruptions` (in `make soak`) tries thousands of moments.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import termios
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.processes.interrupted import events, faults, interrupted
from tests.support.processes.program import LIMIT_SECONDS, started
from tests.support.stages import cli_project

MOMENTS = 2


@pytest.fixture(autouse=True)
def hangups() -> Iterator[None]:
    """A hangup ends what is started here, though nohup may have started the tests."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "disks.yaml").write_text(cli_project.MANIFEST, encoding="utf-8")
    (root / "reconciler.yaml").write_text(cli_project.PROJECT, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("number", "arguments"),
    [
        (signal.SIGINT, ("plan", "-o", "saved.json")),
        (signal.SIGTERM, ("apply", "--auto-approve")),
        (signal.SIGHUP, ("ingest", "run", "disks", "disks.data")),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else each.name,
)
def test_it_ends_with_130_and_one_line(
    project: Path, number: signal.Signals, arguments: tuple[str, ...]
) -> None:
    (project / "disks.data").write_text('{"drives": [{"serial": "a"}]}\n', encoding="utf-8")
    if arguments[0] == "ingest":
        assert shell(project, "", "apply", "--auto-approve").returncode == 0
    begun = project.with_name("begun")
    shutil.copytree(project, begun)
    total = events(project, *arguments)
    wrong = []
    for moment in range(MOMENTS):
        shutil.rmtree(project)
        shutil.copytree(begun, project)
        at = total * (2 * moment + 1) // (2 * MOMENTS)
        ended = interrupted(project, *arguments, number=number, at=at)
        wrong += [f"event {at} of {total}: {fault}\n{ended}" for fault in faults(ended)]
    assert wrong == []


def test_the_installed_command_handles_signals_first_too() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert scripts == {"reconciler": "reconciler.__main__:main"}


DEADLOCK = """
import os, threading
from reconciler import interruption
interruption._PATIENCE = 1
interruption.handle(interruption.interrupt)
lock = threading.Lock()
try:
    lock.acquire()
    os.kill(os.getpid(), 15)
    lock.release()
except KeyboardInterrupt:
    lock.acquire()
"""


# As an extension module does that fails while it is made.
IMPORT = """
import os, sys
from reconciler import interruption
interruption.handle(interruption.interrupt)
sys.path.insert(0, os.path.dirname(sys.argv[1]))
import half_made
"""
HALF_MADE = """
import os
try:
    os.kill(os.getpid(), 15)
except BaseException as error:
    raise RuntimeError from error
"""


@pytest.mark.parametrize("script", [DEADLOCK, IMPORT], ids=["a lock", "an import"])
def test_what_an_interruption_left_half_done_holds_no_process(script: str, tmp_path: Path) -> None:
    (tmp_path / "half_made.py").write_text(HALF_MADE, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "half_made.py")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (130, "Interrupted.\n")


def test_what_nohup_started_goes_on_after_a_hangup(project: Path) -> None:
    total = events(project, "plan")
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        ended = interrupted(project, "plan", number=signal.SIGHUP, at=total // 2)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert (ended.code, "Plan: 1 to create" in ended.out) == (0, True), ended


def shell(project: Path, redirected: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `reconciler` as a shell starts it, with its streams as *redirected* has them."""
    line = f'"$PYTHON" -m reconciler {" ".join(arguments)} {redirected}'
    return subprocess.run(
        ["bash", "-c", f"{line}; exit ${{PIPESTATUS[0]}}"],
        cwd=project,
        env={**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("redirected", "code", "said"),
    [
        ("<&- >&- 2>&-", 0, ""),
        ("| true", 0, ""),
        ("2>/dev/full", 0, ""),
        (">/dev/full", 1, "error: standard output cannot be written: No space left on device\n"),
    ],
)
def test_an_output_that_takes_nothing_stops_no_run(
    project: Path,
    *,
    redirected: str,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = shell(project, redirected, "apply", "--auto-approve")
    assert ended.returncode == code
    assert ended.stderr.endswith(said)
    assert "Traceback" not in ended.stderr
    monkeypatch.chdir(project)
    planned = cli_project.Desk(root=project, capture=capsys)("plan").out
    assert "Plan: 1 unchanged." in planned


def test_a_signal_ends_what_waits_for_its_reader(project: Path) -> None:
    read, write = os.pipe()
    size = fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
    with started("schema", "plan", cwd=project, stdout=write) as process:
        while int.from_bytes(fcntl.ioctl(read, termios.FIONREAD, bytes(4)), sys.byteorder) < size:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate()
    os.close(read)
    os.close(write)
    assert (process.returncode, err.strip()) == (130, "Interrupted.")
