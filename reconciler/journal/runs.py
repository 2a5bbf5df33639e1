"""The journal: what was sent and how it ended, durable before and after each step.

It is never the truth about live. It holds plans, bodies and digests, no secrets.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, insert, select, update

from reconciler.command_line import command_line
from reconciler.journal.database import inserted, upsert
from reconciler.journal.history import History
from reconciler.journal.schema_operations import insert_schema_operations
from reconciler.journal.tables import bodies, operations, runs
from reconciler.journal.transitions import Rows
from reconciler.model.canonical import canonical_json, digest
from reconciler.model.wire import canonical_bytes
from reconciler.outcome.records import TRANSITIONS, ReadBackFinding, State
from reconciler.planning.plan import Operation, Plan, SourcePlan
from reconciler.planning.plan_file import write_plan

_ROWS = Rows(
    table=operations,
    transitions=TRANSITIONS,
    name="operation on",
    shown_by=lambda: command_line("history"),
)


class Journal(History):
    """The journal of one who applies: it writes what `History` reads; the first run creates it.

    Every method raises JournalError and nothing else.
    """

    def begin(self, plan: Plan, *, at: str, runner: str) -> tuple[int, Mapping[str, int]]:
        """Record that *plan* is about to run; return the run's id, and its operations' by source.

        The whole plan and all operations, schema operations too, are recorded as not started, so
        that another process can continue after a crash.
        """
        run = {
            "environment": plan.environment,
            "plan_digest": plan.digest,
            "plan_created_at": plan.created_at,
            "plan": canonical_bytes(write_plan(plan)).decode(),
            "runner": runner,
            "started_at": at,
        }

        def work(db: Connection) -> tuple[int, Mapping[str, int]]:
            run_id = inserted(db, insert(runs).values(run))
            # In a fixed order: two runs that wait for each other's rows would deadlock.
            _store_documents(db, sorted(_documents(plan), key=digest))
            for planned in plan.sources:
                insert_schema_operations(db, run_id, planned)
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
        _ROWS.write(self._store, operation_id, State.SENDING, columns, first=check)

    def accept(self, operation_id: int, *, progress_url: str | None) -> None:
        """Record that the API accepted the operation, and the URL of its progress."""
        columns = {"progress_url": progress_url}
        _ROWS.write(self._store, operation_id, State.ACCEPTED, columns)

    def put_back(self, operation_id: int, *, sent_at: str | None = None) -> None:
        """Record that the operation turned out to have done nothing and may be sent.

        With *sent_at* only while that intent is the latest: another run may have sent it since.
        """
        latest = () if sent_at is None else (operations.c.sent_at == sent_at,)
        columns = {"progress_url": None, "sent_at": None}
        _ROWS.write(self._store, operation_id, State.NOT_STARTED, columns, *latest)

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
        documents = [] if found is None else [found.live]
        _ROWS.write(
            self._store,
            operation_id,
            state,
            columns,
            first=lambda db: _store_documents(db, documents),
        )

    def finish(self, run_id: int, *, at: str, interrupted: bool) -> None:
        """Record that the run is over."""
        ended = {"ended_at": at, "interrupted": interrupted}
        self._store.write(lambda db: db.execute(update(runs).where(runs.c.id == run_id), ended))


def _begun(db: Connection, run: Mapping[str, str]) -> tuple[int, Mapping[str, int]] | None:
    """Return the run that an earlier try has committed, None if it has not."""
    equal = [runs.c[name] == run[name] for name in ("plan_digest", "runner", "started_at")]
    query = select(runs.c.id, operations.c.source, operations.c.id.label("operation"))
    query = query.outerjoin(operations, operations.c.run_id == runs.c.id).where(*equal)
    found = db.execute(query).all()
    if not found:
        return None
    return found[0].id, {row.source: row.operation for row in found if row.operation is not None}


def _documents(plan: Plan) -> Iterator[Mapping[str, Any]]:
    for planned in plan.sources:
        if planned.operation:
            yield planned.operation.body
        if planned.operation or planned.schema_operations:
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
            schema_id=planned.schema_id,
            method=operation.method,
            path=operation.path,
            query=canonical_json(operation.query).decode(),
            body_digest=operation.body_digest,
            desired_digest=planned.desired_digest,
            live_digest=planned.live_digest,
            deletes=canonical_json(list(planned.deletes)).decode(),
            state=State.NOT_STARTED,
        ),
    )


def _store_documents(db: Connection, documents: Iterable[Mapping[str, Any]]) -> None:
    """Store bodies and documents under their digests, equal ones once."""
    rows = [{"digest": digest(j), "json": canonical_json(j).decode()} for j in documents]
    # Two runners may store the same one at the same time.
    if rows:
        db.execute(upsert(bodies, db).on_conflict_do_nothing(), rows)
