"""The database that holds the journal: opened or created, its errors translated.

SQLite for one machine, PostgreSQL for a team and for CI, both through SQLAlchemy.
"""

import itertools
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    TextualSelect,
    create_engine,
    func,
    select,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from reconciler.errors import JournalError
from reconciler.journal import LOCK, sqlite_file
from reconciler.journal.boot import boot_seconds
from reconciler.journal.database import checked_url, sqlite_path
from reconciler.journal.failures import damaged, failure, no_driver, passes
from reconciler.journal.limits import LOOK, READS, Limits, left
from reconciler.journal.schema import are_there, make_tables

T = TypeVar("T")

LIMITS = Limits()
_PAUSE = 0.5
_ALSO: dict[type, tuple[type, ...]] = {float: (int,)}


def _utc_now() -> datetime:
    return datetime.now(UTC)


class JournalStore:
    """The journal's database at *url*. Every method raises JournalError and nothing else.

    Nothing is touched before the first read or write; a missing SQLite file is created by the
    first write. *now* is this machine's clock since its start, which is that of leases in SQLite;
    PostgreSQL uses its own, since its clients' cannot be compared. No call waits for longer than
    *limits* say, a few times over where it also has to connect, nor for longer than its caller
    (`limits.within`).
    """

    def __init__(
        self,
        url: str,
        *,
        limits: Limits = LIMITS,
        now: Callable[[], float] = boot_seconds,
        sleep: Callable[[float], None] = time.sleep,
        wall: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Store the arguments. Raises JournalError if *url* cannot be a journal's."""
        self._url = checked_url(url)
        self._limits = limits
        self.now = now
        self._sleep = sleep
        self.wall = wall
        self._turn = threading.Lock()
        self._identity: tuple[int, int] | None = None

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
        return sqlite_path(self._url)

    @property
    def exists(self) -> bool:
        """Whether there is something to read."""
        with self.translated_errors("read"):
            return self.path is None or "_engine" in self.__dict__ or self.path.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection for reading."""
        with self._in_turn("read") as engine, engine.connect() as connection:
            yield connection.execution_options(**{READS: True})

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in a transaction: committed at the end of the block or rolled back."""
        with self._in_turn("written") as engine, engine.begin() as connection:
            yield connection
            _refuse_if_late()

    def write(self, work: Callable[[Connection], T]) -> T:
        """Return what *work* returns, done in a transaction that was committed.

        If the database fails for a while, or nobody knows what became of the COMMIT, it is done
        again on another connection. So *work* must do nothing if it finds itself done.
        """
        began = self.now()
        while True:
            try:
                with self.writing() as db:
                    return work(db)
            except JournalError as error:
                is_over = self.now() - began >= self._limits.persistence
                if is_over or left() <= _PAUSE or not passes(error.__cause__):
                    raise
            self._sleep(_PAUSE)

    def write_once(
        self,
        name: str,
        find: Callable[[Connection], T | None],
        work: Callable[[Connection], T],
    ) -> T:
        """Return what *work* returns, which would do it twice; a later try looks with *find*.

        *name* is unique to what is done: no try looks before an earlier one has ended.
        """
        tries = itertools.count()

        def attempt(db: Connection) -> T:
            if self.path is None:
                key = func.hashtextextended(name, LOCK)
                db.execute(select(func.pg_advisory_xact_lock(key)))
            found = find(db) if next(tries) else None
            return work(db) if found is None else found

        return self.write(attempt)

    def rows(
        self,
        db: Connection,
        query: Select[Any] | TextualSelect,
        decode: Callable[[Any], T],
        **given: Any,
    ) -> list[T]:
        """Return what *decode* makes of each row of *query*, with the parameters *given*.

        The rows are none of ours by then: a value of another type, or that *decode* does not
        take, is a damaged journal.
        """
        rows = db.execute(query, given).all()
        try:
            for row in rows:
                for column, value in zip(query.selected_columns, row, strict=True):
                    _check_type(column, value)
            return [decode(row) for row in rows]
        except Exception as error:
            raise damaged(self.name, error) from error

    def row(self, db: Connection, query: Select[Any], decode: Callable[[Any], T]) -> T:
        """Return what *decode* makes of the one row of *query*."""
        match self.rows(db, query, decode):
            case [found]:
                return found
            case found:
                raise damaged(self.name, f"{len(found)} rows instead of one")

    def seconds(self, connection: Connection) -> float:
        """Return the time by the clock of leases: only differences mean something."""
        if self.path is not None:
            return self.now()
        clock = select(func.extract("epoch", func.clock_timestamp()))
        return float(connection.execute(clock).scalar_one())

    def utc(self, connection: Connection) -> datetime:
        """Return the time of day in UTC, by one clock for all who share the journal."""
        if self.path is not None:
            return self.wall()
        return datetime.fromtimestamp(self.seconds(connection), UTC)

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
            raise failure(self.name, action, error, is_file=self.path is not None) from error

    @contextmanager
    def _in_turn(self, action: str) -> Iterator[Engine]:
        """Yield the open database to one thread at a time: an SQLite file's locks have no queue."""
        with self.translated_errors(action):
            until = time.monotonic() + self._limits.persistence
            while not self._turn.acquire(timeout=LOOK):
                if time.monotonic() >= until:
                    raise TimeoutError("other calls of this process did not end")
                _refuse_if_late()
            try:
                with self.translated_errors("opened"):
                    _refuse_if_late()
                    engine = self._engine
                if self.path is not None and sqlite_file.identity(self.path) != self._identity:
                    raise OSError("the file was moved or replaced while it was in use")
                yield engine
            finally:
                self._turn.release()

    @cached_property
    def _engine(self) -> Engine:
        if self.path is not None:
            sqlite_file.make_private(self.path)
        try:
            engine = create_engine(
                self._url,
                poolclass=QueuePool,
                pool_pre_ping=self.path is None,
                # One program is one connection, however many sources it works on at once.
                pool_size=1,
                max_overflow=0,
                pool_timeout=self._limits.persistence,
            )
        except ImportError as error:
            raise no_driver(self.name, error) from error
        if self.path is not None:
            sqlite_file.prepare(engine, self._limits)
            self._identity = sqlite_file.identity(self.path)
        else:
            from reconciler.journal import postgresql  # noqa: PLC0415 - its driver is optional

            postgresql.prepare(engine, self._limits)
        try:
            with engine.connect() as reader:
                is_ready = are_there(reader.execution_options(**{READS: True}))
            if not is_ready:
                with engine.begin() as connection:
                    make_tables(connection, self.name)
        except BaseException:
            engine.dispose()
            raise
        return engine


def _refuse_if_late() -> None:
    """Raise TimeoutError if nobody waits any more for what the call would do."""
    if left() <= 0:
        raise TimeoutError("no time was left for it")


def _check_type(column: ColumnElement[Any], value: object) -> None:
    """Raise ValueError for a value that *column* cannot hold: SQLite takes any in any column."""
    if value is None:
        fits = getattr(column, "nullable", True)
    else:
        fits = isinstance(value, (column.type.python_type, *_ALSO.get(column.type.python_type, ())))
    if not fits:
        raise ValueError(f"{column} is {type(value).__name__}")
