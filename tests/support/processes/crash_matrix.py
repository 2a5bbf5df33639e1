"""The crash matrix: kill -9 at every transition of the journal, resume, and compare with the truth.

A cell is one way to die. What must come of it is worked out here from the rules alone:
each source is sent once, and twice only where the first provably did nothing: the longest
operation is over, and live is as before. Until then a resumed run that cannot tell says so, and
sends nothing.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from tests.support.processes.crash_runner import (
    LIMIT_SECONDS,
    MOMENTS,
    TRANSITIONS,
    Ended,
    Kill,
    Running,
)
from tests.support.processes.project import Json, Project, before, essence, make_project, wanted
from tests.support.processes.server import Server, emulator

Launch = Callable[..., Ended]
NAMES = ("a", "b", "c")
METHODS = ("PUT", "PATCH")
# What the server makes of an operation, and the options of the emulator that does. None of them
# ever says RUNNING.
SERVERS: dict[str, tuple[str, ...]] = {
    "acts at once": ("--assume", "async-answer=204"),
    "acts": ("--steps", "0"),
    "still runs": ("--steps", "0", "--duration", "1.5"),
    "refuses": ("--steps", "0"),
    "refuses late": ("--steps", "0", "--assume", "invalid-body=in-progress"),
    "loses the answer": ("--steps", "0", "--duration", "1.5"),
    "lags": ("--assume", "async-answer=204"),
    "answers late": ("--steps", "0"),
}
# What comes over it once its live is as it was for the plan. The last one takes up the first
# request when the process that sent it is long gone.
FAULTS: dict[str, tuple[str, ...]] = {
    "loses the answer": ("put-mapping:drop-after", "patch-mapping:drop-after"),
    "lags": ("get-configstatus:lags=0.3", "get-schema-and-mapping:lags=0.3"),
    "answers late": ("*:late:1",),
}
REFUSING = ("refuses", "refuses late")
# Killed where the journal does not see it: while the server holds the request.
HELD = "answers late"
# Who answers at once, or loses its answer, names no progress resource: there is nothing to accept.
WITHOUT_ACCEPT = ("acts at once", "refuses", "loses the answer", "lags")
ONCE = ("begin", "put_back", "finish")
UNSETTLED = ("sending", "accepted", "unknown")
NOTHING = "There is nothing to resume"
UNTOLD = "can settle it from"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One way to die: where, on which kind of journal, over what."""

    backend: str
    method: str
    server: str
    kill: Kill

    def __str__(self) -> str:
        return f"{self.backend}, {self.method}, server {self.server}, killed at {self.kill}"


def cells(backend: str) -> Iterator[Cell]:
    """Yield every cell: with three sources one after the other, the first or second may be hit."""
    for method, server, transition, moment in product(METHODS, SERVERS, TRANSITIONS, MOMENTS):
        if transition == "accept" and server in WITHOUT_ACCEPT:
            continue
        # What is put back, or held by the server, is the first source alone, and in one way.
        if transition == "put_back" and server != "acts":
            continue
        if server == HELD and (transition, moment) != ("intend", "after"):
            continue
        for nth in (1,) if server == HELD or transition in ONCE else (1, 2):
            kill = Kill(transition=transition, moment=moment, nth=nth)
            yield Cell(backend=backend, method=method, server=server, kill=kill)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What must come of a cell; `left` is the state of the source that was hit, after the kill."""

    left: str | None
    nothing_to_resume: bool
    writes: Mapping[str, int]
    state: str


def expected(cell: Cell) -> Expected:
    """Return what must come of *cell*."""
    kill, fails = cell.kill, cell.server in REFUSING
    is_before = kill.moment == "before"
    sent = "sending" if cell.server in WITHOUT_ACCEPT else "accepted"
    end = "failed" if fails else "done"
    left = {
        ("begin", "before"): None,
        ("begin", "after"): "not-started",
        ("intend", "before"): "not-started",
        ("intend", "after"): "sending",
        ("accept", "before"): "sending",
        ("accept", "after"): "accepted",
        ("put_back", "before"): "sending",
        ("put_back", "after"): "not-started",
        ("end", "before"): sent,
    }.get((kill.transition, kill.moment), end)
    if cell.server == "loses the answer" and kill.transition in {"end", "finish"}:
        left = "sending" if (kill.transition, kill.moment) == ("end", "before") else "unknown"
    # Sent, and the answer not kept: it goes out again, once that is proved to have done nothing.
    again = {"refuses": "end", "refuses late": "accept"}.get(cell.server)
    writes = dict.fromkeys(NAMES, 1)
    if is_before and kill.transition == again:
        writes[NAMES[kill.nth - 1]] = 2
    nothing = left is None or (kill.transition == "finish" and left == end)
    return Expected(left=left, nothing_to_resume=nothing, writes=writes, state=end)


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """A cell that was played: what was wrong (nothing, one hopes), and what was sent."""

    cell: Cell
    faults: Sequence[str]
    writes: Mapping[str, int] = field(default_factory=dict)


def play(cell: Cell, project: Project, journal: str, launch: Launch) -> Played:
    """Die, resume and look."""
    wants = expected(cell)
    faults: list[str] = []

    def check(what: str, found: object, should: object) -> None:
        if found != should:
            faults.append(f"{cell}: {what} is {found!r}, not {should!r}")

    def run(*arguments: str, kill: Kill | None = None) -> Ended:
        return launch(project.root, *arguments, environ=project.environ, kill=kill)

    initial = _set_up(cell, project)
    sent_before = project.writes()
    project.arm(*FAULTS.get(cell.server, ()))

    apply = ("apply", "--auto-approve", "--parallelism", "1", "--timeout", "60")
    resume = ("apply", "--resume", "--timeout", "60")
    killed = _killed(cell, project, apply, resume, launch)
    check("the end of the first process", killed.code, -9)
    hit = NAMES[cell.kill.nth - 1]
    check("the state that was left", _states(journal).get(hit), wants.left)

    fails = int(cell.server in REFUSING)
    resumed = run(*resume)
    check("whether there was something to resume", NOTHING in resumed.err, wants.nothing_to_resume)
    if wants.left is None:
        check("what was sent without a journal", project.writes(), sent_before)
        resumed = run(*apply)
    # Before the longest operation is over, what cannot be told is said to be so.
    untold = [name for name, state in _states(journal).items() if state in UNSETTLED]
    if untold:
        says = resumed.code, UNTOLD in resumed.out
        check(f"the exit code of what is not known, and a time ({resumed})", says, (1, True))
        begun = {n for n, count in project.writes().items() if count > sent_before[n]}
        begun |= {hit} if cell.server == HELD else set()
        _come_to_rest(project, {n: wanted(n) for n in begun if not fails})
        once = {n: min(count, sent_before[n] + 1) for n, count in project.writes().items()}
        check("the number of writes until then", project.writes(), once)
        project.age()
        resumed = run(*resume)
    if not wants.nothing_to_resume or untold or wants.left is None:
        check(f"the exit code in the end ({resumed})", resumed.code, fails)
    check(
        f"the states in the journal ({resumed})",
        _states(journal),
        dict.fromkeys(NAMES, wants.state),
    )
    writes = {name: count - sent_before[name] for name, count in project.writes().items()}
    check("the number of writes", writes, wants.writes)
    for name in NAMES:
        should = initial[name] if fails else wanted(name)
        check(f"live of {name}", essence(project.live(name)), essence(should))
    again = run("apply", "--resume")
    check(f"a second --resume ({again})", (again.code, NOTHING in again.err), (0, True))
    check("the number of writes after it", _sum(project.writes()) - _sum(sent_before), _sum(writes))
    return Played(cell=cell, faults=faults, writes=writes)


def _set_up(cell: Cell, project: Project) -> dict[str, Json | None]:
    """Bring live to where *cell* begins, and return it."""
    for name in NAMES if cell.method == "PATCH" else ():
        project.put(name, before(name))
    if cell.server in REFUSING:
        _take_ids_elsewhere(project)
    project.want({name: wanted(name) for name in NAMES})
    return {name: project.live(name) for name in NAMES}


def _killed(
    cell: Cell, project: Project, apply: Sequence[str], resume: Sequence[str], launch: Launch
) -> Ended:
    """Apply, and die as *cell* says."""
    if cell.server == HELD:
        running = Running(project.root, *apply, environ=project.environ)
        running.until(lambda: project.held() > 0)
        return running.ended(kill_after=0)
    kill = cell.kill
    if kill.transition == "put_back":
        # Only a resumed run puts back: what an earlier one left in the moment before it was sent.
        intended = Kill(transition="intend", moment="after")
        launch(project.root, *apply, environ=project.environ, kill=intended)
        project.age()
        apply = resume
    return launch(project.root, *apply, environ=project.environ, kill=kill)


def _come_to_rest(project: Project, done: Mapping[str, Json]) -> None:
    """Let the server take up what it holds, and end what becomes *done*."""
    project.release()
    limit = time.monotonic() + LIMIT_SECONDS
    while project.held() or any(
        essence(project.live(name)) != essence(wants) for name, wants in done.items()
    ):
        assert time.monotonic() < limit, "the server does not come to rest"
        time.sleep(0.05)


@contextmanager
def servers(kinds: Iterable[str]) -> Iterator[Mapping[str, Server]]:
    """Run an emulator for each of *kinds* of server."""
    with ExitStack() as stack:
        yield {kind: stack.enter_context(emulator(*SERVERS[kind])) for kind in sorted(set(kinds))}


def play_all(
    chosen: Sequence[Cell],
    root: Path,
    *,
    launch: Launch,
    journal_url: Callable[[Cell, Path], str],
    side_by_side: int,
    told: Callable[[Played], None] = lambda _: None,
) -> list[Played]:
    """Play the cells, some at the same time, each in a workspace and journal of its own."""

    def one(number: int, cell: Cell) -> Played:
        directory = root / str(number)
        journal = journal_url(cell, directory)
        with ExitStack() as stack:
            # Faults come over all that an emulator serves: those cells have one of their own.
            server = running.get(cell.server) or stack.enter_context(
                emulator(*SERVERS[cell.server])
            )
            project = make_project(directory, server, NAMES, journal)
            played = play(cell, project, journal, launch)
        told(played)
        return played

    with (
        servers(cell.server for cell in chosen if cell.server not in FAULTS) as running,
        ThreadPoolExecutor(side_by_side) as pool,
    ):
        return list(pool.map(one, range(len(chosen)), chosen))


def figures(played: Sequence[Played]) -> str:
    """Return the Markdown table of what was played."""
    lines = [
        (
            "| journal | operation | the server | kills | as it should be | sent once "
            "| sent again, the first proved undone | lost, doubled or misreported |"
        ),
        "|---|---|---|--:|--:|--:|--:|--:|",
    ]
    groups = sorted({(p.cell.backend, p.cell.method, p.cell.server) for p in played})
    rows = [
        (*key, [p for p in played if (p.cell.backend, p.cell.method, p.cell.server) == key])
        for key in groups
    ]
    for backend, method, server, group in [*rows, ("all", "", "", list(played))]:
        counts = [count for p in group for count in p.writes.values()]
        right = sum(not p.faults for p in group)
        cellules = (
            backend, method, server, len(group), right, counts.count(1),
            sum(c > 1 for c in counts), len(group) - right,
        )  # fmt: skip
        lines.append(f"| {' | '.join(map(str, cellules))} |")
    return "\n".join(lines)


def _take_ids_elsewhere(project: Project) -> None:
    """Let another source of the workspace have the new ids, so that the API refuses them."""
    document = wanted("elsewhere")
    (kind,) = document["schema"]["objectSchema"]["objectTypes"]
    for name in NAMES:
        new = dict(kind["attributes"][-1], externalId=f"{name}-new", name=f"Of {name}")
        kind["attributes"].append(new)
    project.put("elsewhere", document)


def _states(url: str) -> dict[str, str]:
    with Journal(JournalStore(url)) as journal:
        runs = journal.runs()
    return {o.source: o.state.value for o in runs[0].operations} if runs else {}


def _sum(writes: Mapping[str, int]) -> int:
    return sum(writes.values())
