"""Each fault of the emulator × each operation of the backend, and how it must end.

The operations of the mapping are run by apply, on virtual time; the others are called as
they are. `figures()` counts the ends; run as a program, this module prints each cell.
"""

import functools
import itertools
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler.cli.exit_codes import ExitCode, of_report
from reconciler.emulator.faults import ONLY_OF, Kind
from reconciler.emulator.operations import ROUTES, Operation
from reconciler.errors import BackendError
from reconciler.model.normalise import normalise
from reconciler.model.source import ConfigStatus, SourceRef
from reconciler.outcome.events import ReadingBack
from reconciler.outcome.results import Outcome
from reconciler.planning.comparison import live_digest
from reconciler.planning.plan import Plan
from tests.support.documents.site_document import document, set_attribute, set_type
from tests.support.stages.applying import Stage, source

BEFORE = document()
AFTER = document(
    set_type("drive", description="A disk"), set_attribute("os-name", description="Of the system")
)
# No fault of the emulator: nobody listens.
REFUSED_CONNECTION = "refused-connection"
# With these the emulator did nothing, so that a write may go out again.
TURNED_AWAY = frozenset({"429", "503", REFUSED_CONNECTION})


class End(StrEnum):
    """How an operation ended; the words of the journal."""

    DONE = "done"
    FAILED = "failed"
    NOT_CONVERGED = "not-converged"
    STALE = "stale"
    UNKNOWN = "unknown"


class Live(StrEnum):
    """What live truly was at last, with all faults gone."""

    AS_BEFORE = "as before"
    AS_PLANNED = "as planned"
    NEITHER = "neither"


EXITS = {
    End.DONE: ExitCode.DONE,
    End.FAILED: ExitCode.ERROR,
    End.UNKNOWN: ExitCode.ERROR,
    End.NOT_CONVERGED: ExitCode.BLOCKED,
    End.STALE: ExitCode.BLOCKED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Observed:
    """How it ended, how often the emulator saw the write (of a read: None), and the exit code."""

    end: End
    writes: int | None
    outcome: Outcome | None = None
    exit: ExitCode | None = None
    remaining: int = 0
    shown: bool = True
    live: Live | None = None


class Door(httpx.AsyncBaseTransport):
    """The way to the emulator, at which connections for one operation can be refused."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self._refused: tuple[str, re.Pattern[str]] | None = None
        self._left = 0

    def open(self) -> None:
        self._left = 0

    def refuse(self, operation: Operation, *, always: bool) -> None:
        method, path = ROUTES[operation]
        self._refused = method, re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$")
        self._left = sys.maxsize if always else 1

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._left and self._refused:
            method, path = self._refused
            if request.method == method and path.search(request.url.path):
                self._left -= 1
                raise httpx.ConnectError("refused", request=request)
        return await self._inner.handle_async_request(request)


class MatrixStage(Stage):
    """A stage that keeps what the direct calls need: an execution and a container token."""

    execution: Any = None
    token: str = ""

    def __init__(self, directory: Path, **options: Any) -> None:
        super().__init__(directory, **options)
        self.door = Door(self.transport)
        self.transport = self.door


Scene = Callable[[MatrixStage, Callable[[], None]], Observed]


# What apply does, and when the fault comes up.


@functools.cache
def plans() -> tuple[Plan, Plan, str]:
    """Return the plans of a create and of the update after it, and the digest of live after both.

    They are the same in every cell.
    """
    with (
        tempfile.TemporaryDirectory(prefix="reconciler-") as directory,
        MatrixStage(Path(directory)) as on,
    ):
        create = on.plan(a=BEFORE)
        on.behind_our_back(a=BEFORE)
        update = on.plan(a=AFTER)
        on.behind_our_back(a=AFTER)
        return create, update, on.run(digest_of_live(on))


def creating(on: MatrixStage, arm: Callable[[], None]) -> Observed:
    create, update, _ = plans()
    arm()
    return applied(on, create, Operation.PUT_MAPPING, update.sources[0].live_digest)


def updating(on: MatrixStage, arm: Callable[[], None]) -> Observed:
    _, update, after = plans()
    on.run(configure(on))
    arm()
    return applied(on, update, Operation.PATCH_MAPPING, after)


async def configure(on: MatrixStage) -> None:
    """Bring live to what the create's plan holds, synchronously."""
    operation = plans()[0].sources[0].operation
    assert operation is not None
    await on.backend().submit(source("a"), replace(operation, query={}))


def when_read_back(scene: Scene) -> Scene:
    def late(on: MatrixStage, arm: Callable[[], None]) -> Observed:
        on.on_event.append(lambda event: arm() if isinstance(event, ReadingBack) else None)
        return scene(on, lambda: None)

    return late


async def digest_of_live(on: MatrixStage) -> str:
    """Return the digest of live once all has ended and nothing is wrong any more."""
    on.app.state.faults.clear()
    on.door.open()
    for _ in range(2):
        status = await on.backend().config_status(source("a"))
    if status is ConfigStatus.MISSING_MAPPING:
        return live_digest(None)
    return live_digest(normalise(await on.backend().schema_and_mapping(source("a"))))


def applied(on: MatrixStage, plan: Plan, write: Operation, planned: str) -> Observed:
    report = on.apply(plan, timeout=60.0)
    (result,) = report.results
    before = plan.sources[0].live_digest
    live = {before: Live.AS_BEFORE, planned: Live.AS_PLANNED}
    return Observed(
        end=End(on.recorded()["a"].state),
        outcome=result.outcome,
        writes=on.requests()[write],
        exit=of_report(report),
        remaining=len(result.remaining),
        shown=bool(getattr(result.error, "raw", None)),
        live=live.get(on.run(digest_of_live(on)), Live.NEITHER),
    )


# The operations that apply does not use, called as they are.


def called(
    call: Callable[[MatrixStage], Coroutine[Any, Any, Any]], write: Operation | None
) -> Scene:
    def scene(on: MatrixStage, arm: Callable[[], None]) -> Observed:
        # Made beforehand: it has a loop of its own.
        plans()
        return on.run(ingesting(on, arm))

    async def ingesting(on: MatrixStage, arm: Callable[[], None]) -> Observed:
        await configure(on)
        backend = on.backend()
        if write is not Operation.START_EXECUTION:
            on.execution = await backend.start_execution(source("a"))
        on.token = await backend.issue_token(source("a"))
        before = (await on.asked())[write] if write else 0
        arm()
        try:
            await call(on)
        except BackendError as error:
            end = End.UNKNOWN if error.sent else End.FAILED
        else:
            end = End.DONE
        return Observed(end=end, writes=(await on.asked())[write] - before if write else None)

    return scene


class Group(StrEnum):
    """What decides how a fault ends: what kind of operation it happens to."""

    MAPPING = "write of the mapping"
    PROGRESS = "progress"
    CHECK = "read before sending"
    READ_BACK = "read back"
    READ = "read"
    WRITE = "other write"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One operation of the backend in one scene."""

    operation: Operation
    group: Group
    scene: Scene


ROWS = {
    "submit, PUT": Row(
        operation=Operation.PUT_MAPPING, group=Group.MAPPING, scene=creating),
    "submit, PATCH": Row(
        operation=Operation.PATCH_MAPPING, group=Group.MAPPING, scene=updating),
    "progress of a PUT": Row(
        operation=Operation.GET_PROGRESS, group=Group.PROGRESS, scene=creating),
    "progress of a PATCH": Row(
        operation=Operation.GET_PROGRESS, group=Group.PROGRESS, scene=updating),
    "config_status before a PUT": Row(
        operation=Operation.GET_CONFIGSTATUS, group=Group.CHECK, scene=creating),
    "config_status before a PATCH": Row(
        operation=Operation.GET_CONFIGSTATUS, group=Group.CHECK, scene=updating),
    "schema_and_mapping before a PATCH": Row(
        operation=Operation.GET_SCHEMA_AND_MAPPING, group=Group.CHECK, scene=updating),
    "config_status after a PUT": Row(
        operation=Operation.GET_CONFIGSTATUS, group=Group.READ_BACK,
        scene=when_read_back(creating)),
    "schema_and_mapping after a PUT": Row(
        operation=Operation.GET_SCHEMA_AND_MAPPING, group=Group.READ_BACK,
        scene=when_read_back(creating)),
    "schema_and_mapping after a PATCH": Row(
        operation=Operation.GET_SCHEMA_AND_MAPPING, group=Group.READ_BACK,
        scene=when_read_back(updating)),
    "discover": Row(
        operation=Operation.GET_INFO, group=Group.READ,
        scene=called(
            lambda on: on.backend(on.token).discover(
                SourceRef(name="a", import_source_id=None, workspace_id=None)), None)),
    "execution_status": Row(
        operation=Operation.GET_EXECUTION_STATUS, group=Group.READ,
        scene=called(
            lambda on: on.backend().execution_status(source("a"), on.execution), None)),
    "latest_execution": Row(
        operation=Operation.GET_LATEST_EXECUTION, group=Group.READ,
        scene=called(lambda on: on.backend().latest_execution(source("a")), None)),
    "start_execution": Row(
        operation=Operation.START_EXECUTION, group=Group.WRITE,
        scene=called(
            lambda on: on.backend().start_execution(source("a")), Operation.START_EXECUTION)),
    "submit_progress": Row(
        operation=Operation.PUT_PROGRESS, group=Group.WRITE,
        scene=called(
            lambda on: on.backend().submit_progress(
                source("a"), on.execution, {"steps": {"total": 1, "current": 1}}),
            Operation.PUT_PROGRESS)),
    "submit_data": Row(
        operation=Operation.POST_DATA, group=Group.WRITE,
        scene=called(
            lambda on: on.backend().submit_data(source("a"), on.execution, {"data": {}}),
            Operation.POST_DATA)),
    "cancel_execution": Row(
        operation=Operation.CANCEL_EXECUTION, group=Group.WRITE,
        scene=called(
            lambda on: on.backend().cancel_execution(source("a"), on.execution),
            Operation.CANCEL_EXECUTION)),
    "issue_token": Row(
        operation=Operation.CREATE_TOKEN, group=Group.WRITE,
        scene=called(
            lambda on: on.backend().issue_token(source("a")), Operation.CREATE_TOKEN)),
}  # fmt: skip


# The expected ends: of the fault happening once, and always; with a write, how often the
# emulator saw it. A group's row for "*" is for all faults that have none of their own.
Expected = tuple[End, int | None]
D, F, N, S, U = End.DONE, End.FAILED, End.NOT_CONVERGED, End.STALE, End.UNKNOWN

# A write that nobody did is a failure after settling, one that was done is found out to be; only
# what was turned away (429; 503 after settling), or never got there, is sent again.
MAPPING: dict[str, tuple[Expected, Expected]] = {
    "refuse": ((F, 1), (F, 1)),
    "429": ((D, 2), (F, 5)),
    "500": ((F, 1), (F, 1)),
    "502": ((F, 1), (F, 1)),
    "503": ((D, 2), (F, 3)),
    "html": ((F, 1), (F, 1)),
    "drop-before": ((F, 1), (F, 1)),
    "504": ((D, 1), (D, 1)),
    "drop-after": ((D, 1), (D, 1)),
    "truncated": ((D, 1), (D, 1)),
    "202": ((D, 1), (D, 1)),
    "no-location": ((D, 1), (D, 1)),
    "early": ((N, 1), (N, 1)),
    "foreign-location": ((U, 1), (U, 1)),
    REFUSED_CONNECTION: ((D, 1), (F, 0)),
}
# An answer that did not come says nothing: it is asked for again until the deadline, and live is
# read then. Only an end that is not OK is a failure, only what never ends stays unknown.
PROGRESS: dict[str, tuple[Expected, Expected]] = {
    "*": ((D, 1), (D, 1)),
    "fails": ((F, 1), (F, 1)),
    "no-result": ((F, 1), (F, 1)),
    "never-ending": ((D, 1), (U, 1)),
}
# What cannot be read beforehand is not sent; a document that moved makes the plan stale.
CHECK: dict[str, tuple[Expected, Expected]] = {
    "*": ((D, 1), (F, 0)),
    "refuse": ((F, 0), (F, 0)),
    "500": ((F, 0), (F, 0)),
    "html": ((F, 0), (F, 0)),
    "truncated": ((F, 0), (F, 0)),
    "lacks": ((S, 0), (S, 0)),
    "alters": ((S, 0), (S, 0)),
}
# Sent is sent: what cannot be read back is unknown, what reads differently has not converged.
READ_BACK: dict[str, tuple[Expected, Expected]] = {
    "*": ((D, 1), (U, 1)),
    "lacks": ((N, 1), (N, 1)),
    "alters": ((N, 1), (N, 1)),
}
READ: dict[str, tuple[Expected, Expected]] = {
    "*": ((D, None), (F, None)),
    "refuse": ((F, None), (F, None)),
    "500": ((F, None), (F, None)),
    "html": ((F, None), (F, None)),
    "truncated": ((F, None), (F, None)),
}
WRITE: dict[str, tuple[Expected, Expected]] = {
    "*": ((U, 1), (U, 1)),
    "refuse": ((F, 1), (F, 1)),
    "429": ((D, 2), (F, 5)),
    REFUSED_CONNECTION: ((D, 1), (F, 0)),
}
EXPECTED = {
    Group.MAPPING: MAPPING,
    Group.PROGRESS: PROGRESS,
    Group.CHECK: CHECK,
    Group.READ_BACK: READ_BACK,
    Group.READ: READ,
    Group.WRITE: WRITE,
}
# Where the server shows a refusal or a failure, its raw answer is kept for the report.
SHOWN = {(Group.MAPPING, "refuse"), (Group.PROGRESS, "fails"), (Group.PROGRESS, "no-result")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One fault, once or always, of one row."""

    row: str
    fault: str
    always: bool

    def __str__(self) -> str:
        return f"{self.row}: {self.fault} {'always' if self.always else 'once'}"

    @property
    def expected(self) -> Expected:
        table = EXPECTED[ROWS[self.row].group]
        return (table[self.fault] if self.fault in table else table["*"])[self.always]


def cells() -> Iterator[Cell]:
    for name, row in ROWS.items():
        faults = [k.value for k in Kind if row.operation in ONLY_OF.get(k, (row.operation,))]
        for fault, always in itertools.product([*faults, REFUSED_CONNECTION], (False, True)):
            yield Cell(row=name, fault=fault, always=always)


CELLS = tuple(cells())


def observe(cell: Cell, directory: Path) -> Observed:
    """Play the cell on a stage of its own, and return how it ended."""
    row = ROWS[cell.row]
    # Progress is not asked for by anybody else who could take a step: it ends at the first look.
    with MatrixStage(directory, steps=0 if row.group is Group.PROGRESS else 1) as on:

        def arm() -> None:
            if cell.fault == REFUSED_CONNECTION:
                on.door.refuse(row.operation, always=cell.always)
            else:
                on.add_faults(f"{row.operation}:{cell.fault}{'' if cell.always else ':1'}")

        return row.scene(on, arm)


def truths(cell: Cell, end: End) -> set[Live]:
    """Return what live may be after an operation that is said to have ended so: never neither."""
    if end is End.DONE:
        return {Live.AS_PLANNED}
    if end is End.STALE or (end is End.FAILED and cell.fault != "no-result"):
        return {Live.AS_BEFORE}
    return {Live.AS_BEFORE, Live.AS_PLANNED}


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_cell(cell: Cell, tmp_path: Path) -> None:
    seen = observe(cell, tmp_path)
    group = ROWS[cell.row].group
    assert (seen.end, seen.writes) == cell.expected
    if seen.exit is not None:
        assert seen.exit is EXITS[seen.end]
        # A Location elsewhere is a failure, and the next plan shows what came of it
        # (design.md#unknown-outcomes).
        is_abroad = cell.fault == "foreign-location"
        assert seen.outcome is (Outcome.FAILED if is_abroad else Outcome(seen.end))
    if cell.fault not in TURNED_AWAY:
        assert (seen.writes or 0) <= 1, "a write is never sent twice"
    if seen.live is not None:
        assert seen.live in truths(cell, seen.end), "the journal tells the truth"
    if seen.end is End.NOT_CONVERGED:
        assert seen.remaining, "what remains is listed"
    if (group, cell.fault) in SHOWN:
        assert seen.shown


def figures(seen: Mapping[Cell, Observed]) -> str:
    """Return the Markdown table of a matrix that was played: how many cells of each row ended how.

    Doubled is a write that was sent twice though the first may have acted.
    """
    headings = ("operation", "cells", *End, "doubled")
    lines = [" | ".join(headings), "|".join(("---", *("--:" for _ in headings[1:])))]
    for name in (*ROWS, "all"):
        group = [(c, o) for c, o in seen.items() if name in {c.row, "all"}]
        ends = Counter(o.end for _, o in group)
        doubled = sum((o.writes or 0) > 1 and c.fault not in TURNED_AWAY for c, o in group)
        counts = (len(group), *(ends[end] for end in End), doubled)
        lines.append(" | ".join((name, *map(str, counts))))
    return "\n".join(f"| {line} |" for line in lines)


def play() -> dict[Cell, Observed]:
    """Play all cells and return how they ended."""
    seen: dict[Cell, Observed] = {}
    for cell in CELLS:
        with tempfile.TemporaryDirectory(prefix="reconciler-") as directory:
            seen[cell] = observe(cell, Path(directory))
    return seen


def as_markdown(seen: dict[Cell, Observed]) -> Iterator[str]:
    """Yield the lines of the matrix: a row for each operation and fault."""
    yield "| Operation | Fault | Once | Always |"
    yield "|---|---|---|---|"
    for cell in CELLS:
        if not cell.always:
            ever = Cell(row=cell.row, fault=cell.fault, always=True)
            yield f"| {cell.row} | {cell.fault} | {_told(seen[cell])} | {_told(seen[ever])} |"


def _told(observed: Observed) -> str:
    return observed.end if observed.writes is None else f"{observed.end}, {observed.writes} sent"


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in as_markdown(play()))
