"""The options of `init`."""

from pathlib import Path

import click

from reconciler.cli.group import deferred


@click.command()
@click.option(
    "--from",
    "data",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Infer a manifest from a file of data: CSV, JSON, NDJSON or YAML.",
)
@click.option("--source", metavar="NAME", help="The name of the source; by default the file's.")
@click.option("--yes", is_flag=True, help="Ask nothing, and take what is usual.")
@click.pass_obj
@deferred
def init() -> None:
    """Write a project: a project file, a manifest, what git ignores, schemas for editors.

    With --from, object types, attributes, identities and references are inferred from data, and
    comments in the manifest say why. In a project that is there, only that manifest is written.
    Nothing is overwritten. Exit code: 0 done, 1 error.
    """
