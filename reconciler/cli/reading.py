"""Read what is live of sources while someone watches."""

from collections.abc import Sequence
from time import monotonic

from reconciler.applying.refresh import Refreshed, refresh
from reconciler.backend import Backend
from reconciler.model.source import SourceRef
from reconciler.render.shorten import count
from reconciler.render.terminal import Screen
from reconciler.render.waiting import waiting


async def read_sources(
    backend: Backend, sources: Sequence[SourceRef], *, parallelism: int, screen: Screen
) -> dict[str, Refreshed]:
    """Return what is live of each source, telling on *screen* how long that took."""
    began = monotonic()
    with waiting(f"Reading {count(len(sources), 'source')} …", screen):
        refreshed = await refresh(backend, sources, parallelism=parallelism)
    screen.line(f"{count(len(sources), 'source')} read in {monotonic() - began:.1f} s")
    return refreshed
