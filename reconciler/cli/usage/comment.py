"""The arguments and options of `comment`."""

from pathlib import Path

import click

from reconciler.cli.choices import FORGES
from reconciler.cli.completion import completes
from reconciler.cli.group import deferred
from reconciler.cli.option_types import Count
from reconciler.cli.options import plan_settings
from reconciler.cli.selection_options import selection_options


@click.command()
@click.argument("forge", type=click.Choice(FORGES), metavar="|".join(FORGES))
@click.option(
    "--plan",
    "path",
    type=click.Path(path_type=Path),
    metavar="PLAN",
    shell_complete=completes("plans", files=True),
    required=True,
    help="The saved plan: what the comment shows, or has to show.",
)
@click.option(
    "--pr",
    type=Count(1),
    metavar="N",
    help="The pull request; by default the CI's variables name it.",
)
@click.option(
    "--limit",
    type=Count(1_000),
    metavar="N",
    help="At most N characters: by default what the forge takes.",
)
@click.option(
    "--directory",
    metavar="DIR",
    help="The project's folder in the repository, by default from its root on.",
)
@click.option("--author", metavar="ACCOUNT", help="Whose comments are ours: the token's account.")
@click.option("--url", metavar="URL", help="Where the whole plan is, by default the CI's run.")
@click.option("--labels", is_flag=True, help="Set the labels `reconciler: …` too, by the plan.")
@click.option(
    "--code-insights",
    is_flag=True,
    help="Put a Code Insights report with annotations too (Bitbucket).",
)
@click.option("--dry-run", is_flag=True, help="Print the comment, and send nothing.")
@click.option(
    "--verify",
    is_flag=True,
    help="Plan again; exit 3 where the comment does not show that plan.",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="SOURCE",
    shell_complete=completes("sources"),
    help="Plan the sources of this name or glob again, not all of them. May repeat.",
)
@selection_options
@plan_settings
@deferred
def comment() -> None:
    """Post the saved plan as a comment of a pull request, or bring the comment up to date.

    There is one comment for each environment and directory. Token, repository and pull
    request come from the variables of the CI.

    With --verify nothing is posted: exit code 0 where planning again makes what the comment
    shows, 3 otherwise, with the reason plan-changed, live-changed or missing.
    """
