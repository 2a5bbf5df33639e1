"""The environment's other sources: their manifests are at hand, their live is not read."""

from collections.abc import Collection

from reconciler.manifest.load import Loaded
from reconciler.planning.surroundings import SiteSource


def beside(loaded: Loaded, read: Collection[str]) -> tuple[SiteSource, ...]:
    """Return the sources with a manifest that are not among *read*.

    Of a manifest in error counts what it names: no fault of it makes that anybody else's.
    """
    whole = {m.source: m.document for m in loaded.manifests}
    faulty = {f.source: f.stubs for f in loaded.faulty if f.source is not None}
    return tuple(
        SiteSource(name=name, desired=document)
        for name, document in {**faulty, **whole}.items()
        if name not in read
    )
