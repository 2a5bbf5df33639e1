"""The sources that are not read: the environment's others, and those of others on its site."""

from collections.abc import Collection, Iterator, Sequence

from reconciler.app.baselines import NOTHING_KNOWN, Baselines
from reconciler.app.desired import Desired
from reconciler.journal.receipts import live_read_back
from reconciler.manifest.load import Loaded
from reconciler.model.document import Document
from reconciler.model.source import SourceRef
from reconciler.planning.inputs import SourceInput
from reconciler.planning.planner import surrounded
from reconciler.planning.premises import Premise
from reconciler.planning.surroundings import SiteSource


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
                    live=live_read_back(receipts),
                )
