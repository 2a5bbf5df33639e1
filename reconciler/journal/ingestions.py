"""The journal of data ingestions: what began, which chunks the API has, how it ended."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, insert, select

from reconciler.backend.import_sources import Execution
from reconciler.command_line import command_line
from reconciler.journal.database import inserted, upsert
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import chunks
from reconciler.journal.tables import ingestions as table
from reconciler.journal.transitions import Rows
from reconciler.model.json_form import to_json
from reconciler.model.source import SourceRef
from reconciler.outcome.ingestions import (
    OPEN,
    TRANSITIONS,
    DataFile,
    Ingestion,
    IngestionRecord,
    IngestState,
    PastIngestion,
)
from reconciler.value import replace

_ROWS = Rows(
    table=table,
    transitions={before: {before, *after} for before, after in TRANSITIONS.items()},
    name="ingestion of",
    shown_by=lambda: command_line("ingest status"),
)


class Ingestions:
    """The ingestions of one *environment* in the database *store*.

    Every method raises JournalError and nothing else.
    """

    def __init__(self, store: JournalStore, *, environment: str) -> None:
        self.store = store
        self._environment = environment

    def begin(self, source: SourceRef, ingestion: Ingestion, *, at: str, runner: str) -> int:
        """Record, durably, that an execution of *source* is about to start; return its id."""
        row = {
            "environment": self._environment,
            "source": source.name,
            "import_source_id": source.import_source_id,
            "workspace_id": source.workspace_id,
            "files": json.dumps([to_json(file) for file in ingestion.files]),
            "roots": json.dumps(ingestion.roots),
            "most_entries": ingestion.most_entries,
            "most_bytes": ingestion.most_bytes,
            "state": IngestState.STARTING,
            "runner": runner,
            "started_at": at,
        }

        def begun(db: Connection) -> int | None:
            equal = [table.c[name] == row[name] for name in ("source", "runner", "started_at")]
            return db.execute(select(table.c.id).where(*equal)).scalar()

        return self.store.write_once(
            f"{runner} {at} {source.name}",
            begun,
            lambda db: inserted(db, insert(table).values(row)),
        )

    def started(self, number: int, execution: Execution) -> None:
        """Record the links that the API returned for the execution."""
        links = json.dumps(to_json(execution))
        _ROWS.write(self.store, number, IngestState.INGESTING, {"links": links})

    def chunk_taken(self, number: int, chunk: int, client_id: str) -> None:
        """Record that the API has the chunk number *chunk*."""
        row = {"ingestion_id": number, "number": chunk, "client_id": client_id}
        self.store.write(
            lambda db: db.execute(upsert(chunks, db).values(row).on_conflict_do_nothing())
        )

    def move(self, number: int, state: IngestState) -> None:
        """Record that the ingestion is in *state*; nothing if it is already."""
        _ROWS.write(self.store, number, state, {})

    def end(self, number: int, state: IngestState, *, at: str, message: str) -> None:
        """Record how the ingestion ended."""
        _ROWS.write(self.store, number, state, {"ended_at": at, "message": message})

    def record(self, number: int) -> IngestionRecord:
        """Return the ingestion of this id, whatever its present state."""
        with self.store.reading() as db:
            query = select(table).where(table.c.id == number)
            return self._record(db, self.store.row(db, query, _read))

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
            found = self.store.rows(db, query.order_by(table.c.id), _read)
            return tuple(self._record(db, record) for record in found)

    def _record(self, db: Connection, record: IngestionRecord) -> IngestionRecord:
        """Return *record* with the chunks that the API has."""
        columns = (chunks.c.number, chunks.c.client_id)
        query = select(*columns).where(chunks.c.ingestion_id == record.id)
        return replace(record, sent=dict(self.store.rows(db, query, tuple)))


def past_ingestions(store: JournalStore) -> tuple[PastIngestion, ...]:
    """Return the ingestions of every environment, newest first. Raises JournalError."""
    if not store.exists:
        return ()
    taken = select(func.count()).where(chunks.c.ingestion_id == table.c.id).scalar_subquery()
    query = select(table, taken.label("taken")).order_by(table.c.id.desc())
    with store.reading() as db:
        return tuple(store.rows(db, query, _past))


def _past(row: Any) -> PastIngestion:
    return PastIngestion(
        environment=row.environment,
        source=row.source,
        state=IngestState(row.state),
        entries=_what(row).entries,
        chunks=row.taken,
        runner=row.runner,
        started_at=row.started_at,
        ended_at=row.ended_at,
        message=row.message,
    )


def _what(row: Any) -> Ingestion:
    return Ingestion(
        files=tuple(DataFile(**file) for file in json.loads(row.files)),
        roots=tuple(json.loads(row.roots)),
        most_entries=row.most_entries,
        most_bytes=row.most_bytes,
    )


def _read(row: Any) -> IngestionRecord:
    return IngestionRecord(
        id=row.id,
        source=row.source,
        import_source_id=row.import_source_id,
        workspace_id=row.workspace_id,
        ingestion=_what(row),
        execution=Execution(**json.loads(row.links)) if row.links else None,
        state=IngestState(row.state),
        sent={},
        runner=row.runner,
        started_at=row.started_at,
    )
