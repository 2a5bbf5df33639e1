"""The baseline of each source: from the journal's receipts, or from `--base REF`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.app.git import CommitManifests
from reconciler.app.project import is_empty, journal_of
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import JournalError
from reconciler.journal.receipts import base_of
from reconciler.manifest.project.file import Project
from reconciler.model.source import SourceRef
from reconciler.outcome.records import Receipt
from reconciler.planning.inputs import Base


@dataclass(frozen=True, kw_only=True, slots=True)
class Bases:
    """Where the baseline of a source is looked up."""

    receipts: Mapping[str, Sequence[Receipt]] = field(default_factory=dict)
    commit: CommitManifests | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    def of(self, ref: SourceRef) -> Base | None:
        """Return the baseline of one source, None if nothing is known."""
        commit = self.commit.of(ref.name) if self.commit else None
        return base_of(ref, self.receipts.get(ref.name, ()), commit)


def bases(project: Project, commit: CommitManifests | None) -> Bases:
    """Return the baselines of the project's environment.

    A journal that cannot be read is a warning: it is never the truth about live.
    """
    said = commit.diagnostics if commit else ()
    if is_empty(project):
        return Bases(commit=commit, diagnostics=said)
    try:
        with journal_of(project) as journal:
            receipts = journal.receipts(project.environment.name)
    except JournalError as error:
        unread = RunCode.JOURNAL_UNREADABLE.diagnostic(
            f"{error}; the plan is made without what earlier applies tell",
            hint=error.hint,
        )
        return Bases(commit=commit, diagnostics=(*said, unread))
    return Bases(receipts=receipts, commit=commit, diagnostics=said)
