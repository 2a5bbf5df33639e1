"""An SQLite file as a journal: for its owner only, durable, with real transactions."""

import os
import sqlite3
import stat
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from reconciler.data_directory import make_data_directory
from reconciler.journal.failures import passes
from reconciler.journal.limits import LOOK, READS, Limits, left


def make_private(path: Path) -> None:
    """Make the file at *path* and its directory, for their owner only. Raises OSError."""
    make_data_directory(path.parent)
    # SQLite would create it with the umask's permissions.
    opened = os.open(path, os.O_CREAT | os.O_RDWR | getattr(os, "O_NONBLOCK", 0), 0o600)
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
        # While SQLite itself waits, no signal is heard.
        connection.execute(f"PRAGMA busy_timeout={min(limits.lock_ms, int(LOOK * 1000))}")
        # FULL: the intent must be on disk before a byte is sent, even across a power failure.
        settings = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        with ExitStack() as unless_ready:
            unless_ready.callback(connection.close)  # SQLAlchemy 2.0 forgets what failed here
            _patiently(partial(connection.executescript, settings), limits)
            unless_ready.pop_all()

    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(READS)
        db = connection.connection.dbapi_connection
        _patiently(partial(_read if reads else _write, db), limits)

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", begin)


def _write(db: Any) -> None:
    db.execute("BEGIN IMMEDIATE")


def _read(db: Any) -> None:
    db.execute("BEGIN")
    try:
        # BEGIN alone locks nothing yet.
        db.execute("SELECT 1 FROM sqlite_master").fetchone()
    except sqlite3.Error:
        db.rollback()
        raise


def _patiently(do: Callable[[], object], limits: Limits) -> None:
    """Do what others may have locked the file for: again and again, as long as *limits* say."""
    until = time.monotonic() + limits.in_time().lock_ms / 1000
    while True:
        try:
            do()
        except sqlite3.Error as error:
            if not passes(error) or time.monotonic() >= until or left() <= 0:
                raise
        else:
            return
