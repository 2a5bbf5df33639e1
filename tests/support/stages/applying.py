"""A stage for runs: an emulator in process, a client, a journal, and time that never waits."""

import asyncio
import heapq
import itertools
import random
import threading
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import httpx
import pytest

from reconciler.app.saved_plan import resumable
from reconciler.applying.clock import Clock
from reconciler.applying.context import ApplyOptions, ApplyPorts
from reconciler.applying.losses import count_losses
from reconciler.applying.object_schemas import Readings, read_object_schemas, with_readings
from reconciler.applying.off_loop import THREAD
from reconciler.applying.refresh import refresh
from reconciler.applying.run import apply, resume
from reconciler.applying.stop import Stop
from reconciler.assets.auth import bearer
from reconciler.assets.client import AssetsBackend
from reconciler.assets.embedded import EMBEDDED_BASE_URL, embedded_transport
from reconciler.assets.retry import Pacing
from reconciler.assets.schema_client import AssetsSchemaBackend
from reconciler.backend.requests import Pause
from reconciler.emulator.app import create_app
from reconciler.emulator.faults import ADMIN_TOKEN, EmulatorOptions, parse_fault
from reconciler.journal.leases import this_runner
from reconciler.journal.receipts import baseline_of, live_read_back
from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from reconciler.model.source import ConfigStatus, Live, SourceRef
from reconciler.model.wire import read_document
from reconciler.outcome.events import Emit, Event
from reconciler.outcome.records import OperationRecord, RunRecord
from reconciler.outcome.results import ApplyReport, SourceResult
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.plan import Plan
from reconciler.planning.planner import SourceInput, make_plan, surrounded
from reconciler.planning.surroundings import SiteSource

EPOCH = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
# Real seconds between two looks whether a call to the journal is over.
LOOK = 0.0005
PLAN_OPTIONS = PlanOptions()
T = TypeVar("T")


def is_any_off_loop() -> bool:
    """Return whether a call to the journal is under way in a thread."""
    return any(thread.name == THREAD for thread in threading.enumerate())


async def _all_wait() -> None:
    """Return when no task of the loop can go on by itself, however long the journal takes."""
    loop: Any = asyncio.get_running_loop()
    while True:
        if is_any_off_loop():
            await asyncio.sleep(LOOK)
            continue
        # What a call told the loop at its end is among what is ready.
        if not loop._ready:  # noqa: SLF001 - nothing public tells it
            return
        await asyncio.sleep(0)


class VirtualTime:
    """Time that moves on to the next sleeper once everybody else waits for something."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._driver: asyncio.Task[None] | None = None

    def __call__(self) -> float:
        return self.seconds

    def wall(self) -> datetime:
        return EPOCH + timedelta(seconds=self.seconds)

    def pacing(self) -> Pacing:
        return Pacing(sleep=self.sleep, now=self.wall, monotonic=self, rng=lambda: 0.5)

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.seconds + seconds, next(self._order), woken))
        if self._driver is None or self._driver.done():
            self._driver = asyncio.create_task(self._drive())
        await woken

    async def _drive(self) -> None:
        while self._sleepers:
            await _all_wait()
            moment, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                self.seconds = max(self.seconds, moment)
                woken.set_result(None)


class Killed(BaseException):
    """The process is gone."""


class Stage:
    """One emulator with one journal. Everything that awaits goes through `run`."""

    def __init__(
        self,
        directory: Path,
        *faults: str,
        db: Path | Literal[":memory:"] = ":memory:",
        **options: Any,
    ) -> None:
        self.time = VirtualTime()
        self.app = create_app(
            db,
            EmulatorOptions(faults=tuple(map(parse_fault, faults)), **options),
            now=self.time,
            sleep=self.time.sleep,
        )
        self.journal_path = directory / ".reconciler" / "journal.db"
        self.journal = Journal(
            JournalStore(f"sqlite:///{self.journal_path}", now=self.time, wall=self.time.wall)
        )
        self.runner = this_runner("stage")
        self.stop = Stop()
        self.token = ADMIN_TOKEN
        # The backend of all runs from now on, where a test has one of its own.
        self.kept: AssetsBackend | None = None
        self.events: list[Event] = []
        self.on_event: list[Any] = [self.events.append]
        self.transport = embedded_transport(self.app)
        self.pauses: list[Pause] = []
        # The manifests of the environment that are beside those of a plan.
        self.beside: dict[str, Any] = {}
        # The companion API, where a test has its credential.
        self.object_schemas: AssetsSchemaBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.journal.store.close()
        self.app.state.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run(work)

    def backend(self, token: str | None = None) -> AssetsBackend:
        if self.kept is not None:
            return self.kept
        token = token or self.token
        return AssetsBackend(credentials=lambda _: bearer(token), **self.connection())

    def connection(self) -> dict[str, Any]:
        """Return how a backend reaches the emulator."""
        return {
            "base_url": EMBEDDED_BASE_URL,
            "transport": self.transport,
            "connections": 50,
            "on_pause": self.pauses.append,
            "pacing": self.time.pacing(),
        }

    def add_faults(self, *faults: str) -> None:
        """Let *faults* happen from now on."""
        for fault in faults:
            self.app.state.faults.add(parse_fault(fault))

    def plan(self, options: PlanOptions = PLAN_OPTIONS, **documents: Any) -> Plan:
        """Return the plan that takes live to the raw *documents*, by source."""
        return self.planned(documents, options)

    def planned(
        self,
        documents: Mapping[str, Any],
        options: PlanOptions,
        *,
        with_base: bool = True,
        created_at: str = "2026-01-01T00:00:00Z",
    ) -> Plan:
        """Return the plan that takes live to the raw *documents*, by source.

        They may state renames of statuses, as manifests do.
        """
        refs = [source(name) for name in documents]
        found = self.run(refresh(self.backend(), refs, parallelism=10))
        receipts = self.journal.receipts("local") if with_base else {}
        read = []
        for name, each in found.items():
            assert isinstance(each.live, Live), each.live
            read.append(
                SourceInput(
                    ref=each.source,
                    desired=read_document(
                        {k: v for k, v in documents[name].items() if k != "renamedStatuses"}
                    ),
                    renamed_statuses=documents[name].get("renamedStatuses", {}),
                    live=each.live,
                    baseline=baseline_of(each.source, receipts.get(name, ()), None),
                )
            )
        schemas = self.object_schemas
        readings: Readings = {}
        if schemas is not None:
            readings = self.run(read_object_schemas(schemas, read, options.policy.schema))
        given = surrounded(
            with_readings(read, readings),
            [
                SiteSource(
                    name=name,
                    desired=read_document(raw),
                    live=live_read_back(receipts.get(name, ())),
                )
                for name, raw in self.beside.items()
                if name not in documents
            ],
        )
        if schemas is not None:
            given = self.run(count_losses(schemas, given, readings, options))
        return make_plan(
            given,
            environment="local",
            options=options,
            tool_version="0",
            created_at=created_at,
        )

    def apply(self, plan: Plan, **options: Any) -> ApplyReport:
        return self.run(self.applying(plan, **options))

    async def applying(self, plan: Plan, **options: Any) -> ApplyReport:
        ports = self.ports(self.emit)
        return await self.alone(apply(plan, ports, options=ApplyOptions(**options)))

    def emit(self, event: Event) -> None:
        """Let all listeners have an event."""
        for listener in self.on_event:
            listener(event)

    def killed(self, plan: Plan, dies: Callable[[Event], bool], **options: Any) -> None:
        """Apply *plan* in a process that dies at the first event that *dies*; the next goes on."""

        def die(event: Event) -> None:
            if dies(event):
                raise Killed

        self.on_event.append(die)
        with pytest.raises(BaseException) as caught:  # noqa: PT011 - a group, or itself
            self.apply(plan, **options)
        assert "Killed" in repr(caught.value)
        self.on_event.remove(die)
        self.runner = this_runner("the next process")

    async def alone(self, run: Coroutine[Any, Any, ApplyReport]) -> ApplyReport:
        try:
            return await run
        finally:
            # One loop, one stop: what waited for it is bound to the loop of this run.
            self.stop = Stop()

    def left(self) -> tuple[RunRecord, Plan]:
        """Return the run that was left unfinished, and its plan."""
        found = resumable(self.journal.unfinished("local"))
        assert found is not None
        return found

    def taken_up(self, plan: Plan, name: str) -> SourceResult:
        """Take up the run that was left, of which *name* alone is open, and return its result."""
        found = self.journal.unfinished("local")
        assert found is not None
        run, _ = found
        assert run.open_sources() == {name}
        (result,) = self.take_up(run, plan).results
        return result

    def take_up(self, record: RunRecord, plan: Plan) -> ApplyReport:
        ports = self.ports(self.emit)
        return self.run(self.alone(resume(record, plan, ports, options=ApplyOptions())))

    def ports(self, emit: Emit) -> ApplyPorts:
        return ApplyPorts(
            backend=self.backend(),
            journal=self.journal,
            runner=self.runner,
            emit=emit,
            clock=Clock(
                monotonic=self.time,
                boot=self.time,
                wall=self.time.wall,
                sleep=self.time.sleep,
                rng=random.Random(7),  # noqa: S311 - jitter
            ),
            stop=self.stop,
            object_schemas=self.object_schemas,
        )

    def result(self, plan: Plan, **options: Any) -> SourceResult:
        """Apply a plan of one source and return its result."""
        (result,) = self.apply(plan, **options).results
        return result

    def recorded(self) -> dict[str, OperationRecord]:
        """Return the operations of the newest run in the journal, by source."""
        return {o.source: o for o in self.journal.runs()[0].operations}

    def behind_our_back(self, **documents: Any) -> None:
        """Bring live to *documents* as somebody else would: without our journal."""
        plan = self.plan(**documents)

        async def submit() -> None:
            backend = self.backend()
            for planned in plan.sources:
                assert planned.operation is not None
                ref = source(planned.source)
                sent = await backend.submit(ref, planned.operation)
                while sent.progress_url:
                    if (await backend.progress(ref, sent.progress_url)).status == "FINISHED":
                        break
                    await self.time.sleep(1)

        self.run(submit())

    def force_status(self, name: str, status: ConfigStatus | None) -> None:
        self.run(self._force_status(name, status))

    def force_status_soon(self, name: str, status: ConfigStatus | None) -> None:
        """Do it from a listener, while the loop runs."""
        self._soon = asyncio.get_running_loop().create_task(self._force_status(name, status))

    async def _force_status(self, name: str, status: ConfigStatus | None) -> None:
        await self._ask("PUT", f"/emulator/sources/{name}/status", {"status": status})

    def writes(self) -> Counter[str]:
        """Return how many PUTs and PATCHes of a mapping the emulator has seen."""
        counts = self.requests()
        return Counter(
            {verb: n for verb in ("put", "patch") if (n := counts[f"{verb}-mapping"]) > 0}
        )

    def requests(self) -> Counter[str]:
        """Return how often each operation was asked for."""
        return self.run(self.asked())

    async def asked(self) -> Counter[str]:
        """Return how often each operation was asked for, from within the loop."""
        answer = await self._ask("GET", "/emulator/requests")
        counts: Counter[str] = Counter()
        for row in answer.json()["requests"]:
            counts[row["operation"]] += row["count"]
        return counts

    def ask(self, method: str, url: str, body: Any = None) -> None:
        """Ask the emulator, as its administrator."""
        assert self.run(self._ask(method, url, body)).is_success

    def import_data(self, of_source: str, data: Any) -> None:
        """Import *data* through the import source at the path *of_source*, to its end."""

        async def work() -> None:
            links = (await self._ask("POST", f"{of_source}/executions")).json()["links"]
            await self._ask("POST", links["submitResults"], {"data": data, "completed": True})
            while (await self._ask("GET", links["getExecutionStatus"])).json()["status"] != "DONE":
                pass

        self.run(work())

    async def _ask(self, method: str, url: str, body: Any = None) -> httpx.Response:
        transport = embedded_transport(self.app)
        headers = {"authorization": f"Bearer {ADMIN_TOKEN}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, url, json=body, headers=headers)


def source(name: str) -> SourceRef:
    return SourceRef(name=name, import_source_id=name, workspace_id="w")


# Makes a stage whose emulator has these faults and options.
Staging = Callable[..., Stage]
