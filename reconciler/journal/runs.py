"""The journal: what was sent and how it ended, durable before and after each step.

It is never the truth about live. It holds plans, bodies and digests, no secrets.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, insert, select, update

from reconciler.errors import JournalError
from reconciler.journal.database import inserted, upsert
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import bodies, operations, runs
from reconciler.model.address import Address
from reconciler.model.canonical import canonical_json, digest, digest_bytes
from reconciler.outcome.records import (
    EFFECTIVE,
    IN_FLIGHT,
    OPEN,
    TRANSITIONS,
    Attempt,
    OperationRecord,
    ReadBackFinding,
    Receipt,
    RunRecord,
    State,
)
from reconciler.planning.plan import Operation, Plan, SourcePlan
from reconciler.planning.plan_file import write_plan

_COLUMNS = [operations.c[f.name] for f in fields(OperationRecord)]
_OTHER, _OTHER_RUN = operations.alias("other"), runs.alias("other_run")
_SAME_TARGET = (
    _OTHER.c.workspace_id == operations.c.workspace_id,
    _OTHER.c.import_source_id == operations.c.import_source_id,
)


class Journal:
    """The journal in the database *store*. Every method raises JournalError and nothing else.

    A journal that does not exist reads as empty; the first run creates it.
    """

    def __init__(self, store: JournalStore) -> None:
        """Store the argument; the database is not touched yet."""
        self._store = store

    def __enter__(self) -> Self:
        """Return the journal, closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the database."""
        self._store.close()

    @property
    def store(self) -> JournalStore:
        """The database, which also holds the leases."""
        return self._store

    def begin(self, plan: Plan, *, at: str, runner: str) -> tuple[int, Mapping[str, int]]:
        """Record that *plan* is about to run; return the run's id, and its operations' by source.

        The whole plan and all operations are recorded as not started, so that another process
        can continue after a crash.
        """
        run = {
            "environment": plan.environment,
            "plan_digest": plan.digest,
            "plan_created_at": plan.created_at,
            "plan": canonical_json(write_plan(plan)).decode(),
            "runner": runner,
            "started_at": at,
        }

        def work(db: Connection) -> tuple[int, Mapping[str, int]]:
            run_id = inserted(db, insert(runs).values(run))
            # In a fixed order: two runs that wait for each other's rows would deadlock.
            _store_documents(db, sorted(_documents(plan), key=digest))
            return run_id, {
                planned.source: _insert_operation(db, run_id, planned, planned.operation)
                for planned in plan.sources
                if planned.operation
            }

        return self._store.write_once(
            f"{runner} {at} {plan.digest}", lambda db: _begun(db, run), work
        )

    def intend(
        self,
        operation_id: int,
        *,
        at: str,
        live_digest: str,
        check: Callable[[Connection], None] = lambda _: None,
    ) -> None:
        """Record, durably, that the operation is about to be sent, and what was live before.

        *check* is called in the same transaction and may raise: a runner that has lost its
        lease must not send.
        """
        columns = {"sent_at": at, "live_digest": live_digest}

        def work(db: Connection) -> None:
            check(db)
            self._set(db, operation_id, State.SENDING, columns)

        self._store.write(work)

    def accept(self, operation_id: int, *, progress_url: str | None) -> None:
        """Record that the API accepted the operation, and the URL of its progress."""
        self._move(operation_id, State.ACCEPTED, progress_url=progress_url)

    def put_back(self, operation_id: int, *, sent_at: str | None = None) -> None:
        """Record that the operation turned out to have done nothing and may be sent.

        With *sent_at* only while that intent is the latest: another run may have sent it since.
        """
        latest = () if sent_at is None else (operations.c.sent_at == sent_at,)
        self._move(operation_id, State.NOT_STARTED, *latest, progress_url=None, sent_at=None)

    def end(
        self,
        operation_id: int,
        state: State,
        *,
        at: str,
        message: str,
        found: ReadBackFinding | None = None,
    ) -> None:
        """Record how the operation ended, and what was *found* when live was read back."""
        columns: dict[str, str | None] = {"ended_at": at, "message": message}
        if found is not None:
            columns["read_back_digest"] = digest(found.live)
            columns["attempts"] = canonical_json(
                [
                    {"address": str(a.address), "value": a.value, "took_effect": a.took_effect}
                    for a in found.attempts
                ]
            ).decode()

        def work(db: Connection) -> None:
            _store_documents(db, [] if found is None else [found.live])
            self._set(db, operation_id, state, columns)

        self._store.write(work)

    def finish(self, run_id: int, *, at: str, interrupted: bool) -> None:
        """Record that the run is over."""
        ended = {"ended_at": at, "interrupted": interrupted}
        self._store.write(lambda db: db.execute(update(runs).where(runs.c.id == run_id), ended))

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
            )

        columns = [c for c in runs.c if c is not runs.c.plan]
        by_id = select(operations.c.run_id, *_COLUMNS).order_by(operations.c.id)
        with self._store.reading() as db:
            for run_id, record in self._store.rows(db, by_id, lambda r: (r.run_id, _record(r))):
                found.setdefault(run_id, []).append(record)
            return tuple(self._store.rows(db, select(*columns).order_by(runs.c.id.desc()), run))

    def unfinished(self, environment: str) -> tuple[RunRecord, Any] | None:
        """Return the newest run with open operations, and its plan as JSON; None without one.

        Open are those not settled, and those not started unless a later run was sent to their
        source. The plan has to be verified, like one in a file.
        """
        later: set[str] = set()
        for run in self.runs():
            if run.environment != environment:
                continue
            if any(
                o.state in IN_FLIGHT or (o.state in OPEN and o.source not in later)
                for o in run.operations
            ):
                query = select(runs.c.plan, runs.c.plan_digest).where(runs.c.id == run.id)
                with self._store.reading() as db:
                    plan = self._store.row(db, query, _plan)
                if plan is not None:
                    return run, plan
            later |= {o.source for o in run.operations if o.sent_at is not None}
        return None

    def now(self) -> datetime:
        """Return the time in UTC by the journal's clock: that of its server, if it has one.

        What was sent by one machine is settled by another, whose clock may differ.
        """
        with self._store.reading() as db:
            return self._store.utc(db)

    def was_applied(self, operation_id: int) -> bool:
        """Return whether another run of this very plan, not of an equal one, had an effect."""
        is_same = (
            _OTHER.c.source == operations.c.source,
            _OTHER_RUN.c.environment == runs.c.environment,
            _OTHER_RUN.c.plan_digest == runs.c.plan_digest,
            _OTHER_RUN.c.plan_created_at == runs.c.plan_created_at,
        )
        return bool(self._others(operation_id, EFFECTIVE, *is_same))

    def in_flight(self, operation_id: int) -> tuple[OperationRecord, ...]:
        """Return the other operations on its import source that may have been sent, newest first.

        Nobody knows what became of them: they were not settled. The source may have had another
        name, in another environment.
        """
        return self._others(operation_id, IN_FLIGHT, *_SAME_TARGET)

    def is_known(self, operation_id: int) -> bool:
        """Return whether another operation was sent to its import source, and not in vain."""
        return bool(self._others(operation_id, (*EFFECTIVE, *IN_FLIGHT), *_SAME_TARGET))

    def acted_later(self, operation_id: int) -> bool:
        """Return whether an operation of a later run had an effect on its import source."""
        later = _OTHER.c.id > operations.c.id
        return bool(self._others(operation_id, EFFECTIVE, *_SAME_TARGET, later))

    def _others(
        self, operation_id: int, states: Sequence[State], *also: ColumnElement[bool]
    ) -> tuple[OperationRecord, ...]:
        """Return the other operations in *states* to which *also* applies, newest first."""
        other, run = _OTHER, _OTHER_RUN
        # Named, not found out from the query: that fails where threads share these aliases.
        both = (
            other.join(run, run.c.id == other.c.run_id)
            .join(operations, operations.c.id != other.c.id)
            .join(runs, runs.c.id == operations.c.run_id)
        )
        query = (
            select(*[other.c[column.name] for column in _COLUMNS])
            .select_from(both)
            .where(
                operations.c.id == operation_id,
                other.c.state.in_(states),
                *also,
            )
            .order_by(other.c.id.desc())
        )
        with self._store.reading() as db:
            return tuple(self._store.rows(db, query, _record))

    def receipts(self, environment: str) -> Mapping[str, Sequence[Receipt]]:
        """Return, by source, the operations that acted on it, oldest first."""
        if not self._store.exists:
            return {}
        sent, desired, live = (bodies.alias(name) for name in ("sent", "desired", "live"))
        query = (
            select(
                *_COLUMNS,
                operations.c.attempts,
                sent.c.json.label("body"),
                desired.c.json.label("desired"),
                live.c.json.label("live"),
            )
            .join(runs, runs.c.id == operations.c.run_id)
            .join(sent, sent.c.digest == operations.c.body_digest)
            .outerjoin(desired, desired.c.digest == operations.c.desired_digest)
            .outerjoin(live, live.c.digest == operations.c.read_back_digest)
            .where(runs.c.environment == environment, operations.c.state.in_(EFFECTIVE))
            .order_by(operations.c.id)
        )
        found: dict[str, list[Receipt]] = {}
        with self._store.reading() as db:
            for receipt in self._store.rows(db, query, _receipt):
                found.setdefault(receipt.operation.source, []).append(receipt)
        return found

    def _move(
        self,
        operation_id: int,
        state: State,
        *also: ColumnElement[bool],
        **columns: str | None,
    ) -> None:
        self._store.write(lambda db: self._set(db, operation_id, state, columns, *also))

    def _set(
        self,
        db: Connection,
        operation_id: int,
        state: State,
        columns: Mapping[str, str | None],
        *also: ColumnElement[bool],
    ) -> None:
        # One statement, so that only one of two runners that settle the same operation succeeds.
        allowed = [before for before, after in TRANSITIONS.items() if state in after]
        updated = db.execute(
            update(operations)
            .where(operations.c.id == operation_id, operations.c.state.in_(allowed), *also)
            .values(state=state, **columns)
        )
        if updated.rowcount:
            return
        # Of an earlier try it may be unknown whether it was committed.
        is_it = operations.c.id == operation_id
        as_wanted = [operations.c[name] == value for name, value in columns.items()]
        done = select(operations.c.id).where(is_it, operations.c.state == state, *as_wanted)
        if db.execute(done).first():
            return
        query = select(operations.c.source, operations.c.state).where(is_it)
        source, found = self._store.row(db, query, tuple)
        raise JournalError(
            f"the journal {self._store.name} has the operation on {source} as {found}; "
            f"it cannot become {state}",
            hint="another run seems to have settled it; `reconciler history` shows it",
        )


def _begun(db: Connection, run: Mapping[str, str]) -> tuple[int, Mapping[str, int]] | None:
    """Return the run that an earlier try has committed, None if it has not."""
    equal = [runs.c[name] == run[name] for name in ("plan_digest", "runner", "started_at")]
    query = select(runs.c.id, operations.c.source, operations.c.id.label("operation"))
    query = query.join(operations, operations.c.run_id == runs.c.id).where(*equal)
    found = db.execute(query).all()
    return (found[0].id, {row.source: row.operation for row in found}) if found else None


def _documents(plan: Plan) -> Iterator[Mapping[str, Any]]:
    for planned in plan.sources:
        if planned.operation:
            yield planned.operation.body
            yield planned.evidence.desired


def _insert_operation(
    db: Connection, run_id: int, planned: SourcePlan, operation: Operation
) -> int:
    return inserted(
        db,
        insert(operations).values(
            run_id=run_id,
            source=planned.source,
            import_source_id=planned.import_source_id,
            workspace_id=planned.workspace_id,
            method=operation.method,
            path=operation.path,
            query=canonical_json(operation.query).decode(),
            body_digest=operation.body_digest,
            desired_digest=planned.desired_digest,
            live_digest=planned.live_digest,
            state=State.NOT_STARTED,
        ),
    )


def _store_documents(db: Connection, documents: Iterable[Mapping[str, Any]]) -> None:
    """Store bodies and documents under their digests, equal ones once."""
    rows = [{"digest": digest(j), "json": canonical_json(j).decode()} for j in documents]
    # Two runners may store the same one at the same time.
    if rows:
        db.execute(upsert(bodies, db).on_conflict_do_nothing(), rows)


def _record(row: Any) -> OperationRecord:
    values = {f.name: getattr(row, f.name) for f in fields(OperationRecord)}
    values["query"] = json.loads(values["query"])
    values["state"] = State(values["state"])
    return OperationRecord(**values)


def _plan(row: Any) -> dict[str, Any] | None:
    if row.plan is None:
        return None
    plan: dict[str, Any] = json.loads(row.plan)
    if plan["digest"] != row.plan_digest:
        raise ValueError("a plan is not the one that its digest names")
    return plan


def _document(text: str, expected: str) -> dict[str, Any]:
    if digest_bytes(text.encode()) != expected:
        raise ValueError("a document is not the one that its digest names")
    document: dict[str, Any] = json.loads(text)
    return document


def _receipt(row: Any) -> Receipt:
    return Receipt(
        operation=_record(row),
        body=_document(row.body, row.body_digest),
        desired=None if row.desired is None else _document(row.desired, row.desired_digest),
        live=None if row.live is None else _document(row.live, row.read_back_digest),
        attempts=tuple(
            Attempt(**a | {"address": Address.parse(a["address"])})
            for a in json.loads(row.attempts or "[]")
        ),
    )
