"""The journal's tables in a database: made, found, or found to be another's."""

from sqlalchemy import Connection, func, insert, inspect, select
from sqlalchemy.exc import DBAPIError

from reconciler.errors import JournalError
from reconciler.journal import LOCK, VERSION, tables
from reconciler.journal.database import Database
from reconciler.journal.failures import another_version, damaged, passes


def are_there(connection: Connection) -> bool:
    """Return whether the tables are there and of this version: most often nothing is to be made."""
    try:
        found = connection.execute(select(tables.version.c.version)).scalars().all()
    except DBAPIError as error:
        if passes(error):
            raise
        return False
    return found == [VERSION]


def make_tables(connection: Connection, name: str) -> None:
    """Make the tables of the journal *name* in a transaction, unless they are there.

    Raises JournalError for another's database, a journal of another version, and one that is
    damaged.
    """
    if connection.dialect.name != Database.SQLITE:
        # Two first runners at the same time must not both create the tables.
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    if found_version(connection, name) is None:
        tables.TABLES.create_all(connection)
        connection.execute(insert(tables.version).values(version=VERSION))


def found_version(connection: Connection, name: str) -> int | None:
    """Return the version of the tables of the journal *name*, None if there are none.

    Raises JournalError as `make_tables` does.
    """
    there = set(inspect(connection).get_table_names())
    if tables.version.name not in there:
        # A server's database may be shared with others, a file is one's own.
        ours = there & set(tables.TABLES.tables)
        if ours or (there and connection.dialect.name == Database.SQLITE):
            raise JournalError(
                f"{name} holds other tables, but not a journal of reconciler",
                hint="set `journal` in the project file to another path or database",
            )
        return None
    match connection.execute(select(tables.version.c.version)).scalars().all():
        case [int(version)] if version == VERSION:
            return version
        case [int(version)] if version > 0:
            raise another_version(name, version, VERSION)
        case _:
            raise damaged(name, "the version of its format is not readable")
