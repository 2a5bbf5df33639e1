"""Exit codes in one place: of errors, plans, reports and runs (design.md#exit-codes)."""

from collections.abc import Iterable
from enum import IntEnum

import click

from reconciler.errors import MappingExists, ReconcilerError, StalePlan, UnsafePlan, WrongUsage
from reconciler.outcome.command_results import PreviewResult
from reconciler.outcome.results import ApplyReport, Ending, IngestEnding, IngestReport
from reconciler.planning.drift.report import DriftReport
from reconciler.planning.plan import Plan


class ExitCode(IntEnum):
    """The exit code of a run."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    BLOCKED = 3
    USAGE = 64
    INTERRUPTED = 130


_PRECEDENCE = (
    ExitCode.INTERRUPTED,
    ExitCode.USAGE,
    ExitCode.ERROR,
    ExitCode.BLOCKED,
    ExitCode.CHANGES,
)


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """Return the code that counts if several apply; DONE if there are none."""
    held = set(codes)
    return next((code for code in _PRECEDENCE if code in held), ExitCode.DONE)


def of_error(error: ReconcilerError) -> ExitCode:
    """Return the code for a run that *error* ended."""
    if isinstance(error, WrongUsage):
        return ExitCode.USAGE
    # A 409 on PUT means that somebody else configured the source first: the plan is stale.
    if isinstance(error, StalePlan | UnsafePlan | MappingExists):
        return ExitCode.BLOCKED
    return ExitCode.ERROR


def of_exception(error: BaseException) -> ExitCode:
    """Return the code for a run that *error*, of any type, ended."""
    match error:
        case BaseExceptionGroup():
            return worst(map(of_exception, error.exceptions))
        case KeyboardInterrupt() | click.Abort():
            return ExitCode.INTERRUPTED
        case click.UsageError():
            return ExitCode.USAGE
        case ReconcilerError():
            return of_error(error)
        case _:
            return ExitCode.ERROR


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
    """Return the code of `plan`: CHANGES only if the user asked for it."""
    held = {
        ExitCode.ERROR: plan.errored,
        ExitCode.BLOCKED: plan.blocked,
        ExitCode.CHANGES: detailed and plan.has_changes,
    }
    return worst(code for code, holds in held.items() if holds)


def of_drift(report: DriftReport) -> ExitCode:
    """Return the code of `drift`: unreadable sources outrank drift."""
    held = {ExitCode.ERROR: report.errored, ExitCode.CHANGES: report.alarms}
    return worst(code for code, holds in held.items() if holds)


def of_preview(result: PreviewResult) -> ExitCode:
    """Return the code of `preview`: data that cannot be read outrank objects that they lose."""
    held = {ExitCode.ERROR: result.errored, ExitCode.BLOCKED: result.loses_objects}
    return worst(code for code, holds in held.items() if holds)


def of_report(report: ApplyReport) -> ExitCode:
    """Return the code of `apply`."""
    return _ENDINGS[report.ending]


def of_ingestion(report: IngestReport) -> ExitCode:
    """Return the code of `ingest run` and `ingest resume`."""
    return _INGEST_ENDINGS[report.ending]


def run_ending(code: ExitCode) -> Ending:
    """Return the ending of a run of `apply` that exits with *code*."""
    return next((ending for ending, exits in _ENDINGS.items() if exits is code), Ending.FAILED)
