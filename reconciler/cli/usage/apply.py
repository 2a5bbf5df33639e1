"""The arguments and options of `apply`."""

import click

from reconciler.cli.completion import completes
from reconciler.cli.formats import report_options
from reconciler.cli.group import deferred
from reconciler.cli.option_types import Seconds
from reconciler.cli.options import plan_settings
from reconciler.cli.selection_options import selection_options
from reconciler.render.formats import APPLY


@click.command()
@click.argument(
    "sources",
    nargs=-1,
    metavar="[PLAN | [SOURCE | GLOB]...]",
    shell_complete=completes("plans", "sources", files=True),
)
@click.option("--auto-approve", is_flag=True, help="Do not ask.")
@click.option("--fail-fast", is_flag=True, help="Start nothing new once a source has failed.")
@click.option("--sync", is_flag=True, help="Let the API answer only when it is done.")
@click.option(
    "--timeout",
    type=Seconds(above_0=True),
    default=600.0,
    show_default=True,
    metavar="S",
    help="Wait at most S seconds for one source.",
)
@click.option(
    "--lock-timeout",
    type=Seconds(),
    default=60.0,
    show_default=True,
    metavar="S",
    help="Wait at most S seconds for a source that somebody else is applying to.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with the run that was interrupted or killed: settle what was in flight, "
    "send what had not started.",
)
@report_options(
    "report",
    APPLY,
    shown="How the run is shown; json is one event a line, and asks nobody.",
    also=", also when the run fails",
    reads=("sources",),
)
@selection_options
@plan_settings
@deferred
def apply() -> None:
    """Send what the saved PLAN holds; or plan each SOURCE (all by default), ask, and send that.

    An argument that names an existing file is a plan: passing it is the approval.
    Exit code: 0 done, 1 error, 3 blocked, stale or not converged, 130 interrupted.
    """
