"""Take a row of the journal from one state to the next, as its transitions allow."""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select, update

from reconciler.errors import JournalError
from reconciler.journal.store import JournalStore
from reconciler.value import Value


class Rows(Value):
    """The rows of *table*, whose states follow *transitions*.

    *name* says what each is, *shown_by* returns the command that tells of it.
    """

    table: Table
    transitions: Mapping[Any, Collection[Any]]
    name: str
    shown_by: Callable[[], str]

    def write(
        self,
        store: JournalStore,
        row_id: int,
        state: StrEnum,
        columns: Mapping[str, str | None],
        *also: ColumnElement[bool],
        first: Callable[[Connection], object] = lambda _: None,
    ) -> None:
        """Give the row the *state* and the *columns* besides, if its state may become that.

        *first* is done in the same transaction. Nothing if the row has them. Raises JournalError
        if it may not, or *also* does not apply.
        """
        table, row = self.table, self.table.c.id == row_id
        before = [before for before, after in self.transitions.items() if state in after]
        values = {"state": state, **columns}
        as_wanted = [table.c[column] == value for column, value in values.items()]

        def work(db: Connection) -> None:
            first(db)
            # One statement, so that only one of two processes that settle the same one succeeds.
            updated = db.execute(update(table).where(row, table.c.state.in_(before), *also), values)
            # Of an earlier try it may be unknown whether it was committed.
            if updated.rowcount or db.execute(select(table.c.id).where(row, *as_wanted)).first():
                return
            source, found = store.row(db, select(table.c.source, table.c.state).where(row), tuple)
            raise JournalError(
                f"the journal {store.name} has the {self.name} {source} as {found}; "
                f"it cannot become {state}",
                hint=f"another run seems to have settled it; {self.shown_by()} shows it",
            )

        store.write(work)
