"""Who may apply to a source now: a lease in the journal, renewed as long as its holder runs.

One apply per environment and source at a time, across machines. A lease that is not renewed
expires; one whose holder ran on this host and has died is taken over at once. Plan and drift
never take one.
"""

import contextlib
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, select, update

from reconciler.errors import Holder, JournalError
from reconciler.journal.database import upsert
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import leases

LEASE_SECONDS = 30.0
RENEW_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Runner:
    """One process that applies: `token` is unique to it, `name` is for people.

    `host` is the scope in which `pid` is valid: the machine since its last boot, or the container.
    """

    token: str
    name: str
    host: str
    pid: int


def this_runner(user: str) -> Runner:
    """Return this process as a runner; *user* is who started it."""
    host, pid = socket.gethostname(), os.getpid()
    name = f"{user}@{host} (pid {pid})"
    return Runner(token=uuid4().hex, name=name, host=" ".join((host, *_process_space())), pid=pid)


def _process_space() -> Iterator[str]:
    """Yield what distinguishes the scopes of process ids: containers, another boot.

    Containers may share a host name without seeing each other's processes: those are alive.
    """
    with contextlib.suppress(OSError):
        yield Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    with contextlib.suppress(OSError):
        yield str(Path("/proc/self/ns/pid").readlink())


class Leases:
    """The leases of one *environment*, for one *runner*. Every method raises JournalError."""

    def __init__(
        self,
        store: JournalStore,
        *,
        environment: str,
        runner: Runner,
        is_running: Callable[[int], bool] | None = None,
    ) -> None:
        """Store the arguments; *is_running* tells whether a process of this host is alive."""
        self._store = store
        self._environment = environment
        self._runner = runner
        self._is_running = is_running or _is_running

    def take(self, source: str) -> Holder | None:
        """Take the lease of *source* and return None; otherwise return its holder.

        A lease can be taken if it is free, expired, held by this runner, or held by a process
        of this host that has died.
        """
        with self._store.writing() as db:
            now = self._store.seconds(db)
            holder = self._holder(db, source)
            if holder is not None and self._is_gone(holder):
                db.execute(delete(leases).where(*self._of(source), leases.c.token == holder.token))
            ours = {
                "token": self._runner.token,
                "runner": self._runner.name,
                "host": self._runner.host,
                "pid": self._runner.pid,
                "since": now,
                "expires": now + LEASE_SECONDS,
            }
            statement = upsert(leases, db).values(
                environment=self._environment, source=source, **ours
            )
            # One statement: of two runners that compete only one changes the row.
            taken = db.execute(
                statement.on_conflict_do_update(
                    index_elements=[leases.c.environment, leases.c.source],
                    set_=ours,
                    where=(leases.c.expires <= now) | (leases.c.token == self._runner.token),
                ).returning(leases.c.token)
            )
            return None if taken.first() else self._holder(db, source)

    def renew(self, sources: Sequence[str]) -> frozenset[str]:
        """Renew the leases of *sources*, and return those that this runner still holds."""
        with self._store.writing() as db:
            expires = self._store.seconds(db) + LEASE_SECONDS
            mine = (leases.c.environment == self._environment) & (
                leases.c.token == self._runner.token
            )
            db.execute(
                update(leases).where(mine, leases.c.source.in_(sources)).values(expires=expires)
            )
            held = db.execute(select(leases.c.source).where(mine, leases.c.source.in_(sources)))
            return frozenset(held.scalars())

    def check(self, db: Connection, source: str) -> None:
        """Raise JournalError unless this runner holds the lease of *source*, in a transaction."""
        holder = self._holder(db, source)
        if holder is None or holder.token != self._runner.token:
            by = f": {holder} has it" if holder else ""
            raise JournalError(
                f"the lease of {source} was lost{by}",
                hint="this run was held up for longer than a lease lasts; plan again",
            )

    def release(self, source: str) -> None:
        """Release the lease of *source* if this runner holds it."""
        with self._store.writing() as db:
            db.execute(
                delete(leases).where(*self._of(source), leases.c.token == self._runner.token)
            )

    def holders(self) -> tuple[Holder, ...]:
        """Return the holders of the environment's sources; expired leases do not count."""
        if not self._store.exists:
            return ()
        with self._store.reading() as db:
            now = self._store.seconds(db)
            query = (
                select(leases)
                .where(leases.c.environment == self._environment, leases.c.expires > now)
                .order_by(leases.c.source)
            )
            return tuple(map(_held, db.execute(query)))

    def break_lease(self, holder: Holder) -> bool:
        """Take a lease away from its *holder*; False if somebody else holds it by now."""
        with self._store.writing() as db:
            removed = db.execute(
                delete(leases).where(*self._of(holder.source), leases.c.token == holder.token)
            )
            return bool(removed.rowcount)

    def _of(self, source: str) -> tuple[Any, ...]:
        return (leases.c.environment == self._environment, leases.c.source == source)

    def _holder(self, db: Connection, source: str) -> Holder | None:
        row = db.execute(select(leases).where(*self._of(source))).first()
        return _held(row) if row is not None else None

    def _is_gone(self, holder: Holder) -> bool:
        return holder.host == self._runner.host and not self._is_running(holder.pid)


def _held(row: Any) -> Holder:
    return Holder(
        source=row.source,
        token=row.token,
        runner=row.runner,
        host=row.host,
        pid=row.pid,
        since=row.since,
    )


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's, so it exists
    return True
