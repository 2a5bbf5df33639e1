"""The journal of data ingestions: what began, which chunks the API has, how it ended."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select, update

from reconciler.backend import Execution
from reconciler.errors import JournalError
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import chunks
from reconciler.journal.tables import ingestions as table
from reconciler.model.source import SourceRef
from reconciler.outcome.ingestions import (
    OPEN,
    TRANSITIONS,
    DataFile,
    Ingestion,
    IngestionRecord,
    IngestState,
)


class Ingestions:
    """The ingestions of one *environment* in the database *store*.

    Every method raises JournalError and nothing else.
    """

    def __init__(self, store: JournalStore, *, environment: str) -> None:
        """Store the arguments; the database is not touched yet."""
        self.store = store
        self._environment = environment

    def begin(self, source: SourceRef, ingestion: Ingestion, *, at: str, runner: str) -> int:
        """Record, durably, that an execution of *source* is about to start; return its id."""
        row = {
            "environment": self._environment,
            "source": source.name,
            "import_source_id": source.import_source_id,
            "workspace_id": source.workspace_id,
            "files": json.dumps([asdict(file) for file in ingestion.files]),
            "roots": json.dumps(ingestion.roots),
            "most_entries": ingestion.most_entries,
            "most_bytes": ingestion.most_bytes,
            "state": IngestState.STARTING,
            "runner": runner,
            "started_at": at,
        }
        with self.store.writing() as db:
            key = db.execute(insert(table).values(row)).inserted_primary_key
            assert key is not None  # noqa: S101 - an INSERT that did not raise has a key
            return int(key[0])

    def started(self, number: int, execution: Execution) -> None:
        """Record the links that the API returned for the execution."""
        with self.store.writing() as db:
            links = json.dumps(asdict(execution))
            _move(db, number, IngestState.INGESTING, links=links)

    def chunk_taken(self, number: int, chunk: int, client_id: str) -> None:
        """Record that the API has the chunk number *chunk*."""
        with self.store.writing() as db:
            row = {"ingestion_id": number, "number": chunk, "client_id": client_id}
            db.execute(insert(chunks).values(row))

    def move(self, number: int, state: IngestState) -> None:
        """Record that the ingestion is in *state*; nothing if it is already."""
        with self.store.writing() as db:
            _move(db, number, state)

    def end(self, number: int, state: IngestState, *, at: str, message: str) -> None:
        """Record how the ingestion ended."""
        with self.store.writing() as db:
            _move(db, number, state, ended_at=at, message=message)

    def record(self, number: int) -> IngestionRecord:
        """Return the ingestion of this id, whatever its present state."""
        with self.store.reading() as db:
            row = db.execute(select(table).where(table.c.id == number)).one()
            return _record(row, _taken(db, row.id))

    def open_ones(self, sources: Sequence[str] = ()) -> tuple[IngestionRecord, ...]:
        """Return the ingestions that have not ended, of *sources* or all, oldest first."""
        if not self.store.exists:
            return ()
        query = select(table).where(
            table.c.environment == self._environment, table.c.state.in_(OPEN)
        )
        if sources:
            query = query.where(table.c.source.in_(sources))
        with self.store.reading() as db:
            rows = db.execute(query.order_by(table.c.id)).all()
            return tuple(_record(row, _taken(db, row.id)) for row in rows)


def _move(db: Connection, number: int, state: IngestState, **columns: str) -> None:
    # One statement, so that only one of two processes that settle the same ingestion succeeds.
    allowed = [before for before, after in TRANSITIONS.items() if state in after]
    updated = db.execute(
        update(table)
        .where(table.c.id == number, table.c.state.in_([*allowed, state]))
        .values(state=state, **columns)
    )
    if not updated.rowcount:
        row = db.execute(select(table.c.source, table.c.state).where(table.c.id == number)).one()
        raise JournalError(
            f"the journal has the ingestion of {row.source} as {row.state}; "
            f"it cannot become {state}",
            hint="another process seems to have settled it; `reconciler ingest status` shows it",
        )


def _taken(db: Connection, number: int) -> Iterable[Any]:
    columns = (chunks.c.number, chunks.c.client_id)
    return db.execute(select(*columns).where(chunks.c.ingestion_id == number)).all()


def _record(row: Any, taken: Iterable[Any]) -> IngestionRecord:
    return IngestionRecord(
        id=row.id,
        source=row.source,
        import_source_id=row.import_source_id,
        workspace_id=row.workspace_id,
        ingestion=Ingestion(
            files=tuple(DataFile(**file) for file in json.loads(row.files)),
            roots=tuple(json.loads(row.roots)),
            most_entries=row.most_entries,
            most_bytes=row.most_bytes,
        ),
        execution=Execution(**json.loads(row.links)) if row.links else None,
        state=IngestState(row.state),
        sent=dict(taken),
        runner=row.runner,
        started_at=row.started_at,
    )
