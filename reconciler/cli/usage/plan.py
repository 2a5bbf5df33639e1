"""The arguments and options of `plan`."""

import click

from reconciler.cli.completion import completes
from reconciler.cli.formats import all_option, limit_option, report_options
from reconciler.cli.group import deferred
from reconciler.cli.option_types import TextType
from reconciler.cli.options import PlanFile, plan_settings, source_data, strict_option
from reconciler.cli.selection_options import selection_options, sources_argument
from reconciler.render.formats import PLAN


@click.command()
@sources_argument
@click.option("-o", "save", type=PlanFile(), help="Save the plan.")
@report_options("plan", PLAN, reads=("live", "data"))
@limit_option
@all_option("sources without differences and each orphan")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 2 when there is something to send.")
@strict_option
@click.option(
    "--live",
    metavar="FILE",
    shell_complete=completes(words=("none",), files=True),
    help="Plan offline against one GET schema-and-mapping answer, or `none`.",
)
@click.option(
    "--base",
    metavar="REF",
    help="Say of each change who moved since the git commit REF: the manifest, live, or both.",
)
@click.option(
    "--data",
    type=TextType("SOURCE=FILE", source_data),
    shell_complete=completes("sources="),
    multiple=True,
    help="Show what the plan of SOURCE does to the data in FILE. May repeat.",
)
@selection_options
@plan_settings
@deferred
def plan() -> None:
    """Show what apply would send for each SOURCE (all of them by default), and why.

    Exit code: 0 nothing is wrong, 1 error, 2 changes (with --detailed-exitcode),
    3 something is blocked.
    """
