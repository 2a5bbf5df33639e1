"""What the journal says: which runs there were, what became of their operations, and receipts.

Read from the tables and checked: what no version of reconciler has written is a damaged journal.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Row, Select, Text, bindparam, column, select, text

from reconciler.journal.in_flight import WriteTarget, in_flight_on
from reconciler.journal.receipt_query import RECEIPT, RECEIPTS, Receipts, by_source, receipt
from reconciler.journal.schema_operations import SchemaOperations
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import operations, runs
from reconciler.model.json_form import from_json
from reconciler.outcome.records import EFFECTIVE, IN_FLIGHT, OperationRecord, RunRecord, State
from reconciler.value import field_names

_RECORD = field_names(OperationRecord)
_COLUMNS = [operations.c[name] for name in _RECORD]
_RECEIPTS = text(RECEIPTS).columns(*(column(name, Text) for name in RECEIPT))
_IN_FLIGHT = in_flight_on(operations, _COLUMNS)
_OTHER, _OTHER_RUN = operations.alias("other"), runs.alias("other_run")
_SAME_TARGET = (
    _OTHER.c.workspace_id == operations.c.workspace_id,
    _OTHER.c.import_source_id == operations.c.import_source_id,
)
# Not of an equal plan that was made at another time.
_SAME_PLAN = (
    _OTHER.c.source == operations.c.source,
    _OTHER_RUN.c.environment == runs.c.environment,
    _OTHER_RUN.c.plan_digest == runs.c.plan_digest,
    _OTHER_RUN.c.plan_created_at == runs.c.plan_created_at,
)


def _others(states: Sequence[State], *also: ColumnElement[bool]) -> Select[Any]:
    """Select, newest first, the operations in *states* beside the `given` one to which *also* fits.

    Each such statement is made once: that takes longer than to execute it.
    """
    # Named, not found out from the query: that fails where threads share these aliases.
    both = (
        _OTHER.join(_OTHER_RUN, _OTHER_RUN.c.id == _OTHER.c.run_id)
        .join(operations, operations.c.id != _OTHER.c.id)
        .join(runs, runs.c.id == operations.c.run_id)
    )
    return (
        select(*[_OTHER.c[column.name] for column in _COLUMNS])
        .select_from(both)
        .where(operations.c.id == bindparam("given"), _OTHER.c.state.in_(states), *also)
        .order_by(_OTHER.c.id.desc())
    )


_APPLIED = _others(EFFECTIVE, *_SAME_PLAN)
_ACTED_LATER = _others(EFFECTIVE, *_SAME_TARGET, _OTHER.c.id > operations.c.id)
_SENT = _others((*EFFECTIVE, *IN_FLIGHT), *_SAME_TARGET)


class History:
    """The runs in the database *store*. Every method raises JournalError and nothing else.

    A journal that does not exist reads as empty.
    """

    def __init__(self, store: JournalStore) -> None:
        self._store = store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._store.close()

    @property
    def store(self) -> JournalStore:
        """The database, which also holds the leases."""
        return self._store

    @property
    def schema_operations(self) -> SchemaOperations:
        """The schema operations of the runs."""
        return SchemaOperations(self._store)

    def operation(self, operation_id: int) -> OperationRecord:
        """Return the record of one operation of a run."""
        with self._store.reading() as db:
            query = select(*_COLUMNS).where(operations.c.id == operation_id)
            return self._store.row(db, query, _record)

    def runs(self) -> tuple[RunRecord, ...]:
        """Return every run with its operations, newest first."""
        if not self._store.exists:
            return ()
        found: dict[int, list[OperationRecord]] = {}

        def run(row: Any) -> RunRecord:
            return RunRecord(
                id=row.id,
                environment=row.environment,
                plan_digest=row.plan_digest,
                started_at=row.started_at,
                ended_at=row.ended_at,
                interrupted=row.interrupted,
                runner=row.runner,
                operations=tuple(found.get(row.id, ())),
                schema_operations=tuple(called.get(row.id, ())),
            )

        columns = [c for c in runs.c if c is not runs.c.plan]
        by_id = select(operations.c.run_id, *_COLUMNS).order_by(operations.c.id)
        with self._store.reading() as db:
            for run_id, record in self._store.rows(db, by_id, lambda r: (r.run_id, _record(r))):
                found.setdefault(run_id, []).append(record)
            called = self.schema_operations.by_run(db)
            return tuple(self._store.rows(db, select(*columns).order_by(runs.c.id.desc()), run))

    def unfinished(self, environment: str) -> tuple[RunRecord, Any] | None:
        """Return the newest run with open operations, and its plan as JSON; None without one.

        Which are open is told by `RunRecord.open_sources`. The plan has to be verified, like one
        in a file.
        """
        later: set[str] = set()
        for run in self.runs():
            if run.environment != environment:
                continue
            if run.open_sources(later):
                query = select(runs.c.plan, runs.c.plan_digest).where(runs.c.id == run.id)
                with self._store.reading() as db:
                    plan = self._store.row(db, query, _plan)
                return run, plan
            later |= run.acted_on
        return None

    def now(self) -> datetime:
        """Return the time in UTC by the journal's clock: that of its server, if it has one.

        What was sent by one machine is settled by another, whose clock may differ.
        """
        with self._store.reading() as db:
            return self._store.utc(db)

    def was_applied(self, operation_id: int) -> bool:
        """Return whether another run of this very plan, not of an equal one, had an effect."""
        return bool(self._given(_APPLIED, operation_id))

    def in_flight(self, target: WriteTarget) -> tuple[OperationRecord, ...]:
        """Return the operations on mappings that may still act on *target*, newest first.

        Nobody knows what became of them: they were not settled. The source may have had another
        name, in another environment.
        """
        with self._store.reading() as db:
            return tuple(self._store.rows(db, _IN_FLIGHT, _record, **target.parameters))

    def is_known(self, operation_id: int) -> bool:
        """Return whether another operation was sent to its import source, and not in vain."""
        return bool(self._given(_SENT, operation_id))

    def acted_later(self, operation_id: int) -> bool:
        """Return whether an operation of a later run had an effect on its import source."""
        return bool(self._given(_ACTED_LATER, operation_id))

    def _given(self, query: Select[Any], operation_id: int) -> tuple[OperationRecord, ...]:
        with self._store.reading() as db:
            return tuple(self._store.rows(db, query, _record, given=operation_id))

    def receipts(self, environment: str) -> Receipts:
        """Return, by source, what runs did to it, oldest first."""
        if not self._store.exists:
            return {}
        with self._store.reading() as db:
            found = self._store.rows(
                db, _RECEIPTS, lambda row: receipt(row._asdict()), environment=environment
            )
        return by_source(found)


def _record(row: Row[Any]) -> OperationRecord:
    values = {name: getattr(row, name) for name in _RECORD}
    values["query"] = json.loads(values["query"])
    values["state"] = State(values["state"])
    return from_json(values, OperationRecord)


def _plan(row: Any) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(row.plan)
    if plan["digest"] != row.plan_digest:
        raise ValueError("a plan is not the one that its digest names")
    return plan
