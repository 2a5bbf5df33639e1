"""The redrawing listener: it shows what is in flight, and leaves nothing behind."""

import io

import render_samples as samples

from reconciler.outcome.events import (
    ApplyEnded,
    ApplyStarted,
    Progressed,
    SourceEnded,
    SourceStarted,
)
from reconciler.render.apply_live import LiveProgress
from reconciler.render.terminal import Screen


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
