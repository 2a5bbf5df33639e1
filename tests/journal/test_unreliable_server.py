"""A PostgreSQL server that stands still, is locked, or whose answers are lost: bounded, and right.

The limits are short here. What is lost in silence costs as much; nothing sleeps.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from reconciler.backend.import_sources import Execution
from reconciler.errors import JournalError
from reconciler.journal.ingestions import Ingestions
from reconciler.journal.leases import Leases, this_runner
from reconciler.journal.limits import Limits, within
from reconciler.journal.runs import Journal
from reconciler.journal.store import JournalStore
from reconciler.outcome.ingestions import Ingestion
from reconciler.outcome.records import ReadBackFinding, State
from tests.support.processes.postgres import new_schema
from tests.support.processes.postgres_gap import CUTTING, Fate, Gap, gap
from tests.support.stages.applying import source
from tests.support.stages.journal import begun, plan, planned, renaming

# A loaded machine stands still for moments, too.
SHORT = Limits(silence=0.8, persistence=0.1)
# What the server keeps locked for a connection that is gone, it gives up after the silence.
PATIENT = Limits(silence=0.4, persistence=30.0)

FOUND = ReadBackFinding(live={})
EXECUTION = Execution(submit_progress="p", submit_results="r", get_status="s", cancel="c")
INGESTION = Ingestion(files=(), roots=("a",), most_entries=1, most_bytes=1)


@pytest.fixture
def between(postgres: Path) -> Iterator[Gap]:
    with gap(postgres) as made:
        yield made


@pytest.fixture
def url(postgres: Path, request: pytest.FixtureRequest) -> str:
    made = new_schema(postgres, f"unreliable_{abs(hash(request.node.name))}")
    with Journal(JournalStore(made)) as journal:  # the tables are made without haste
        journal.runs()
    return made


def journal_at(url: str, limits: Limits = SHORT) -> Journal:
    return Journal(JournalStore(url, limits=limits, sleep=lambda _: None))


RENAMES = renaming("7", sends=False)
INTENT: dict[str, Any] = {"at": "t1", "before": {}}
ENDED: dict[str, Any] = {"state": State.DONE, "at": "t2", "message": "fine"}


def rename(journal: Journal) -> int:
    """Return the id of the one schema operation."""
    (found,) = (each.id for run in journal.runs() for each in run.schema_operations)
    return found


Step = tuple[str, Callable[[Journal, int], object], State]

# Every write of a run, in an order that its transitions allow, and the operation's state then.
STEPS: tuple[Step, ...] = (
    ("intend", lambda j, o: j.intend(o, at="t1", live_digest="sha256:l"), State.SENDING),
    ("put back", lambda j, o: j.put_back(o), State.NOT_STARTED),
    ("begin", lambda j, _: j.begin(plan(planned("a")), at="t1", runner="r"), State.NOT_STARTED),
    ("begin", lambda j, _: j.begin(RENAMES, at="t1", runner="r"), State.NOT_STARTED),
    ("rename", lambda j, _: j.schema_operations.intend(rename(j), **INTENT), State.NOT_STARTED),
    ("renamed", lambda j, _: j.schema_operations.end(rename(j), **ENDED), State.NOT_STARTED),
    ("intend again", lambda j, o: j.intend(o, at="t2", live_digest="sha256:l"), State.SENDING),
    ("accept", lambda j, o: j.accept(o, progress_url="http://x/1"), State.ACCEPTED),
    ("end", lambda j, o: j.end(o, State.DONE, at="t3", message="fine", found=FOUND), State.DONE),
    ("finish", lambda j, _: j.finish(1, at="t4", interrupted=False), State.DONE),
)


@pytest.mark.parametrize("fate", CUTTING)
def test_a_commit_that_nobody_confirmed_is_found_done_or_done_again(
    between: Gap, url: str, fate: Fate
) -> None:
    with journal_at(between.url(url), PATIENT) as journal:
        operation = begun(journal)
        for name, write, state in STEPS:
            between.fates.append(fate)
            write(journal, operation)
            assert not between.fates, name
            assert journal.operation(operation).state is state, name
        assert len(journal.runs()) == 3, "what was begun twice in vain is one run"
        assert journal.runs()[2].ended_at == "t4"
        assert [o.state for o in journal.runs()[0].schema_operations] == [State.DONE]


@pytest.mark.parametrize("fate", CUTTING)
def test_so_is_a_lease_and_an_ingestion(between: Gap, url: str, fate: Fate) -> None:
    store = JournalStore(between.url(url), limits=PATIENT, sleep=lambda _: None)
    mine, yours = (Leases(store, environment="e", runner=this_runner(n)) for n in ("me", "you"))
    ingestions = Ingestions(store, environment="e")
    mine.holders()
    between.fates.append(fate)
    assert mine.take("a") is None
    assert yours.take("a") is not None
    between.fates.append(fate)
    mine.release("a")
    assert mine.holders() == ()
    between.fates.append(fate)
    number = ingestions.begin(source("a"), INGESTION, at="t0", runner="r")
    between.fates.append(fate)
    ingestions.started(number, EXECUTION)
    between.fates.append(fate)
    ingestions.chunk_taken(number, 1, "chunk")
    (record,) = ingestions.open_ones()
    assert (record.id, record.execution, record.sent) == (number, EXECUTION, {1: "chunk"})
    assert not between.fates
    store.close()


@contextmanager
def tables_locked(url: str, _: Journal) -> Iterator[None]:
    store = JournalStore(url)
    with store.writing() as db:
        db.execute(text("LOCK TABLE operations, runs, leases IN ACCESS EXCLUSIVE MODE"))
        yield
    store.close()


@contextmanager
def server_stopped(_: str, journal: Journal) -> Iterator[None]:
    """Stop the server and what it runs for us: connections are accepted, and nobody answers."""
    with journal.store.reading() as db:
        backend = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
    parent = int(
        Path(f"/proc/{backend}/stat").read_text(encoding="ascii").rsplit(")")[-1].split()[1]
    )
    stopped = (backend, parent)
    try:
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


STANDSTILLS = {
    "the tables are locked": (tables_locked, "lock timeout", "pg_stat_activity shows who"),
    "the server is stopped": (server_stopped, "timeout expired|did not answer", "server runs"),
}


@pytest.mark.parametrize("case", STANDSTILLS)
def test_a_server_that_stands_still_ends_in_a_sentence(url: str, case: str) -> None:
    happens, message, hint = STANDSTILLS[case]
    with journal_at(url, SHORT) as journal:
        operation = begun(journal)
        leases = Leases(journal.store, environment="local", runner=this_runner("me"))
        with happens(url, journal):
            for call in (
                journal.runs,
                lambda: journal.intend(operation, at="t1", live_digest="sha256:l"),
                lambda: leases.take("a"),
            ):
                with pytest.raises(JournalError, match=message) as caught:
                    call()
                assert hint in (caught.value.hint or "")
        assert journal.operation(operation).state is State.NOT_STARTED
        assert leases.holders() == ()


@pytest.mark.parametrize("case", STANDSTILLS)
def test_nobody_waits_longer_than_the_caller(url: str, case: str) -> None:
    happens, *_ = STANDSTILLS[case]
    with Journal(JournalStore(url)) as journal:
        operation = begun(journal)
        with happens(url, journal):
            until = time.monotonic() + 0.5
            with within(lambda: until - time.monotonic()), pytest.raises(JournalError):
                journal.intend(operation, at="t1", live_digest="sha256:l")
            assert time.monotonic() < until + 1.5
        assert journal.operation(operation).state is State.NOT_STARTED


def test_a_connection_that_stands_still_is_replaced(url: str) -> None:
    """Its backend alone is stopped: what it had begun never comes to pass."""
    with journal_at(url, PATIENT) as journal:
        operation = begun(journal)
        with journal.store.reading() as db:
            backend = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
        os.kill(backend, signal.SIGSTOP)
        try:
            journal.intend(operation, at="t1", live_digest="sha256:l")
        finally:
            os.kill(backend, signal.SIGCONT)
        assert journal.operation(operation).state is State.SENDING


def test_a_server_that_takes_no_writes_is_named_as_that(url: str) -> None:
    with journal_at(url) as journal:
        begun(journal)
    standby = f"{url}%20-cdefault_transaction_read_only=on"
    with journal_at(standby) as journal:
        assert len(journal.runs()) == 1
        with pytest.raises(JournalError, match="read-only transaction") as caught:
            begun(journal)
    assert "name the server that takes writes" in (caught.value.hint or "")
