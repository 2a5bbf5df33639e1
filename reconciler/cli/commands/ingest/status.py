"""`ingest status`: the latest data execution of each source."""

import asyncio
from collections.abc import Sequence

from reconciler.app.backends import backend_of, clock_of
from reconciler.app.bound_sources import each_bound_source
from reconciler.app.event_loop import run_async
from reconciler.app.project import open_environment
from reconciler.app.selection import Selection
from reconciler.applying.clock import Clock, pauses
from reconciler.applying.refresh import identify
from reconciler.backend.import_sources import Backend
from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.report_codes import of_latest
from reconciler.cli.reports import print_report
from reconciler.cli.settings import Settings
from reconciler.diagnostics import errors_in
from reconciler.errors import ReconcilerError
from reconciler.ingest.watch import latest_import, watch
from reconciler.manifest.project.model import Project
from reconciler.model.source import SourceRef
from reconciler.outcome.imports import LatestImport
from reconciler.outcome.unexpected_answers import UnexpectedAnswers
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.errors import write_error
from reconciler.render.formats import IMPORTS, Format
from reconciler.render.ingest.status import Told, import_watching
from reconciler.render.report import LatestImports

_AT_ONCE = 10


def status(settings: Settings, *, selection: Selection, watched: bool, format_: Format) -> int:
    """Run the command and return its exit code."""
    project = open_environment(settings.environment)
    bound = each_bound_source(project, selection)
    refs = bound.refs
    unexpected = UnexpectedAnswers()
    if watched:
        try:
            with import_watching(len(refs), settings.err) as on_update:
                latest = run_async(_latest(project, refs, on_update, unexpected))
        except KeyboardInterrupt:
            settings.err.line("Nothing was cancelled: what runs goes on.")
            raise
    else:
        latest = run_async(_latest(project, refs, None, unexpected))
    latest += [LatestImport(source=name, found=error) for name, error in bound.failed.items()]
    latest.sort(key=lambda each: each.source)
    report = LatestImports(
        environment=project.environment.name,
        latest=latest,
        diagnostics=unexpected.diagnostics(),
    )
    print_report(IMPORTS, report, format_, settings)
    write_diagnostics(bound.diagnostics, settings.err)
    for each in latest:
        if isinstance(each.found, ReconcilerError):
            write_error(each.found, settings.err, source=each.source)
    read = ExitCode.ERROR if errors_in(bound.diagnostics) else ExitCode.DONE
    return worst([of_latest(latest), read])


async def _latest(
    project: Project,
    refs: Sequence[SourceRef],
    on_update: Told | None,
    unexpected: UnexpectedAnswers,
) -> list[LatestImport]:
    """Return the latest execution of each source; with *on_update*, once it has ended."""
    reads = len(refs) if on_update is None else None
    async with backend_of(
        project, connections=_AT_ONCE, read_only=True, reads=reads, unexpected=unexpected
    ) as backend:
        clock = clock_of(project)
        return await asyncio.gather(*(_of_source(backend, ref, on_update, clock) for ref in refs))


async def _of_source(
    backend: Backend, ref: SourceRef, on_update: Told | None, clock: Clock
) -> LatestImport:
    async def ask() -> LatestImport:
        try:
            source = await identify(backend, ref)
        except ReconcilerError as error:
            return LatestImport(source=ref.name, found=error)
        return await latest_import(backend, source)

    if on_update is None:
        return await ask()
    return await watch(ask, pauses=pauses(clock.rng), sleep=clock.sleep, on_update=on_update)
