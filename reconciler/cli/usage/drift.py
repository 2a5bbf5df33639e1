"""The arguments and options of `drift`."""

import click

from reconciler.cli.completion import completes
from reconciler.cli.formats import all_option, report_options
from reconciler.cli.group import deferred
from reconciler.cli.option_types import TextType
from reconciler.cli.options import PlanFile, parallelism_option
from reconciler.cli.selection_options import selection_options, sources_argument
from reconciler.cli.shard import parse_shard
from reconciler.render.formats import DRIFT


@click.command()
@sources_argument
@report_options("report", DRIFT)
@all_option("sources in sync and all differences")
@click.option(
    "--base", metavar="REF", help="Compare with the git commit REF in place of the last apply."
)
@click.option(
    "--since",
    "earlier",
    metavar="last|REPORT",
    shell_complete=completes(words=("last",), files=True),
    help="Alarm only for drift that is new since the last run with this option or --notify, "
    "or since the run that wrote the JSON file REPORT.",
)
@click.option(
    "--notify",
    metavar="URL",
    show_envvar=True,
    help="Post new drift to a webhook of Slack, or one that takes its messages.",
)
@click.option(
    "--save",
    type=PlanFile(),
    help="Save the plan that reverts the drift, and nothing else.",
)
@click.option(
    "--shard",
    type=TextType("I/N", parse_shard),
    help=(
        "Only shard I of N of the sources, at an Nth of the pace; I may be `auto`, in a CI "
        "matrix or an Indexed Job."
    ),
)
@selection_options
@parallelism_option
@deferred
def drift() -> None:
    """Show what changed in live outside git, of each SOURCE (all of them by default).

    Nothing but GET is ever sent to Assets. Exit code: 0 nothing drifted, 1 error, 2 drift;
    with --since only new drift is drift.
    """
