"""The arguments and options of `issue`."""

from pathlib import Path

import click

from reconciler.cli.choices import TRACKERS
from reconciler.cli.group import deferred


@click.command()
@click.argument("tracker", type=click.Choice(TRACKERS), metavar="|".join(TRACKERS))
@click.option(
    "--report",
    "path",
    type=click.Path(path_type=Path),
    metavar="REPORT",
    required=True,
    help="The JSON of `drift` or `merge`: what the issue shows.",
)
@click.option(
    "--directory",
    metavar="DIR",
    help="The project's folder in the repository, by default from its root on.",
)
@click.option("--author", metavar="ACCOUNT", help="Whose issues are ours: the token's account.")
@click.option("--url", metavar="URL", help="Where it was seen, by default the CI's run.")
@click.option("--dry-run", is_flag=True, help="Print what the issue would say, and send nothing.")
@deferred
def issue() -> None:
    """Open an issue where the report has drift, keep it up to date, close it when in sync.

    There is one issue for each environment and directory; one that somebody else opened is
    left alone. A report with a source that could not be read has an issue too. Token and
    project come from the variables of the CI, or from those named JIRA_.

    Exit code: 0 once the issue says what the report does, whatever that is; 1 error.
    """
