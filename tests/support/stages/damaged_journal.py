"""A journal with something in every table, and what may stand in a column instead."""

import sqlite3
from contextlib import closing
from itertools import product
from pathlib import Path

from reconciler.backend.import_sources import Execution
from reconciler.journal.drift_seen import save_drift_seen
from reconciler.journal.ingestions import Ingestions
from reconciler.journal.leases import Leases, this_runner
from reconciler.journal.runs import Journal
from reconciler.journal.tables import TABLES
from reconciler.model.address import Address
from reconciler.outcome.ingestions import Ingestion
from reconciler.outcome.records import Attempt, ReadBackFinding, State
from reconciler.planning.drift.new_findings import DriftSeen
from reconciler.planning.plan import Plan
from tests.support.stages.applying import source

AT = "2026-01-02T03:04:05.000Z"
COLUMNS = [(table.name, column.name) for table in TABLES.sorted_tables for column in table.columns]
# Another type, half of it, or nonsense.
VALUES: dict[str, object] = {
    "nothing": None,
    "a number": 7,
    "a number below zero": -1,
    "a number without end": 1e308 * 10,
    "an escape sequence": "Größe\x1b[31m",
    "bytes": b"\xff\xfe\x00",
    "half a JSON": '{"a": [',
    "another JSON": '[{"a": {}}, null]',
    "a JSON that is no text": '{"a": "\\ud800"}',
    "a JSON without a bottom": "[" * 100_000,
    "a JSON of too many digits": "9" * 5_000,
    "an empty text": "",
}
DAMAGES = [(*column, value) for column, value in product(COLUMNS, VALUES)]


def fill(journal: Journal, plan: Plan) -> None:
    """Leave a run of *plan* that is done for its first source, a lock, and an ingestion."""
    run_id, operations = journal.begin(plan, at=AT, runner="somebody")
    first = next(iter(operations))
    journal.intend(operations[first], at=AT, live_digest="sha256:l")
    journal.accept(operations[first], progress_url="http://x/1")
    attempt = Attempt(address=Address.parse("a/b"), value=1, took_effect=True)
    found = ReadBackFinding(live={}, attempts=(attempt,))
    journal.end(operations[first], State.DONE, at=AT, message="fine", found=found)
    calls = journal.schema_operations
    for each in calls.of(run_id, first):
        calls.intend(each.id, at=AT, before={})
        calls.end(each.id, State.DONE, at=AT, message="fine", live={})
    store, runner = journal.store, this_runner("somebody")
    Leases(store, environment="local", runner=runner).take(first)
    ingestions = Ingestions(store, environment="local")
    ingestion = Ingestion(files=(), roots=("drives",), most_entries=1, most_bytes=1)
    number = ingestions.begin(source(first), ingestion, at=AT, runner="somebody")
    links = Execution(submit_progress="p", submit_results="r", get_status="s", cancel="c")
    ingestions.started(number, links)
    ingestions.chunk_taken(number, 1, "chunk")
    seen = DriftSeen(differences={Address.parse("a/b"): "sha256:s"}, readable=True)
    save_drift_seen(store, "local", {first: seen}, at=AT)


def put(path: Path, table: str, column: str, value: str) -> None:
    """Let *column* hold *value* of `VALUES` in every row, whatever its type and constraints."""
    columns = [f'"{c.name}"' for c in TABLES.tables[table].columns]
    taken = ", ".join(f"? AS {c}" if c == f'"{column}"' else c for c in columns)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("PRAGMA foreign_keys=OFF")
        db.execute(f"CREATE TABLE altered AS SELECT {taken} FROM {table}", (VALUES[value],))  # noqa: S608
        db.execute(f"DROP TABLE {table}")
        db.execute(f"ALTER TABLE altered RENAME TO {table}")
