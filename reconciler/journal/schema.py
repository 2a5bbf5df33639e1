"""The journal's tables in a database: made, brought up to date, or found to be another's."""

from sqlalchemy import Connection, func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from reconciler.errors import JournalError
from reconciler.journal import APPLICATION_ID, VERSION, tables
from reconciler.journal.database import Database
from reconciler.journal.failures import damaged, passes


def is_up_to_date(connection: Connection) -> bool:
    """Return whether the tables are there and of this version: most often nothing is to be made."""
    try:
        found = connection.execute(select(tables.version.c.version)).scalars().all()
    except DBAPIError as error:
        if passes(error):
            raise
        return False
    return found == [VERSION]


def bring_up_to_date(connection: Connection, name: str) -> None:
    """Make or migrate the tables of the journal *name*, in a transaction.

    Raises JournalError for another's database, a newer journal, and one that is damaged.
    """
    is_file = connection.dialect.name == Database.SQLITE
    if not is_file:
        # Two first runners at the same time must not both create the tables.
        connection.execute(select(func.pg_advisory_xact_lock(APPLICATION_ID)))
    there = set(inspect(connection).get_table_names())
    found = found_version(connection, name)
    if found == VERSION:
        return
    for newer in range(found + 1, VERSION + 1) if found else ():
        for table, columns in tables.MIGRATIONS.get(newer, {}).items():
            for column in columns if table in there else ():
                connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {column}"))
    tables.TABLES.create_all(connection)
    _add_indexes(connection)
    if connection.execute(select(tables.version.c.version)).first() is None:
        connection.execute(insert(tables.version).values(version=VERSION))
    else:
        connection.execute(update(tables.version).values(version=VERSION))
    if is_file:
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")


def found_version(connection: Connection, name: str) -> int:
    """Return the version of the tables of the journal *name*, 0 if there are none.

    Raises JournalError as `bring_up_to_date` does.
    """
    found = _version(connection, name)
    if found > VERSION:
        raise JournalError(
            f"the journal {name} was written by a newer reconciler "
            f"(format {found}; this one knows {VERSION})",
            hint="update reconciler, or set `journal` in the project file to another path",
        )
    return found


def _version(connection: Connection, name: str) -> int:
    is_file = connection.dialect.name == Database.SQLITE
    there = set(inspect(connection).get_table_names())
    if tables.version.name in there:
        found = connection.execute(select(tables.version.c.version)).scalars().all()
        return _known(found, name)
    if not there & set(tables.TABLES.tables) and not (is_file and there):
        return 0
    if is_file:
        (application,) = connection.exec_driver_sql("PRAGMA application_id").one()
        if application == APPLICATION_ID:
            return _known(connection.exec_driver_sql("PRAGMA user_version").scalars().all(), name)
    raise JournalError(
        f"{name} holds other tables, but not a journal of reconciler",
        hint="set `journal` in the project file to another path or database",
    )


def _known(found: object, name: str) -> int:
    match found:
        case [int(version)] if version > 0:
            return version
        case _:
            raise damaged(name, "the version of its format is not readable")


def _add_indexes(connection: Connection) -> None:
    """Make the indexes that the tables of an earlier version lack."""
    for table in tables.TABLES.sorted_tables:
        for index in table.indexes:
            index.create(connection, checkfirst=True)
