"""What is known of a run when it is over, even if an exception ended it."""

from collections.abc import Mapping

from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic
from reconciler.outcome.events import ApplyEnded, ApplyStarted, Event
from reconciler.outcome.results import (
    ApplyReport,
    Ending,
    Outcome,
    SourceResult,
    nothing_to_send,
    planned_operations,
)
from reconciler.outcome.retries import Counts
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.value import Value, field


class ApplyRecord(Value):
    """A run of the command `apply`, from start to end.

    `plan` is None if planning failed. `began` tells whether sending began. `error` is the
    exception that ended the run, None if it ended normally. Times are UTC, ISO 8601;
    `traffic_of` holds the sources with retried requests, `remarks` are about the API's answers.
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
    remarks: tuple[Diagnostic, ...] = ()


class EventRecorder:
    """A listener that keeps the run's own report, which is made from the journal."""

    def __init__(self) -> None:
        self.began = False
        self._report: ApplyReport | None = None

    def __call__(self, event: Event) -> None:
        """Record *event*."""
        match event:
            case ApplyStarted():
                self.began = True
            case ApplyEnded(report=report):
                self._report = report
            case _:
                pass

    def report(self, plan: Plan | None, *, interrupted: bool) -> ApplyReport:
        """Return the run's own report; if no run of *plan* began, that nothing was sent."""
        if self._report is not None:
            return self._report
        sources = plan.sources if plan else ()
        return ApplyReport(results=tuple(map(self._unsent, sources)), interrupted=interrupted)

    def _unsent(self, planned: SourcePlan) -> SourceResult:
        if not planned.sends:
            return nothing_to_send(planned)
        outcome, message = Outcome.NOT_STARTED, "not started; nothing was sent"
        if self.began:
            # It never comes to its end: `reconciler history` has what the journal knows.
            outcome = Outcome.UNKNOWN
            message = f"the run did not end; see: {command_line('history')}"
        return SourceResult(
            source=planned.source,
            method=planned.operation.method if planned.operation else None,
            outcome=outcome,
            message=message,
            schema_operations=planned_operations(planned, outcome),
            mapping=outcome if planned.operation and planned.schema_operations else None,
        )
