"""The journal that the project file names."""

from reconciler.applying.journal import Journal
from reconciler.applying.journal_file import journal_path
from reconciler.manifest.project import Project


def journal_of(project: Project) -> Journal:
    """Return the journal of *project*, not opened yet."""
    return Journal(journal_path(project.journal, project.root))
