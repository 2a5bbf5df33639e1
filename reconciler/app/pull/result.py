"""What of live becomes the manifest of each source, and of which there is nothing to pull."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.app.baselines import beside
from reconciler.app.pull.target import Target
from reconciler.applying.refresh import Refreshed
from reconciler.codes.run import RunCode
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ReconcilerError
from reconciler.manifest.load import Loaded
from reconciler.model.display import first_of, quoted
from reconciler.model.document import Document, walk_types
from reconciler.model.fields import WRITE_ONLY
from reconciler.model.id_prefix import IdPrefix
from reconciler.model.normalise import LiveDocument
from reconciler.model.source import ConfigStatus, Live
from reconciler.outcome.command_results import PulledFile, PulledManifest
from reconciler.planning.adopt.manifest_text import adopt_as_new, adopt_into_manifest
from reconciler.planning.adopt.own_part import own_part
from reconciler.planning.surroundings import SiteSource, alone, surroundings_of
from reconciler.value import replace


@dataclass(kw_only=True, slots=True)
class PullResult:
    """The result for each source: a manifest, why there is nothing to pull, or an error."""

    pulled: list[PulledManifest] = field(default_factory=list)
    not_configured: dict[str, str] = field(default_factory=dict)
    failed: dict[str, ReconcilerError] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)


_EMPTY = "no mapping yet (MISSING_MAPPING), so nothing to pull"
_OF_OTHERS = (
    "no mapping yet (MISSING_MAPPING), and all object types there are other manifests': "
    "nothing to pull"
)
_WITHOUT_PREFIX = (
    "no external id in live has the environment's externalIdPrefix: nothing to pull; a prefix that "
    "was in use cannot be changed, for the API never changes an id"
)


def pull_into(
    targets: Mapping[str, Target],
    refreshed: Mapping[str, Refreshed],
    loaded: Loaded,
    *,
    write: Callable[[Target, PulledManifest], None] | None = None,
) -> PullResult:
    """Return the result for each source; *write*, if any, is called for each manifest that differs.

    What belongs to another of the *loaded* manifests, or to another source that was read, is
    left out (design.md#the-site). An error of one source does not affect the others.
    """
    result = PullResult()
    have = {m.source: m.document for m in loaded.manifests}
    site = [*_read(refreshed, have), *beside(loaded, refreshed)]
    around = alone(site[0]) if len(site) == 1 else surroundings_of(site)
    for name, found in refreshed.items():
        try:
            if isinstance(found.live, ReconcilerError):
                raise found.live
            if found.live.document is None:
                result.not_configured[name] = _EMPTY
                continue
            own = own_part(
                found.live.document.document,
                name,
                owners=around[name].others,
                have=have.get(name, Document()),
            )
            prefix = targets[name].id_prefix
            own, left_out = prefix.own_part(own)
            if left_out:
                result.diagnostics.append(_left_out(name, left_out, prefix))
            is_mapped = found.live.status is not ConfigStatus.MISSING_MAPPING
            if not own.object_types and (left_out or not is_mapped):
                result.not_configured[name] = _WITHOUT_PREFIX if left_out else _OF_OTHERS
                continue
            live = replace(found.live.document, document=prefix.taken_off(own))
            pulled = _pulled(name, targets[name], live, is_mapped=is_mapped)
            if write is not None and pulled.differs:
                write(targets[name], pulled)
            result.pulled.append(pulled)
        except ReconcilerError as error:
            result.failed[name] = error
    return result


_MOST_NAMED = 5


def _left_out(source: str, ids: Sequence[str], prefix: IdPrefix) -> Diagnostic:
    named = first_of([*map(quoted, ids)], _MOST_NAMED)
    return RunCode.ID_WITHOUT_PREFIX.diagnostic(
        f"{source} has external ids in live without the environment's prefix "
        f"{quoted(prefix.text)}: {named}; what has them is left out",
        source=source,
    )


def _read(refreshed: Mapping[str, Refreshed], have: Mapping[str, Document]) -> Iterator[SiteSource]:
    for name, found in refreshed.items():
        if isinstance(found.live, Live):
            description = found.live.description
            yield SiteSource(
                name=name,
                desired=have.get(name, Document()),
                live=found.live.document,
                was_read=True,
                object_schema=description.object_schema if description else None,
            )


def _pulled(name: str, target: Target, live: LiveDocument, *, is_mapped: bool) -> PulledManifest:
    """Return what is live as the manifest *target*."""
    known = target.draft
    texts = known.texts if known is not None else ()
    made = (
        adopt_into_manifest(name, known, live, is_mapped=is_mapped)
        if known is not None
        else adopt_as_new(name, live, file=target.file)
    )
    types = [t for t, _ in walk_types(made.document.object_types)]
    return PulledManifest(
        source=name,
        file=target.file,
        before=texts[0].text if texts else None,
        after=made.text,
        settled=made.settled,
        object_types=len(types),
        attributes=sum(not a.is_system for t in types for a in t.attributes),
        mappings=len(made.document.mappings),
        is_partial=known is None and not live.shown >= WRITE_ONLY,
        above=tuple(
            PulledFile(file=before.file, before=before.text, after=after.text)
            for before, after in zip(texts[1:], made.texts[1:], strict=True)
        ),
    )
