"""What is known of a run when it is over, also of one that an exception ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.outcome.events import ApplyEnded, ApplyStarted, Event, Sending, SourceEnded
from reconciler.outcome.results import ApplyReport, Ending, Outcome, SourceResult
from reconciler.outcome.retries import Counts
from reconciler.planning.plan import Action, Plan, SourcePlan


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A run of the command `apply`, from its beginning to its end.

    `plan` is None where none came to be. `began` tells whether it came to sending.
    `error` is the exception that ended it, None where it came to its own end. Times are
    UTC, ISO 8601; `traffic_of` holds the sources that something was sent again for.
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


class Witness:
    """A listener that remembers what it takes to tell afterwards how each source ended."""

    def __init__(self) -> None:
        """Begin with nothing seen."""
        self.began = False
        self._sent: set[str] = set()
        self._results: dict[str, SourceResult] = {}
        self._report: ApplyReport | None = None

    def __call__(self, event: Event) -> None:
        """Remember *event*."""
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
        """Return the run's own report; where there is none, what was seen of *plan*."""
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
