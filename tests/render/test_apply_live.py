"""The redrawing listener: it shows what is in flight, and leaves nothing behind."""

import io
import re
from time import perf_counter

import pytest

from reconciler.outcome.events import (
    ApplyEnded,
    ApplyStarted,
    Progressed,
    Retrying,
    SourceEnded,
    SourceStarted,
)
from reconciler.outcome.results import Outcome, SourceResult
from reconciler.render.apply.progress import LiveProgress
from reconciler.render.terminal import Screen
from tests.support.samples import plans as samples


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_names_and_messages_are_drawn_without_their_control_characters() -> None:
    stream = _Terminal()
    with LiveProgress(Screen(stream=stream, interactive=True)) as progress:
        progress(ApplyStarted(environment="local", plan_digest="sha256:0", sources=("people",)))
        progress(SourceStarted(source="people", method="PUT"))
        progress(
            Progressed(source="people", status="IN_PROGRESS", message="\x1b]0;x[b]", elapsed=1)
        )
        progress._live.refresh()  # noqa: SLF001 - else the clock decides what is drawn
        progress(SourceEnded(result=samples.REPORT.results[0]))
        progress(ApplyEnded(report=samples.REPORT))
    drawn = stream.getvalue()
    assert "people" in drawn
    assert "IN_PROGRESS" in drawn
    assert "\\x1b]0;x[b]" in drawn
    assert "\x1b]0;" not in drawn
    assert "1/1" in drawn


def drawn(sources: int, ended: int = 0, *, colour: bool = False) -> list[str]:
    """Return the lines of one frame with *sources* of which *ended* are through."""
    stream = _Terminal()
    progress = LiveProgress(Screen(stream=stream, interactive=True, colour=colour))
    names = tuple(f"source-{number:03}" for number in range(sources))
    progress(ApplyStarted(environment="local", plan_digest="sha256:0", sources=names))
    for name in names:
        progress(SourceStarted(source=name, method="PATCH"))
        progress(Progressed(source=name, status="IN_PROGRESS", message="Creating", elapsed=1))
    for name in names[:ended]:
        result = SourceResult(
            source=name, method="PATCH", outcome=Outcome.DONE, message="read back equal"
        )
        progress(SourceEnded(result=result))
    progress._console.print(progress._drawing())  # noqa: SLF001 - one frame, no clock
    return stream.getvalue().splitlines()


@pytest.fixture(autouse=True)
def _size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "12")


def test_a_source_in_flight_has_its_action_time_state_and_message_on_one_line() -> None:
    line = drawn(1)[0]
    assert re.search(r'source-000 PATCH 0:00:00 IN_PROGRESS   "Creating"$', line.rstrip())


def test_the_time_left_is_told_from_the_first_end_on() -> None:
    assert drawn(2)[-1].rstrip().endswith("0/2 ETA -:--:--")
    assert re.search(r"1/2 ETA 0:00:\d\d$", drawn(2, ended=1)[-1].rstrip())


def test_more_than_fits_the_terminal_is_counted_and_the_bar_stays_in_sight() -> None:
    lines = drawn(500)
    assert len(lines) < 12
    assert lines[-2].strip() == "… and 491 more in flight"
    assert "0/500 ETA" in lines[-1]


def test_what_ended_gives_way_to_what_is_in_flight() -> None:
    lines = drawn(12, ended=6)
    assert len(lines) < 12
    assert sum("done" in line for line in lines) == 3
    assert sum("IN_PROGRESS" in line for line in lines) == 6


@pytest.mark.parametrize("width", [20, 40, 60])
def test_a_narrow_terminal_makes_no_line_break(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = drawn(3, ended=1)
    assert len(lines) == 4
    assert "ETA" in lines[-1]


def test_without_colour_none_is_drawn() -> None:
    colour = re.compile(r"\x1b\[[0-9;]*3[0-9]m")
    assert colour.search("\n".join(drawn(2, ended=1, colour=True)))
    assert not colour.search("\n".join(drawn(2, ended=1)))


def test_why_a_request_goes_out_again_is_shown() -> None:
    stream = _Terminal()
    progress = LiveProgress(Screen(stream=stream, interactive=True))
    progress(SourceStarted(source="people", method="PUT"))
    progress(Retrying(source="people", request="PUT …", reason="429", seconds=3.0))
    progress(Retrying(source="not-begun", request="GET …", reason="503", seconds=1.0))
    progress._console.print(progress._drawing())  # noqa: SLF001 - one frame, no clock
    assert "429, again in 3.0 s" in stream.getvalue()
    assert "503" not in stream.getvalue()


def test_a_frame_costs_the_same_for_five_hundred_sources_as_for_fifty() -> None:
    def cost(sources: int) -> float:
        began = perf_counter()
        drawn(sources)
        return perf_counter() - began

    drawn(5)  # the first import of rich is not what is measured
    # Ten times the sources, so ten times the events: a hundredfold would be quadratic.
    assert min(cost(500) for _ in range(3)) < 40 * min(cost(50) for _ in range(3))
