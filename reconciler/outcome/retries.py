"""What retries cost a run: counted by source, told as events, put into the results as attempts.

The backend tells each pause before it sends a request again; what a run looks like is
told by events, an operation that it sends again by itself included. Here the one is turned
into the other, so that nobody else needs both.
"""

from collections import Counter
from dataclasses import dataclass, replace
from typing import Protocol

from reconciler.outcome.events import ApplyEnded, Emit, Event, Retrying, SourceEnded
from reconciler.outcome.results import ApplyReport, SourceResult


class Pause(Protocol):
    """What the backend tells: it waits `seconds` for `reason`, then sends `request`.

    `writes` says that the request is the operation itself, not a reading; `retry` that it
    was sent before.
    """

    @property
    def source(self) -> str:
        """The source that the request is about."""

    @property
    def request(self) -> str:
        """The call, e.g. `GET importsource/…/configstatus`."""

    @property
    def writes(self) -> bool:
        """Whether it is a PUT or PATCH of the mapping."""

    @property
    def retry(self) -> bool:
        """Whether the request was sent before."""

    @property
    def reason(self) -> str:
        """Why it did not get through."""

    @property
    def seconds(self) -> float:
        """How long is waited."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """How many requests were sent again, and the seconds that were waited for it."""

    retries: int = 0
    waited: float = 0.0


def retrying(pause: Pause) -> Retrying:
    """Return *pause* as an event."""
    return Retrying(
        source=pause.source, request=pause.request, reason=pause.reason, seconds=pause.seconds
    )


class Traffic:
    """A listener between a run and its other listeners that knows how often was retried.

    Give `on_pause` to the backend and the listener itself to the run: results that pass
    have the attempts that the pauses tell.
    """

    def __init__(self, emit: Emit) -> None:
        """Pass everything on to *emit*."""
        self._emit = emit
        self._by_source: dict[str, Counts] = {}
        self._resent: Counter[str] = Counter()

    def on_pause(self, pause: Pause) -> None:
        """Count *pause* and tell it as an event."""
        self._count(pause.source, retries=pause.retry, seconds=pause.seconds)
        if pause.writes and pause.retry:
            self._resent[pause.source] += 1
        self._emit(retrying(pause))

    def __call__(self, event: Event) -> None:
        """Pass *event* on, its results with their attempts."""
        match event:
            case Retrying(source=source):
                self._resent[source] += 1
                self._count(source, retries=1, seconds=event.seconds)
                self._emit(event)
            case SourceEnded(result=result):
                self._emit(SourceEnded(result=self._counted(result)))
            case ApplyEnded(report=report):
                self._emit(ApplyEnded(report=self.counted(report)))
            case _:
                self._emit(event)

    @property
    def by_source(self) -> dict[str, Counts]:
        """What was counted, for the sources that something was counted for."""
        return dict(self._by_source)

    @property
    def total(self) -> Counts:
        """What was counted in all."""
        return Counts(
            retries=sum(c.retries for c in self._by_source.values()),
            waited=sum(c.waited for c in self._by_source.values()),
        )

    def counted(self, report: ApplyReport) -> ApplyReport:
        """Return *report*, its results with their attempts."""
        return replace(report, results=tuple(map(self._counted, report.results)))

    def _count(self, source: str, *, retries: int, seconds: float) -> None:
        known = self._by_source.get(source, Counts())
        self._by_source[source] = Counts(
            retries=known.retries + retries, waited=known.waited + seconds
        )

    def _counted(self, result: SourceResult) -> SourceResult:
        return replace(result, attempts=result.attempts + self._resent[result.source])
