"""The arguments and options of `probe`."""

import click

from reconciler.cli.completion import completes
from reconciler.cli.formats import report_options
from reconciler.cli.group import deferred
from reconciler.render.formats import PROBE


@click.command()
@click.argument("source", shell_complete=completes("sources"))
@click.option(
    "--i-know-this-writes",
    "may_write",
    is_flag=True,
    help="Without it nothing is sent.",
)
@report_options("report", PROBE)
@deferred
def probe() -> None:
    """Ask the API what nobody has written down, on the empty import source SOURCE.

    SOURCE is bound in the environment, needs no manifest, and has an object schema to itself:
    anything else in there ends it before the first write. For four minutes at most it sends
    small configurations and data, reads what became of them, and deletes with schemaAuth what
    it made. All its names begin with reconciler-probe; what stays is listed, and a probe after
    one that was killed cleans up after both.

    The outcomes go into facts.yaml beside the project file: plan, explain, doctor and the
    emulator follow it. Exit codes: 0, 3 where something stays behind (as a rule the
    configuration of SOURCE, which no API takes away), 1 where it ended early or sent nothing.
    """
