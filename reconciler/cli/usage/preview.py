"""The arguments and options of `preview`."""

import click

from reconciler.cli.choices import AGAINST
from reconciler.cli.completion import completes
from reconciler.cli.formats import report_options
from reconciler.cli.group import deferred
from reconciler.cli.option_types import Count
from reconciler.cli.options import data_format_option
from reconciler.render.formats import PREVIEW


@click.command()
@click.argument("source", metavar="SOURCE", shell_complete=completes("sources"))
@click.argument("data", metavar="DATA", shell_complete=completes(files=True))
@report_options("preview", PREVIEW, reads=("data",))
@data_format_option
@click.option(
    "--sample",
    type=Count(0),
    default=0,
    metavar="N",
    help="Show N objects of each object type.",
)
@click.option(
    "--against",
    type=click.Choice(AGAINST, case_sensitive=False),
    help="Show what the manifest's mapping does to these data against live's, or against the "
    "last apply's.",
)
@deferred
def preview() -> None:
    """Show what objects DATA would make by the mapping of SOURCE, and what would go wrong.

    DATA is a file of JSON, NDJSON, CSV or YAML, `-` standard input. Nothing is sent, and
    without --against nothing is read but files. Exit code: 0 clean, 1 error, 3 objects would
    be lost or doubled.
    """
