"""What a plan, or the report of a run, means for the exit code (design.md section 5)."""

from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.outcome.ingest_report import IngestEnding, IngestReport
from reconciler.outcome.previewed import Previewed
from reconciler.outcome.results import ApplyReport, Ending
from reconciler.planning.drift import DriftReport
from reconciler.planning.plan import Plan

_ENDINGS = {
    Ending.DONE: ExitCode.DONE,
    Ending.BLOCKED: ExitCode.BLOCKED,
    Ending.FAILED: ExitCode.ERROR,
    Ending.INTERRUPTED: ExitCode.INTERRUPTED,
}
_INGEST_ENDINGS = {
    IngestEnding.DONE: ExitCode.DONE,
    IngestEnding.FAILED: ExitCode.ERROR,
    IngestEnding.CANCELLED: ExitCode.ERROR,
    IngestEnding.OPEN: ExitCode.ERROR,
    IngestEnding.INTERRUPTED: ExitCode.INTERRUPTED,
}


def of_plan(plan: Plan, *, detailed: bool) -> ExitCode:
    """Return the code of `plan`: CHANGES only where the user asked for detail."""
    held = {
        ExitCode.ERROR: plan.errored,
        ExitCode.BLOCKED: plan.blocked,
        ExitCode.CHANGES: detailed and plan.has_changes,
    }
    return worst(code for code, holds in held.items() if holds)


def of_drift(report: DriftReport) -> ExitCode:
    """Return the code of `drift`: what could not be read is graver than what drifted."""
    held = {ExitCode.ERROR: report.errored, ExitCode.CHANGES: report.alarms}
    return worst(code for code, holds in held.items() if holds)


def of_preview(told: Previewed) -> ExitCode:
    """Return the code of `preview`: data that cannot be judged are graver than what they lose."""
    held = {ExitCode.ERROR: told.errored, ExitCode.BLOCKED: told.loses_objects}
    return worst(code for code, holds in held.items() if holds)


def of_report(report: ApplyReport) -> ExitCode:
    """Return the code of `apply`."""
    return _ENDINGS[report.ending]


def of_ingestion(report: IngestReport) -> ExitCode:
    """Return the code of `ingest run` and `ingest resume`."""
    return _INGEST_ENDINGS[report.ending]


def ending_of(code: ExitCode) -> Ending:
    """Return how a run of `apply` that exits with *code* ended."""
    return next((ending for ending, exits in _ENDINGS.items() if exits is code), Ending.FAILED)
