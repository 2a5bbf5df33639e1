"""The arguments and options of `status`."""

import click

from reconciler.cli.formats import format_option
from reconciler.cli.group import deferred
from reconciler.cli.selection_options import selection_options, sources_argument
from reconciler.render.formats import STATUS


@click.command()
@sources_argument
@selection_options
@format_option(STATUS, "How to print it.")
@deferred
def status() -> None:
    """Show the config status, the last apply and the last data execution of each SOURCE."""
