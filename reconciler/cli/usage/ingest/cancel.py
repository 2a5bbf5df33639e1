"""The arguments and options of `ingest cancel`."""

import click

from reconciler.cli.completion import completes
from reconciler.cli.formats import format_option
from reconciler.cli.group import deferred
from reconciler.render.formats import INGESTION


@click.command("cancel")
@click.argument("source", required=False, metavar="[SOURCE]", shell_complete=completes("sources"))
@click.option(
    "--foreign",
    is_flag=True,
    help="Cancel whatever runs on SOURCE, begun by a job that died or by another program.",
)
@click.option("--auto-approve", is_flag=True, help="With --foreign: do not ask.")
@format_option(INGESTION, "How to print it.")
@deferred
def cancel() -> None:
    """Cancel the execution that is open for SOURCE, begun by whomever this journal knows.

    SOURCE may be left out where only one is open. Once all data were sent, Assets refuses.
    Nothing of a cancelled execution is imported. With --foreign, what runs is shown first and
    you are asked: it may be alive. Exit code: 0 cancelled, or nothing was open, 1 error.
    """
