"""The environment's other sources: their manifests and receipts are at hand, live is not read."""

from collections.abc import Collection

from reconciler.app.baselines import NOTHING_KNOWN, Baselines
from reconciler.manifest.load import Loaded
from reconciler.planning.surroundings import SiteSource


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
