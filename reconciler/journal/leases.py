"""Who may apply to a source now: a lease in the journal, renewed as long as its holder runs.

One apply per environment and source at a time, across machines. A lease that is not renewed
expires; one whose holder ran on this machine and has died is taken over at once. Plan and drift
never take one. Who writes to an object schema through the companion API holds one of it besides.

Its time is the database's on a server, and in a file that of the machine since its start.
Nobody's wall clock counts: a lease by a clock that cannot be compared with ours is watched, and
is over when it was not renewed for as long as a lease lasts.
"""

import getpass
import os
import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from time import time
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, select, update

from reconciler.errors import Holder, LeaseLost
from reconciler.journal.boot import PROC, boot_clock, process_space
from reconciler.journal.database import upsert
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import leases
from reconciler.value import Value

LEASE_SECONDS = 30.0
# Clocks may run a little differently.
MARGIN = 1 / 6

# In place of an environment: those of several on one site write to the same object schemas.
OBJECT_SCHEMAS = ""

_DATABASE = "database"


def writing_lease(workspace_id: str | None, schema_id: str) -> str:
    """Return the name of the lease of the one who may write to an object schema."""
    return f"object schema {schema_id} of workspace {workspace_id}"


class Runner(Value):
    """One process that applies: `token` is unique to it, `name` is for people.

    `host` is the scope in which `pid` is valid: the machine since its last start, or the
    container. `clock` names the clock of the machine since then. Where either is not known, it
    is the process's own: nobody else's equals it.
    """

    token: str
    name: str
    host: str
    pid: int
    clock: str


def this_runner(user: str, *, proc: Path = PROC) -> Runner:
    """Return this process as a runner; *user* is who started it."""
    token, pid = uuid4().hex, os.getpid()
    return Runner(
        token=token,
        name=f"{user}@{socket.gethostname()} (pid {pid})",
        host=process_space(proc) or token,
        pid=pid,
        clock=boot_clock(proc) or token,
    )


# Variables in which CI systems identify the job: the first that is set counts.
_JOBS = ("GITHUB_RUN_ID", "CI_JOB_ID", "BITBUCKET_BUILD_NUMBER", "BUILD_TAG")


def runner_name(environ: Mapping[str, str]) -> str:
    """Return the user, and the CI job if there is one."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # Windows has no module of users
        user = "unknown"
    job = next((f"{name}={environ[name]}" for name in _JOBS if environ.get(name)), None)
    return f"{user} ({job})" if job else user


class _Lease(Value):
    """A lease in the journal, and by which clock it expires."""

    holder: Holder
    expires: float
    clock: str


class Leases:
    """The leases of one *environment*, for one *runner*. Every method raises JournalError.

    `seconds` is how long a lease lasts that is not renewed.
    """

    def __init__(
        self,
        store: JournalStore,
        *,
        environment: str,
        runner: Runner,
        seconds: float = LEASE_SECONDS,
        is_running: Callable[[int], bool] | None = None,
    ) -> None:
        """Store the arguments; *is_running* tells whether a process of this host is alive."""
        self.seconds = seconds
        self._store = store
        self._environment = environment
        self._runner = runner
        self._is_running = is_running or _is_running
        self._clock = _DATABASE if store.path is None else runner.clock
        # Each lease as it was last seen, and since when it is like that, by our own clock.
        self._seen: dict[str, tuple[_Lease, float]] = {}

    def take(self, source: str) -> Holder | None:
        """Take the lease of *source* and return None; otherwise return its holder.

        A lease can be taken if it is free, expired, held by this runner, or held by a process
        of this host that has died. Whether one by another clock has expired is known only to
        who has watched it: by earlier calls.
        """

        def work(db: Connection) -> Holder | None:
            now = self._store.seconds(db)
            there = self._lease(db, source)
            if there and (self._has_expired(there, now) or self._is_gone(there.holder)):
                # Not if it was renewed in this moment.
                token = there.holder.token
                as_seen = leases.c.token == token, leases.c.expires == there.expires
                db.execute(delete(leases).where(*self._of(source), *as_seen))
            ours = {
                "token": self._runner.token,
                "runner": self._runner.name,
                "host": self._runner.host,
                "pid": self._runner.pid,
                "since": time(),
                "clock": self._clock,
                "expires": now + self.seconds,
            }
            statement = upsert(leases, db).values(
                environment=self._environment, source=source, **ours
            )
            # One statement: of two runners that compete only one changes the row.
            taken = db.execute(
                statement.on_conflict_do_update(
                    index_elements=[leases.c.environment, leases.c.source],
                    set_=ours,
                    where=leases.c.token == self._runner.token,
                ).returning(leases.c.token)
            )
            if taken.first():
                return None
            holder = self._lease(db, source)
            return None if holder is None else holder.holder

        return self._store.write(work)

    def renew(self, sources: Sequence[str]) -> frozenset[str]:
        """Renew the leases of *sources*, and return those that this runner still holds."""
        mine = (
            leases.c.environment == self._environment,
            leases.c.token == self._runner.token,
            leases.c.source.in_(sources),
        )
        with self._store.writing() as db:
            expires = self._store.seconds(db) + self.seconds
            db.execute(update(leases).where(*mine).values(expires=expires))
            held = db.execute(select(leases.c.source).where(*mine))
            return frozenset(held.scalars())

    def check(self, db: Connection, source: str) -> None:
        """Raise LeaseLost unless this runner holds the lease of *source*, in a transaction."""
        there = self._lease(db, source)
        if there is None or there.holder.token != self._runner.token:
            raise LeaseLost(source, None if there is None else there.holder)

    def release(self, source: str) -> None:
        """Release the lease of *source* if this runner holds it."""
        mine = delete(leases).where(*self._of(source), leases.c.token == self._runner.token)
        self._store.write(lambda db: db.execute(mine))

    def holders(self) -> tuple[Holder, ...]:
        """Return the holders of the environment's sources; expired leases do not count."""
        if not self._store.exists:
            return ()
        with self._store.reading() as db:
            now = self._store.seconds(db)
            query = select(leases).where(leases.c.environment == self._environment)
            found = self._store.rows(db, query.order_by(leases.c.source), _lease)
        return tuple(lease.holder for lease in found if not self._has_expired(lease, now))

    def break_lease(self, holder: Holder) -> bool:
        """Take a lease away from its *holder*; False if somebody else holds it by now."""
        with self._store.writing() as db:
            removed = db.execute(
                delete(leases).where(*self._of(holder.source), leases.c.token == holder.token)
            )
            return bool(removed.rowcount)

    def _of(self, source: str) -> tuple[Any, ...]:
        return (leases.c.environment == self._environment, leases.c.source == source)

    def _lease(self, db: Connection, source: str) -> "_Lease | None":
        found = self._store.rows(db, select(leases).where(*self._of(source)), _lease)
        return found[0] if found else None

    def _has_expired(self, there: "_Lease", now: float) -> bool:
        """Return whether the lease *there* is over, by its clock or by what was seen of it."""
        if there.clock == self._clock and there.expires <= now:
            return True
        seen, at = self._seen.get(there.holder.source, (None, 0.0))
        if seen != there:
            at = self._store.now()
            self._seen[there.holder.source] = (there, at)
        return self._store.now() - at >= self.seconds * (1 + MARGIN)

    def _is_gone(self, holder: Holder) -> bool:
        return holder.host == self._runner.host and not self._is_running(holder.pid)


LeaseCheck = Callable[[Connection], None]


def held_by_us(needed: Iterable[tuple[Leases, str]]) -> LeaseCheck:
    """Return the check, in a transaction, that each of the leases *needed* is its runner's.

    It raises LeaseLost if one is not.
    """
    leases_of = tuple(needed)

    def check(db: Connection) -> None:
        for held, source in leases_of:
            held.check(db, source)

    return check


def _lease(row: Any) -> _Lease:
    holder = Holder(
        source=row.source,
        token=row.token,
        runner=row.runner,
        host=row.host,
        pid=row.pid,
        since=row.since,
    )
    # Not every number is a time.
    str(holder)
    return _Lease(holder=holder, expires=row.expires, clock=row.clock)


def _is_running(pid: int) -> bool:
    # Asked only where `process_space` is known: on Windows signal 0 is a Ctrl-C.
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's, so it exists
    return True
