"""The arguments and options of `validate`."""

import click

from reconciler.cli.completion import completes
from reconciler.cli.formats import report_options
from reconciler.cli.group import deferred
from reconciler.cli.options import strict_option
from reconciler.cli.selection_options import selection_options
from reconciler.render.formats import VALIDATION


@click.command()
@click.argument(
    "sources",
    nargs=-1,
    metavar="[PATH | SOURCE | GLOB]...",
    shell_complete=completes("sources", files=True),
)
@report_options("result", VALIDATION)
@strict_option
@selection_options
@deferred
def validate() -> None:
    """Check every manifest of the project, or those at PATH, or of each SOURCE.

    What is checked: schema, references, refusals; without --environment in every environment that
    has overlays of its own. A PATH that is a directory stands for the manifests in it. Needs no
    network, no variable and no binding. Warnings exit 0, with --strict 1.
    """
