"""`history`: what was applied and ingested, newest first."""

from reconciler.app.project import journal_of, open_project
from reconciler.cli.settings import Settings
from reconciler.render.ingest.history import write_ingestions
from reconciler.render.journal import write_history


def history(settings: Settings) -> int:
    """Run the command and return its exit code."""
    with journal_of(open_project(settings.environment)) as journal:
        from reconciler.journal.ingestions import past_ingestions  # noqa: PLC0415 - SQLAlchemy

        runs, ingestions = journal.runs(), past_ingestions(journal.store)
    if settings.environment is not None:
        runs = tuple(run for run in runs if run.environment == settings.environment)
        ingestions = tuple(i for i in ingestions if i.environment == settings.environment)
    if runs or not ingestions:
        write_history(runs, settings.out)
    write_ingestions(ingestions, settings.out)
    return 0
