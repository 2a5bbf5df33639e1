"""Who may apply to a source: one runner at a time, on either kind of database."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update

from reconciler.errors import LeaseLost
from reconciler.journal.leases import LEASE_SECONDS, MARGIN, Leases, Runner, this_runner
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import leases
from reconciler.value import replace

# Two containers of one machine.
HERE = Runner(token="1" * 32, name="me@here (pid 1)", host="here", pid=1, clock="machine")
THERE = Runner(token="2" * 32, name="you@there (pid 2)", host="there", pid=2, clock="machine")


class Clock:
    """The clock of this machine; PostgreSQL has its own, and is moved by `expire`."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(journal_url: str, clock: Clock) -> Iterator[JournalStore]:
    made = JournalStore(journal_url, now=clock)
    yield made
    made.close()


def of(
    store: JournalStore, runner: Runner, *, alive: bool = True, environment: str = "local"
) -> Leases:
    return Leases(store, environment=environment, runner=runner, is_running=lambda _: alive)


def expire(store: JournalStore, clock: Clock) -> None:
    clock.seconds += LEASE_SECONDS
    if store.path is None:
        with store.writing() as db:
            db.execute(update(leases).values(expires=leases.c.expires - LEASE_SECONDS - 1))


def test_a_source_is_held_by_one(store: JournalStore) -> None:
    mine, yours = of(store, HERE), of(store, THERE)
    assert mine.take("a") is None
    holder = yours.take("a")
    assert holder is not None
    assert (holder.source, holder.runner, holder.host, holder.pid) == (
        "a",
        "me@here (pid 1)",
        "here",
        1,
    )
    assert yours.take("b") is None, "another source is another lease"
    assert of(store, THERE, environment="production").take("a") is None
    assert mine.take("a") is None, "one's own is taken again"


def test_what_is_given_back_is_free(store: JournalStore) -> None:
    mine, yours = of(store, HERE), of(store, THERE)
    mine.take("a")
    yours.release("a")
    assert yours.take("a") is not None, "nobody gives back what is another's"
    mine.release("a")
    assert yours.take("a") is None


def test_what_is_not_renewed_expires(store: JournalStore, clock: Clock) -> None:
    mine, yours = of(store, HERE), of(store, THERE)
    mine.take("a")
    expire(store, clock)
    assert mine.holders() == ()
    assert yours.take("a") is None
    assert mine.renew(["a"]) == frozenset()


def test_what_is_renewed_is_kept(store: JournalStore, clock: Clock) -> None:
    mine, yours = of(store, HERE), of(store, THERE)
    mine.take("a")
    mine.take("b")
    expire(store, clock)
    assert mine.renew(["a", "never taken"]) == {"a"}
    assert yours.take("a") is not None
    assert yours.take("b") is None


def test_a_process_of_this_host_that_is_gone_holds_nothing(store: JournalStore) -> None:
    of(store, HERE).take("a")
    neighbour = replace(HERE, token="3" * 32, pid=3)
    assert of(store, neighbour, alive=True).take("a") is not None
    assert of(store, neighbour, alive=False).take("a") is None


def test_of_another_host_nobody_knows_whether_a_process_is_gone(store: JournalStore) -> None:
    of(store, HERE).take("a")
    assert of(store, THERE, alive=False).take("a") is not None


def test_who_lost_a_lease_is_told_before_sending(store: JournalStore, clock: Clock) -> None:
    mine, yours = of(store, HERE), of(store, THERE)
    mine.take("a")
    with store.writing() as db:
        mine.check(db, "a")
    expire(store, clock)
    yours.take("a")
    with (
        pytest.raises(LeaseLost, match="the lease of a was lost: you@there"),
        store.writing() as db,
    ):
        mine.check(db, "a")


def test_a_lease_is_broken_only_while_it_is_that_one(store: JournalStore, clock: Clock) -> None:
    mine, yours = of(store, HERE), of(store, THERE)
    mine.take("a")
    (holder,) = yours.holders()
    expire(store, clock)
    yours.take("a")
    assert not mine.break_lease(holder), "it is another's by now"
    (holder,) = mine.holders()
    assert mine.break_lease(holder)
    assert mine.holders() == ()


def test_this_process_is_known_to_be_alive(store: JournalStore) -> None:
    mine = replace(HERE, pid=os.getpid())
    Leases(store, environment="local", runner=mine).take("a")
    neighbour = replace(HERE, token="3" * 32)
    assert Leases(store, environment="local", runner=neighbour).take("a") is not None


@pytest.mark.parametrize("expires", [1.0, 1e9])
def test_a_lease_by_another_clock_is_over_when_nobody_renewed_it_while_it_was_watched(
    store: JournalStore, clock: Clock, expires: float
) -> None:
    mine, yours = of(store, HERE), of(store, THERE)
    yours.take("a")
    with store.writing() as db:
        db.execute(update(leases).values(clock="another machine", expires=expires))
    for moment, renewed in ((0.0, False), (20.0, True), (20.0, False), (30.0, False)):
        clock.seconds += moment
        assert mine.take("a") is not None
        assert len(mine.holders()) == 1
        if renewed:
            with store.writing() as db:
                db.execute(update(leases).values(expires=leases.c.expires + 1.0))
    clock.seconds += LEASE_SECONDS * MARGIN
    assert mine.holders() == ()
    assert mine.take("a") is None


def test_a_machine_is_known_by_its_start_and_a_container_by_its_process_ids(
    tmp_path: Path,
) -> None:
    """Not by a name: containers may share one, and see none of each other's processes."""
    me, neighbour = this_runner("me"), this_runner("me")
    assert me.name == f"me@{socket.gethostname()} (pid {os.getpid()})"
    assert (me.host, me.clock) == (neighbour.host, neighbour.clock)
    assert "pid:[" in me.host
    hidden, other = (this_runner("me", proc=tmp_path) for _ in range(2))
    assert len({me.host, hidden.host, other.host}) == 3, "what cannot be known equals nothing"
    assert len({me.clock, hidden.clock, other.clock}) == 3


def test_the_lease_of_a_process_that_nobody_can_see_is_waited_out(
    store: JournalStore, clock: Clock, tmp_path: Path
) -> None:
    """The host name says nothing: without /proc the process with that id is another."""
    mine, yours = (of(store, this_runner("me", proc=tmp_path), alive=False) for _ in range(2))
    mine.take("a")
    assert yours.take("a") is not None
    clock.seconds += LEASE_SECONDS * (1 + MARGIN)
    assert yours.take("a") is None
