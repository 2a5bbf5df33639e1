"""The program as a process: the emulator as a server, signals, terminals that are none."""

import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.processes.server import emulator
from tests.support.processes.terminal import read_until
from tests.support.stages import cli_project


@contextmanager
def started(*arguments: str, cwd: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Start `reconciler` and yield the process; it is gone at the end."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **variables}
    with subprocess.Popen(
        [sys.executable, "-m", "reconciler", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=environ,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def write_project(root: Path, base_url: str, token: str) -> None:
    """Write a project whose one source is at the emulator."""
    (root / "disks.yaml").write_text(cli_project.MANIFEST, encoding="utf-8")
    (root / "reconciler.yaml").write_text(
        "defaultEnvironment: server\n"
        "environments:\n"
        "  server:\n"
        "    backend: cloud\n"
        f"    baseUrl: {base_url}\n"
        "    workspaceId: w\n"
        f"    auth: {{bearer: {token}}}\n"
        "    sources: {disks: {importSourceId: '1'}}\n",
        encoding="utf-8",
    )


def test_the_emulator_says_where_it_is_and_ends_when_asked(tmp_path: Path) -> None:
    with started("emulator", "--port", "0", cwd=tmp_path) as process:
        assert process.stdout is not None
        base_url, token = (process.stdout.readline().split()[-1] for _ in range(2))
        assert base_url.startswith("http://127.0.0.1:")
        assert base_url.endswith("/jsm/assets")
        assert token == "ATCTT-emulator"
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_two_signals_end_an_apply_with_130_and_say_what_was_in_flight(
    tmp_path: Path, number: signal.Signals
) -> None:
    with emulator("--fault", "get-progress:never-ending") as server:
        write_project(tmp_path, server.base_url, server.token)
        with started("apply", "--auto-approve", cwd=tmp_path) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            for awaited in ("IN_PROGRESS", "Once more stops now"):
                while awaited not in process.stderr.readline():
                    assert process.poll() is None
                process.send_signal(number)
            out, err = process.communicate()
    assert process.returncode == 130
    assert "disks was in flight: the server may still be at it." in out
    assert "Traceback" not in err


def test_no_secret_is_shown_at_any_log_level(tmp_path: Path) -> None:
    token = "ATCTT-hidden-from-everyone"
    with emulator("--token", token) as server:
        write_project(tmp_path, server.base_url, token)
        with started("--log-level", "debug", "apply", "--auto-approve", cwd=tmp_path) as process:
            out, err = process.communicate()
    assert process.returncode == 0
    assert token not in out + err


def test_an_answer_that_cannot_be_read_is_an_error_of_its_source(tmp_path: Path) -> None:
    with emulator("--fault", "get-configstatus:html") as server:
        write_project(tmp_path, server.base_url, server.token)
        with started("plan", "-o", "saved.json", cwd=tmp_path) as process:
            out, err = process.communicate()
    assert process.returncode == 1
    assert "error[unreadable-source]: disks could not be read" in err
    assert "GET importsource/1/configstatus" in err
    assert "was not saved" in err
    assert out == ""
    assert not (tmp_path / "saved.json").exists()


@pytest.mark.parametrize(
    ("answer", "code", "sentence"),
    [
        pytest.param("yes\n", 0, "Apply: 1 source: 1 applied.", id="yes sends"),
        pytest.param("y\n", 1, "apply cancelled: nothing was sent", id="anything else does not"),
        pytest.param("\x04", 1, "apply cancelled: nothing was sent", id="nor does the end"),
        pytest.param("\x03", 130, "Interrupted.", id="Ctrl-C ends at once"),
    ],
)
def test_a_person_at_a_terminal_is_asked(
    tmp_path: Path, answer: str, code: int, sentence: str
) -> None:
    (tmp_path / "disks.yaml").write_text(cli_project.MANIFEST, encoding="utf-8")
    (tmp_path / "reconciler.yaml").write_text(cli_project.PROJECT, encoding="utf-8")
    person, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "reconciler", "apply"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "CI": ""},
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - no threads here
    ) as process:
        os.close(terminal)
        shown = read_until(person, "Enter a value: ")
        os.write(person, answer.encode())
        shown += read_until(person, None)
        assert process.wait() == code
    os.close(person)
    assert "Only 'yes' will be accepted to approve." in shown
    assert sentence in shown
