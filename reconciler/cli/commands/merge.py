"""`merge`: merge the drift reports of jobs that each read a shard of the sources."""

from pathlib import Path

from reconciler.app.drift import load_reports
from reconciler.cli.report_codes import of_drift
from reconciler.cli.reports import Reports
from reconciler.cli.settings import Settings
from reconciler.planning.drift.report import DriftReport
from reconciler.planning.drift.report_file import merge_reports


def merge(
    settings: Settings,
    *,
    shares: tuple[Path, ...],
    reports: Reports[DriftReport],
) -> int:
    """Run the command and return its exit code."""
    report = merge_reports(load_reports(shares))
    reports.show(report, settings)
    return of_drift(report)
