"""Ctrl-C and SIGTERM, once and twice, on real processes; then the run is taken up again.

Signals and journals have nothing to do with each other: each kind of either is tried once.
"""

import signal
from pathlib import Path

import pytest

from tests.support.processes.crash_runner import Running, forked
from tests.support.processes.project import Project, essence, make_project, wanted
from tests.support.processes.server import emulator

NAMES = ("a", "b", "c")


def started(project: Project) -> Running:
    """Return an apply whose first source is in flight; the others wait for it."""
    project.want({name: wanted(name) for name in NAMES})
    process = Running(
        project.root, "apply", "--auto-approve", "--parallelism", "1", environ=project.environ
    )
    process.until(lambda: "a: IN_PROGRESS" in process.said())
    return process


def finished(project: Project) -> None:
    """Take the run up again, and see that each source was sent once in all."""
    resumed = forked(project.root, "apply", "--resume", environ=project.environ)
    assert resumed.code == 0, resumed
    assert project.writes() == dict.fromkeys(NAMES, 1)
    live = {name: essence(project.live(name)) for name in NAMES}
    assert live == {name: essence(wanted(name)) for name in NAMES}
    again = forked(project.root, "apply", "--resume", environ=project.environ)
    assert (again.code, "nothing to resume" in again.err) == (0, True)


@pytest.fixture
def number(journal_url: str) -> signal.Signals:
    return signal.SIGINT if journal_url.startswith("sqlite") else signal.SIGTERM


def test_once_follows_what_is_in_flight_and_starts_nothing_new(
    tmp_path: Path, journal_url: str, number: signal.Signals
) -> None:
    with emulator("--steps", "0", "--duration", "1.5") as server:
        project = make_project(tmp_path, server, NAMES, journal_url)
        process = started(project)
        process.send(number)
        ended = process.ended()
        assert ended.code == 130, ended
        assert "Press Ctrl-C again to stop now" in ended.err
        assert "b had not started: nothing was sent for it." in ended.out
        assert "Resume with:  reconciler apply --resume" in ended.out
        assert project.writes() == {"a": 1, "b": 0, "c": 0}
        assert essence(project.live("a")) == essence(wanted("a"))
        finished(project)


def test_twice_stops_now(tmp_path: Path, journal_url: str, number: signal.Signals) -> None:
    with emulator("--steps", "0", "--duration", "6") as server:
        project = make_project(tmp_path, server, NAMES, journal_url)
        process = started(project)
        process.send(number)
        process.until(lambda: "Press Ctrl-C again to stop now" in process.said())
        process.send(number)
        ended = process.ended()
        assert ended.code == 130, ended
        assert "a was in flight: the server may still be processing it." in ended.out
        assert "Resume with:  reconciler apply --resume" in ended.out
        assert project.live("a") is None, "nobody waited for the server"
        finished(project)
