"""The exit codes of plans, reports and runs (design.md#exit-codes).

Apart from `exit_codes`, which every run loads: `--version` needs no plan.
"""

from collections.abc import Iterable

from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.outcome.command_results import PreviewResult
from reconciler.outcome.imports import LatestImport
from reconciler.outcome.results import ApplyReport, Ending, IngestEnding, IngestReport
from reconciler.planning.drift.report import DriftReport
from reconciler.planning.plan import Plan

_ENDINGS = {
    Ending.DONE: ExitCode.DONE,
    Ending.BLOCKED: ExitCode.BLOCKED,
    Ending.FAILED: ExitCode.ERROR,
    Ending.INTERRUPTED: ExitCode.INTERRUPTED,
}
_INGEST_ENDINGS = {
    IngestEnding.DONE: ExitCode.DONE,
    IngestEnding.WITH_ERRORS: ExitCode.BLOCKED,
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


def of_latest(latest: Iterable[LatestImport]) -> ExitCode:
    """Return the code of `ingest status`: what did not end well outranks errors in what did."""
    return worst(
        ExitCode.BLOCKED if each.is_imported else ExitCode.ERROR
        for each in latest
        if not each.is_well
    )


def run_ending(code: ExitCode) -> Ending:
    """Return the ending of a run of `apply` that exits with *code*."""
    return next((ending for ending, exits in _ENDINGS.items() if exits is code), Ending.FAILED)
