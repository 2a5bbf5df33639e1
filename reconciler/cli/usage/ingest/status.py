"""The arguments and options of `ingest status`."""

import click

from reconciler.cli.formats import format_option
from reconciler.cli.group import deferred
from reconciler.cli.selection_options import selection_options, sources_argument
from reconciler.render.formats import IMPORTS


@click.command("status")
@sources_argument
@click.option("--watch", "watched", is_flag=True, help="Wait until all have ended.")
@selection_options
@format_option(IMPORTS, "How to print it.")
@deferred
def status() -> None:
    """Show the latest data execution of each SOURCE, whoever began it; only reads.

    Exits with 1 where one cannot be read, or the latest failed or was cancelled, and with 3
    where it was imported with errors. One that runs, or none at all, is no error. Ctrl-C
    cancels no execution.
    """
