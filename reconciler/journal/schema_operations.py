"""The schema operations of runs: each with an intent, durable before a byte goes, and an end."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, insert, select, update

from reconciler.command_line import command_line
from reconciler.journal.in_flight import WriteTarget, in_flight_on
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import schema_operations as table
from reconciler.journal.transitions import Rows
from reconciler.model.canonical import canonical_json, digest
from reconciler.outcome.records import SCHEMA_TRANSITIONS, SchemaOperationRecord, State
from reconciler.planning.plan import SourcePlan
from reconciler.value import field_names

_COLUMNS = [table.c[name] for name in field_names(SchemaOperationRecord)]
_IN_FLIGHT = in_flight_on(table, _COLUMNS)
_ROWS = Rows(
    table=table,
    transitions=SCHEMA_TRANSITIONS,
    name="schema operation of",
    shown_by=lambda: command_line("history"),
)
_ENDED = table.alias("ended")
_FORGET_LIVE = (
    update(table)
    .where(
        table.c.live.is_not(None),
        exists().where(
            and_(
                _ENDED.c.id == bindparam("ended"),
                _ENDED.c.run_id == table.c.run_id,
                _ENDED.c.source == table.c.source,
                _ENDED.c.id > table.c.id,
            )
        ),
    )
    .values(live=None, live_digest=None)
)


class SchemaOperations:
    """The schema operations in the database *store*. Every method raises JournalError alone."""

    def __init__(self, store: JournalStore) -> None:
        self._store = store

    def of(self, run_id: int, source: str) -> tuple[SchemaOperationRecord, ...]:
        """Return those of *source* in a run, in their order."""
        query = select(*_COLUMNS).where(table.c.run_id == run_id, table.c.source == source)
        with self._store.reading() as db:
            return tuple(self._store.rows(db, query.order_by(table.c.number), _record))

    def by_run(self, db: Connection) -> Mapping[int, list[SchemaOperationRecord]]:
        """Return all of them, in their order, by the id of their run."""
        found: dict[int, list[SchemaOperationRecord]] = {}
        query = select(table.c.run_id, *_COLUMNS).order_by(table.c.id)
        for run_id, record in self._store.rows(db, query, lambda r: (r.run_id, _record(r))):
            found.setdefault(run_id, []).append(record)
        return found

    def in_flight(self, target: WriteTarget) -> tuple[SchemaOperationRecord, ...]:
        """Return those that may still act on *target*, newest first: they were not settled."""
        with self._store.reading() as db:
            return tuple(self._store.rows(db, _IN_FLIGHT, _record, **target.parameters))

    def intend(
        self,
        record_id: int,
        *,
        at: str,
        before: Mapping[str, Any],
        check: Callable[[Connection], None] = lambda _: None,
    ) -> None:
        """Record, durably, that it is about to be sent, and what its element was *before*.

        *check* is called in the same transaction and may raise: a runner that has lost a lease
        must not send.
        """
        columns = {"sent_at": at, "before": canonical_json(before).decode()}
        _ROWS.write(self._store, record_id, State.SENDING, columns, first=check)

    def put_back(self, record_id: int, *, sent_at: str) -> None:
        """Record that it did not go out and may be sent, if that intent is still the latest."""
        columns = {"sent_at": None, "before": None}
        is_latest = table.c.sent_at == sent_at
        _ROWS.write(self._store, record_id, State.NOT_STARTED, columns, is_latest)

    def end(
        self,
        record_id: int,
        state: State,
        *,
        at: str,
        message: str,
        live: Mapping[str, Any] | None = None,
    ) -> None:
        """Record how it ended, and, if it acted, *live* as both APIs showed it then.

        What was live after those before it in its run is forgotten: live may be large.
        """
        columns: dict[str, str | None] = {"ended_at": at, "message": message}
        if live is not None:
            columns |= {"live": canonical_json(live).decode(), "live_digest": digest(live)}

        def forget(db: Connection) -> None:
            if live is not None:
                db.execute(_FORGET_LIVE, {"ended": record_id})

        _ROWS.write(self._store, record_id, state, columns, first=forget)


def insert_schema_operations(db: Connection, run_id: int, planned: SourcePlan) -> None:
    """Record the schema operations of *planned* as not started."""
    rows = [
        {
            "run_id": run_id,
            "number": number,
            "source": planned.source,
            "import_source_id": planned.import_source_id,
            "workspace_id": planned.workspace_id,
            "schema_id": each.object.schema_id,
            "kind": each.kind,
            "phase": each.phase,
            "method": each.method,
            "path": each.path,
            "body": None if each.body is None else canonical_json(each.body).decode(),
            "element_id": each.object.id,
            "element_name": each.object.name,
            "settles": canonical_json(list(map(str, each.settles))).decode(),
            "desired_digest": planned.desired_digest,
            "state": State.NOT_STARTED,
        }
        for number, each in enumerate(planned.schema_operations)
    ]
    if rows:
        db.execute(insert(table), rows)


def _record(row: Any) -> SchemaOperationRecord:
    values = {name: getattr(row, name) for name in field_names(SchemaOperationRecord)}
    for name in ("body", "before"):
        values[name] = None if values[name] is None else json.loads(values[name])
    values["settles"] = tuple(json.loads(values["settles"]))
    values["state"] = State(values["state"])
    return SchemaOperationRecord(**values)
