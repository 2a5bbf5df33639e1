"""`ingest resume`: continue what an interrupted or killed run left open."""

from functools import partial

import click

from reconciler.app.ingest import open_records, run_ingestion
from reconciler.app.project import open_project
from reconciler.cli.exit_codes import ExitCode, worst
from reconciler.cli.failures import report_error
from reconciler.cli.ingest_options import sending_options
from reconciler.cli.progress import ScreenProgress
from reconciler.cli.report_codes import of_ingestion
from reconciler.cli.settings import Settings
from reconciler.errors import ReconcilerError
from reconciler.ingest.context import IngestOptions, IngestPorts
from reconciler.ingest.run import resume
from reconciler.outcome.ingestions import IngestionRecord
from reconciler.outcome.results import IngestReport
from reconciler.render.ingest.result import write_ingest_end


@click.command("resume")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@sending_options
@click.pass_obj
def ingest_resume(settings: Settings, *, sources: tuple[str, ...], options: IngestOptions) -> int:
    """Go on with the ingestion of each SOURCE that a run left open (all by default).

    Chunks that Assets has taken are not sent again; one whose answer was lost goes out again
    under its own id. The data files must be as they were. Exit code: 0 imported, or nothing
    was open, 1 error, 130 interrupted.
    """
    project = open_project(settings.environment)
    records = open_records(project, sources)
    if not records:
        settings.out.line("No ingestion is open.")
    codes = [ExitCode.DONE]
    for record in records:
        work = partial(_resumed, record=record, options=options)
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
    ports: IngestPorts, *, record: IngestionRecord, options: IngestOptions
) -> IngestReport:
    return await resume(ports, record, options)
