"""What is known of a run when it is over, even if an exception ended it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.outcome.events import ApplyEnded, ApplyStarted, Event, Sending, SourceEnded
from reconciler.outcome.results import ApplyReport, Ending, Outcome, SourceResult
from reconciler.outcome.retries import Counts
from reconciler.planning.plan import Action, Plan, SourcePlan


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyRecord:
    """A run of the command `apply`, from start to end.

    `plan` is None if planning failed. `began` tells whether sending began. `error` is the
    exception that ended the run, None if it ended normally. Times are UTC, ISO 8601;
    `traffic_of` holds the sources with retried requests.
    """

    plan: Plan | None
    report: ApplyReport
    began: bool
    ending: Ending
    exit_code: int
    started_at: str
    ended_at: str
    seconds: float
    error: BaseException | None = None
    traffic: Counts = field(default_factory=Counts)
    traffic_of: Mapping[str, Counts] = field(default_factory=dict)


class EventRecorder:
    """A listener that records events, to report later how each source ended."""

    def __init__(self) -> None:
        """Start without events."""
        self.began = False
        self._sent: set[str] = set()
        self._results: dict[str, SourceResult] = {}
        self._report: ApplyReport | None = None

    def __call__(self, event: Event) -> None:
        """Record *event*."""
        match event:
            case ApplyStarted():
                self.began = True
            case Sending(source=source):
                self._sent.add(source)
            case SourceEnded(result=result):
                self._results[result.source] = result
            case ApplyEnded(report=report):
                self._report = report
            case _:
                pass

    def report(self, plan: Plan | None, *, interrupted: bool) -> ApplyReport:
        """Return the run's own report; if there is none, what was seen of *plan*."""
        if self._report is not None:
            return self._report
        sources = plan.sources if plan else ()
        return ApplyReport(results=tuple(map(self._seen, sources)), interrupted=interrupted)

    def _seen(self, planned: SourcePlan) -> SourceResult:
        name = planned.source
        if name in self._results:
            return self._results[name]
        if planned.operation is None:
            is_blocked = planned.action is Action.BLOCKED
            return SourceResult(
                source=name,
                method=None,
                outcome=Outcome.BLOCKED if is_blocked else Outcome.UNCHANGED,
                message=planned.reason.text if is_blocked else "nothing to change",
            )
        if name in self._sent:
            return SourceResult(
                source=name,
                method=planned.operation.method,
                outcome=Outcome.INTERRUPTED,
                message="it was sent; what came of it is not known yet",
                attempts=1,
            )
        return SourceResult(
            source=name,
            method=planned.operation.method,
            outcome=Outcome.NOT_STARTED,
            message="not started; nothing was sent",
        )
