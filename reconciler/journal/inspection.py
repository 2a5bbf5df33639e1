"""Look at a journal without a trace: nothing is made."""

import sqlite3
from functools import partial
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from reconciler.journal.database import checked_url
from reconciler.journal.failures import no_driver
from reconciler.journal.limits import READS, Limits
from reconciler.journal.schema import found_version
from reconciler.journal.store import JournalStore

_LIMITS = Limits(silence=5.0, persistence=5.0)


def _untouched(path: Path) -> str:
    """Return how SQLite makes no files beside *path*; where there are any, others use it now."""
    return "" if path.with_name(f"{path.name}-wal").exists() else "&immutable=1"


def journal_format(url: str) -> int | None:
    """Return the version of the format of the journal at *url*, None where nothing is there yet.

    Raises JournalError if it cannot be read, or is none of this version.
    """
    store = JournalStore(url)
    if not store.exists:
        return None
    with store.translated_errors("read"):
        try:
            if store.path is not None:
                address = f"{store.path.absolute().as_uri()}?mode=ro{_untouched(store.path)}"
                connect = partial(sqlite3.connect, address, uri=True, timeout=_LIMITS.silence)
                engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
            else:
                from reconciler.journal import postgresql  # noqa: PLC0415 - its driver is optional

                engine = create_engine(checked_url(url), poolclass=NullPool)
                postgresql.prepare(engine, _LIMITS)
        except ImportError as error:
            raise no_driver(store.name, error) from error
        with engine.connect() as connection:
            return found_version(connection.execution_options(**{READS: True}), store.name)
