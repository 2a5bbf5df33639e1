"""The databases that can hold a journal, and what differs between them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import URL, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


class Database(StrEnum):
    """A kind of database, by the name that SQLAlchemy has for it."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Dialect:
    """How a URL names the driver, and the INSERT that may meet a row that is there."""

    driver: str
    insert: Callable[[Table], Any]


_DIALECTS: Mapping[Database, _Dialect] = {
    Database.SQLITE: _Dialect(driver="sqlite", insert=sqlite.insert),
    Database.POSTGRESQL: _Dialect(driver="postgresql+psycopg", insert=postgresql.insert),
}


def database_of(url: URL) -> Database | None:
    """Return the database that *url* names, by its name alone or with the driver; else None."""
    for database, dialect in _DIALECTS.items():
        if url.drivername in {database, dialect.driver}:
            return database
    return None


def with_driver(url: URL, database: Database) -> URL:
    """Return *url* with the driver that we use for *database*."""
    return url.set(drivername=_DIALECTS[database].driver)


def upsert(table: Table, db: Connection) -> Any:
    """Return the INSERT into *table* that has `on_conflict_…`, for the database of *db*."""
    return _DIALECTS[Database(db.dialect.name)].insert(table)
