"""The journal: what was sent and how it ended, on disk before and after each step.

It is never the truth about live. It holds bodies and digests, no secrets.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from reconciler.applying.journal_file import connect, told_as_journal_error, transaction
from reconciler.errors import JournalError
from reconciler.model.canonical import canonical_json
from reconciler.outcome.records import (
    EFFECTIVE,
    TRANSITIONS,
    Attempt,
    Finding,
    OperationRecord,
    Receipt,
    RunRecord,
    State,
)
from reconciler.planning.plan import Operation, Plan, SourcePlan

_EFFECTIVE_MARKS = ", ".join("?" * len(EFFECTIVE))
_RECORD_COLUMNS = ", ".join(f"operations.{name}" for name in OperationRecord.__slots__)


class Journal:
    """The journal in the SQLite file *path*. Every method raises JournalError and nothing else.

    A journal that does not exist reads as empty; the first run makes it.
    """

    def __init__(self, path: Path) -> None:
        """Touch nothing yet."""
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        """Return the journal, closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file, if it was opened."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def begin(self, plan: Plan, *, at: str) -> tuple[int, Mapping[str, int]]:
        """Record that *plan* is going to be run; return its id and, by source, its operations'.

        All operations are recorded, as not started, so that what a crash kept from
        starting is known too.
        """
        with self._writing() as db:
            run_id = _inserted(
                db.execute(
                    "INSERT INTO runs (environment, plan_digest, plan_created_at, started_at) "
                    "VALUES (?, ?, ?, ?)",
                    (plan.environment, plan.digest, plan.created_at, at),
                )
            )
            operations = {
                planned.source: _insert_operation(db, run_id, planned, planned.operation)
                for planned in plan.sources
                if planned.operation
            }
        return run_id, operations

    def intend(self, operation_id: int, *, at: str, live_digest: str) -> None:
        """Record, durably, that the operation is going out now, and what was live before."""
        self._move(operation_id, State.SENDING, sent_at=at, live_digest=live_digest)

    def accept(self, operation_id: int, *, progress_url: str | None) -> None:
        """Record that the API took the operation, and where to ask how it goes."""
        self._move(operation_id, State.ACCEPTED, progress_url=progress_url)

    def end(
        self,
        operation_id: int,
        state: State,
        *,
        at: str,
        message: str,
        found: Finding | None = None,
    ) -> None:
        """Record how the operation ended, and what was *found* when live was read back."""
        columns: dict[str, str | None] = {"ended_at": at, "message": message}
        with self._writing() as db:
            if found is not None:
                _keep(db, found.digest, found.live)
                columns["read_back_digest"] = found.digest
                columns["attempts"] = canonical_json(
                    [{n: getattr(a, n) for n in Attempt.__slots__} for a in found.attempts]
                ).decode()
            self._set(db, operation_id, state, columns)

    def finish(self, run_id: int, *, at: str, interrupted: bool) -> None:
        """Record that the run is over."""
        with self._writing() as db:
            db.execute(
                "UPDATE runs SET ended_at = ?, interrupted = ? WHERE id = ?",
                (at, interrupted, run_id),
            )

    def operation(self, operation_id: int) -> OperationRecord:
        """Return what is recorded of one operation of a run that was begun."""
        with self._reading() as db:
            row = db.execute("SELECT * FROM operations WHERE id = ?", (operation_id,)).fetchone()
            return _record(row)

    def runs(self) -> tuple[RunRecord, ...]:
        """Return every run with its operations, newest first."""
        if not self._exists:
            return ()
        with self._reading() as db:
            operations: dict[int, list[OperationRecord]] = {}
            for row in db.execute("SELECT * FROM operations ORDER BY id"):
                operations.setdefault(row["run_id"], []).append(_record(row))
            return tuple(
                RunRecord(
                    id=row["id"],
                    environment=row["environment"],
                    plan_digest=row["plan_digest"],
                    started_at=row["started_at"],
                    ended_at=row["ended_at"],
                    interrupted=bool(row["interrupted"]),
                    operations=tuple(operations.get(row["id"], ())),
                )
                for row in db.execute("SELECT * FROM runs ORDER BY id DESC")
            )

    def applied(self, plan: Plan) -> frozenset[str]:
        """Return the sources on which this very plan, not just one like it, has acted."""
        if not self._exists:
            return frozenset()
        query = (
            "SELECT source FROM operations JOIN runs ON runs.id = operations.run_id "  # noqa: S608
            "WHERE runs.environment = ? AND plan_digest = ? AND plan_created_at = ? "
            f"AND state IN ({_EFFECTIVE_MARKS})"
        )
        with self._reading() as db:
            rows = db.execute(query, (plan.environment, plan.digest, plan.created_at, *EFFECTIVE))
            return frozenset(row["source"] for row in rows)

    def receipts(self, environment: str) -> Mapping[str, Sequence[Receipt]]:
        """Return, by source, the operations that acted on it, oldest first."""
        if not self._exists:
            return {}
        query = (
            f"SELECT {_RECORD_COLUMNS}, attempts, sent.json AS body, "  # noqa: S608 - our names
            "desired.json AS desired, live.json AS live FROM operations "
            "JOIN runs ON runs.id = operations.run_id "
            "JOIN bodies AS sent ON sent.digest = operations.body_digest "
            "LEFT JOIN bodies AS desired ON desired.digest = operations.desired_digest "
            "LEFT JOIN bodies AS live ON live.digest = operations.read_back_digest "
            f"WHERE runs.environment = ? AND state IN ({_EFFECTIVE_MARKS}) ORDER BY operations.id"
        )
        found: dict[str, list[Receipt]] = {}
        with self._reading() as db:
            for row in db.execute(query, (environment, *EFFECTIVE)):
                found.setdefault(row["source"], []).append(_receipt(row))
        return found

    def _move(self, operation_id: int, state: State, **columns: str | None) -> None:
        with self._writing() as db:
            self._set(db, operation_id, state, columns)

    def _set(
        self,
        db: sqlite3.Connection,
        operation_id: int,
        state: State,
        columns: Mapping[str, str | None],
    ) -> None:
        row = db.execute(
            "SELECT source, state FROM operations WHERE id = ?", (operation_id,)
        ).fetchone()
        before = State(row["state"])
        if state not in TRANSITIONS[before]:
            raise JournalError(
                f"the journal {self._path} has the operation on {row['source']} as {before}; "
                f"it cannot become {state}",
                hint="another run seems to have settled it; `reconciler history` shows it",
            )
        assignments = ", ".join(f"{name} = ?" for name in ("state", *columns))
        db.execute(
            f"UPDATE operations SET {assignments} WHERE id = ?",  # noqa: S608 - our own names
            (state, *columns.values(), operation_id),
        )

    @property
    def _exists(self) -> bool:
        with told_as_journal_error(self._path, "read"):
            return self._connection is not None or self._path.exists()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        connection = self._open()
        with told_as_journal_error(self._path, "read"):
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        connection = self._open()
        with told_as_journal_error(self._path, "written"), transaction(connection):
            yield connection

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = connect(self._path)
        return self._connection


def _insert_operation(
    db: sqlite3.Connection, run_id: int, planned: SourcePlan, operation: Operation
) -> int:
    _keep(db, operation.body_digest, operation.body)
    _keep(db, planned.desired_digest, planned.evidence.desired)
    columns = {
        "run_id": run_id,
        "source": planned.source,
        "import_source_id": planned.import_source_id,
        "workspace_id": planned.workspace_id,
        "method": operation.method,
        "path": operation.path,
        "query": canonical_json(operation.query).decode(),
        "body_digest": operation.body_digest,
        "desired_digest": planned.desired_digest,
        "live_digest": planned.live_digest,
        "state": State.NOT_STARTED,
    }
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    return _inserted(
        db.execute(
            f"INSERT INTO operations ({names}) VALUES ({marks})",  # noqa: S608 - our own names
            tuple(columns.values()),
        )
    )


def _keep(db: sqlite3.Connection, digest: str, document: Mapping[str, Any]) -> None:
    """Keep a body or document under its digest; the same one is kept once."""
    db.execute(
        "INSERT OR IGNORE INTO bodies (digest, json) VALUES (?, ?)",
        (digest, canonical_json(document).decode()),
    )


def _inserted(cursor: sqlite3.Cursor) -> int:
    assert cursor.lastrowid is not None  # noqa: S101 - an INSERT that did not raise has a row id
    return cursor.lastrowid


def _record(row: sqlite3.Row) -> OperationRecord:
    fields: dict[str, Any] = {name: row[name] for name in OperationRecord.__slots__}
    fields["query"] = json.loads(row["query"])
    fields["state"] = State(row["state"])
    return OperationRecord(**fields)


def _receipt(row: sqlite3.Row) -> Receipt:
    def document(name: str) -> dict[str, Any] | None:
        return json.loads(row[name]) if row[name] is not None else None

    return Receipt(
        operation=_record(row),
        body=json.loads(row["body"]),
        desired=document("desired"),
        live=document("live"),
        attempts=tuple(Attempt(**a) for a in json.loads(row["attempts"] or "[]")),
    )
