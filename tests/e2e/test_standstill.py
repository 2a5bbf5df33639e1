"""Who stood still for longer than a lease lasts sends nothing: a process, or its database."""

import asyncio
import os
import signal
import threading
import time
from pathlib import Path

from reconciler.applying.clock import Clock
from reconciler.applying.context import ApplyOptions, ApplyPorts
from reconciler.applying.run import apply
from reconciler.applying.stop import Stop
from reconciler.journal.leases import Leases, this_runner
from reconciler.journal.limits import Limits
from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from reconciler.outcome.records import State
from tests.support.processes.crash_runner import fork, forked
from tests.support.processes.postgres import new_schema
from tests.support.processes.postgres_gap import Fate, gap
from tests.support.processes.project import make_project, wanted
from tests.support.processes.server import emulator
from tests.support.processes.standstill import Standstill, apply_and_stop
from tests.support.stages.applying import Stage
from tests.support.stages.emulator_site import tagged

LEASE = 1.0
LOST = "the lease of a was lost; nothing was sent"


def take_over(store: JournalStore, environment: str) -> None:
    """Take the lease of `a` as soon as it can be taken, in the name of a living process."""
    leases = Leases(
        store,
        environment=environment,
        runner=this_runner("who takes over"),
        seconds=LEASE,
        is_running=lambda _: True,
    )
    limit = time.monotonic() + 30.0
    while leases.take("a") is not None:
        assert time.monotonic() < limit
        time.sleep(0.02)


def state_of(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]


def test_a_process_that_was_stopped_after_its_intent(tmp_path: Path, journal_url: str) -> None:
    with emulator() as server:
        project = make_project(tmp_path, server, ("a",), journal_url)
        project.want({"a": wanted("a")})
        planned = forked(tmp_path, "plan", "-o", "plan.json", environ=project.environ)
        assert planned.code == 0, planned
        standstill = Standstill(
            plan=tmp_path / "plan.json",
            base_url=server.base_url,
            token=server.token,
            journal=journal_url,
            lease=LEASE,
            told=tmp_path / "told",
        )
        process = fork(apply_and_stop, standstill)
        assert process.pid is not None
        limit = time.monotonic() + 60.0
        while state_of(process.pid) != "T":
            assert time.monotonic() < limit
            time.sleep(0.02)
        with Journal(JournalStore(journal_url)) as journal:
            (run,) = journal.runs()
            assert run.operations[0].state is State.SENDING
            take_over(journal.store, run.environment)
            os.kill(process.pid, signal.SIGCONT)
            process.join(60.0)
            assert standstill.told.read_text(encoding="utf-8") == LOST
            assert project.writes() == {"a": 0}
            (run,) = journal.runs()
            assert run.operations[0].state is State.NOT_STARTED
        process.close()


def test_a_database_that_held_up_the_intent(tmp_path: Path, postgres: Path) -> None:
    """Renewals are held up with it; by its end the lease is another's."""
    url = new_schema(postgres, f"standstill_{os.getpid()}")
    direct = JournalStore(url)
    with gap(postgres) as between, Stage(tmp_path) as on:
        limits = Limits(silence=60.0)
        journal = Journal(JournalStore(between.url(url), limits=limits))
        journal.runs()
        plan = on.plan(a=tagged("a"))
        # That of the run and that of the lease pass.
        between.fates = [None, None, Fate.HELD]

        def release() -> None:
            between.held.wait(60.0)
            take_over(direct, "local")
            between.go_on.set()

        other = threading.Thread(target=release)
        other.start()
        ports = ApplyPorts(
            backend=on.backend(),
            journal=journal,
            runner=on.runner,
            emit=on.events.append,
            clock=Clock(),
            stop=Stop(),
        )
        options = ApplyOptions(lease=LEASE)
        report = asyncio.run(apply(plan, ports, options=options))
        other.join()
        assert [result.message for result in report.results] == [LOST]
        assert on.writes().total() == 0
        assert journal.runs()[0].operations[0].state is State.NOT_STARTED
        journal.store.close()
    direct.close()
