"""The arguments and options of `unlock`."""

import click

from reconciler.cli.formats import format_option
from reconciler.cli.group import deferred
from reconciler.cli.selection_options import selection_options, sources_argument
from reconciler.render.formats import UNLOCK


@click.command()
@sources_argument
@click.option("--force", is_flag=True, help="Do not ask.")
@selection_options
@format_option(UNLOCK, "How to print it.")
@deferred
def unlock() -> None:
    """Show who holds each SOURCE (all that are held by default), ask, and release it.

    A lock of a run that is still alive keeps two runs from sending to one source at the
    same time; one of a process that was killed expires by itself within half a minute.
    A SOURCE that nobody holds is reported as free, and is no error.
    """
