"""An SQLite file as a journal: for its owner only, durable, with real transactions."""

import os
import stat
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from reconciler.journal.limits import READS, Limits


def make_private(path: Path) -> None:
    """Make the file at *path* and its directory, for their owner only. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite would create it with the umask's permissions.
    opened = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    try:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            raise OSError("it is not a regular file")
    finally:
        os.close(opened)


def identity(path: Path) -> tuple[int, int]:
    """Return which file is at *path*, by its device and number. Raises OSError if there is none."""
    found = path.stat()
    return found.st_dev, found.st_ino


def prepare(engine: Engine, limits: Limits) -> None:
    """Let the connections of *engine* be durable, and wait for others as long as *limits* say."""

    def connect(connection: Any, _: object) -> None:
        # SQLAlchemy's recipe for real transactions with pysqlite: we issue BEGIN ourselves.
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={limits.lock_ms}")
        # FULL: the intent must be on disk before a byte is sent, even across a power failure.
        connection.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        )

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", _begin)


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
