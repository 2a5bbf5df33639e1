"""`merge`: merge the drift reports of jobs that each read a shard of the sources."""

from pathlib import Path

import click

from reconciler.app.drift import load_report
from reconciler.cli.drift_formats import DRIFT_FORMATS, print_drift, write_drift_outputs
from reconciler.cli.exit_codes import of_drift
from reconciler.cli.formats import format_options
from reconciler.cli.settings import Settings
from reconciler.planning.drift.report_file import merged
from reconciler.render.diagnostics import write_diagnostics


@click.command()
@click.argument(
    "reports", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="REPORT..."
)
@format_options("report", DRIFT_FORMATS)
@click.pass_obj
def merge(
    settings: Settings,
    *,
    reports: tuple[Path, ...],
    format_: str,
    outputs: tuple[tuple[str, Path], ...],
) -> int:
    """Join each REPORT, the JSON of `drift --shard I/N`, into one with one exit code.

    Exit code: 0 nothing drifted, 1 error, 2 drift, as if one job had read all sources.
    """
    report = merged([load_report(path) for path in reports])
    write_diagnostics(report.diagnostics, settings.err)
    print_drift(report, format_, settings)
    write_drift_outputs(report, outputs, settings)
    return of_drift(report)
