"""The baseline of each source: from the journal's receipts, or from `--base REF`."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from reconciler.app.project import is_empty, journal_file, journal_of
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import JournalError
from reconciler.journal.receipts import baseline_of, live_read_back
from reconciler.manifest.project.model import BackendKind, Project
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import SourceRef
from reconciler.planning.inputs import Baseline
from reconciler.value import Value, field

if TYPE_CHECKING:  # most plans have neither
    from reconciler.app.git import CommitManifests
    from reconciler.journal.receipt_query import Receipts


class Baselines(Value):
    """Where the baseline of a source is looked up.

    `same_site` has the receipts of the other environments of the site, by name.
    """

    receipts: "Receipts" = field(default_factory=dict)
    same_site: "Mapping[str, Receipts]" = field(default_factory=dict)
    commit: "CommitManifests | None" = None
    diagnostics: tuple[Diagnostic, ...] = ()

    def of(self, ref: SourceRef) -> Baseline | None:
        """Return the baseline of one source, None if nothing is known."""
        commit = self.commit.of(ref.name) if self.commit else None
        return baseline_of(ref, self.receipts.get(ref.name, ()), commit)

    def live_after_apply(self, name: str) -> LiveDocument | None:
        """Return live of a source as it was after its last apply, None if nobody read it then."""
        return live_read_back(self.receipts.get(name, ()))


NOTHING_KNOWN = Baselines()


def baselines(project: Project, commit: "CommitManifests | None") -> Baselines:
    """Return the baselines of the project's environment.

    A journal that cannot be read is a warning: it is never the truth about live.
    """
    diagnostics = commit.diagnostics if commit else ()
    if project.environment.backend is BackendKind.REPLAY:
        from reconciler.app.recordings.replay import recorded_receipts  # noqa: PLC0415 - few do

        return Baselines(receipts=recorded_receipts(), commit=commit, diagnostics=diagnostics)
    if is_empty(project):
        return Baselines(commit=commit, diagnostics=diagnostics)
    own, same_site = project.environment.name, project.environment.same_site
    try:
        receipts = _receipts(project, [own, *same_site])
    except JournalError as error:
        unread = RunCode.JOURNAL_UNREADABLE.diagnostic(
            f"{error}; the plan is made without what earlier applies tell",
            hint=error.hint,
        )
        return Baselines(commit=commit, diagnostics=(*diagnostics, unread))
    return Baselines(
        receipts=receipts[own],
        same_site={each: receipts[each] for each in same_site},
        commit=commit,
        diagnostics=diagnostics,
    )


def _receipts(project: Project, environments: Sequence[str]) -> "Mapping[str, Receipts]":
    """Return the receipts of each of *environments*. Raises JournalError."""
    from reconciler.journal.receipt_query import receipts_in_file  # noqa: PLC0415 - as journal_of

    file = journal_file(project)
    if file is not None and (found := receipts_in_file(file, environments)) is not None:
        return found
    with journal_of(project) as journal:
        return {each: journal.receipts(each) for each in environments}
