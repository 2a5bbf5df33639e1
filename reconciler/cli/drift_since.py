"""What an earlier drift run saw: its report, or what the journal remembers of the last one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.cli.drift_report import load_report
from reconciler.cli.journals import is_empty, journal_of
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import JournalError
from reconciler.manifest.project import Project
from reconciler.planning.drift import DriftReport
from reconciler.planning.drift_news import Sighting, sightings

LAST = "last"


@dataclass(frozen=True, kw_only=True, slots=True)
class Earlier:
    """What was seen of each source, and what there is to say about how that is known.

    `is_remembered`: the journal has it, and is to have what this run sees.
    """

    seen: Mapping[str, Sighting] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    is_remembered: bool = False


def earlier_of(project: Project, since: str | None, *, notifies: bool) -> Earlier:
    """Return what the run that *since* names saw, nothing where none is asked for.

    `last`, and whoever *notifies* without saying, means what the journal remembers; all else
    is a report's file, which need not be there yet. Raises ReconcilerError where it is no
    drift report. A journal that cannot be read is a warning.
    """
    if since is None and not notifies:
        return Earlier()
    if since is None or since == LAST:
        return _of_journal(project)
    path = Path(since)
    if path.exists():
        return Earlier(seen=sightings(load_report(path)))
    first = RunCode.NO_EARLIER_REPORT.diagnostic(
        f"there is no report {path} yet: everything is news",
    )
    return Earlier(diagnostics=(first,))


def keep(project: Project, report: DriftReport, earlier: Earlier) -> tuple[Diagnostic, ...]:
    """Remember in the journal what *report* saw; return the warning where that cannot be."""
    # SQLAlchemy takes longer to import than most drift takes.
    from reconciler.applying.sightings import remember  # noqa: PLC0415

    seen = sightings(report, earlier.seen)
    try:
        with journal_of(project) as journal:
            remember(journal.store, report.environment, seen, at=report.created_at)
    except JournalError as error:
        return (_warning(error, "the next run will tell the same again"),)
    return ()


def _of_journal(project: Project) -> Earlier:
    if is_empty(project):
        return Earlier(is_remembered=True)
    from reconciler.applying.sightings import recalled  # noqa: PLC0415 - as above

    try:
        with journal_of(project) as journal:
            seen = recalled(journal.store, project.environment.name)
    except JournalError as error:
        return Earlier(diagnostics=(_warning(error, "everything is news"),), is_remembered=True)
    return Earlier(seen=seen, is_remembered=True)


def _warning(error: JournalError, so: str) -> Diagnostic:
    return RunCode.JOURNAL_UNREADABLE.diagnostic(f"{error}; {so}", hint=error.hint)
