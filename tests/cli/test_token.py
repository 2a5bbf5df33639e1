"""`token`: a new secret goes where it is wanted, or nothing is sent; it is told nowhere else."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.processes.program import started, write_project
from tests.support.processes.server import emulator
from tests.support.processes.terminal import CONTROL, at_terminal
from tests.support.stages.cli_project import Desk, Result

TOKEN = re.compile(r"ATCTT[\w.~+/=-]+")
DIES = "warning: the token that disks had before is invalid from now on"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project at an emulator; whether tokens were made can be read in its log."""
    root = tmp_path_factory.mktemp("token")
    with emulator("--token", "admin") as server:
        write_project(root, server.base_url, server.token)
        yield root


def everything_kept(root: Path) -> bytes:
    return b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())


def test_down_a_pipe_goes_the_token_and_nothing_else(served: Path) -> None:
    before = everything_kept(served)
    with started("--log-level", "debug", "token", "disks", cwd=served) as process:
        out, err = process.communicate()
    assert process.returncode == 0
    assert TOKEN.fullmatch(out.removesuffix("\n"))
    assert DIES in err
    assert not TOKEN.search(err)
    assert "POST" in err
    assert everything_kept(served) == before


def test_the_new_token_is_taken_and_the_one_before_is_not(
    served: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made(auth: str) -> Result:
        monkeypatch.setenv("AUTH", auth)
        return desk("token", "disks")

    text = (served / "reconciler.yaml").read_text(encoding="utf-8")
    desk.write("reconciler.yaml", text.replace("bearer: admin", 'bearer: "${AUTH}"'))
    first = made("admin")
    second = made(first.out.strip())
    assert (second.code, bool(TOKEN.fullmatch(second.out.strip()))) == (0, True)
    assert DIES in second.err
    assert not TOKEN.search(second.err)
    assert second.out != first.out
    refused = made(first.out.strip())
    assert (refused.code, refused.out) == (1, "")
    assert "401" in refused.err
    assert DIES not in refused.err


def test_nothing_is_sent_where_the_token_would_be_shown_or_lost(desk: Desk) -> None:
    with at_terminal("token", "disks", cwd=desk.root, width=80) as terminal:
        shown = terminal.until(None)
        assert terminal.process.wait() == 64
    embedded = desk.root / ".reconciler" / "emulator.db"
    assert not embedded.exists(), "whatever is sent opens the emulator"
    made = desk("token", "disks")
    assert (made.code, bool(TOKEN.fullmatch(made.out.removesuffix("\n")))) == (0, True)
    assert embedded.exists()
    assert "nothing was sent: the new token would be shown on the terminal, or lost" in shown
    assert "pass --show" in shown
    assert not TOKEN.search(shown)


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        pytest.param("yes\n", 0, "warning: the token that disks had before", id="yes makes one"),
        pytest.param("y\n", 1, "nothing was sent: the token is as it was", id="all else does not"),
        pytest.param("\x04", 1, "nothing was sent: the token is as it was", id="nor does the end"),
        pytest.param("\x03", 130, "Interrupted.", id="Ctrl-C ends at once"),
    ],
)
def test_a_person_is_asked(served: Path, answer: str, code: int, said: str) -> None:
    with at_terminal("token", "disks", "--show", cwd=served, width=80) as terminal:
        terminal.until("Enter a value: ")
        terminal.type(answer)
        shown = CONTROL.sub("", terminal.until(None))
        assert terminal.process.wait() == code
    assert "Make a new token of disks? Only `yes` does." in shown
    assert said in shown
    assert bool(TOKEN.search(shown)) == (code == 0)


def test_a_person_is_asked_beside_a_pipe_too(served: Path) -> None:
    read, write = os.pipe()
    with (
        os.fdopen(write, "wb") as pipe,
        at_terminal("token", "disks", cwd=served, width=80, stdout=pipe) as terminal,
    ):
        pipe.close()
        terminal.until("Enter a value: ")
        terminal.type("yes\n")
        shown = terminal.until(None)
        assert terminal.process.wait() == 0
    with os.fdopen(read, encoding="ascii") as end:
        assert TOKEN.fullmatch(end.read().removesuffix("\n"))
    assert not TOKEN.search(shown)


def into(target: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run `token` with its output to a file, or down a pipe whose reader is gone."""
    if target == "a pipe":
        read, write = os.pipe()
        os.close(read)
    else:
        write = os.open(target, os.O_WRONLY)
    try:
        return subprocess.run(
            [sys.executable, "-m", "reconciler", "token", "disks", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
    finally:
        os.close(write)


@pytest.mark.parametrize(
    ("target", "arguments", "why"),
    [
        ("a pipe", (), "Broken pipe"),
        ("/dev/full", ("--show",), "No space left on device"),
    ],
)
def test_a_token_that_cannot_be_written_is_told(
    served: Path, target: str, arguments: tuple[str, ...], why: str
) -> None:
    ended = into(target, *arguments, cwd=served)
    assert ended.returncode == 1
    assert f"a new token of disks was made, but could not be written: {why}" in ended.stderr
    assert "the one before is invalid; make another one" in ended.stderr
    assert not TOKEN.search(ended.stderr)
    assert "Traceback" not in ended.stderr


def test_the_null_device_keeps_no_token_unless_it_is_asked_for(served: Path) -> None:
    assert into("/dev/null", cwd=served).returncode == 64
    assert into("/dev/null", "--show", cwd=served).returncode == 0


@pytest.mark.parametrize("fault", ["drop-after", "504", "truncated", "html"])
def test_where_nobody_knows_whether_there_is_a_new_one_that_is_said(desk: Desk, fault: str) -> None:
    with emulator("--fault", f"create-token:{fault}") as server:
        write_project(desk.root, server.base_url, server.token)
        ended = desk("--log-level", "debug", "token", "disks")
    assert (ended.code, ended.out) == (1, "")
    assert "whether a new token was made is not known" in ended.err
    assert "the one before may be invalid from now on" in ended.err
    assert not TOKEN.search(ended.err.replace(server.token, ""))


def test_ctrl_c_in_mid_request_says_so_too(tmp_path: Path) -> None:
    with emulator("--latency", "60") as server:
        write_project(tmp_path, server.base_url, server.token)
        with started("--log-level", "debug", "token", "disks", cwd=tmp_path) as process:
            assert process.stderr is not None
            while "Using selector" not in process.stderr.readline():
                assert process.poll() is None
            process.send_signal(2)
            out, err = process.communicate()
    assert (process.returncode, out) == (130, "")
    assert "whether a new token was made is not known" in err


def test_a_source_that_no_manifest_has_is_wrong_usage(desk: Desk) -> None:
    ended = desk("token", "discs")
    assert (ended.code, 'did you mean "disks"' in ended.err) == (64, True)
