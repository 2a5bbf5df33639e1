"""Operations that may have been sent, and of which nobody knows what became: they may still act."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, select

from reconciler.outcome.records import IN_FLIGHT
from reconciler.value import Value, field_names


class WriteTarget(Value):
    """What a run is about to write to for a source: an import source, and an object schema.

    `schema_id` is the number of the object schema, None if it is not known, or may be written to
    by others at the same time.
    """

    run_id: int
    source: str
    workspace_id: str | None
    import_source_id: str | None
    schema_id: str | None

    @property
    def parameters(self) -> dict[str, object]:
        """The parameters of the statements of `in_flight_on`."""
        return {name: getattr(self, name) for name in field_names(WriteTarget)}


def in_flight_on(table: Table, columns: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """Select, newest first, what is in flight to a `WriteTarget` but the run's own for the source.

    Each such statement is made once, for it is executed before whatever is sent.
    """
    return (
        select(*columns)
        .where(
            table.c.state.in_(IN_FLIGHT),
            table.c.workspace_id == bindparam("workspace_id"),
            (table.c.import_source_id == bindparam("import_source_id"))
            | (table.c.schema_id == bindparam("schema_id")),
            (table.c.run_id != bindparam("run_id")) | (table.c.source != bindparam("source")),
        )
        .order_by(table.c.id.desc())
    )
