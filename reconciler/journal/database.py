"""The databases that can hold a journal, their differences, and the URL in the project file."""

from collections.abc import Mapping
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Table, make_url
from sqlalchemy.exc import ArgumentError

from reconciler.errors import JournalError


class Database(StrEnum):
    """A kind of database, by SQLAlchemy's name for it."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


_EXAMPLES = "for example: journal: sqlite:///.reconciler/journal.db"
# Its name in URLs, with our driver.
_DRIVERS: Mapping[Database, str] = {
    Database.SQLITE: "sqlite",
    Database.POSTGRESQL: "postgresql+psycopg",
}


def journal_url(url: str, directory: Path) -> str:
    """Return *url*, with an SQLite path relative to *directory* made absolute.

    As in all SQLAlchemy URLs `sqlite:///a.db` is relative and `sqlite:////a.db` absolute.
    Raises JournalError for a URL that cannot be a journal's.
    """
    parsed = checked_url(url)
    if (path := sqlite_path(parsed)) is None:
        return url
    return parsed.set(database=str((directory / path).absolute())).render_as_string()


def checked_url(url: str) -> URL:
    """Return *url* with our driver. Raises JournalError if it cannot be a journal's."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The URL is not quoted: it may hold a password.
        raise JournalError("the project file's `journal` is not a URL", hint=_EXAMPLES) from None
    names = ((each, {each, driver}) for each, driver in _DRIVERS.items())
    database = next((each for each, known in names if parsed.drivername in known), None)
    if database is None:
        raise JournalError(
            f"the project file's `journal` is of the kind {parsed.drivername}, which is not "
            "supported",
            hint=f"{_EXAMPLES}, or postgresql+psycopg://USER@HOST/DATABASE",
        )
    if database is Database.SQLITE:
        if parsed.database in {None, "", ":memory:"}:
            raise JournalError("the project file's `journal` names no file", hint=_EXAMPLES)
        if parsed.query or parsed.host or parsed.username or parsed.password or parsed.port:
            raise JournalError(
                "the project file's `journal` holds more than the path of a file",
                hint=f"nothing stands before the path, and no `?` after it; {_EXAMPLES}",
            )
    return parsed.set(drivername=_DRIVERS[database])


def sqlite_path(url: URL) -> Path | None:
    """Return the SQLite file of *url*, None for a server."""
    return Path(url.database or "") if url.get_backend_name() == Database.SQLITE else None


def upsert(table: Table, db: Connection) -> Any:
    """Return an INSERT into *table* with `on_conflict_…`, for the database of *db*."""
    # Each takes a while to load; that of *db* is there.
    return import_module(f"sqlalchemy.dialects.{db.dialect.name}").insert(table)


def inserted(db: Connection, statement: Any) -> int:
    """Do the INSERT *statement* of one row, and return its id."""
    key = db.execute(statement).inserted_primary_key
    assert key is not None  # noqa: S101 - an INSERT that did not raise has a key
    return int(key[0])
