"""Progress of an apply for pipes and logs: one plain line per transition."""

from typing import Self

from reconciler.outcome.events import ApplyStarted, Event, Retrying, SourceEnded
from reconciler.render.apply_words import STOPPING, in_flight, result_line
from reconciler.render.shorten import count
from reconciler.render.terminal import Screen


class PlainProgress:
    """A listener that writes a line when something changes, and none when nothing did."""

    def __init__(self, screen: Screen) -> None:
        """Write to *screen*."""
        self._screen = screen
        self._said: dict[str, str] = {}
        self._total = 0
        self._ended = 0

    def __enter__(self) -> Self:
        """Return the listener: there is nothing to open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the lines as they are."""

    def stopping(self) -> None:
        """Write that the run was asked to stop."""
        self._screen.line(STOPPING)

    def __call__(self, event: Event) -> None:
        """Write what *event* tells."""
        if isinstance(event, ApplyStarted):
            self._total = len(event.sources)
            self._screen.line(f"Applying {count(self._total, 'operation')}")
        elif isinstance(event, SourceEnded):
            if event.result.method is not None:
                self._ended += 1
                counter = f"   [{self._ended}/{self._total}]"
                self._screen.line(*result_line(event.result), counter)
        elif (said := in_flight(event)) is not None:
            source, text = said
            # Each retry is news, though it is told in the same words as the one before.
            if self._said.get(source) != text or isinstance(event, Retrying):
                self._said[source] = text
                self._screen.line(f"  {source}: {text}")
