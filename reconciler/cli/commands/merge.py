"""`merge`: merge the drift reports of jobs that each read a shard of the sources."""

from pathlib import Path

import click

from reconciler.app.drift import load_reports
from reconciler.cli.formats import Reports, report_options
from reconciler.cli.report_codes import of_drift
from reconciler.cli.settings import Settings
from reconciler.planning.drift.report import DriftReport
from reconciler.planning.drift.report_file import merge_reports
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.formats import DRIFT


@click.command()
@click.argument(
    "shares", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="REPORT..."
)
@report_options("report", DRIFT)
@click.pass_obj
def merge(
    settings: Settings,
    *,
    shares: tuple[Path, ...],
    reports: Reports[DriftReport],
) -> int:
    """Join each REPORT, the JSON of `drift --shard I/N`, into one with one exit code.

    Exit code: 0 nothing drifted, 1 error, 2 drift, as if one job had read all sources.
    """
    report = merge_reports(load_reports(shares))
    write_diagnostics(report.diagnostics, settings.err)
    reports.show(report, settings)
    return of_drift(report)
