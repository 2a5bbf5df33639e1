"""The arguments and options of `schema`."""

import click

from reconciler.cli.choices import SCHEMAS
from reconciler.cli.group import deferred


@click.command(epilog=f"KIND is one of: {', '.join(SCHEMAS)}.")
@click.argument("kind", type=click.Choice(SCHEMAS), metavar="KIND")
@deferred
def schema() -> None:
    """Print the JSON Schema of KIND, for editors and other tools."""
