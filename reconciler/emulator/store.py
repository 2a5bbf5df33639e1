"""The emulator's data in SQLite: its tables, tokens, statuses and request counts.

One connection, one transaction at a time; a second process waits for its turn.
Object schemas, submissions, executions and objects keep their rows in their own modules, in
tables from here.
"""

import errno
import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Literal

from reconciler.data_directory import make_data_directory
from reconciler.emulator.call import Place
from reconciler.errors import ReconcilerError
from reconciler.model.source import ConfigStatus

BUSY_SECONDS = 30.0

_TABLES = """
CREATE TABLE IF NOT EXISTS object_schemas (
    number INTEGER PRIMARY KEY, workspace TEXT NOT NULL, name TEXT, content TEXT, before TEXT,
    UNIQUE (workspace, name));
CREATE TABLE IF NOT EXISTS sources (
    number INTEGER PRIMARY KEY, workspace TEXT NOT NULL, source TEXT NOT NULL,
    object_schema INTEGER NOT NULL, created REAL NOT NULL, updated REAL NOT NULL,
    mapping TEXT, before TEXT, token_digest TEXT UNIQUE, UNIQUE (workspace, source));
CREATE TABLE IF NOT EXISTS external_ids (
    workspace TEXT NOT NULL, external_id TEXT NOT NULL, object_schema INTEGER NOT NULL,
    PRIMARY KEY (workspace, external_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mapping_settings (
    source INTEGER NOT NULL, type_key TEXT NOT NULL, settings TEXT NOT NULL,
    PRIMARY KEY (source, type_key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS statuses (source TEXT PRIMARY KEY, status TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS schedules (source TEXT PRIMARY KEY, details TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS requests (
    operation TEXT NOT NULL, workspace TEXT NOT NULL, source TEXT NOT NULL,
    count INTEGER NOT NULL, PRIMARY KEY (operation, workspace, source)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS submissions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workspace TEXT NOT NULL,
    source TEXT NOT NULL, verb TEXT NOT NULL, body BLOB, steps_left INTEGER NOT NULL,
    due REAL NOT NULL, failure TEXT, ended INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS pending ON submissions (workspace, source) WHERE NOT ended;
CREATE TABLE IF NOT EXISTS executions (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workspace TEXT NOT NULL,
    source TEXT NOT NULL, state TEXT NOT NULL, started REAL NOT NULL, ended REAL,
    steps_left INTEGER NOT NULL DEFAULT 0, due REAL NOT NULL DEFAULT 0, failure TEXT);
CREATE INDEX IF NOT EXISTS latest ON executions (workspace, source, number);
CREATE TABLE IF NOT EXISTS chunks (
    number INTEGER PRIMARY KEY, execution TEXT NOT NULL, client_id TEXT, data TEXT NOT NULL,
    entries INTEGER NOT NULL, UNIQUE (execution, client_id));
CREATE TABLE IF NOT EXISTS imports (
    execution TEXT PRIMARY KEY, live TEXT NOT NULL, chunk INTEGER NOT NULL DEFAULT 0,
    counts TEXT NOT NULL DEFAULT '{}', result TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS imported (
    type INTEGER NOT NULL, external_id TEXT NOT NULL, label TEXT NOT NULL,
    attributes TEXT NOT NULL, lookups TEXT NOT NULL,
    PRIMARY KEY (type, external_id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS object_types (
    number INTEGER PRIMARY KEY AUTOINCREMENT, object_schema INTEGER NOT NULL,
    type_key TEXT NOT NULL, UNIQUE (object_schema, type_key));
CREATE TABLE IF NOT EXISTS element_numbers (
    number INTEGER PRIMARY KEY AUTOINCREMENT, object_schema INTEGER NOT NULL, kind TEXT NOT NULL,
    element_key TEXT NOT NULL, UNIQUE (object_schema, kind, element_key));
CREATE TABLE IF NOT EXISTS element_settings (
    kind TEXT NOT NULL, number INTEGER NOT NULL, settings TEXT NOT NULL,
    PRIMARY KEY (kind, number)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS objects (
    number INTEGER PRIMARY KEY, type INTEGER NOT NULL, external_id TEXT NOT NULL,
    key TEXT NOT NULL, label TEXT NOT NULL, attributes TEXT NOT NULL, lookups TEXT NOT NULL,
    found TEXT NOT NULL DEFAULT '{}', UNIQUE (type, external_id));
"""


# Names of SQLite, more exact ones beginning with them.
_OF_DISK = ("SQLITE_FULL", "SQLITE_IOERR")


class Store:
    """The database file, or one in memory that ends with the process."""

    def __init__(self, db: Path | Literal[":memory:"]) -> None:
        """Open *db*, creating it if missing. Raises ReconcilerError."""
        self._lock = threading.Lock()
        try:
            if isinstance(db, Path):
                make_data_directory(db.parent)
                # SQLite would create it, and what it keeps beside, with the umask's permissions.
                os.close(os.open(db, os.O_CREAT | os.O_RDWR, 0o600))
            self._connection = sqlite3.connect(
                db, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            with ExitStack() as unless_ready:
                unless_ready.callback(self._connection.close)
                self._connection.row_factory = sqlite3.Row
                # Write-ahead log: a killed emulator loses nothing, and readers do not wait.
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                self._connection.executescript(f"BEGIN IMMEDIATE; {_TABLES} COMMIT;")
                unless_ready.pop_all()
        except (OSError, sqlite3.Error) as error:
            raise _unusable(db, str(error), of_disk=_is_of_disk(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection in a transaction: committed at the end, rolled back on errors."""
        with self._lock:
            # The write lock from the start: nothing read here can be stale when written.
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full device has ended it
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def _unusable(db: object, why: str, *, of_disk: bool = False) -> ReconcilerError:
    return ReconcilerError(
        f"cannot open the emulator's data {db}: {why}",
        hint="check the disk that the file is on: it may be full"
        if of_disk
        else "remove the file to begin with empty import sources, or name another",
    )


def _is_of_disk(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EIO}
    return str(getattr(error, "sqlite_errorname", None)).startswith(_OF_DISK)


@contextmanager
def reading(db: Path) -> Iterator[sqlite3.Connection]:
    """Yield a read-only connection to the file *db*.

    Raises ReconcilerError if it is not an emulator's data.
    """
    try:
        with closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as tx:
            tx.row_factory = sqlite3.Row
            yield tx
    except sqlite3.Error as error:
        raise ReconcilerError(f"cannot read the emulator's data {db}: {error}") from error


def one(tx: sqlite3.Connection, sql: str, *values: Any) -> Any:
    """Return the first row of *sql*, None without one."""
    return tx.execute(sql, values).fetchone()


def save_token(tx: sqlite3.Connection, place: Place, token: str) -> None:
    """Make *token* the source's only one; only its digest is stored."""
    tx.execute(
        "UPDATE sources SET token_digest = ? WHERE workspace = ? AND source = ?",
        (_token_digest(token), *place),
    )


def owner_of(tx: sqlite3.Connection, token: str) -> Place | None:
    """Return the source that the container token *token* belongs to."""
    row = one(
        tx, "SELECT workspace, source FROM sources WHERE token_digest = ?", _token_digest(token)
    )
    return None if row is None else Place(*row)


def _token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def forced_status(tx: sqlite3.Connection, source: str) -> ConfigStatus | None:
    """Return the status that an administrator forced on the source, in any workspace."""
    row = one(tx, "SELECT status FROM statuses WHERE source = ?", source)
    return None if row is None else ConfigStatus(row["status"])


def force_status(tx: sqlite3.Connection, source: str, status: ConfigStatus | None) -> None:
    """Force a status on the source; None restores its own."""
    tx.execute("DELETE FROM statuses WHERE source = ?", (source,))
    if status is not None:
        tx.execute("INSERT INTO statuses VALUES (?, ?)", (source, status))


def schedule_of(tx: sqlite3.Connection, source: str) -> dict[str, Any] | None:
    """Return the schedule that an administrator gave to the source, in any workspace."""
    row = one(tx, "SELECT details FROM schedules WHERE source = ?", source)
    return None if row is None else json.loads(row["details"])


def save_schedule(tx: sqlite3.Connection, source: str, details: dict[str, Any]) -> None:
    """Give the source a schedule."""
    tx.execute("INSERT OR REPLACE INTO schedules VALUES (?, ?)", (source, json.dumps(details)))


def count_request(tx: sqlite3.Connection, operation: str, place: Place) -> None:
    """Count a request of *operation*."""
    tx.execute(
        "INSERT INTO requests VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET count = count + 1",
        (operation, *place),
    )


def request_counts(tx: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return how many requests of each operation each source has had."""
    return [
        {
            "operation": row["operation"],
            "workspaceId": row["workspace"],
            "importSourceId": row["source"],
            "count": row["count"],
        }
        for row in tx.execute("SELECT * FROM requests")
    ]
