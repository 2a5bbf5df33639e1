"""The arguments and options of `history`."""

import click

from reconciler.cli.group import deferred


@click.command()
@click.pass_obj
@deferred
def history() -> None:
    """Show each run of apply with its operations, then each ingestion, newest first."""
