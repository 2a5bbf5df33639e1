"""The database that holds the journal: opened, created or migrated, its errors translated.

SQLite for one machine, PostgreSQL for a team and for CI, both through SQLAlchemy.
"""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    text,
    update,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError
from sqlalchemy.pool import QueuePool

from reconciler.errors import JournalError
from reconciler.journal import tables
from reconciler.journal.boot import boot_seconds
from reconciler.journal.database import Database, database_of, with_driver

# "rcnJ" distinguishes our journal from other SQLite files, and names our lock in PostgreSQL.
APPLICATION_ID = 0x72636E4A
BUSY_SECONDS = 5.0
# For the other threads of this process: several that each wait that long.
TURN_SECONDS = 30.0
# libpq's own parameters: a server that stops answering must not block operations in flight for
# minutes. The URL may override them.
_PATIENCE = {"connect_timeout": 10, "tcp_user_timeout": 15_000, "keepalives_idle": 15}
_READS = "reads"
_EXAMPLES = "for example: journal: sqlite:///.reconciler/journal.db"


class JournalStore:
    """The journal's database at *url*. Every method raises JournalError and nothing else.

    Nothing is touched before the first read or write; a missing SQLite file is created by the
    first write. *now* is this machine's clock since its start, which is that of leases in SQLite;
    PostgreSQL uses its own, since its clients' cannot be compared.
    """

    def __init__(self, url: str, *, now: Callable[[], float] = boot_seconds) -> None:
        """Store the arguments. Raises JournalError if *url* cannot be a journal's."""
        self._url = _checked(url)
        self.now = now
        self._turn = threading.Lock()
        self._opening = threading.Lock()

    @property
    def name(self) -> str:
        """The journal's name in messages: never with user or password."""
        if self.path is not None:
            return str(self.path)
        url = self._url
        return f"{url.get_backend_name()}://{url.host or ''}/{url.database or ''}"

    @property
    def path(self) -> Path | None:
        """The SQLite file, None for a server."""
        return Path(self._url.database or "") if _is_sqlite(self._url) else None

    @property
    def exists(self) -> bool:
        """Whether there is something to read."""
        with self.translated_errors("read"):
            return self.path is None or "_engine" in self.__dict__ or self.path.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection for reading."""
        engine = self._open()
        with self.translated_errors("read"), self._in_turn(), engine.connect() as connection:
            yield connection.execution_options(**{_READS: True})

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in a transaction: committed at the end of the block or rolled back."""
        engine = self._open()
        with self.translated_errors("written"), self._in_turn(), engine.begin() as connection:
            yield connection

    def seconds(self, connection: Connection) -> float:
        """Return the time by the clock of leases: only differences mean something."""
        if self.path is not None:
            return self.now()
        clock = select(func.extract("epoch", func.clock_timestamp()))
        return float(connection.execute(clock).scalar_one())

    def close(self) -> None:
        """Close the connections, if there are any."""
        if (engine := self.__dict__.pop("_engine", None)) is not None:
            engine.dispose()

    @contextmanager
    def translated_errors(self, action: str) -> Iterator[None]:
        """Turn what SQLAlchemy, SQLite and the file system raise into a JournalError."""
        try:
            yield
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise JournalError(
                f"the journal {self.name} cannot be {action}: {_first_line(error)}",
                hint=self._hint(error),
            ) from error

    def _hint(self, error: Exception) -> str:
        if self.path is None:
            return "check that the server runs, and `journal` in the project file"
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, sqlite3.DatabaseError) and not isinstance(
            cause, sqlite3.OperationalError
        ):
            return (
                "move the file away and a new one is made; it only holds the history of runs, "
                "live stays the truth"
            )
        return (
            "check the disk and the permissions of the file and its directory, or set "
            "`journal` in the project file to another path"
        )

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """Let one thread at a time use an SQLite file: its own locks have no queue."""
        if self.path is None:
            yield
            return
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise TimeoutError("other calls of this process did not end")
        try:
            yield
        finally:
            self._turn.release()

    def _open(self) -> Engine:
        with self.translated_errors("opened"), self._opening:
            return self._engine

    @cached_property
    def _engine(self) -> Engine:
        if self.path is not None:
            _make_private(self.path)
        try:
            engine = create_engine(
                self._url,
                poolclass=QueuePool,
                pool_pre_ping=self.path is None,
                connect_args=self._patience(),
            )
        except ImportError as error:
            raise JournalError(
                f"the journal {self.name} needs a driver that is not installed: {error.name}",
                hint="pip install 'reconciler[postgresql]'",
            ) from error
        if self.path is not None:
            event.listen(engine, "connect", _prepare)
            event.listen(engine, "begin", _begin)
        try:
            with engine.begin() as connection:
                self._bring_up_to_date(connection)
        except BaseException:
            engine.dispose()
            raise
        return engine

    def _patience(self) -> dict[str, int]:
        if self.path is not None:
            return {}
        return {name: value for name, value in _PATIENCE.items() if name not in self._url.query}

    def _bring_up_to_date(self, connection: Connection) -> None:
        if self.path is None:
            # Two first runners at the same time must not both create the tables.
            connection.execute(select(func.pg_advisory_xact_lock(APPLICATION_ID)))
        found = self._version(connection)
        if found > tables.VERSION:
            raise JournalError(
                f"the journal {self.name} was written by a newer reconciler "
                f"(format {found}; this one knows {tables.VERSION})",
                hint="update reconciler, or set `journal` in the project file to another path",
            )
        if found == tables.VERSION:
            return
        there = set(inspect(connection).get_table_names())
        for newer in range(found + 1, tables.VERSION + 1) if found else ():
            for table, columns in tables.MIGRATIONS[newer].items():
                for column in columns if table in there else ():
                    connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {column}"))
        tables.TABLES.create_all(connection)
        if connection.execute(select(tables.version.c.version)).first() is None:
            connection.execute(insert(tables.version).values(version=tables.VERSION))
        else:
            connection.execute(update(tables.version).values(version=tables.VERSION))
        if self.path is not None:
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")

    def _version(self, connection: Connection) -> int:
        """Return the version of the schema, 0 if empty. Raises JournalError for foreign files."""
        names = set(inspect(connection).get_table_names())
        if tables.version.name in names:
            return int(connection.execute(select(tables.version.c.version)).scalar_one())
        if not names & set(tables.TABLES.tables) and (self.path is None or not names):
            return 0
        if self.path is not None:
            (application,) = connection.exec_driver_sql("PRAGMA application_id").one()
            (before,) = connection.exec_driver_sql("PRAGMA user_version").one()
            if application == APPLICATION_ID:
                return int(before)
        raise JournalError(
            f"{self.name} holds other tables, but not a journal of reconciler",
            hint="set `journal` in the project file to another path or database",
        )


def journal_url(url: str, directory: Path) -> str:
    """Return *url*, with an SQLite path relative to *directory* made absolute.

    As in all SQLAlchemy URLs `sqlite:///a.db` is relative and `sqlite:////a.db` absolute.
    Raises JournalError for a URL that cannot be a journal's.
    """
    parsed = _checked(url)
    if not _is_sqlite(parsed):
        return url
    return parsed.set(
        database=str((directory / (parsed.database or "")).absolute())
    ).render_as_string()


def _checked(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The URL is not quoted: it may hold a password.
        raise JournalError("the project file's `journal` is not a URL", hint=_EXAMPLES) from None
    if _is_sqlite(parsed) and parsed.database in {None, "", ":memory:"}:
        raise JournalError("the project file's `journal` names no file", hint=_EXAMPLES)
    if (database := database_of(parsed)) is None:
        raise JournalError(
            f"the project file's `journal` is of the kind {parsed.drivername}, which is not "
            "supported",
            hint=f"{_EXAMPLES}, or postgresql+psycopg://USER@HOST/DATABASE",
        )
    return with_driver(parsed, database)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == Database.SQLITE


def _make_private(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # SQLite would create it with the umask's permissions.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))


def _prepare(connection: Any, _record: Any) -> None:
    # SQLAlchemy's recipe for real transactions with pysqlite: we issue BEGIN ourselves.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
    # FULL: the intent must be on disk before a byte is sent, even across a power failure.
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    )


def _begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _first_line(error: Exception) -> str:
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(cause).strip().splitlines()
    return lines[0] if lines else type(cause).__name__
