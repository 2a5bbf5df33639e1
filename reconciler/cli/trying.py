"""Try a mapping on data: what `preview` does between its options and its reports."""

import os
from dataclasses import dataclass, replace

from reconciler.cli.data_reading import name_of, path_of, take_data
from reconciler.cli.desired import select
from reconciler.cli.planning import now
from reconciler.cli.preview_against import Against, compared
from reconciler.ingest.entries import DataFormat
from reconciler.ingest.reading import Reading
from reconciler.manifest.load import load_project_manifests
from reconciler.manifest.project import Project
from reconciler.mapping.effect import Effects
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.preview import Finding, Found, Preview
from reconciler.mapping.tally import Tally
from reconciler.outcome.previewed import Previewed
from reconciler.render.terminal import Screen


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What `preview` is asked for."""

    source: str
    data: str
    format_: DataFormat | None = None
    sample: int = 0
    against: Against | None = None


def tried(project: Project, asked: Asked, screen: Screen) -> Previewed:
    """Return what the data make by the source's mapping.

    Raises DataError, ManifestError, WrongUsage and, where it is held against something,
    whatever reading that may raise.
    """
    path = path_of(asked.data)
    loaded = load_project_manifests(
        project,
        variables=os.environ if asked.against else None,
        # The data may lie beside the manifests.
        besides=[path] if path else [],
    )
    desired = select(project, loaded, [asked.source])
    (manifest,) = desired.manifests
    other = compared(project, manifest, asked.against, screen) if asked.against else None
    mapper = Mapper.of(manifest.document)
    tally = Tally(mapper, sample=asked.sample)
    effects = (
        Effects(Mapper.of(other.before), Mapper.of(other.after), other.name) if other else None
    )
    reading = take_data(
        asked.data,
        [tally, effects] if effects else [tally],
        format_=asked.format_,
        roots=mapper.roots | (Mapper.of(other.before).roots if other else frozenset()),
        screen=screen,
    )
    return Previewed(
        source=asked.source,
        data=name_of(asked.data),
        created_at=now(),
        environment=project.environment.name,
        preview=with_unread_roots(tally.preview(), reading),
        effect=effects.effect() if effects else None,
        file=manifest.file,
        diagnostics=(*desired.diagnostics, *(other.diagnostics if other else ())),
    )


def with_unread_roots(preview: Preview, reading: Reading) -> Preview:
    """Return *preview* with what the reader passed over, for no mapping reads it."""
    unread = tuple(
        Found(code=Finding.UNREAD, count=number, place=root)
        for root, number in sorted(reading.unread_roots.items())
    )
    return replace(preview, findings=(*preview.findings, *unread))
