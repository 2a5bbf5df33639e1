"""`ingest cancel`: end an execution before all its data are sent."""

import click

from reconciler.app.event_loop import run_async
from reconciler.app.ingest import OpenIngestion, open_ingest_ports, open_ingestions
from reconciler.app.project import open_environment
from reconciler.applying.stop import Stop
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.settings import Settings
from reconciler.errors import WrongUsage
from reconciler.ingest.run import cancel
from reconciler.manifest.project.file import Project
from reconciler.outcome.results import IngestReport
from reconciler.render.ingest.result import write_ingest_end


@click.command("cancel")
@click.argument("source", required=False, metavar="[SOURCE]")
@click.pass_obj
def ingest_cancel(settings: Settings, *, source: str | None) -> int:
    """Cancel the execution that is open for SOURCE, begun by whomever this journal knows.

    SOURCE may be left out where only one is open. Once all data were sent, Assets refuses.
    Nothing of a cancelled execution is imported. Exit code: 0 cancelled, or nothing was open,
    1 error.
    """
    project = open_environment(settings.environment)
    found = open_ingestions(project, [source] if source else [])
    names = sorted({each.record.source for each in found})
    if len(names) > 1:
        raise WrongUsage(f"more than one is open: name one of {', '.join(names)}")
    if not found:
        settings.out.line("No ingestion is open.")
    for each in found:
        write_ingest_end(run_async(_cancelled(project, each)), out=settings.out, err=settings.err)
    return ExitCode.DONE


async def _cancelled(project: Project, found: OpenIngestion) -> IngestReport:
    async with open_ingest_ports(project, emit=lambda _: None, stop=Stop()) as ports:
        await found.check_binding(ports)
        return await cancel(ports, found.record)
