"""The arguments and options of `render`."""

import click

from reconciler.cli.completion import completes
from reconciler.cli.group import deferred


@click.command()
@click.argument("source", metavar="SOURCE", shell_complete=completes("sources"))
@click.option(
    "--format",
    "format_",
    type=click.Choice(("yaml", "json")),
    default="yaml",
    show_default=True,
    help="YAML with the origin of values in comments, or JSON with a map of all origins.",
)
@deferred
def render() -> None:
    """Show the document of SOURCE as the environment makes it, and where values are written.

    Parts are joined, the environment's overlay is laid over them, and its prefix is put
    before the external ids. Reads nothing but files.
    """
