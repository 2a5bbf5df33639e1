"""A stage for ingestions: the stage of runs, with a configured source and data files."""

import contextlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from reconciler.applying.stop import Stop
from reconciler.assets.embedded import embedded_transport
from reconciler.data.coverage import Coverage
from reconciler.emulator.call import Place
from reconciler.emulator.objects import objects_of
from reconciler.emulator.store import reading
from reconciler.ingest.context import IngestPorts
from reconciler.ingest.data_files import ChunkLimits, check_data
from reconciler.ingest.foreign_execution import ForeignExecution, find_foreign
from reconciler.ingest.options import IngestOptions
from reconciler.ingest.run import ingest, resume
from reconciler.journal.ingestions import Ingestions
from reconciler.mapping.mapper import Mapper
from reconciler.model.wire import read_document
from reconciler.outcome.events import IngestEvent
from reconciler.outcome.ingestions import Ingestion, IngestionRecord
from reconciler.outcome.results import IngestReport
from tests.support.stages.applying import Stage, source
from tests.support.stages.emulator_imports import disks_and_files

DISKS = source("disks")


class Killed(BaseException):
    """The process is gone: nothing more is written."""


class Wire(httpx.AsyncBaseTransport):
    """The way to the emulator: what passes is noted, and a process may die on it.

    With `dies_at` the request of that number (from 0) kills the process, before the API has
    it, or with `after` once it has acted.
    """

    def __init__(self, app: Any) -> None:
        self._inner = embedded_transport(app)
        self.dies_at: int | None = None
        self.after = False
        self.passed = 0
        self.flying = 0
        self.most_flying = 0
        self.posts: list[dict[str, Any]] = []
        self.on_request: list[Callable[[httpx.Request], None]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        number, self.passed = self.passed, self.passed + 1
        for listener in self.on_request:
            listener(request)
        if number == self.dies_at and not self.after:
            raise Killed
        if request.url.path.endswith("/data"):
            self.posts.append(json.loads(request.content))
        self.flying += 1
        self.most_flying = max(self.most_flying, self.flying)
        try:
            response = await self._inner.handle_async_request(request)
        finally:
            self.flying -= 1
        if number == self.dies_at:
            raise Killed
        return response

    @property
    def chunk_ids(self) -> Counter[str]:
        """How often each chunk went out."""
        return Counter(p["clientGeneratedId"] for p in self.posts if "clientGeneratedId" in p)


class IngestStage(Stage):
    """One emulator on a file, with one source that is configured, and a journal."""

    def __init__(self, directory: Path, *faults: str, **options: Any) -> None:
        super().__init__(directory, *faults, **({"db": directory / "emulator.db"} | options))
        self.directory = directory
        self.apply(self.plan(disks=disks_and_files()), timeout=10_000.0)
        self.wire = Wire(self.app)
        self.transport = self.wire
        self.told: list[IngestEvent] = []

    def file(self, number: int, name: str = "data.json") -> Path:
        """Write a file with *number* disks."""
        path = self.directory / name
        disks = [{"id": str(n), "name": f"Disk {n}", "size": n} for n in range(number)]
        path.write_text(json.dumps({"disks": disks}))
        return path

    def ingestion(self, *paths: Path | None, entries: int = 3, size: int = 10_000) -> Ingestion:
        limits = ChunkLimits(entries=entries, size=size)
        coverage = Coverage(Mapper.of(read_document(disks_and_files())))
        return check_data(paths, format_=None, coverage=coverage, limits=limits).ingestion

    def ingest(self, ingestion: Ingestion, **options: Any) -> IngestReport:
        report: IngestReport = self.run(self.ingesting(ingestion, **options))
        return report

    async def ingesting(self, ingestion: Ingestion, **options: Any) -> IngestReport:
        return await ingest(self.ingest_ports(), DISKS, ingestion, IngestOptions(**options))

    def resume(self, **options: Any) -> IngestReport:
        """Go on with the one ingestion that is open."""
        (record,) = self.open_ones()
        report: IngestReport = self.run(
            resume(self.ingest_ports(), record, IngestOptions(**options))
        )
        return report

    def foreign(self) -> ForeignExecution:
        """Return what runs on the source, found by its config status."""
        found: ForeignExecution | None = self.run(find_foreign(self.ingest_ports(), DISKS))
        assert found is not None
        return found

    def open_ones(self) -> tuple[IngestionRecord, ...]:
        return self.ingestions.open_ones()

    @property
    def ingestions(self) -> Ingestions:
        return Ingestions(self.journal.store, environment="local")

    def ingest_ports(self) -> IngestPorts:
        # One loop, one stop: what waits for it is bound to the loop of this run.
        self.stop = Stop()
        ports = self.ports(lambda _: None)
        return IngestPorts(
            backend=ports.backend,
            ingestions=self.ingestions,
            environment="local",
            runner=self.runner,
            emit=self.told.append,
            clock=ports.clock,
            stop=self.stop,
        )

    def forget_executions(self) -> None:
        """Let the emulator know nothing of executions that were."""
        with contextlib.closing(sqlite3.connect(self.directory / "emulator.db")) as db, db:
            db.execute("PRAGMA foreign_keys=OFF")
            db.execute("DELETE FROM executions")

    def labels(self) -> list[str]:
        """Return the labels of the objects that imports have made."""
        with reading(self.directory / "emulator.db") as tx:
            return sorted(o.label for o in objects_of(tx, [Place("w", "disks")]))

    def latest(self) -> tuple[str, str | None]:
        """Return the status and the errors of the latest execution."""
        status = self.run(self.backend().latest_execution(DISKS))
        assert status is not None
        return status.status, status.progress_result["errorMessages"]
