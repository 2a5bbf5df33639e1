"""The databases that can hold a journal, and their differences."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import URL, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from reconciler.value import Value


class Database(StrEnum):
    """A kind of database, by SQLAlchemy's name for it."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class _Dialect(Value):
    """The driver's name in URLs, and the INSERT that can handle existing rows."""

    driver: str
    insert: Callable[[Table], Any]


_DIALECTS: Mapping[Database, _Dialect] = {
    Database.SQLITE: _Dialect(driver="sqlite", insert=sqlite.insert),
    Database.POSTGRESQL: _Dialect(driver="postgresql+psycopg", insert=postgresql.insert),
}


def database_of(url: URL) -> Database | None:
    """Return the database that *url* names, with or without a driver, otherwise None."""
    for database, dialect in _DIALECTS.items():
        if url.drivername in {database, dialect.driver}:
            return database
    return None


def with_driver(url: URL, database: Database) -> URL:
    """Return *url* with our driver for *database*."""
    return url.set(drivername=_DIALECTS[database].driver)


def upsert(table: Table, db: Connection) -> Any:
    """Return an INSERT into *table* with `on_conflict_…`, for the database of *db*."""
    return _DIALECTS[Database(db.dialect.name)].insert(table)


def inserted(db: Connection, statement: Any) -> int:
    """Do the INSERT *statement* of one row, and return its id."""
    key = db.execute(statement).inserted_primary_key
    assert key is not None  # noqa: S101 - an INSERT that did not raise has a key
    return int(key[0])
