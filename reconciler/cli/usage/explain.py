"""The arguments and options of `explain`."""

from pathlib import Path

import click

from reconciler.cli.completion import completes
from reconciler.cli.group import deferred


@click.command()
@click.argument(
    "plan",
    type=click.Path(path_type=Path),
    metavar="PLAN|CODE|SOURCE|N",
    shell_complete=completes("plans", "sources", "codes", files=True),
)
@click.argument(
    "asked",
    metavar="[N|ADDRESS|SOURCE|SOURCE/operation]",
    required=False,
    shell_complete=completes("addresses"),
)
@deferred
def explain() -> None:
    """Explain a change, a source or an operation of the saved PLAN, or what a CODE means.

    N is the number that the text of the plan has at an impossible change or a schema operation;
    ADDRESS that of a change, or of an element with all changes in it, as `show --format json` has
    them. Nothing is read but the file. Without PLAN a plan is made now, as `reconciler plan`
    makes it: of the source, or for N of all sources. CODE is that of a diagnostic, a refusal, a
    risk or an error: `reconciler explain no-label`.
    """
