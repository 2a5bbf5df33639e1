"""The arguments and options of `merge`."""

from pathlib import Path

import click

from reconciler.cli.formats import all_option, report_options
from reconciler.cli.group import deferred
from reconciler.render.formats import DRIFT


@click.command()
@click.argument(
    "shares", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="REPORT..."
)
@report_options("report", DRIFT)
@all_option("sources in sync and all differences")
@deferred
def merge() -> None:
    """Merge each REPORT, the JSON of `drift --shard I/N`, into one with one exit code.

    Exit code: 0 nothing drifted, 1 error, 2 drift, as if one job had read all sources.
    """
