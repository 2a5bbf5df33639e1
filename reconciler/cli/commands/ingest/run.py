"""`ingest run`: data through a source's mapping, from files to objects."""

from functools import partial
from pathlib import Path

from reconciler.app.bound_sources import bound_source
from reconciler.app.event_loop import run_async
from reconciler.app.ingest import open_ingest_ports, run_ingestion
from reconciler.app.preview import STANDARD_INPUT, data_path
from reconciler.app.project import open_environment
from reconciler.applying.refresh import identify
from reconciler.applying.stop import Stop
from reconciler.cli.commands.ingest.end import show_end
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.run_codes import of_ingestion
from reconciler.cli.settings import Settings
from reconciler.data.coverage import Coverage
from reconciler.data.entries import DataFormat
from reconciler.errors import DataError, WrongUsage
from reconciler.ingest.context import IngestPorts
from reconciler.ingest.data_files import CheckedData, ChunkLimits, check_data
from reconciler.ingest.execution_start import check_free
from reconciler.ingest.options import IngestOptions
from reconciler.ingest.run import ingest
from reconciler.manifest.project.model import Project
from reconciler.mapping.mapper import Mapper
from reconciler.model.normalise import normalise
from reconciler.model.source import SourceRef
from reconciler.outcome.results import IngestReport
from reconciler.render.formats import Format
from reconciler.render.ingest.progress import data_progress
from reconciler.render.preview.words import place, sentence


def run(
    settings: Settings,
    *,
    source: str,
    data: tuple[str, ...],
    data_format: str | None,
    chunk: int,
    chunk_bytes: int,
    options: IngestOptions,
    format_: Format,
) -> int:
    """Run the command and return its exit code."""
    paths = [data_path(each) for each in data]
    if data.count(STANDARD_INPUT) > 1:
        raise WrongUsage("standard input can be read once only")
    project = open_environment(settings.environment)
    ref, mapper = run_async(_looked_up(project, _ref(project, source, paths), options))
    found = _checked(
        paths,
        settings,
        format_=DataFormat(data_format) if data_format else None,
        coverage=Coverage(mapper),
        limits=ChunkLimits(entries=chunk, size=chunk_bytes),
    )
    for each in found.unread:
        settings.err.line(f"warning: {place(each)}: {sentence(each)}; not sent")
    work = partial(_sent, ref=ref, found=found, options=options)
    report = run_ingestion(project, work, ScreenProgress(settings.err), options=options)
    show_end(report, project.environment.name, format_, settings)
    return of_ingestion(report)


def _ref(project: Project, source: str, paths: list[Path | None]) -> SourceRef:
    """Return the import source called *source*; the data may be beside the manifests."""
    besides = [path for path in paths if path is not None]
    return bound_source(project, source, besides=besides)


async def _looked_up(
    project: Project, ref: SourceRef, options: IngestOptions
) -> tuple[SourceRef, Mapper]:
    """Return the source with its ids, and the mapper of its live mapping.

    Raises ReconcilerError if no execution could begin.
    """
    async with open_ingest_ports(project, emit=lambda _: None, stop=Stop()) as opened:
        ports = opened.within(options.timeout)
        ref = await identify(ports.backend, ref)
        await check_free(ports, ref)
        live = normalise(await ports.backend.schema_and_mapping(ref))
    mapper = Mapper.of(live.document)
    if not mapper.roots:
        raise DataError(
            f"no mapping of {ref.name} reads any data",
            hint="add a mapping to the manifest and apply it",
        )
    return ref, mapper


def _checked(
    paths: list[Path | None],
    settings: Settings,
    *,
    format_: DataFormat | None,
    coverage: Coverage,
    limits: ChunkLimits,
) -> CheckedData:
    size = sum(path.stat().st_size for path in paths if path is not None and path.is_file())
    name = "Checking the data"
    with data_progress(name, size, settings.err) as on_update:
        return check_data(
            paths, format_=format_, coverage=coverage, limits=limits, on_update=on_update
        )


async def _sent(
    ports: IngestPorts, *, ref: SourceRef, found: CheckedData, options: IngestOptions
) -> IngestReport:
    return await ingest(ports, ref, found.ingestion, options)
