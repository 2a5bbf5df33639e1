"""Kill -9 at each step of a rename, the PATCH behind it and a deletion after that, over each fault.

What must come of a cell is worked out from the rules alone: each call is asked for once by its run,
and once more by a new plan only where the journal says that it had no effect; what the journal says
is what Assets shows; what stands behind something not done is not sent; until the longest operation
is over nothing is guessed; and no value is gone but those of what was deleted.
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
from reconciler.applying.context import ApplyOptions, ApplyPorts
from reconciler.applying.run import apply, resume
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
from reconciler.outcome.records import (
    IN_FLIGHT,
    OperationRecord,
    RunRecord,
    SchemaOperationRecord,
    State,
)
from reconciler.planning.plan_file import read_plan
from tests.support.processes.crash_runner import LIMIT_SECONDS, code_of, die, fork, hasten
from tests.support.processes.server import Server, emulator
from tests.support.stages.companion import DATA, configurations
from tests.support.stages.deletions import TAGS, planned, without

TEXT = "Where it is"
# Whether the type is renamed, the PATCH is done, and the attribute is gone.
Shown = tuple[bool, bool, bool]
ALL_DONE: Shown = (True, True, True)
# One device has tags, which go with them; all else of it stays.
ACCEPTED = {TAGS: 1}
KEPT = {"objectTypeId = 1": 3, 'objectTypeId = 1 AND "Serial" IS NOT EMPTY': 3}
RENAME, DELETION = "rename", "deletion"
CALLS = {RENAME: "put-object-type", DELETION: "delete-attribute"}
# The steps of the journal that a run takes, in order, and whose they are.
STEPS: dict[str, tuple[type, str]] = {
    "begin": (Journal, "begin"),
    "rename intended": (SchemaOperations, "intend"),
    "rename ended": (SchemaOperations, "end"),
    "PATCH intended": (Journal, "intend"),
    "PATCH ended": (Journal, "end"),
    "deletion intended": (SchemaOperations, "intend"),
    "deletion ended": (SchemaOperations, "end"),
    "finish": (Journal, "finish"),
}
MOMENTS = ("before", "after")
# What comes over one of the two calls of the companion API, once.
FAULTS = (
    "drop-before", "drop-after", "500", "504", "429=0", "no-effect", "status=404", "late=0.2",
)  # fmt: skip
# The type has another external id once it is renamed: that is no fault of a call.
LOST_ID = "external id lost"
# Those after which it is not done, and nothing behind it is sent.
UNDONE = ("drop-before", "500", "no-effect", "status=404", LOST_ID)
_NUMBERS = count(1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One way to die, over one fault of one call or none."""

    step: str
    moment: str
    call: str = RENAME
    fault: str | None = None

    def __str__(self) -> str:
        over = "" if self.fault is None else f", {self.fault} over the {self.call}"
        return f"killed {self.moment} {self.step}{over}"

    @property
    def is_reached(self) -> bool:
        """Whether a run comes to the fault before it dies, and to the step in spite of it."""
        if self.fault is None or self.step == "finish":
            return True
        steps = list(STEPS)
        ended, at = steps.index(f"{self.call} ended"), steps.index(self.step)
        return at == ended or (at > ended and self.fault not in UNDONE)


def cells() -> Iterator[Cell]:
    """Yield every cell."""
    for step in STEPS:
        for moment in MOMENTS:
            yield Cell(step=step, moment=moment)
            over = [(call, fault) for call in CALLS for fault in FAULTS]
            for call, fault in (*over, (RENAME, LOST_ID)):
                cell = Cell(step=step, moment=moment, call=call, fault=fault)
                if cell.is_reached:
                    yield cell


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The object schema Network in a workspace of its own, with objects."""

    server: Server
    workspace: str
    journal: str

    def prepare(self) -> None:
        """Configure both sources, and import into the first."""
        for name, body in configurations().items():
            where = f"/emulator/workspace/{self.workspace}/sources/{name}"
            self._ask("PUT", where, {"objectSchema": "Network"})
            self._ask("PUT", f"{self._v1}/importsource/{name}/mapping", body)
        links = self._ask("POST", f"{self._v1}/importsource/devices/executions").json()["links"]
        self._ask("POST", links["submitResults"], {"data": DATA, "completed": True})
        while self._ask("GET", links["getExecutionStatus"]).json()["status"] != "DONE":
            pass

    def arm(self, call: str, fault: str) -> None:
        """Let the next *call* go wrong."""
        url = httpx.URL(self.server.base_url).join("/emulator/faults")
        content = f"{CALLS[call]}:{fault}:1".encode()
        httpx.post(url, content=content, headers=self._headers).raise_for_status()

    def shown(self) -> Shown:
        """Return what is done, as importsource shows it."""
        found = self._ask("GET", f"{self._v1}/importsource/devices/schema-and-mapping").json()
        types = found["schema"]["objectSchema"]["objectTypes"]
        device, site = sorted(types, key=lambda each: each["externalId"] != "device")
        has_tags = any(a.get("externalId") == "tags" for a in device["attributes"])
        return site["name"] == "Place", site["description"] == TEXT, not has_tags

    def kept(self) -> dict[str, int]:
        """Return how many objects and values there are of what was not deleted."""
        email, _, secret = SCHEMA_CREDENTIAL.partition(":")
        url = httpx.URL(self.server.base_url).join(f"{self._v1}/object/aql/totalcount")

        def total(aql: str) -> int:
            answer = httpx.post(url, json={"qlQuery": aql}, auth=(email, secret))
            found: int = answer.raise_for_status().json()["totalCount"]
            return found

        return {aql: total(aql) for aql in KEPT}

    def asked(self) -> dict[str, int]:
        """Return how often a rename, a PATCH and a deletion were asked for."""
        rows = self._ask("GET", "/emulator/requests").json()["requests"]
        counts = dict.fromkeys((*CALLS.values(), "patch-mapping"), 0)
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
    if cell.fault in FAULTS:
        site.arm(cell.call, cell.fault)
    played.check("the first end", process(site, "apply", kill=cell), -9)
    _look(played, site, is_over=False)
    process(site, "resume")
    _look(played, site, is_over=False)
    site.age()
    process(site, "resume")
    _look(played, site, is_over=True)
    before, shown = site.asked(), site.shown()
    for call, operation in CALLS.items():
        most = 2 if (cell.call, cell.fault) == (call, "429=0") else 1
        played.check(f"how often at most a {call} is asked for", max(most, before[operation]), most)
    if cell.fault == LOST_ID:
        played.check("what is live", (shown, site.kept()), ((True, False, False), KEPT))
        return played
    if shown != ALL_DONE:
        played.check("the new plan's end", process(site, "apply"), 0)
    after = site.asked()
    played.check("what is live", site.shown(), ALL_DONE)
    for operation, is_done in zip(
        ("put-object-type", "patch-mapping", "delete-attribute"), shown, strict=True
    ):
        again = after[operation] - before[operation]
        played.check(f"how often the new plan sends {operation}", again, int(not is_done))
    played.check("how often it was patched", after["patch-mapping"], 1)
    played.check("what is kept", site.kept(), KEPT)
    return played


def _look(played: Played, site: Site, *, is_over: bool) -> None:
    """Compare what the journal says with what Assets shows."""
    run = site.run()
    if run is None:
        return
    (rename, deletion), (patch,) = run.schema_operations, run.operations
    in_order: tuple[SchemaOperationRecord | OperationRecord, ...] = (rename, patch, deletion)
    for record, is_shown in zip(in_order, site.shown(), strict=True):
        if (played.cell.fault, record) == (LOST_ID, rename):
            played.check("what is called done", [s for s in (State.DONE,) if s is record.state], [])
        elif record.state in {State.DONE, State.FAILED, State.NOT_CONVERGED}:
            what = f"whether {record.method} is done, {record.state}"
            played.check(what, is_shown, record.state is State.DONE)
        if is_over:
            played.check("what is not known", [s for s in IN_FLIGHT if s is record.state], [])
    if is_over:
        played.check("what is open at last", run.open_sources(), frozenset())
    for number, record in enumerate(in_order[1:]):
        if any(each.state is not State.DONE for each in in_order[: number + 1]):
            played.check(f"the {record.method} behind it", record.state, State.NOT_STARTED)


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
                wanted = without("tags", name="Place", text=TEXT)
                plan = await planned(
                    backend, schemas, store, wanted, workspace=workspace, accept=ACCEPTED
                )
                report = await apply(plan, ports, options=options)
            else:
                if (found := store.unfinished("local")) is None:
                    return
                run, left = found
                report = await resume(run, read_plan(left), ports, options=options)
            if report.ending != "done":
                raise SystemExit(1)

    asyncio.run(do())


def arm(cell: Cell) -> None:
    """Make the journals of this process die where *cell* says."""
    owner, name = STEPS[cell.step]
    write = getattr(owner, name)
    met: dict[int, None] = {}
    # Of the schema operations the deletion is the second, however often the first is written.
    nth = 2 if cell.step.startswith(DELETION) else 1

    def dying(*args: Any, **options: Any) -> None:
        met[args[1] if len(args) > 1 and isinstance(args[1], int) else 0] = None
        is_now = len(met) == nth
        if is_now and cell.moment == "before":
            event.listen(Engine, "commit", die)
        write(*args, **options)
        if is_now:
            die()

    setattr(owner, name, dying)


def play_all(
    chosen: list[Cell], root: Path, *, journal_url: Callable[[Path], str], side_by_side: int = 4
) -> list[Played]:
    """Play the cells, some at the same time; a fault comes over an emulator of its own."""

    def one(number: int, cell: Cell) -> Played:
        directory = root / str(number)
        directory.mkdir(parents=True)
        lost = ("--assume", "external-id-after-rename=new") if cell.fault == LOST_ID else ()
        with emulator("--steps", "0", *lost) as server:
            workspace = f"w{os.getpid()}-{next(_NUMBERS)}"
            site = Site(server=server, workspace=workspace, journal=journal_url(directory))
            return play(cell, site)

    with ThreadPoolExecutor(side_by_side) as pool:
        return list(pool.map(one, range(len(chosen)), chosen))
