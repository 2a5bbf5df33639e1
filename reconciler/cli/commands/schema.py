"""`schema`: print one of our JSON Schemas."""

import json

import click

from reconciler.cli.settings import Settings
from reconciler.manifest import schemas


@click.command(epilog=f"KIND is one of: {', '.join(schemas.KINDS)}.")
@click.argument("kind", type=click.Choice(tuple(schemas.KINDS)), metavar="KIND")
@click.pass_obj
def schema(settings: Settings, *, kind: str) -> int:
    """Print the JSON Schema of KIND, for editors and other tools."""
    settings.out.raw(json.dumps(schemas.schema(kind), indent=2) + "\n")
    return 0
