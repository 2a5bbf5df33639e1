"""`ingest cancel`: end an execution before all its data are sent, also one of somebody else."""

import sys

from reconciler.app.bound_sources import bound_source
from reconciler.app.event_loop import run_async
from reconciler.app.ingest import OpenIngestion, open_ingest_ports, open_ingestions
from reconciler.app.project import open_environment
from reconciler.app.selection import Selection
from reconciler.applying.refresh import identify
from reconciler.applying.stop import Stop
from reconciler.cli.commands.ingest.end import say, show_end
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.prompt import is_approved
from reconciler.cli.settings import Settings
from reconciler.errors import ApprovalNeeded, ReconcilerError, WrongUsage
from reconciler.ingest import run as ingestion
from reconciler.ingest.foreign_execution import ForeignExecution, end_foreign, find_foreign
from reconciler.manifest.project.model import Project
from reconciler.model.source import SourceRef
from reconciler.outcome.imports import import_result
from reconciler.outcome.results import IngestReport
from reconciler.render.formats import Format
from reconciler.render.ingest.status import write_running


def cancel(
    settings: Settings, *, source: str | None, foreign: bool, auto_approve: bool, format_: Format
) -> int:
    """Run the command and return its exit code."""
    if foreign and source is None:
        raise WrongUsage("--foreign needs a SOURCE")
    if auto_approve and not foreign:
        raise WrongUsage("--auto-approve is for --foreign: nothing else is asked")
    project = open_environment(settings.environment)
    if foreign:
        ref = bound_source(project, str(source))
        return _cancel_foreign(project, ref, settings, format_, auto_approve=auto_approve)
    found = open_ingestions(project, Selection.of_one(source) if source else Selection()).found
    names = sorted({each.record.source for each in found})
    if len(names) > 1:
        raise WrongUsage(f"more than one is open: name one of {', '.join(names)}")
    if not found:
        say("No ingestion is open.", format_, settings)
    for each in found:
        report = run_async(_cancelled(project, each))
        show_end(report, project.environment.name, format_, settings)
    return ExitCode.DONE


async def _cancelled(project: Project, found: OpenIngestion) -> IngestReport:
    async with open_ingest_ports(project, emit=lambda _: None, stop=Stop()) as ports:
        await found.check_binding(ports)
        return await ingestion.cancel(ports, found.record)


def _cancel_foreign(
    project: Project, ref: SourceRef, settings: Settings, format_: Format, *, auto_approve: bool
) -> int:
    """Cancel what runs on the source *ref* once somebody has approved it."""
    if not auto_approve and not sys.stdin.isatty():
        raise ApprovalNeeded(
            "nothing was cancelled: there is no terminal to ask", hint="pass --auto-approve"
        )
    found = run_async(_found(project, ref))
    if found is None:
        say(f"Nothing runs on {ref.name}.", format_, settings)
        return ExitCode.DONE
    seen = found.second
    now = (
        seen
        if isinstance(seen, ReconcilerError)
        else import_result(seen.status, seen.progress_result)
    )
    write_running(ref.name, now, watched=found.watched, moves=found.moves, screen=settings.err)
    if not auto_approve:
        settings.err.line("Cancel it? Only `yes` does.")
        if not is_approved(settings.err):
            raise ApprovalNeeded("nothing was cancelled")
    report = run_async(_ended(project, found))
    show_end(report, project.environment.name, format_, settings)
    return ExitCode.DONE


async def _found(project: Project, ref: SourceRef) -> ForeignExecution | None:
    async with open_ingest_ports(project, emit=lambda _: None, stop=Stop()) as ports:
        return await find_foreign(ports, await identify(ports.backend, ref))


async def _ended(project: Project, found: ForeignExecution) -> IngestReport:
    async with open_ingest_ports(project, emit=lambda _: None, stop=Stop()) as ports:
        return await end_foreign(ports, found)
