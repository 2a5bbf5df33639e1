"""Kill -9 at each step of a rename and the PATCH behind it, over each fault of the rename's call.

What must come of a cell is worked out from the rules alone: the rename is asked for once by its
run, and once more by a new plan only where the journal says that it had no effect; what the
journal says is what Assets shows; and until the longest operation is over nothing is guessed.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, Table, event, update

from reconciler.applying.clock import Clock
from reconciler.applying.context import ApplyPorts
from reconciler.applying.run import ApplyOptions, apply, resume
from reconciler.applying.stop import Stop
from reconciler.assets.auth import basic, bearer
from reconciler.assets.client import AssetsBackend
from reconciler.assets.schema_client import AssetsSchemaBackend
from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from reconciler.journal.leases import this_runner
from reconciler.journal.runs import Journal
from reconciler.journal.schema_operations import SchemaOperations
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import operations, schema_operations
from reconciler.outcome.records import IN_FLIGHT, RunRecord, State
from reconciler.planning.plan_file import read_plan
from tests.support.processes.crash_runner import LIMIT_SECONDS, code_of, die, fork, hasten
from tests.support.processes.server import Server, emulator
from tests.support.stages.companion import configurations
from tests.support.stages.schema_operations import SITE, renaming

TEXT = "Where it is"
NEW, OLD = "Place", "Site"
# The steps of the journal that a run takes, in order, and whose they are.
STEPS: dict[str, tuple[type, str]] = {
    "begin": (Journal, "begin"),
    "rename intended": (SchemaOperations, "intend"),
    "rename ended": (SchemaOperations, "end"),
    "PATCH intended": (Journal, "intend"),
    "PATCH ended": (Journal, "end"),
    "finish": (Journal, "finish"),
}
BEFORE_THE_CALL = ("begin", "rename intended")
MOMENTS = ("before", "after")
# What comes over the call of the rename, once.
FAULTS = ("drop-before", "drop-after", "500", "504", "429=0", "no-effect", "status=404")
# Those after which it is not done, and nothing behind it is sent.
UNDONE = ("drop-before", "500", "no-effect", "status=404")
_NUMBERS = count(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One way to die, over one fault or none."""

    step: str
    moment: str
    fault: str | None = None

    def __str__(self) -> str:
        return f"killed {self.moment} {self.step}, fault {self.fault}"


def cells() -> Iterator[Cell]:
    """Yield every cell: what a fault leaves undone has no step behind it."""
    for step in STEPS:
        for moment in MOMENTS:
            yield Cell(step=step, moment=moment)
            for fault in FAULTS:
                is_reached = fault not in UNDONE or not step.startswith("PATCH")
                if step not in BEFORE_THE_CALL and is_reached:
                    yield Cell(step=step, moment=moment, fault=fault)


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The object schema Network in a workspace of its own."""

    server: Server
    workspace: str
    journal: str

    def prepare(self) -> None:
        """Configure both sources."""
        for name, body in configurations().items():
            where = f"/emulator/workspace/{self.workspace}/sources/{name}"
            self._ask("PUT", where, {"objectSchema": "Network"})
            self._ask("PUT", f"{self._v1}/importsource/{name}/mapping", body)

    def arm(self, fault: str) -> None:
        """Let the next rename of a type go wrong."""
        url = httpx.URL(self.server.base_url).join("/emulator/faults")
        content = f"put-object-type:{fault}:1".encode()
        httpx.post(url, content=content, headers=self._headers).raise_for_status()

    def shown(self) -> tuple[str, str]:
        """Return the name and the description of the type."""
        found = self._ask("GET", f"{self._v1}/importsource/devices/schema-and-mapping").json()
        types = found["schema"]["objectSchema"]["objectTypes"]
        (there,) = (each for each in types if each["externalId"] == "site")
        return there["name"], there["description"]

    def asked(self) -> dict[str, int]:
        """Return how often a rename and a PATCH were asked for."""
        rows = self._ask("GET", "/emulator/requests").json()["requests"]
        counts = {"put-object-type": 0, "patch-mapping": 0}
        for row in rows:
            if row["workspaceId"] == self.workspace and row["operation"] in counts:
                counts[row["operation"]] += row["count"]
        return counts

    def run(self) -> RunRecord | None:
        """Return the newest run in the journal."""
        with Journal(JournalStore(self.journal)) as journal:
            return next(iter(journal.runs()), None)

    def age(self) -> None:
        """Make what was sent as old as if the longest operation were long over."""
        with closing(JournalStore(self.journal)) as store, store.writing() as db:
            for table in (operations, schema_operations):
                _age(db, table)

    @property
    def _v1(self) -> str:
        return f"{self.server.base_url}/workspace/{self.workspace}/v1"

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.server.token}"}

    def _ask(self, method: str, where: str, body: Any = None) -> httpx.Response:
        url = httpx.URL(self.server.base_url).join(where)
        answer = httpx.request(method, url, json=body, headers=self._headers)
        return answer.raise_for_status()


def _age(db: Any, table: Table) -> None:
    sent = table.c.sent_at.is_not(None)
    db.execute(update(table).where(sent).values(sent_at="2001-01-01T00:00:00.000Z"))


@dataclass(kw_only=True, slots=True)
class Played:
    """A cell that was played: what was wrong (nothing, one hopes), and what was asked for."""

    cell: Cell
    faults: list[str] = field(default_factory=list)

    def check(self, what: str, found: object, should: object) -> None:
        if found != should:
            self.faults.append(f"{self.cell}: {what} is {found!r}, not {should!r}")


def play(cell: Cell, site: Site) -> Played:
    """Die, resume, let time pass, resume, plan again; look each time."""
    played = Played(cell=cell)
    site.prepare()
    if cell.fault is not None:
        site.arm(cell.fault)
    played.check("the first end", process(site, "apply", kill=cell), -9)
    _look(played, site, is_over=False)
    process(site, "resume")
    _look(played, site, is_over=False)
    site.age()
    process(site, "resume")
    _look(played, site, is_over=True)
    by_run, (name, _) = site.asked(), site.shown()
    repeated = int(cell.fault == "429=0" and by_run["put-object-type"] == 2)
    played.check("how often at most", max(1, by_run["put-object-type"] - repeated), 1)
    if site.shown() != (NEW, TEXT):
        played.check("the new plan's end", process(site, "apply again"), 0)
    asked = site.asked()
    played.check("what is live", site.shown(), (NEW, TEXT))
    again = asked["put-object-type"] - by_run["put-object-type"]
    played.check("whether the new plan renamed", again, int(name == OLD))
    played.check("how often it was patched", asked["patch-mapping"], 1)
    return played


def _look(played: Played, site: Site, *, is_over: bool) -> None:
    """Compare what the journal says with what Assets shows."""
    run = site.run()
    if run is None:
        return
    ((call,), name) = run.schema_operations, site.shown()[0]
    if call.state in {State.DONE, State.FAILED, State.NOT_CONVERGED}:
        played.check(f"the name, {call.state}", name, NEW if call.state is State.DONE else OLD)
    if is_over:
        played.check("what is open at last", run.open_sources(), frozenset())
        played.check("what is not known", [s for s in IN_FLIGHT if s is call.state], [])
    if call.state is not State.DONE:
        (patch,) = run.operations
        played.check("the PATCH before it", patch.state, State.NOT_STARTED)


def process(site: Site, what: str, kill: Cell | None = None) -> int:
    """Return the exit code of a process that does *what*."""
    way = (site.server.base_url, site.server.token, site.workspace, site.journal)
    made = fork(_work, way, what, kill)
    assert wait([made.sentinel], LIMIT_SECONDS), "it did not end"
    code = code_of(made)
    assert code is not None
    made.close()
    return code


def _work(way: tuple[str, str, str, str], what: str, kill: Cell | None) -> None:
    base_url, token, workspace, journal = way
    hasten()
    if kill is not None:
        arm(kill)
    email, _, secret = SCHEMA_CREDENTIAL.partition(":")
    backend = AssetsBackend(base_url=base_url, credentials=lambda _: bearer(token))
    schemas = AssetsSchemaBackend(base_url=base_url, credentials=lambda _: basic(email, secret))

    async def do() -> None:
        with Journal(JournalStore(journal)) as store:
            ports = ApplyPorts(
                backend=backend,
                object_schemas=schemas,
                journal=store,
                runner=this_runner("crash"),
                emit=lambda _: None,
                clock=Clock(),
                stop=Stop(),
            )
            options = ApplyOptions(timeout=20.0)
            if what != "resume":
                plan = await renaming(
                    backend, schemas, _wanted(workspace, what, base_url, token), text=TEXT,
                    workspace=workspace,
                )  # fmt: skip
                report = await apply(plan, ports, options=options)
            else:
                if (found := store.unfinished("local")) is None:
                    return
                run, plan = found
                report = await resume(run, read_plan(plan), ports, options=options)
            if report.ending != "done":
                raise SystemExit(1)

    asyncio.run(do())


def _wanted(workspace: str, what: str, base_url: str, token: str) -> dict[str, dict[str, str]]:
    if what == "apply":
        return {"devices": SITE}
    url = f"{base_url}/workspace/{workspace}/v1/importsource/devices/schema-and-mapping"
    found = httpx.get(url, headers={"Authorization": f"Bearer {token}"}).json()
    types = found["schema"]["objectSchema"]["objectTypes"]
    is_there = any(each["name"] == NEW for each in types)
    return {"devices": {} if is_there else SITE}


def arm(cell: Cell) -> None:
    """Make the journals of this process die where *cell* says."""
    owner, name = STEPS[cell.step]
    write = getattr(owner, name)

    def dying(*args: Any, **options: Any) -> Any:
        if cell.moment == "before":
            event.listen(Engine, "commit", die)
        write(*args, **options)
        die()

    setattr(owner, name, dying)


def play_all(
    chosen: list[Cell], root: Path, *, journal_url: Callable[[Path], str], side_by_side: int = 4
) -> list[Played]:
    """Play the cells, some at the same time; a fault comes over an emulator of its own."""

    def one(number: int, cell: Cell) -> Played:
        directory = root / str(number)
        directory.mkdir(parents=True)
        with emulator("--steps", "0") as server:
            workspace = f"w{os.getpid()}-{next(_NUMBERS)}"
            site = Site(server=server, workspace=workspace, journal=journal_url(directory))
            return play(cell, site)

    with ThreadPoolExecutor(side_by_side) as pool:
        return list(pool.map(one, range(len(chosen)), chosen))
