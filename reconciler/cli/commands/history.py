"""`history`: what was applied, newest first."""

import click

from reconciler.app.project import journal_of, open_project
from reconciler.cli.settings import Settings
from reconciler.render.journal import write_history


@click.command()
@click.pass_obj
def history(settings: Settings) -> int:
    """Show each run of apply with its operations, newest first."""
    with journal_of(open_project(settings.environment)) as journal:
        runs = journal.runs()
    if settings.environment is not None:
        runs = tuple(run for run in runs if run.environment == settings.environment)
    write_history(runs, settings.out)
    return 0
