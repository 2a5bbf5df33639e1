"""The exit codes of plans and reports (design.md#exit-codes)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reconciler.cli.exit_codes import ExitCode, worst

if TYPE_CHECKING:  # each command makes reports of its own kind, and loads no other
    from reconciler.outcome.command_results import PreviewResult
    from reconciler.outcome.diagnosis import Diagnosis
    from reconciler.outcome.imports import LatestImport
    from reconciler.outcome.probes import ProbeReport
    from reconciler.planning.drift.report import DriftReport
    from reconciler.planning.plan import Plan


# By the level of a result of `doctor`.
_OF_LEVEL = {
    "ok": ExitCode.DONE,
    "warn": ExitCode.DONE,
    "fail": ExitCode.BLOCKED,
    "error": ExitCode.ERROR,
}


def of_plan(plan: "Plan", *, detailed: bool) -> ExitCode:
    """Return the code of `plan`: CHANGES only if the user asked for it."""
    held = {
        ExitCode.ERROR: plan.errored,
        ExitCode.BLOCKED: plan.blocked,
        ExitCode.CHANGES: detailed and plan.has_changes,
    }
    return worst(code for code, holds in held.items() if holds)


def of_drift(report: "DriftReport") -> ExitCode:
    """Return the code of `drift`: unreadable sources outrank drift."""
    held = {ExitCode.ERROR: report.errored, ExitCode.CHANGES: report.alarms}
    return worst(code for code, holds in held.items() if holds)


def of_preview(result: "PreviewResult") -> ExitCode:
    """Return the code of `preview`: data that cannot be read outrank objects that they lose."""
    held = {ExitCode.ERROR: result.errored, ExitCode.BLOCKED: result.loses_objects}
    return worst(code for code, holds in held.items() if holds)


def of_doctor(diagnosis: "Diagnosis") -> ExitCode:
    """Return the code of `doctor`: where it could not look outranks what has failed."""
    return worst(_OF_LEVEL[each.level] for each in diagnosis.results)


def of_probe(report: "ProbeReport") -> ExitCode:
    """Return the code of `probe`: that it ended early outranks what stays behind."""
    held = {ExitCode.ERROR: report.ended is not None, ExitCode.BLOCKED: bool(report.leftovers)}
    return worst(code for code, holds in held.items() if holds)


def of_latest(latest: "Iterable[LatestImport]") -> ExitCode:
    """Return the code of `ingest status`: what did not end well outranks errors in what did."""
    return worst(
        ExitCode.BLOCKED if each.is_imported else ExitCode.ERROR
        for each in latest
        if not each.is_well
    )
