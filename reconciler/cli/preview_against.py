"""What the manifest's mapping is held against: live, or what was applied last."""

from dataclasses import dataclass, replace
from enum import StrEnum

from reconciler.cli.backends import backend_of
from reconciler.cli.base import bases
from reconciler.cli.event_loop import until_done
from reconciler.cli.reading import read_sources
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReconcilerError
from reconciler.manifest.bind import bind
from reconciler.manifest.load import Manifest
from reconciler.manifest.project import Project
from reconciler.model.document import Document
from reconciler.model.source import SourceRef
from reconciler.planning.before_after import unhidden, with_ids_of
from reconciler.render.terminal import Screen


class Against(StrEnum):
    """Where the other mapping comes from."""

    LIVE = "live"
    LAST = "last"


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Two documents with common ids; `name` says what `before` is."""

    name: str
    before: Document
    after: Document
    diagnostics: tuple[Diagnostic, ...] = ()


def compared(project: Project, manifest: Manifest, against: Against, screen: Screen) -> Compared:
    """Return what *manifest* is held *against*; nothing where live has no mapping yet.

    Raises ReconcilerError where live cannot be read, or no apply is known.
    """
    (ref,) = bind(project, [manifest])
    found = (
        _live(project, manifest, ref, screen) if against is Against.LIVE else _last(project, ref)
    )
    return replace(found, after=with_ids_of(found.before, manifest.document, ref))


def _live(project: Project, manifest: Manifest, ref: SourceRef, screen: Screen) -> Compared:
    async def read() -> Compared:
        async with backend_of(project, connections=1, read_only=True) as backend:
            refreshed = await read_sources(backend, [ref], parallelism=1, screen=screen)
        live = refreshed[ref.name].live
        if isinstance(live, ReconcilerError):
            raise live
        if live.document is None:
            return Compared(
                name="live, where nothing is configured", before=Document(), after=Document()
            )
        before = unhidden(live.document, manifest.document)
        return Compared(name="live", before=before, after=Document())

    return until_done(read())


def _last(project: Project, ref: SourceRef) -> Compared:
    known = bases(project, None)
    receipts = known.receipts.get(ref.name, ())
    if ref.import_source_id is None and receipts:
        # Only live could tell the id; who was applied to last under this name is good enough.
        ref = replace(ref, import_source_id=receipts[-1].operation.import_source_id)
    base = known.of(ref)
    if base is None or base.desired is None:
        why = "".join(f": {d.text}" for d in known.diagnostics)
        raise ReconcilerError(
            f"the journal knows no apply of {ref.name}{why}",
            hint="--against live compares with what is configured now",
        )
    return Compared(
        name=f"the {base.name}",
        before=base.desired,
        after=Document(),
        diagnostics=known.diagnostics,
    )
