"""`history`: what was applied and ingested, newest first."""

from datetime import UTC, datetime, timedelta

from reconciler.app.desired import choose_known
from reconciler.app.project import journal_of, open_project
from reconciler.app.selection import Selection
from reconciler.cli.reports import print_report
from reconciler.cli.settings import Settings
from reconciler.outcome.ingestions import PastIngestion
from reconciler.outcome.records import RunRecord
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.formats import HISTORY, Format
from reconciler.render.report import JournalEntries


def history(
    settings: Settings,
    *,
    sources: tuple[str, ...],
    limit: int | None,
    since: datetime | timedelta | None,
    format_: Format,
) -> int:
    """Run the command and return its exit code."""
    project = open_project(settings.environment)
    with journal_of(project) as journal:
        from reconciler.journal.ingestions import past_ingestions  # noqa: PLC0415 - SQLAlchemy

        runs, ingestions = journal.runs(), past_ingestions(journal.store)
    found = len(runs) + len(ingestions)
    if sources:
        known = {s for run in runs for s in run.sources} | {each.source for each in ingestions}
        chosen = choose_known(project, Selection(names=sources), known)
        write_diagnostics(chosen.diagnostics, settings.err)
        names = {*chosen.names, *chosen.unknown}
        runs = tuple(run.without(run.sources - names) for run in runs if run.sources & names)
        ingestions = tuple(each for each in ingestions if each.source in names)
    if isinstance(since, timedelta):
        since = datetime.now(UTC) - since
    every: list[RunRecord | PastIngestion] = [*runs, *ingestions]
    entries = [
        each
        for each in every
        if settings.environment in {None, each.environment}
        and (since is None or datetime.fromisoformat(each.started_at) >= since)
    ]
    entries.sort(key=lambda each: each.started_at, reverse=True)
    shown = entries[:limit]
    report = JournalEntries(entries=tuple(shown), is_partial=len(shown) < found)
    print_report(HISTORY, report, format_, settings)
    return 0
