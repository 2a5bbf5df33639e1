"""`ingest resume`: continue what an interrupted or killed run left open."""

from functools import partial

from reconciler.app.ingest import OpenIngestion, open_ingestions, run_ingestion
from reconciler.app.project import open_environment
from reconciler.app.selection import Selection
from reconciler.cli.commands.ingest.end import say, show_end
from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.failures import report_error
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.run_codes import of_ingestion
from reconciler.cli.settings import Settings
from reconciler.errors import ReconcilerError
from reconciler.ingest import run as ingestion
from reconciler.ingest.context import IngestPorts
from reconciler.ingest.options import IngestOptions
from reconciler.outcome.results import IngestEnding, IngestReport
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.formats import Format


def resume(
    settings: Settings, *, selection: Selection, options: IngestOptions, format_: Format
) -> int:
    """Run the command and return its exit code."""
    project = open_environment(settings.environment)
    environment = project.environment.name
    opened = open_ingestions(project, selection)
    write_diagnostics(opened.diagnostics, settings.err)
    if not opened.found:
        say("No ingestion is open.", format_, settings)
    codes = [ExitCode.DONE]
    for each in opened.found:
        work = partial(_resumed, found=each, options=options)
        try:
            report = run_ingestion(project, work, ScreenProgress(settings.err), options=options)
        except ReconcilerError as error:
            codes.append(report_error(error, settings))
            if format_ is not Format.TEXT:
                report = IngestReport(
                    source=each.record.source, ending=IngestEnding.OPEN, error=error
                )
                show_end(report, environment, format_, settings)
            continue
        show_end(report, environment, format_, settings)
        codes.append(of_ingestion(report))
        if codes[-1] is ExitCode.INTERRUPTED:
            break
    return worst(codes)


async def _resumed(
    ports: IngestPorts, *, found: OpenIngestion, options: IngestOptions
) -> IngestReport:
    await found.check_binding(ports)
    return await ingestion.resume(ports, found.record, options)
