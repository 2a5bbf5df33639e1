"""The journal that the project file names."""

from typing import TYPE_CHECKING

from reconciler.manifest.project import Project

if TYPE_CHECKING:
    from reconciler.applying.journal import Journal

_FILE = "sqlite:///"


def journal_of(project: Project) -> "Journal":
    """Return the journal of *project*, not opened yet. Raises JournalError for a bad URL."""
    # SQLAlchemy takes longer to import than planning takes.
    from reconciler.applying.journal import Journal  # noqa: PLC0415
    from reconciler.applying.journal_store import Store, journal_url  # noqa: PLC0415

    return Journal(Store(journal_url(project.journal, project.root)))


def is_empty(project: Project) -> bool:
    """Return whether the journal is a file that no run has made yet: there is nothing to read."""
    if not project.journal.startswith(_FILE):
        return False
    return not (project.root / project.journal.removeprefix(_FILE)).exists()
