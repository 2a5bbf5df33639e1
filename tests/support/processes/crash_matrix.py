"""The crash matrix: kill -9 at every transition of the journal, resume, and compare with the truth.

A cell is one way to die. What must come of it is worked out here from the rules alone:
each source is sent once, and twice only where reading back proved that the first did nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from reconciler.applying.execute import MOST_RESENDINGS
from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from tests.support.processes.crash_runner import MOMENTS, TRANSITIONS, Ended, Kill
from tests.support.processes.project import Project, before, essence, make_project, wanted
from tests.support.processes.server import Server, emulator

Launch = Callable[..., Ended]
NAMES = ("a", "b", "c")
METHODS = ("PUT", "PATCH")
# What the server makes of an operation, and the options of the emulator that does.
SERVERS: dict[str, tuple[str, ...]] = {
    "acts at once": ("--accepts", "204"),
    "acts": ("--steps", "0"),
    "still runs": ("--steps", "0", "--duration", "1.5"),
    "refuses": ("--steps", "0"),
    "refuses late": ("--steps", "0", "--refuse-late"),
    "is away": ("--steps", "0", "--fault", "patch-mapping:503"),
}
REFUSING = ("refuses", "refuses late")
FAILING = (*REFUSING, "is away")
# What the API turns away is put back and sent again, so many times in all.
SENDINGS = 1 + MOST_RESENDINGS
# Who answers at once names no progress resource, and there is nothing to accept.
WITHOUT_ACCEPT = ("acts at once", "refuses")
NOTHING = "There is nothing to resume"


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
        # A server that is away takes its time: of it only what no other shows.
        if (transition == "put_back") != (server == "is away"):
            continue
        if server == "is away" and method == "PUT":
            continue
        for nth in (1,) if transition in {"begin", "put_back", "finish"} else (1, 2):
            kill = Kill(transition=transition, moment=moment, nth=nth)
            yield Cell(backend=backend, method=method, server=server, kill=kill)


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What must come of a cell; `left` is the state of the source that was hit, after the kill."""

    left: str | None
    nothing_to_resume: bool
    code: int
    writes: Mapping[str, int]
    state: str


def expected(cell: Cell) -> Expected:
    """Return what must come of *cell*."""
    kill, fails = cell.kill, cell.server in FAILING
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
    # Sent, the answer was not kept, and live shows that it did nothing: it goes out again.
    again = {"refuses": "end", "refuses late": "accept"}.get(cell.server)
    writes = dict.fromkeys(NAMES, SENDINGS if cell.server == "is away" else 1)
    if kill.transition == "put_back":
        # Once put back it begins anew; in `sending` the first one is known to the next process.
        writes[NAMES[0]] += int(not is_before)
    if is_before and kill.transition == again:
        writes[NAMES[kill.nth - 1]] = 2
    nothing = kill.transition == "finish" or left is None
    code = 0 if nothing else int(fails)
    return Expected(left=left, nothing_to_resume=nothing, code=code, writes=writes, state=end)


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

    for name in NAMES if cell.method == "PATCH" else ():
        project.put(name, before(name))
    if cell.server in REFUSING:
        _take_ids_elsewhere(project)
    project.want({name: wanted(name) for name in NAMES})
    initial = {name: project.live(name) for name in NAMES}
    sent_before = project.writes()

    apply = ("apply", "--auto-approve", "--parallelism", "1", "--timeout", "60")
    killed = run(*apply, kill=cell.kill)
    check("the end of the first process", killed.code, -9)
    hit = NAMES[cell.kill.nth - 1]
    check("the state that was left", _states(journal).get(hit), wants.left)

    resumed = run("apply", "--resume", "--timeout", "60")
    check(f"the exit code of --resume ({resumed})", resumed.code, wants.code)
    check("whether there was something to resume", NOTHING in resumed.err, wants.nothing_to_resume)
    if wants.left is None:
        check("what was sent without a journal", project.writes(), sent_before)
        ended = run(*apply)
        check(f"the exit code of apply ({ended})", ended.code, int(cell.server in FAILING))
    check("the states in the journal", _states(journal), dict.fromkeys(NAMES, wants.state))
    writes = {name: count - sent_before[name] for name, count in project.writes().items()}
    check("the number of writes", writes, wants.writes)
    for name in NAMES:
        should = initial[name] if cell.server in FAILING else wanted(name)
        check(f"live of {name}", essence(project.live(name)), essence(should))
    again = run("apply", "--resume")
    check(f"a second --resume ({again})", (again.code, NOTHING in again.err), (0, True))
    check("the number of writes after it", _sum(project.writes()) - _sum(sent_before), _sum(writes))
    return Played(cell=cell, faults=faults, writes=writes)


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
        played = play(
            cell, make_project(directory, running[cell.server], NAMES, journal), journal, launch
        )
        told(played)
        return played

    with (
        servers(cell.server for cell in chosen) as running,
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
