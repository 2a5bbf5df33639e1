"""The arguments and options of `show`."""

from pathlib import Path

import click

from reconciler.cli.completion import completes
from reconciler.cli.formats import all_option, limit_option, report_options
from reconciler.cli.group import deferred
from reconciler.render.formats import PLAN


@click.command()
@click.argument(
    "plan",
    type=click.Path(path_type=Path),
    metavar="PLAN",
    shell_complete=completes("plans", files=True),
)
@report_options("plan", PLAN, reads=("plan",))
@limit_option
@all_option("sources without differences and each orphan")
@click.option(
    "--verify",
    is_flag=True,
    help="Say what was proved of each source, instead of rendering the plan.",
)
@deferred
def show() -> None:
    """Render the saved PLAN. Nothing is read but the file; one that was altered is an error."""
