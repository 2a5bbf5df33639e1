"""Take a row of the journal from one state to the next, as its transitions allow."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Table, select, update

from reconciler.errors import JournalError
from reconciler.journal.store import JournalStore


def move(
    store: JournalStore,
    db: Connection,
    row: ColumnElement[bool],
    *also: ColumnElement[bool],
    table: Table,
    before: Sequence[str],
    values: Mapping[str, str | None],
    name: str,
    hint: str,
) -> None:
    """Give the *row* of *table* the *values*, `state` included, if its state is one of *before*.

    Nothing if it has them. Raises JournalError, with *name* for what it is and *hint*, if it is
    in another state, or *also* does not apply.
    """
    # One statement, so that only one of two processes that settle the same one succeeds.
    updated = db.execute(
        update(table).where(row, table.c.state.in_(before), *also).values(dict(values))
    )
    # Of an earlier try it may be unknown whether it was committed.
    as_wanted = [table.c[column] == value for column, value in values.items()]
    if updated.rowcount or db.execute(select(table.c.id).where(row, *as_wanted)).first():
        return
    source, found = store.row(db, select(table.c.source, table.c.state).where(row), tuple)
    raise JournalError(
        f"the journal {store.name} has the {name} {source} as {found}; "
        f"it cannot become {values['state']}",
        hint=hint,
    )
