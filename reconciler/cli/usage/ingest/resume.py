"""The arguments and options of `ingest resume`."""

import click

from reconciler.cli.formats import format_option
from reconciler.cli.group import deferred
from reconciler.cli.selection_options import selection_options, sources_argument
from reconciler.cli.usage.ingest.sending import sending_options
from reconciler.render.formats import INGESTION


@click.command("resume")
@sources_argument
@selection_options
@sending_options
@format_option(INGESTION, "How to print each.")
@deferred
def resume() -> None:
    """Go on with the ingestion of each SOURCE that a run left open (all by default).

    Chunks that Assets has taken are not sent again; one whose answer was lost goes out again
    under its own id. The data files must be as they were. Exit code: 0 imported, or nothing
    was open, 1 error, 3 imported with errors, 130 interrupted.
    """
