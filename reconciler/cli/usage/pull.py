"""The arguments and options of `pull`."""

import click

from reconciler.cli.formats import format_option
from reconciler.cli.group import deferred
from reconciler.cli.options import parallelism_option
from reconciler.cli.selection_options import selection_options, sources_argument
from reconciler.render.formats import PULL


@click.command()
@sources_argument
@click.option("--dry-run", is_flag=True, help="Show the difference, and write nothing.")
@click.option("--force", is_flag=True, help="Overwrite also what git does not hold.")
@selection_options
@parallelism_option
@format_option(PULL, "How to print it.")
@deferred
def pull() -> None:
    """Take over what is live of each SOURCE into its manifest; write one where there is none.

    Without SOURCE: all that have a manifest, and all that the environment binds. A
    manifest that is there keeps its comments and its order; only what differs is touched,
    and after that the plan is empty. Exit code: 0 done, 1 error.
    """
