"""`merge`: merge the drift reports of jobs that each read a shard of the sources."""

from functools import partial
from pathlib import Path

from reconciler.app.drift import load_reports
from reconciler.cli.report_codes import of_drift
from reconciler.cli.reports import Reports
from reconciler.cli.settings import Settings
from reconciler.planning.drift.report import DriftReport
from reconciler.planning.drift.report_file import merge_reports
from reconciler.render.drift.text import write_drift_text


def merge(
    settings: Settings,
    *,
    shares: tuple[Path, ...],
    reports: Reports[DriftReport],
    lists_all: bool,
) -> int:
    """Run the command and return its exit code."""
    report = merge_reports(load_reports(shares))
    reports.telling(partial(write_drift_text, lists_all=lists_all)).show(report, settings)
    return of_drift(report)
