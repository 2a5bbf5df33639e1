"""What the commands that send data share: journal, lock, signals, progress and the result."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from reconciler.app.backends import backend_of, clock_of
from reconciler.app.desired import choose_known
from reconciler.app.event_loop import interruptible, run_async
from reconciler.app.progress import Progress
from reconciler.app.project import journal_of
from reconciler.app.selection import Selection
from reconciler.applying.off_loop import waiting
from reconciler.applying.refresh import identify
from reconciler.applying.stop import Stop
from reconciler.backend.requests import Pause
from reconciler.command_line import command_line
from reconciler.diagnostics import Diagnostic
from reconciler.errors import JournalError, ReconcilerError, WrongUsage
from reconciler.ingest.context import IngestPorts
from reconciler.ingest.options import IngestOptions
from reconciler.ingest.task import source_of
from reconciler.journal.ingestions import Ingestions
from reconciler.journal.leases import runner_name, this_runner
from reconciler.manifest.load import load_project_manifests
from reconciler.manifest.project.bindings import bind_each
from reconciler.manifest.project.model import Project
from reconciler.model.source import SourceRef
from reconciler.outcome.events import EmitIngest
from reconciler.outcome.ingestions import IngestionRecord
from reconciler.outcome.results import IngestReport
from reconciler.outcome.retries import retry_event
from reconciler.value import Value


@asynccontextmanager
async def open_ingest_ports(
    project: Project, *, emit: EmitIngest, stop: Stop, connections: int = 1
) -> AsyncIterator[IngestPorts]:
    """Yield the ports of an ingestion, closed at the end of the block."""

    def on_pause(pause: Pause) -> None:
        emit(retry_event(pause))

    name = project.environment.name
    with journal_of(project) as journal:
        async with backend_of(project, connections=connections, on_pause=on_pause) as backend:
            yield IngestPorts(
                backend=backend,
                ingestions=Ingestions(journal.store, environment=name),
                environment=name,
                runner=this_runner(runner_name(os.environ)),
                emit=emit,
                clock=clock_of(project),
                stop=stop,
            )


def run_ingestion(
    project: Project,
    work: Callable[[IngestPorts], Awaitable[IngestReport]],
    progress: Progress,
    *,
    options: IngestOptions,
) -> IngestReport:
    """Return the report of *work* with *options*; progress is shown, signals ask it to stop.

    Raises what *work* raises.
    """

    async def run() -> IngestReport:
        stop = Stop()

        def patience() -> float:
            return 0.0 if stop.asked.is_set() else options.timeout

        with (
            progress.ingesting() as emit,
            interruptible(stop.request),
            waiting(patience, last=stop.left),
        ):
            # One more connection for progress reports, beside the chunks.
            connections = options.parallelism + 1
            async with open_ingest_ports(
                project, emit=emit, stop=stop, connections=connections
            ) as ports:
                try:
                    return await work(ports)
                except JournalError as error:
                    if stop.asked.is_set():
                        raise KeyboardInterrupt from error
                    raise

    return run_async(run())


class OpenIngestion(Value):
    """An open ingestion, and the import source that its source is bound to now."""

    record: IngestionRecord
    ref: SourceRef | ReconcilerError

    async def check_binding(self, ports: IngestPorts) -> None:
        """Raise ReconcilerError if the ingestion is another import source's, or nobody knows."""
        if isinstance(self.ref, ReconcilerError):
            raise self.ref
        now, begun = await identify(ports.backend, self.ref), source_of(self.record)
        if now != begun:
            raise ReconcilerError(
                f"the ingestion of {begun.name} was begun in {begun}, "
                f"and {now.name} is bound to {now}",
                hint="bind it as it was, or cancel the execution in Assets",
            )


class OpenIngestions(Value):
    """Open ingestions, and remarks about their selection."""

    found: tuple[OpenIngestion, ...]
    diagnostics: tuple[Diagnostic, ...]


def open_ingestions(project: Project, selection: Selection) -> OpenIngestions:
    """Return the selected open ingestions, by default all.

    Raises WrongUsage for a source that is named and has none, or as `choose` does, ManifestError
    if one is not bound, and JournalError.
    """
    with journal_of(project) as journal:
        ingestions = Ingestions(journal.store, environment=project.environment.name)
        found = ingestions.open_ones(selection.names if selection.only_names else ())
    names = {record.source for record in found}
    missing: list[str] = []
    diagnostics: tuple[Diagnostic, ...] = ()
    if selection.is_partial:
        chosen = choose_known(project, selection, names)
        missing = sorted({*chosen.named, *chosen.unknown} - names)
        names &= {*chosen.names}
        diagnostics = chosen.diagnostics
    bound = bind_each(project, names | {*missing}, load_project_manifests(project))
    refs: dict[str, SourceRef | ReconcilerError] = {ref.name: ref for ref in bound.refs}
    refs |= bound.failed
    if missing:
        raise WrongUsage(
            f"this journal has no open ingestion of {', '.join(missing)}",
            hint=f"{command_line('ingest status', missing[0])}  shows the latest one;\n"
            f"{command_line('ingest cancel --foreign', missing[0])}  ends what somebody else began",
        )
    return OpenIngestions(
        found=tuple(
            OpenIngestion(record=record, ref=refs[record.source])
            for record in found
            if record.source in names
        ),
        diagnostics=diagnostics,
    )
