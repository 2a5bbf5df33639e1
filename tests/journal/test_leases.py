"""Who may apply to a source: one runner at a time, on either kind of database."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from reconciler.errors import JournalError
from reconciler.journal.leases import LEASE_SECONDS, Leases, Runner, this_runner
from reconciler.journal.store import JournalStore

HERE = Runner(token="1" * 32, name="me@here (pid 1)", host="here", pid=1)
THERE = Runner(token="2" * 32, name="you@there (pid 2)", host="there", pid=2)


class Clock:
    """The clock of an SQLite journal; PostgreSQL has its own, and is moved by `expire`."""

    def __init__(self) -> None:
        self.seconds = 1_000_000_000.0

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
    from sqlalchemy import update  # noqa: PLC0415

    from reconciler.journal.tables import leases  # noqa: PLC0415

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
        pytest.raises(JournalError, match="the lease of a was lost: you@there"),
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


def test_what_is_gone_is_told_by_machine_boot_and_container_not_by_name() -> None:
    """Containers may share a host name, and see none of each other's processes."""
    import socket  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    runner = this_runner("me")
    assert runner.name == f"me@{socket.gethostname()} (pid {os.getpid()})"
    assert runner.host.startswith(socket.gethostname())
    if Path("/proc/self/ns/pid").is_symlink():
        assert "pid:[" in runner.host
