"""The databases that can hold a journal, and their differences."""

from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from typing import Any

from sqlalchemy import URL, Connection, Table


class Database(StrEnum):
    """A kind of database, by SQLAlchemy's name for it."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


# Its name in URLs, with our driver.
_DRIVERS: Mapping[Database, str] = {
    Database.SQLITE: "sqlite",
    Database.POSTGRESQL: "postgresql+psycopg",
}


def database_of(url: URL) -> Database | None:
    """Return the database that *url* names, with or without a driver, otherwise None."""
    for database, driver in _DRIVERS.items():
        if url.drivername in {database, driver}:
            return database
    return None


def with_driver(url: URL, database: Database) -> URL:
    """Return *url* with our driver for *database*."""
    return url.set(drivername=_DRIVERS[database])


def upsert(table: Table, db: Connection) -> Any:
    """Return an INSERT into *table* with `on_conflict_…`, for the database of *db*."""
    # Each takes a while to load; that of *db* is there.
    return import_module(f"sqlalchemy.dialects.{db.dialect.name}").insert(table)


def inserted(db: Connection, statement: Any) -> int:
    """Do the INSERT *statement* of one row, and return its id."""
    key = db.execute(statement).inserted_primary_key
    assert key is not None  # noqa: S101 - an INSERT that did not raise has a key
    return int(key[0])
