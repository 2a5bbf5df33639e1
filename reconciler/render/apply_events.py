"""`apply --format json`: one JSON object a line, each flushed as it happens.

The lines are for programs: their schema is `reconciler schema apply-event`, and what is
in it stays.
"""

from collections.abc import Callable, Iterable
from typing import Any

from reconciler.diagnostics import Diagnostic
from reconciler.model.json_form import to_json
from reconciler.outcome.account import Account
from reconciler.outcome.events import (
    Event,
    Progressed,
    ReadingBack,
    Retrying,
    Sending,
    SourceEnded,
    SourceStarted,
    WaitingForImport,
    WaitingForLock,
)
from reconciler.outcome.results import SourceResult
from reconciler.planning.plan import Plan
from reconciler.render.apply_json import (
    FORMAT_VERSION,
    TOOL,
    is_errored,
    json_line,
    planned_json,
    result_error_json,
    result_json,
    summary_json,
)
from reconciler.render.terminal import Screen


class EventLines:
    """A listener that writes each event as a line."""

    def __init__(
        self, screen: Screen, *, stamp: Callable[[], str], monotonic: Callable[[], float]
    ) -> None:
        """Write to *screen*, with the run's clock: *stamp* to record, *monotonic* to measure."""
        self._screen = screen
        self._stamp = stamp
        self._monotonic = monotonic
        self._began: dict[str, float] = {}

    def version(self) -> None:
        """Write the first line: by what the others are made."""
        self._write("version", {"format_version": FORMAT_VERSION, "tool": TOOL})

    def planned(self, plan: Plan) -> None:
        """Write what is planned for each source, and the remarks about it."""
        self.diagnostics(plan.diagnostics)
        digest = plan.digest  # over all bodies: once is enough
        for planned in plan.sources:
            self._write("planned", planned_json(planned, plan, digest))

    def diagnostics(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Write each as a line, in the form that plans have it."""
        for diagnostic in diagnostics:
            self._write("diagnostic", to_json(diagnostic))

    def __call__(self, event: Event) -> None:
        """Write what *event* tells; the run's begin and end stand in other lines."""
        match event:
            case SourceStarted(source=source, method=method):
                self._began[source] = self._monotonic()
                self._write("apply_start", {"source": source, "method": method})
                self._progress(source, "checking")
            case WaitingForLock(source=source, holder=holder):
                self._progress(source, "waiting-for-lock", message=f"locked by {holder}")
            case WaitingForImport(source=source):
                self._progress(source, "waiting-for-import")
            case Sending(source=source):
                self._progress(source, "sending")
            case Progressed(source=source, status=status, message=message):
                self._progress(source, "accepted", status=status, message=message)
            case Retrying(source=source):
                self._progress(source, "retrying", retry=_retry_json(event))
            case ReadingBack(source=source):
                self._progress(source, "reading-back")
            case SourceEnded(result=result) if result.method is not None:
                self._ended(result)
            case _:
                pass

    def summary(self, account: Account) -> None:
        """Write the last line."""
        self._write("summary", summary_json(account))

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
                # A retry while live is read for the plan comes before the source is begun.
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
