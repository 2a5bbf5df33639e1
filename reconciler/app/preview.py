"""Try a mapping on data: what `preview` and `plan --data` do between options and reports.

The mapping can be compared with live or with the last apply; a data file is read once, for all
consumers, with progress shown.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from reconciler.app.backends import backend_of
from reconciler.app.baselines import baselines
from reconciler.app.desired import Desired, load_desired
from reconciler.app.event_loop import run_async
from reconciler.app.plan import read_sources
from reconciler.app.progress import Progress
from reconciler.app.selection import Selection
from reconciler.data.coverage import Coverage
from reconciler.data.entries import DataFormat
from reconciler.data.reader import open_data
from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError, ReconcilerError, WrongUsage
from reconciler.lifetime import collector_paused
from reconciler.manifest.load import Manifest
from reconciler.manifest.project.model import Project
from reconciler.mapping.effect import Effects
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.preview import DataEffect, Preview
from reconciler.mapping.tally import Tally
from reconciler.model.document import Document
from reconciler.model.source import SourceRef
from reconciler.outcome.command_results import PreviewResult
from reconciler.outcome.timestamp import now
from reconciler.planning.operation.read_back import before_and_after, with_hidden_parts, with_ids_of
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.value import Value, replace


class Against(StrEnum):
    """Where the other mapping comes from."""

    LIVE = "live"
    LAST = "last"


class MappingComparison(Value):
    """Two documents with common ids; `name` is the display name of `before`."""

    name: str
    before: Document
    after: Document
    diagnostics: tuple[Diagnostic, ...] = ()


def compare_mappings(desired: Desired, against: Against, progress: Progress) -> MappingComparison:
    """Return the one manifest and the mapping to compare it *against*; no `before` without one.

    Raises ReconcilerError if live cannot be read, or no apply is known.
    """
    (manifest,), project = desired.manifests, desired.project
    if against is Against.LIVE:
        (ref,) = desired.bound()
        found = _live(project, manifest, ref, progress)
    else:
        ref = _as_far_as_bound(desired, manifest.source)
        found = _last(project, ref)
    return replace(found, after=with_ids_of(found.before, manifest.document, ref))


def _as_far_as_bound(desired: Desired, name: str) -> SourceRef:
    """Return the source; its ids are None where nothing tells them, as no request needs them."""
    try:
        (ref,) = desired.bound()
    except ManifestError:
        return SourceRef(name=name, import_source_id=None, workspace_id=None)
    return ref


def _live(
    project: Project, manifest: Manifest, ref: SourceRef, progress: Progress
) -> MappingComparison:
    async def read() -> MappingComparison:
        async with backend_of(project, connections=1, read_only=True, reads=1) as backend:
            refreshed = await read_sources(backend, [ref], parallelism=1, progress=progress)
        live = refreshed[ref.name].live
        if isinstance(live, ReconcilerError):
            raise live
        if live.document is None:
            return MappingComparison(
                name="live, where nothing is configured", before=Document(), after=Document()
            )
        before = with_hidden_parts(live.document, manifest.document)
        return MappingComparison(name="live", before=before, after=Document())

    return run_async(read())


def _last(project: Project, ref: SourceRef) -> MappingComparison:
    known = baselines(project, None)
    receipts = known.receipts.get(ref.name, ())
    if ref.import_source_id is None and receipts:
        # Only live could tell the id; the source last applied under this name is good enough.
        ref = replace(ref, import_source_id=receipts[-1].import_source_id)
    base = known.of(ref)
    if base is None or base.desired is None:
        why = "".join(f": {d.text}" for d in known.diagnostics)
        raise ReconcilerError(
            f"the journal knows no apply of {ref.name}{why}",
            hint="--against live compares with what is configured now",
        )
    return MappingComparison(
        name=f"the {base.name}",
        before=base.desired,
        after=Document(),
        diagnostics=known.diagnostics,
    )


STANDARD_INPUT = "-"


class Taker(Protocol):
    """A consumer of the entries of data."""

    def take(self, root: str, entry: Any, /) -> None:
        """Process one root entry."""


def take_data(
    data: str,
    consumers: Sequence[Taker],
    *,
    mappers: Sequence[Mapper],
    progress: Progress,
    format_: DataFormat | None = None,
) -> Coverage:
    """Give each root entry of *data* to each of *consumers*, and return what was read of them.

    Raises DataError if the data are malformed, or none of *mappers* reads anything of them.
    """
    path = data_path(data)
    coverage = Coverage(*mappers)
    takers = coverage, *consumers
    with (
        collector_paused(),
        open_data(path, format=format_, roots=coverage.roots) as reading,
        progress.reading_data(name_of(data), reading.size) as on_update,
    ):
        for entry in reading:
            for taker in takers:
                taker.take(entry.root, entry.value)
            on_update(reading.notes.bytes_read)
    coverage.end(reading)
    coverage.check()
    return coverage


def data_path(data: str) -> Path | None:
    """Return the file that *data* names, None for standard input."""
    return None if data == STANDARD_INPUT else Path(data)


def name_of(data: str) -> str:
    """Return the name of *data* in reports: the file's name without its directories."""
    return "standard input" if data == STANDARD_INPUT else Path(data).name


class PreviewRequest(Value):
    """The request of a `preview` command."""

    source: str
    data: str
    format_: DataFormat | None = None
    sample: int = 0
    against: Against | None = None


def preview_data(project: Project, request: PreviewRequest, progress: Progress) -> PreviewResult:
    """Return what the source's mapping makes of the data.

    Raises DataError, ManifestError, WrongUsage and, if it is compared with something, any
    error of reading that.
    """
    path = data_path(request.data)
    # The data may be beside the manifests.
    desired = load_desired(
        project, Selection.of_one(request.source), besides=[path] if path else []
    )
    (manifest,) = desired.manifests
    other = compare_mappings(desired, request.against, progress) if request.against else None
    mapper = Mapper.of(manifest.document)
    tally = Tally(mapper, sample=request.sample)
    before = Mapper.of(other.before) if other else None
    effects = Effects(before, Mapper.of(other.after), other.name) if other and before else None
    coverage = take_data(
        request.data,
        [tally, effects] if effects else [tally],
        mappers=[mapper, before] if before else [mapper],
        progress=progress,
        format_=request.format_,
    )
    return PreviewResult(
        source=request.source,
        data=name_of(request.data),
        created_at=now(),
        environment=project.environment.name,
        preview=with_unread_roots(tally.preview(), coverage),
        effect=effects.effect() if effects else None,
        file=manifest.file,
        diagnostics=(*desired.diagnostics, *(other.diagnostics if other else ())),
    )


def with_unread_roots(preview: Preview, coverage: Coverage) -> Preview:
    """Return *preview* with the roots of the data that no mapping reads."""
    return replace(preview, findings=(*preview.findings, *coverage.unread()))


def with_data(plan: Plan, files: Mapping[str, Path], progress: Progress) -> Plan:
    """Return *plan* with its effect on the data in *files*, which are by source.

    Raises DataError if the data are malformed, WrongUsage for a source that is not planned.
    """
    unknown = files.keys() - {s.source for s in plan.sources}
    # A source that could not be read is not a mistake on the command line.
    if unknown and not plan.errored:
        raise WrongUsage(f'--data names the source "{min(unknown)}", which is not planned')
    return replace(
        plan,
        sources=tuple(
            replace(s, data_effect=_effect(s, files[s.source], progress))
            if s.source in files
            else s
            for s in plan.sources
        ),
    )


def _effect(planned: SourcePlan, file: Path, progress: Progress) -> DataEffect:
    before, after = before_and_after(planned)
    mapper = Mapper.of(after)
    tally = Tally(mapper)
    if before is None:
        coverage = take_data(str(file), [tally], mappers=[mapper], progress=progress)
        preview = with_unread_roots(tally.preview(), coverage)
        return DataEffect(data=name_of(str(file)), entries=preview.entries, preview=preview)
    other = Mapper.of(before)
    effects, counted = Effects(other, mapper, "live"), _Counted()
    take_data(str(file), [effects, counted], mappers=[mapper, other], progress=progress)
    return DataEffect(data=name_of(str(file)), entries=counted.entries, effect=effects.effect())


class _Counted:
    """Counts the entries."""

    def __init__(self) -> None:
        self.entries = 0

    def take(self, _root: str, _entry: Any, /) -> None:
        self.entries += 1
