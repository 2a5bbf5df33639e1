"""The options of `init`."""

from pathlib import Path

import click

from reconciler.cli.choices import FORGES
from reconciler.cli.group import deferred
from reconciler.cli.options import data_format_option


@click.command()
@click.option(
    "--from",
    "data",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Infer a manifest from a file of data: CSV, JSON, NDJSON or YAML.",
)
@data_format_option
@click.option(
    "--backend",
    type=click.Choice(("local", "cloud")),
    help="Where the import sources are: on the emulator, or in Jira Service Management Cloud.",
)
@click.option(
    "--source",
    metavar="NAME",
    help="The name of the source, in the cloud of the one to choose.",
)
@click.option("--base-url", metavar="URL", help="The base URL of the API, if it is another one.")
@click.option(
    "--pipeline", type=click.Choice(FORGES), help="Write the pipeline of a CI system as well."
)
@click.option("--yes", is_flag=True, help="Ask nothing, and take what is usual.")
@deferred
def init() -> None:
    """Write a project: a project file, a manifest, what git ignores, schemas for editors.

    With --from, object types, attributes, identities and references are inferred from data, and
    comments in the manifest say why. In a project that is there, only that manifest is written.
    Where manifests are, and no project file, they are kept, and no example is written.
    With --backend cloud the source is found by its token (ASSETS_TOKEN), or chosen with an
    account's (ASSETS_EMAIL, ASSETS_API_TOKEN, ASSETS_WORKSPACE_ID), and what is live becomes the
    manifest; tokens are not written. What is open is asked for on a terminal. Nothing is
    overwritten. Exit code: 0 done, 1 error.
    """
