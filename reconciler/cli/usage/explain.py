"""The arguments and options of `explain`."""

from pathlib import Path

import click

from reconciler.cli.group import deferred


@click.command()
@click.argument("plan", type=click.Path(path_type=Path), metavar="PLAN")
@click.argument("asked", metavar="ADDRESS|SOURCE|SOURCE/operation")
@click.pass_obj
@deferred
def explain() -> None:
    """Tell the whole story of a change, a source or an operation of the saved PLAN.

    ADDRESS is that of a change, or of an element with all changes in it, as
    `show --format json` has them. Nothing is read but the file.
    """
