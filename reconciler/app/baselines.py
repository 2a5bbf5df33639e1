"""What is known of sources that is not read: how they were, and what is beside them.

The baseline of a source is from the journal's receipts, or from `--base REF`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from reconciler.app.desired import Desired
from reconciler.app.project import is_empty, journal_file, journal_of
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import JournalError
from reconciler.manifest.load import Loaded
from reconciler.manifest.project.model import BackendKind, Project
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import SourceRef
from reconciler.planning.inputs import Baseline, SourceInput
from reconciler.planning.planner import surrounded
from reconciler.planning.premises import Premise
from reconciler.planning.surroundings import SiteSource
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
        receipts = self.receipts.get(ref.name, ())
        commit = self.commit.of(ref.name) if self.commit else None
        if not receipts and commit is None:
            return None
        from reconciler.journal.receipts import baseline_of  # noqa: PLC0415 - a first plan has none

        return baseline_of(ref, receipts, commit)

    def live_after_apply(self, name: str) -> LiveDocument | None:
        """Return live of a source as it was after its last apply, None if nobody read it then."""
        if not (receipts := self.receipts.get(name)):
            return None
        from reconciler.journal.receipts import live_read_back  # noqa: PLC0415 - as above

        return live_read_back(receipts)


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
            f"{error}; the records of earlier applies are left out",
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


def with_neighbours(
    desired: Desired, read: Sequence[SourceInput], known: Baselines
) -> tuple[SourceInput, ...]:
    """Return *read* with what is around each; of other sources what is *known*."""
    premises = (Premise.IDS_FREE_ON_SITE,) if desired.project.environment.same_site else ()
    names = {each.ref.name for each in read}
    applied = tuple(on_site([each.ref for each in read], known))
    return surrounded(read, beside(desired.loaded, names, known), premises, applied)


def beside(
    loaded: Loaded, read: Collection[str], known: Baselines = NOTHING_KNOWN
) -> tuple[SiteSource, ...]:
    """Return the sources with a manifest that are not among *read*, as *known* remembers them.

    Of a manifest in error counts what it names: no fault of it makes that anybody else's.
    """
    whole = {m.source: m.document for m in loaded.manifests}
    faulty = {f.source: f.stubs for f in loaded.faulty if f.source is not None}
    return tuple(
        SiteSource(name=name, desired=document, live=known.live_after_apply(name))
        for name, document in {**faulty, **whole}.items()
        if name not in read
    )


def on_site(read: Collection[SourceRef], known: Baselines) -> Iterator[SiteSource]:
    """Yield what other environments of the site applied, apart from the import sources *read*.

    The name says all of it: it is how a refusal names where an external id is in use.
    """
    ids = {ref.import_source_id for ref in read}
    workspaces = {ref.workspace_id for ref in read}
    for environment, sources in known.same_site.items():
        for name, receipts in sources.items():
            last = receipts[-1]
            if last.workspace_id in workspaces and last.import_source_id not in ids:
                yield SiteSource(
                    name=f"{name} in the environment {environment} when it was last applied, "
                    f"at {last.ended_at}",
                    desired=Document(),
                    live=Baselines(receipts=sources).live_after_apply(name),
                )
