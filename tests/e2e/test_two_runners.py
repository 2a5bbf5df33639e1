"""Two runs of one project at the same time, on one journal: each operation is sent once in all."""

import os
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, insert, select

from reconciler.journal.leases import OBJECT_SCHEMAS, writing_lease
from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import leases
from reconciler.outcome.records import State
from tests.support.processes.crash_runner import Kill, Running, forked
from tests.support.processes.project import Project, essence, make_project, wanted
from tests.support.processes.server import emulator
from tests.support.processes.terminal import CONTROL, at_terminal

HOLDER = "ann@elsewhere (pid 7)"


def sources(journal: str) -> tuple[str, ...]:
    """A race of ten on the kind of journal that a team shares, a smaller one on a file."""
    return tuple(f"s{n}" for n in range(3 if journal.startswith("sqlite") else 10))


def test_a_race_sends_each_operation_once(tmp_path: Path, journal_url: str) -> None:
    """Of a saved plan and of plans made anew, the second one begun before the first is done."""
    names = sources(journal_url)
    with emulator("--steps", "1", "--duration", "0.2") as server:
        project = make_project(tmp_path, server, names, journal_url)
        for number in range(2):
            text = f"round {number}"
            project.want({name: wanted(name, text) for name in names})
            arguments = ("apply", "--auto-approve")
            if number == 0:
                saved = forked(tmp_path, "plan", "-o", "plan.json", environ=project.environ)
                assert saved.code == 0, saved
                arguments = ("apply", "plan.json")
            first = Running(tmp_path, *arguments, environ=project.environ)
            before = number * len(names)
            begun = number * len(names) // 2
            first.until(lambda: sum(project.writes().values()) >= before + begun)  # noqa: B023
            second = Running(tmp_path, *arguments, environ=project.environ)
            both = (first.ended(), second.ended())
            assert {ended.code for ended in both} <= {0, 3}, both
            assert project.writes() == dict.fromkeys(names, number + 1), both
            live = {name: essence(project.live(name)) for name in names}
            assert live == {name: essence(wanted(name, text)) for name in names}
            assert done(journal_url) == dict.fromkeys(names, number + 1), both
            assert held(journal_url) == 0


def test_a_killed_holder_of_this_host_is_taken_over_at_once(
    tmp_path: Path, journal_url: str
) -> None:
    with emulator() as server:
        project = make_project(tmp_path, server, ("a",), journal_url)
        project.want({"a": wanted("a")})
        kill = Kill(transition="accept", moment="after")
        killed = forked(tmp_path, "apply", "--auto-approve", environ=project.environ, kill=kill)
        assert killed.code == -9
        assert held(journal_url) == 1
        resumed = forked(
            tmp_path, "apply", "--resume", "--lock-timeout", "0", environ=project.environ
        )
        assert resumed.code == 0, resumed
        assert "locked" not in resumed.out + resumed.err
        assert project.writes() == {"a": 1}
        assert held(journal_url) == 0


def test_another_host_is_waited_for_and_only_unlock_takes_its_lock(
    tmp_path: Path, journal_url: str
) -> None:
    with emulator() as server:
        project = make_project(tmp_path, server, ("a",), journal_url)
        project.want({"a": wanted("a")})
        assert forked(tmp_path, "unlock", environ=project.environ).out == "Nothing is locked.\n"
        lock_from_elsewhere(journal_url)
        refused = forked(
            tmp_path, "apply", "--auto-approve", "--lock-timeout", "1", environ=project.environ
        )
        assert refused.code == 1, refused
        assert f"a: locked by {HOLDER} since 20" in refused.err
        assert f"a is locked by {HOLDER} since 20" in refused.out
        assert "reconciler unlock a" in refused.out
        planned = forked(tmp_path, "plan", "--detailed-exitcode", environ=project.environ)
        assert planned.code == 2, "a plan never asks for a lock"

        nobody = forked(tmp_path, "unlock", environ=project.environ)
        assert (nobody.code, held(journal_url)) == (1, 1), nobody
        assert "there is no terminal to ask" in nobody.err
        code, shown = asked(project, "no\n")
        assert (code, held(journal_url)) == (1, 1), shown
        assert f"a   locked by {HOLDER} since" in shown
        code, shown = asked(project, "yes\n")
        assert (code, held(journal_url)) == (0, 0), shown

        lock_from_elsewhere(journal_url)
        forced = forked(tmp_path, "unlock", "--force", "a", environ=project.environ)
        assert (forced.code, held(journal_url)) == (0, 0), forced
        assert project.writes() == {"a": 0}, "nothing was sent while it was locked"
        applied = forked(tmp_path, "apply", "--auto-approve", environ=project.environ)
        assert applied.code == 0, applied


def done(url: str) -> Counter[str]:
    """Return how often each source was done, over all runs."""
    with Journal(JournalStore(url)) as journal:
        ended = [o for run in journal.runs() for o in run.operations]
    return Counter(o.source for o in ended if o.state is State.DONE)


def held(url: str) -> int:
    with Journal(JournalStore(url)) as journal, journal.store.reading() as db:
        return int(db.execute(select(func.count()).select_from(leases)).scalar_one())


def lock_from_elsewhere(url: str, *, environment: str = "production", source: str = "a") -> None:
    now = time.time()
    row = {
        "environment": environment, "source": source, "token": "t", "runner": HOLDER,
        "host": "elsewhere", "pid": 7, "clock": "elsewhere", "since": now, "expires": now + 3600,
    }  # fmt: skip
    with Journal(JournalStore(url)) as journal, journal.store.writing() as db:
        db.execute(insert(leases).values(**row))


def asked(project: Project, answer: str) -> tuple[int, str]:
    """Run `unlock` at a terminal where somebody types *answer*."""
    unlock = at_terminal("unlock", cwd=project.root, width=100, stdout=None, **project.environ)
    with unlock as terminal:
        terminal.until("Enter a value: ")
        terminal.type(answer)
        shown = CONTROL.sub("", terminal.until(None))
        return terminal.process.wait(), shown


def test_unlock_knows_who_writes_to_an_object_schema(tmp_path: Path, journal_url: str) -> None:
    """The lease of no environment, for those of several write to the same object schemas."""
    lease = writing_lease("w", "41")
    with emulator() as server:
        make_project(tmp_path, server, ("a",), journal_url)
        lock_from_elsewhere(journal_url, environment=OBJECT_SCHEMAS, source=lease)
        environ = {"TOKEN": server.token, "PATH": os.environ["PATH"]}
        forced = forked(tmp_path, "unlock", "--force", lease, environ=environ)
        assert (forced.code, held(journal_url)) == (0, 0), forced
        assert f"{lease}   unlocked" in forced.out
