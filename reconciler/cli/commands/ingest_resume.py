"""`ingest resume`: continue what an interrupted or killed run left open."""

from functools import partial

import click

from reconciler.app.ingest import OpenIngestion, open_ingestions, run_ingestion
from reconciler.app.project import open_environment
from reconciler.app.selection import Selection
from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.failures import report_error
from reconciler.cli.ingest_options import sending_options
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.report_codes import of_ingestion
from reconciler.cli.selection_options import selection_options, sources_argument
from reconciler.cli.settings import Settings
from reconciler.errors import ReconcilerError
from reconciler.ingest.context import IngestOptions, IngestPorts
from reconciler.ingest.run import resume
from reconciler.outcome.results import IngestReport
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.ingest.result import write_ingest_end


@click.command("resume")
@sources_argument
@selection_options
@sending_options
@click.pass_obj
def ingest_resume(settings: Settings, *, selection: Selection, options: IngestOptions) -> int:
    """Go on with the ingestion of each SOURCE that a run left open (all by default).

    Chunks that Assets has taken are not sent again; one whose answer was lost goes out again
    under its own id. The data files must be as they were. Exit code: 0 imported, or nothing
    was open, 1 error, 3 imported with errors, 130 interrupted.
    """
    project = open_environment(settings.environment)
    opened = open_ingestions(project, selection)
    write_diagnostics(opened.diagnostics, settings.err)
    if not opened.found:
        settings.out.line("No ingestion is open.")
    codes = [ExitCode.DONE]
    for each in opened.found:
        work = partial(_resumed, found=each, options=options)
        try:
            report = run_ingestion(project, work, ScreenProgress(settings.err), options=options)
        except ReconcilerError as error:
            codes.append(report_error(error, settings))
            continue
        write_ingest_end(report, out=settings.out, err=settings.err)
        codes.append(of_ingestion(report))
        if codes[-1] is ExitCode.INTERRUPTED:
            break
    return worst(codes)


async def _resumed(
    ports: IngestPorts, *, found: OpenIngestion, options: IngestOptions
) -> IngestReport:
    await found.check_binding(ports)
    return await resume(ports, found.record, options)
