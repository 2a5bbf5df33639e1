"""Where a journal is: the URL in the project file, and which ones can be a journal's."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from reconciler.errors import JournalError
from reconciler.journal.database import Database, database_of, with_driver

_EXAMPLES = "for example: journal: sqlite:///.reconciler/journal.db"


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
    if (database := database_of(parsed)) is None:
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
    return with_driver(parsed, database)


def sqlite_path(url: URL) -> Path | None:
    """Return the SQLite file of *url*, None for a server."""
    return Path(url.database or "") if url.get_backend_name() == Database.SQLITE else None
