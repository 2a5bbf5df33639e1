"""The journal's SQLite file: where it is, how it is made, and whether it is ours."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reconciler.errors import JournalError

SCHEME = "sqlite:///"
# "rcnJ" in the file's header tells our journal from any other SQLite file.
APPLICATION_ID = 0x72636E4A
VERSION = 2
BUSY_SECONDS = 5.0

SCHEMA = """
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    environment TEXT NOT NULL,
    plan_digest TEXT NOT NULL,
    plan_created_at TEXT,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    interrupted INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE bodies (
    digest TEXT PRIMARY KEY,
    json TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE operations (
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES runs (id),
    source TEXT NOT NULL,
    import_source_id TEXT,
    workspace_id TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    query TEXT NOT NULL,
    body_digest TEXT NOT NULL REFERENCES bodies (digest),
    desired_digest TEXT NOT NULL,
    live_digest TEXT NOT NULL,
    state TEXT NOT NULL,
    progress_url TEXT,
    sent_at TEXT,
    ended_at TEXT,
    message TEXT,
    read_back_digest TEXT,
    attempts TEXT
);
CREATE INDEX operations_by_run ON operations (run_id);
CREATE INDEX operations_by_source ON operations (source, id);
"""
# What brings a journal of the version before each to it.
MIGRATIONS = {
    2: (
        "ALTER TABLE runs ADD COLUMN plan_created_at TEXT",
        "ALTER TABLE operations ADD COLUMN attempts TEXT",
    ),
}


def journal_path(url: str, directory: Path) -> Path:
    """Return the file that the project file's `journal` URL means, relative to *directory*.

    As in SQLAlchemy's URLs, `sqlite:///a.db` is relative and `sqlite:////a.db` absolute.
    Raises JournalError for any other kind of URL. The text of the URL is not repeated:
    it may hold a password.
    """
    name = url.removeprefix(SCHEME)
    if not url.startswith(SCHEME) or name in {"", ":memory:"}:
        raise JournalError(
            "the project file's `journal` is not a URL of the form sqlite:///PATH",
            hint="for example: journal: sqlite:///.reconciler/journal.db",
        )
    return directory / name


def connect(path: Path) -> sqlite3.Connection:
    """Return a connection to the journal at *path*, made (0600) where it does not exist.

    Raises JournalError where it cannot be opened, is something else, or is from a newer
    version.
    """
    with told_as_journal_error(path, "opened"):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # SQLite would create it with the umask's permissions.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            # FULL: the intent must be on the disk before a byte is sent, also over a power cut.
            connection.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            )
            connection.row_factory = sqlite3.Row
            _ensure_ours(connection, path)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def told_as_journal_error(path: Path, deed: str) -> Iterator[None]:
    """Turn what SQLite and the file system raise into a JournalError that says what to do."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise JournalError(
            f"the journal {path} cannot be {deed}: {error}",
            hint="check the disk and the permissions of the file and its directory, or set "
            "`journal` in the project file to another path",
        ) from error
    except sqlite3.DatabaseError as error:
        raise JournalError(
            f"the journal {path} cannot be {deed}: {error}",
            hint="move the file away and a new one is made; it only holds the history of runs, "
            "live stays the truth",
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block in one transaction that is durable at its end, or undone."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _ensure_ours(connection: sqlite3.Connection, path: Path) -> None:
    with transaction(connection):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if (application, version, tables) == (0, 0, 0):
            for statement in filter(str.strip, SCHEMA.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={VERSION}")
        elif application != APPLICATION_ID:
            raise JournalError(
                f"{path} is an SQLite file, but not a journal of reconciler",
                hint="set `journal` in the project file to another path",
            )
        elif version > VERSION:
            raise JournalError(
                f"the journal {path} was written by a newer reconciler "
                f"(format {version}; this one knows {VERSION})",
                hint="update reconciler, or set `journal` in the project file to another path",
            )
        elif version < VERSION:
            for newer in range(version + 1, VERSION + 1):
                for statement in MIGRATIONS[newer]:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version={VERSION}")
