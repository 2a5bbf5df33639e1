"""The arguments and options of `token`."""

import click

from reconciler.cli.completion import completes
from reconciler.cli.group import deferred


@click.command()
@click.argument("source", shell_complete=completes("sources"))
@click.option("--show", is_flag=True, help="Print the token to a terminal too.")
@deferred
def token() -> None:
    """Make a new token of the import source SOURCE and print it, to a pipe or a file.

    The token before is invalid from then on, in every importer that has it. At a terminal
    you are asked first; where there is none, naming SOURCE is the approval. The token is
    a secret: it is printed once, and kept nowhere.
    """
