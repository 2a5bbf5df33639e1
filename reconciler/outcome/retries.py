"""Retries of a run: counted by source, reported as events, recorded in results as attempts.

The backend reports each pause before it repeats a request; the rest of the run is reported
by events. This module turns pauses into events, so that listeners need only one of the two.
"""

from collections import Counter

from reconciler.backend.requests import Pause
from reconciler.outcome.events import ApplyEnded, Emit, Event, Retrying, SourceEnded
from reconciler.outcome.results import ApplyReport, SourceResult
from reconciler.value import Value, replace


class Counts(Value):
    """The number of repeated requests, and the seconds waited for them."""

    retries: int = 0
    waited: float = 0.0


def retry_event(pause: Pause) -> Retrying:
    """Return *pause* as an event."""
    return Retrying(
        source=pause.source, request=pause.request, reason=pause.reason, seconds=pause.seconds
    )


class Traffic:
    """A listener that counts retries and passes events on to another listener.

    Give `on_pause` to the backend and the listener itself to the run: results that pass
    through receive their attempts from the pauses.
    """

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._by_source: dict[str, Counts] = {}
        self._resent: Counter[str] = Counter()

    def on_pause(self, pause: Pause) -> None:
        """Count *pause* and emit it as an event."""
        self._count(pause.source, retries=pause.retry, seconds=pause.seconds)
        if pause.writes and pause.retry:
            self._resent[pause.source] += 1
        self._emit(retry_event(pause))

    def __call__(self, event: Event) -> None:
        """Pass *event* on, its results with their attempts."""
        match event:
            case SourceEnded(result=result):
                self._emit(SourceEnded(result=self._counted(result)))
            case ApplyEnded(report=report):
                self._emit(ApplyEnded(report=self.counted(report)))
            case _:
                self._emit(event)

    @property
    def by_source(self) -> dict[str, Counts]:
        """The counts by source, without sources that have none."""
        return dict(self._by_source)

    @property
    def total(self) -> Counts:
        """The counts over all sources."""
        return Counts(
            retries=sum(c.retries for c in self._by_source.values()),
            waited=sum(c.waited for c in self._by_source.values()),
        )

    def counted(self, report: ApplyReport) -> ApplyReport:
        """Return *report* with the attempts in its results."""
        return replace(report, results=tuple(map(self._counted, report.results)))

    def _count(self, source: str, *, retries: int, seconds: float) -> None:
        known = self._by_source.get(source, Counts())
        self._by_source[source] = Counts(
            retries=known.retries + retries, waited=known.waited + seconds
        )

    def _counted(self, result: SourceResult) -> SourceResult:
        return replace(result, attempts=result.attempts + self._resent[result.source])
