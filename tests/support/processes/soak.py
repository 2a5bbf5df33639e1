"""A seeded storm: plans, faults, kills, other people's edits; then the emulator's truth is asked.

A lane is one project on one emulator, round after round. After each round nothing may be lost
(live is neither as it was, nor as planned, nor as somebody else made it), doubled (the server
took one operation twice) or misreported (the journal says one thing, and live another).
"""

import json
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from reconciler.outcome.records import OperationRecord, RunRecord, State
from tests.support.processes.crash_matrix import NOTHING
from tests.support.processes.crash_runner import MOMENTS, TRANSITIONS, Kill, Running, forked
from tests.support.processes.project import Json, Project, essence, make_project, wanted
from tests.support.processes.server import emulator

NAMES = tuple("abcdef")
FAULTS = (
    "put-mapping:503:1", "patch-mapping:503:1", "put-mapping:drop-before:1",
    "patch-mapping:drop-before:1", "put-mapping:drop-after:1", "patch-mapping:drop-after:1",
    "put-mapping:429=0:2", "patch-mapping:429=0:2",
    "get-progress:gone:1", "get-progress:html:2", "get-progress:truncated:1",
    "get-progress:unknown-status:2", "get-progress:503:2", "get-schema-and-mapping:503:1",
    "get-configstatus:503:1",
)  # fmt: skip
MOST_RESUMES = 4
LIMIT_SECONDS = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Round:
    """What happened in one round, and what was wrong with it (nothing, one hopes)."""

    number: int
    story: str
    sources: int
    taken: int
    lost: Sequence[str] = ()
    doubled: Sequence[str] = ()
    misreported: Sequence[str] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        return (*self.lost, *self.doubled, *self.misreported)

    def __str__(self) -> str:
        return (
            f"round {self.number}: {self.sources} sources, {self.taken} operations taken; "
            f"lost {len(self.lost)}, doubled {len(self.doubled)}, "
            f"misreported {len(self.misreported)}; {self.story}"
        )


@dataclass(kw_only=True, slots=True)
class Lane:
    """One project that lives through the storm; *seed* decides what comes."""

    root: Path
    journal: str
    seed: int
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311 - to do it again

    def rounds(self, until: float) -> Iterator[Round]:
        """Yield round after round, until the monotonic clock says *until*."""
        number = 0
        while time.monotonic() < until:
            number += 1
            yield self._round(number)

    def _round(self, number: int) -> Round:
        rng = self.rng
        faults = rng.sample(FAULTS, rng.choice((0, 1, 1, 2, 3)))
        options = [
            "--steps", str(rng.randrange(3)), "--duration", str(rng.choice((0, 0, 0.3, 0.9))),
            "--assume", f"async-answer={rng.choice((303, 303, 303, 202))}",
        ]  # fmt: skip
        options += [word for fault in faults for word in ("--fault", fault)]
        with emulator(*options, db=self._db) as server:
            project = make_project(self.root, server, NAMES, self.journal, workspace="w")
            chosen = rng.sample(NAMES, rng.randint(1, len(NAMES)))
            for name in chosen:
                self._want(project, name, number)
            newest = max((run.id for run in self._runs()), default=0)
            before = _Truth(live=self._truth(), taken=self._taken(), newest_run=newest)
            story, edited = self._storm(project, number)
            self._settle_server(project)
            # What nobody could tell until now: the longest operation is over.
            project.age()
            self._resume(project)
            return self._judged(number, f"{story}; {' '.join(options)}", before, edited)

    def _want(self, project: Project, name: str, number: int) -> None:
        document = wanted(name, f"round {number}")
        (kind,) = document["schema"]["objectSchema"]["objectTypes"]
        for more in range(self.rng.randrange(3)):
            added = dict(kind["attributes"][-1], externalId=f"{name}-{number}-{more}")
            added["name"] = f"Of round {number}, {more}"
            kind["attributes"].append(added)
        project.want({name: document})

    def _storm(self, project: Project, number: int) -> tuple[str, set[str]]:
        """Apply in a way that the seed decides; return how, and which sources others edited."""
        rng, environ = self.rng, project.environ
        parallelism = ("--parallelism", str(rng.choice((1, 3, 10))))
        apply = ("apply", "--auto-approve", "--timeout", "10", *parallelism)
        way = rng.choice(("quietly", "kill", "kill", "moment", "moment", "race"))
        match way:
            case "kill":
                transition = rng.choice(TRANSITIONS)
                nth = 1 if transition in {"begin", "finish"} else rng.randint(1, 3)
                kill = Kill(transition=transition, moment=rng.choice(MOMENTS), nth=nth)
                ended = forked(self.root, *apply, environ=environ, kill=kill)
                story = f"to die at {kill}"
            case "moment":
                running = Running(self.root, *apply, environ=environ)
                seconds = rng.uniform(0.3, 3.0)
                ended = running.ended(kill_after=seconds)
                story = f"to die after {seconds:.2f} s"
            case "race":
                forked(self.root, "plan", "-o", "plan.json", environ=environ)
                saved = ("apply", "plan.json", "--timeout", "10", "--parallelism", "10")
                if not (self.root / "plan.json").exists():
                    saved = apply
                both = [Running(self.root, *saved, environ=environ) for _ in range(2)]
                ended, _ = [each.ended() for each in both]
                story = "two runners"
                (self.root / "plan.json").unlink(missing_ok=True)
            case _:
                ended = forked(self.root, *apply, environ=environ)
                story = "quiet"
        killed = ended.code == -9
        story += ", killed" if killed else ""
        edited = self._edited(project, number) if killed else set()
        story += f", others edited {sorted(edited)}" if edited else ""
        self._resume(project)
        return story, edited

    def _resume(self, project: Project) -> None:
        """Go on with the runs that were left, as long as there is one."""
        for _ in range(MOST_RESUMES):
            apply = ("apply", "--resume", "--timeout", "10")
            if NOTHING in forked(self.root, *apply, environ=project.environ).err:
                break

    def _edited(self, project: Project, number: int) -> set[str]:
        """Let somebody else edit a few sources that are configured, while nobody applies."""
        text = f"theirs {number}"
        for name, live in self._truth().items():
            if live and self.rng.random() < 0.2:
                project.amend(name, live, text)
        # A fault may have come over them, too: before or after the server acted.
        return {n for n, live in self._truth().items() if live and essence(live)[0] == text}

    def _judged(self, number: int, story: str, before: "_Truth", edited: set[str]) -> Round:
        lost, doubled, misreported = [], [], []
        now = self._truth()
        took = {name: count - before.taken[name] for name, count in self._taken().items()}
        runs = [run for run in self._runs() if run.id > before.newest_run]
        for name in NAMES:
            operations = [o for run in runs for o in run.operations if o.source == name]
            case = _Case(
                before=before.live[name],
                now=now[name],
                desired=self._desired(name),
                taken=took[name],
                theirs=f"theirs {number}" if name in edited else None,
            )
            doubled += [f"{name}: {fault}" for fault in case.doubled()]
            lost += [f"{name}: {fault}" for fault in case.lost(operations)]
            misreported += [f"{name}: {lie}" for lie in case.lies(operations)]
        return Round(
            number=number,
            story=story,
            sources=len({o.source for run in runs for o in run.operations}),
            taken=sum(took.values()),
            lost=lost,
            doubled=doubled,
            misreported=misreported,
        )

    def _settle_server(self, project: Project) -> None:
        """Let the server come to its end with everything that it took."""
        until = time.monotonic() + LIMIT_SECONDS
        while pending := self._rows("SELECT source FROM submissions WHERE NOT ended"):
            assert time.monotonic() < until, "the emulator does not come to an end"
            for source in pending:
                project.touch(str(source[0]).removeprefix("id-"))

    def _desired(self, name: str) -> Json | None:
        path = self.root / f"{name}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def _truth(self) -> dict[str, Json | None]:
        """Return what the emulator's own store has for each source."""
        rows = dict(
            self._rows(
                "SELECT source, json_set(content, '$.mapping', json(mapping)) FROM sources"
                " JOIN object_schemas AS s ON s.number = object_schema"
                " WHERE mapping IS NOT NULL"
            )
        )
        return {n: json.loads(rows[f"id-{n}"]) if rows.get(f"id-{n}") else None for n in NAMES}

    def _taken(self) -> dict[str, int]:
        """Return how many operations the server has taken of each source, whatever it answered."""
        rows = dict(self._rows("SELECT source, count(*) FROM submissions GROUP BY source"))
        return {name: rows.get(f"id-{name}", 0) for name in NAMES}

    @property
    def _db(self) -> Path:
        return self.root.parent / f"{self.root.name}.emulator.db"

    def _rows(self, sql: str) -> list[Any]:
        if not self._db.exists():
            return []
        with closing(sqlite3.connect(self._db, timeout=30)) as db:
            return db.execute(sql).fetchall()

    def _runs(self) -> tuple[RunRecord, ...]:
        with Journal(JournalStore(self.journal)) as journal:
            return journal.runs()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Truth:
    """What the emulator's store and the journal had before a round."""

    live: dict[str, Json | None]
    taken: dict[str, int]
    newest_run: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Case:
    """What became of one source in a round; *theirs* is what somebody else wrote meanwhile."""

    before: Json | None
    now: Json | None
    desired: Json | None
    taken: int
    theirs: str | None

    def doubled(self) -> Iterator[str]:
        if self.taken > 1:
            yield f"the server took {self.taken} operations"

    def lost(self, operations: Sequence[OperationRecord]) -> Iterator[str]:
        if self.taken and not operations:
            yield "the server took an operation that no journal knows"
        if self.theirs and essence(self.now)[0] != self.theirs:
            yield "what somebody else wrote is gone"
        if not self.theirs and essence(self.now) not in (essence(self.before), self._planned()):
            yield "live is neither as before nor as planned"

    def lies(self, operations: Sequence[OperationRecord]) -> Iterator[str]:
        """Yield what the journal says of the operations on the source and is not so."""
        is_as_planned = essence(self.now) == self._planned() or bool(self.theirs)
        done = sum(o.state is State.DONE for o in operations)
        for each in operations:
            said = f"said {each.state}, {each.message}"
            denies = each.state is State.NOT_STARTED or "nothing was" in (each.message or "")
            if each.state is State.DONE and not is_as_planned:
                yield f"{said}: live is not as planned"
            if each.state is State.DONE and not self.taken:
                yield f"{said}: the server took nothing"
            # What another run sent meanwhile is that one's.
            if denies and self.taken > done and not self.theirs:
                yield f"{said}: the server took it"

    def _planned(self) -> object:
        """Return the essence of live as planned: nothing that was there goes away."""
        if self.before is None or self.desired is None:
            return essence(self.desired)
        text, ids, selector = essence(self.desired)
        return text, sorted({*ids, *essence(self.before)[1]}), selector
