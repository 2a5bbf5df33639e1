"""The arguments and options of `fmt`."""

from pathlib import Path

import click

from reconciler.cli.group import deferred


@click.command()
@click.argument(
    "paths", nargs=-1, type=click.Path(path_type=Path, allow_dash=True), metavar="[PATH]..."
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where something would change.")
@click.option("--diff", is_flag=True, help="Show what changes as a diff.")
@deferred
def fmt() -> None:
    """Format the manifests of the project, or those at PATH.

    The names of the files that change are printed. A PATH that is a directory stands for
    the manifests in it; - reads standard input and writes standard output.

    Indentation is two spaces, keys stand in the order of the examples, strings have quotes
    only where a reader of YAML 1.1 or 1.2 needs them. Comments go with their keys, the
    order of lists stays, and so does what a manifest says: that is checked before anything
    is written.

    Left as they are: the project file, what is no manifest, the lines of a text or of
    lists and objects in brackets that fill several, and the layout of a YAML file that has
    anchors or is in brackets as a whole.

    Exit code: 0 done, 1 error, or --check found something.
    """
