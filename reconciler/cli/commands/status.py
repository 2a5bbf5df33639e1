"""`status`: the status of the sources."""

import asyncio
from collections.abc import Iterable, Sequence

from reconciler.app.backends import backend_of
from reconciler.app.bound_sources import each_bound_source
from reconciler.app.event_loop import run_async
from reconciler.app.project import journal_of, open_environment
from reconciler.app.selection import Selection
from reconciler.applying.refresh import described, identify
from reconciler.backend.import_sources import Backend, ExecutionStatus
from reconciler.cli.exit_codes import ExitCode
from reconciler.cli.reports import print_report
from reconciler.cli.settings import Settings
from reconciler.diagnostics import errors_in
from reconciler.errors import ReconcilerError
from reconciler.model.source import Description, SourceRef
from reconciler.outcome.records import RunRecord, SentRecord, State
from reconciler.outcome.source_status import SourceStatus
from reconciler.render.diagnostics import write_diagnostics
from reconciler.render.errors import write_error
from reconciler.render.formats import STATUS, Format
from reconciler.render.report import Statuses
from reconciler.value import replace

_AT_ONCE = 10


def status(settings: Settings, *, selection: Selection, format_: Format) -> int:
    """Run the command and return its exit code."""
    project = open_environment(settings.environment)
    found = each_bound_source(project, selection)
    with journal_of(project) as journal:
        applied = _operations(journal.runs(), project.environment.name)

    async def run() -> list[SourceStatus]:
        async with backend_of(
            project, connections=_AT_ONCE, read_only=True, reads=len(found.refs)
        ) as backend:
            return await asyncio.gather(
                *(_read_status(backend, r, applied.get(r.name, ())) for r in found.refs)
            )

    unbound = [
        SourceStatus(source=name, config_status=error, last_apply=None, last_execution=None)
        for name, error in found.failed.items()
    ]
    statuses = sorted((*run_async(run()), *unbound), key=lambda status: status.source)
    report = Statuses(
        environment=project.environment.name, statuses=statuses, diagnostics=found.diagnostics
    )
    print_report(STATUS, report, format_, settings)
    write_diagnostics(found.diagnostics, settings.err)
    troubles = [
        (s.source, answer)
        for s in statuses
        for answer in (s.config_status, s.last_execution)
        if isinstance(answer, ReconcilerError)
    ]
    for source, error in troubles:
        write_error(error, settings.err, source=source)
    return ExitCode.ERROR if troubles or errors_in(found.diagnostics) else ExitCode.DONE


async def _read_status(
    backend: Backend, source: SourceRef, operations: Sequence[SentRecord]
) -> SourceStatus:
    applied = None
    try:
        source = await identify(backend, source)
        # The name may have been bound to another import source before.
        applied = next(
            (o for o in operations if o.import_source_id == source.import_source_id), None
        )
        config = await backend.config_status(source)
    except ReconcilerError as error:
        return SourceStatus(
            source=source.name, config_status=error, last_apply=applied, last_execution=None
        )
    execution: ExecutionStatus | ReconcilerError | None
    try:
        execution = await backend.latest_execution(source)
    except ReconcilerError as error:
        execution = error
    found = await described(backend, source)
    return SourceStatus(
        source=source.name,
        config_status=config,
        last_apply=applied,
        last_execution=execution,
        description=found and _named(found, source),
    )


def _named(found: Description, source: SourceRef) -> Description:
    """Return *found* without what only the emulator makes up: it calls a source by its id."""
    if found.name == source.import_source_id:
        return replace(found, name=None, object_schema=None, module=None)
    return found


def _operations(runs: Iterable[RunRecord], environment: str) -> dict[str, list[SentRecord]]:
    """Return what was sent to each source, newest first as *runs* are.

    What was found stale changed nothing, and must not hide the apply that did.
    """
    found: dict[str, list[SentRecord]] = {}
    for run in runs:
        if run.environment == environment:
            for operation in reversed(run.in_order):
                if operation.sent_at is not None and operation.state is not State.STALE:
                    found.setdefault(operation.source, []).append(operation)
    return found
