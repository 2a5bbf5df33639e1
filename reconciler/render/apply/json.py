"""The events of `apply --format json` and the report of `--output json=FILE`.

Events are one JSON object per line, flushed as they happen. The schemas are
`reconciler schema apply-event` and `apply-report`; their fields are stable.
"""

from collections.abc import Callable, Iterable
from typing import Any

from reconciler.diagnostics import Diagnostic
from reconciler.model.json_form import to_json
from reconciler.outcome.apply_record import ApplyRecord
from reconciler.outcome.events import (
    Event,
    Progressed,
    ReadingBack,
    Retrying,
    SchemaOperationEnded,
    Sending,
    SourceEnded,
    SourceStarted,
    WaitingForImport,
    WaitingForLock,
)
from reconciler.outcome.results import Outcome, SchemaOperationResult, SourceResult
from reconciler.outcome.retries import Counts
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.planning.plan_file import write_summary
from reconciler.render.errors import error_json
from reconciler.render.json_line import TOOL, json_line
from reconciler.render.terminal import Screen
from reconciler.value import replace

FORMAT_VERSION = "1.1"

_OF_SOURCES = ("create", "update", "no_op", "blocked")
# It is not known, or not yet known, whether these are as planned.
_ERRORED = {
    Outcome.STALE,
    Outcome.NOT_CONVERGED,
    Outcome.FAILED,
    Outcome.UNKNOWN,
    Outcome.INTERRUPTED,
}


def planned_json(planned: SourcePlan, plan: Plan, digest: str) -> dict[str, Any]:
    """Return the plan of one source; *digest* is that of *plan*."""
    counts = write_summary(replace(plan, sources=(planned,)).summary)
    return {
        "source": planned.source,
        "import_source_id": planned.import_source_id,
        "action": planned.action,
        "method": planned.operation.method if planned.operation else None,
        "summary": {name: number for name, number in counts.items() if name not in _OF_SOURCES},
        "schema_operations": len(planned.schema_operations),
        "convergence": planned.convergence,
        "plan_digest": digest,
    }


def is_errored(result: SourceResult) -> bool:
    """Return whether *result* counts as an error: it is not, or not known to be, as planned."""
    return result.outcome in _ERRORED


def result_json(result: SourceResult) -> dict[str, Any]:
    """Return the result of one source; remaining and moved elements are addresses."""
    return {
        "source": result.source,
        "method": result.method,
        "outcome": result.outcome,
        "seconds": round(result.seconds, 3),
        "attempts": result.attempts,
        "message": result.message,
        "remaining": [str(change.address) for change in result.remaining],
        "moved": [str(moved.change.address) for moved in result.moved],
        "schema_operations": [*map(schema_operation_json, result.schema_operations)],
        "mapping": result.mapping,
    }


def schema_operation_json(made: SchemaOperationResult) -> dict[str, Any]:
    """Return the result of one schema operation."""
    return {
        "kind": made.kind,
        "phase": made.phase,
        "method": made.method,
        "path": made.path,
        "element": made.element,
        "settles": list(made.settles),
        "outcome": made.outcome,
        "message": made.message,
    }


def result_error_json(result: SourceResult) -> dict[str, Any]:
    """Return the error of *result*, else its outcome in the same shape."""
    if result.error is not None:
        return error_json(result.error)
    return {
        "code": str(result.outcome),
        "message": result.message,
        "hint": None,
        "request": None,
        "status": None,
        "api_codes": [],
        "raw": None,
    }


def summary_json(record: ApplyRecord) -> dict[str, Any]:
    """Return the counts of the whole run."""
    outcomes = [result.outcome for result in record.report.results]
    plan = record.plan
    return {
        "environment": plan.environment if plan else None,
        "plan_digest": plan.digest if plan else None,
        "counts": {o.replace("-", "_"): outcomes.count(o) for o in Outcome},
        "ending": record.ending,
        "interrupted": record.report.interrupted,
        "exit_code": record.exit_code,
        "seconds": round(record.seconds, 3),
        "retries": record.traffic.retries,
        "waited": round(record.traffic.waited, 3),
        "error": error_json(record.error) if record.error else None,
    }


def report_json(record: ApplyRecord) -> str:
    """Return the report as one line of JSON."""
    plan = record.plan
    planned = {s.source: s for s in plan.sources} if plan else {}
    return json_line(
        {
            "format_version": FORMAT_VERSION,
            "tool": TOOL,
            "started_at": record.started_at,
            "ended_at": record.ended_at,
            **summary_json(record),
            "sources": [
                _source_json(record, planned[result.source], result)
                for result in record.report.results
            ],
            "diagnostics": to_json((*(plan.diagnostics if plan else ()), *record.remarks)),
        }
    )


def _source_json(record: ApplyRecord, planned: SourcePlan, result: SourceResult) -> dict[str, Any]:
    counts = record.traffic_of.get(result.source, Counts())
    return {
        "import_source_id": planned.import_source_id,
        "action": planned.action,
        **result_json(result),
        "retries": counts.retries,
        "waited": round(counts.waited, 3),
        "error": result_error_json(result) if is_errored(result) else None,
    }


class EventLines:
    """A listener that writes each event as a line."""

    def __init__(
        self, screen: Screen, *, stamp: Callable[[], str], monotonic: Callable[[], float]
    ) -> None:
        """Write to *screen*; *stamp* is the run's clock for records, *monotonic* for durations."""
        self._screen = screen
        self._stamp = stamp
        self._monotonic = monotonic
        self._began: dict[str, float] = {}

    def version(self) -> None:
        """Write the first line: the tool and the version of the format."""
        self._write("version", {"format_version": FORMAT_VERSION, "tool": TOOL})

    def planned(self, plan: Plan) -> None:
        """Write the plan of each source and its diagnostics."""
        self.diagnostics(plan.diagnostics)
        digest = plan.digest  # computed over all bodies, so only once
        for planned in plan.sources:
            self._write("planned", planned_json(planned, plan, digest))

    def diagnostics(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Write each diagnostic as a line, in the form of plans."""
        for diagnostic in diagnostics:
            self._write("diagnostic", to_json(diagnostic))

    def __call__(self, event: Event) -> None:
        """Write the line of *event*; start and end of the run have other lines."""
        match event:
            case SourceStarted(source=source, method=method):
                self._began[source] = self._monotonic()
                self._write("apply_start", {"source": source, "method": method})
                self._progress(source, "checking")
            case WaitingForLock(source=source, holder=holder):
                self._progress(source, "waiting-for-lock", message=f"locked by {holder}")
            case WaitingForImport(source=source):
                self._progress(source, "waiting-for-import")
            case Sending(source=source, what=what):
                self._progress(source, "sending", message=what)
            case SchemaOperationEnded(source=source, result=made):
                ended = {"source": source, **schema_operation_json(made)}
                self._write("schema_operation", ended)
            case Progressed(source=source, status=status, message=message):
                self._progress(source, "accepted", status=status, message=message)
            case Retrying(source=source):
                self._progress(source, "retrying", retry=_retry_json(event))
            case ReadingBack(source=source):
                self._progress(source, "reading-back")
            case SourceEnded(result=result) if result.had_operations:
                self._ended(result)
            case _:
                pass

    def summary(self, record: ApplyRecord) -> None:
        """Write the last line."""
        self._write("summary", summary_json(record))

    def _ended(self, result: SourceResult) -> None:
        if is_errored(result):
            error = {"error": result_error_json(result)}
            self._write("apply_errored", result_json(result) | error)
        else:
            self._write("apply_complete", result_json(result))

    def _progress(
        self,
        source: str,
        state: str,
        *,
        status: str | None = None,
        message: str | None = None,
        retry: dict[str, Any] | None = None,
    ) -> None:
        now = self._monotonic()
        self._write(
            "progress",
            {
                "source": source,
                "state": state,
                "status": status,
                "message": message,
                "retry": retry,
                # A retry while live is read for planning comes before the start of the source.
                "elapsed": round(now - self._began.get(source, now), 3),
            },
        )

    def _write(self, kind: str, fields: dict[str, Any]) -> None:
        self._screen.raw(json_line({"type": kind, "timestamp": self._stamp(), **fields}))


def _retry_json(event: Retrying) -> dict[str, Any]:
    return {
        "request": event.request,
        "reason": event.reason,
        "seconds": round(event.seconds, 3),
    }
