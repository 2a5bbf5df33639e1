"""Watching an apply: events down a pipe as they happen, a drawing on a terminal."""

import re
import signal
from pathlib import Path

import pytest

from tests.support.processes.program import started, write_project
from tests.support.processes.server import emulator
from tests.support.processes.terminal import CONTROL, at_terminal
from tests.support.stages.apply_lines import lines_of, report_of

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
            while "Press Ctrl-C" not in process.stderr.readline():
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


COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-9]")
TABLE, LIST = r"source +action +result +time +attempts", r"disks\s+action +PUT\s+result "
IN_FLIGHT = r"disks PUT 0:00:0\d IN_PROGRESS"


@pytest.mark.parametrize(
    ("width", "variables", "in_flight", "table"),
    [
        pytest.param(100, {}, IN_FLIGHT, TABLE, id="wide"),
        pytest.param(44, {"NO_COLOR": "1"}, IN_FLIGHT, LIST, id="narrow, without colour"),
        pytest.param(100, {"CI": "true"}, "disks: IN_PROGRESS", TABLE, id="CI"),
    ],
)
def test_a_person_watches_and_interrupts(
    tmp_path: Path, width: int, variables: dict[str, str], in_flight: str, table: str
) -> None:
    with emulator(*NEVER_ENDING) as server:
        write_project(tmp_path, server.base_url, server.token)
        with at_terminal(
            "apply", "--auto-approve", cwd=tmp_path, width=width, stdout=None, **variables
        ) as terminal:
            terminal.until(in_flight)
            terminal.type("\x03")
            terminal.until("Press Ctrl-C")
            terminal.type("\x03")
            shown = terminal.until(None)
            assert terminal.process.wait() == 130
    last = [line.rstrip() for line in shown.splitlines() if line.strip()]
    assert last[-1].endswith("Apply: 1 source: 1 still in flight.")
    assert "Resume with:  reconciler apply --resume" in shown
    assert re.search(table, CONTROL.sub("", shown))
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
