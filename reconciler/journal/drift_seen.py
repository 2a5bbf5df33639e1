"""What drift jobs saw last, kept in the journal so that the next one reports only new drift.

It says nothing about what was sent: neither plan nor apply reads it.
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from reconciler.journal.database import upsert
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import sightings as table
from reconciler.model.address import Address
from reconciler.planning.drift.new_findings import DriftSeen


def load_drift_seen(store: JournalStore, environment: str) -> dict[str, DriftSeen]:
    """Return what the last job saw of each source. Raises JournalError."""
    if not store.exists:
        return {}
    columns = (table.c.source, table.c.readable, table.c.differences)

    def seen(row: Any) -> tuple[str, DriftSeen]:
        differences = {Address.parse(a): seen for a, seen in json.loads(row.differences).items()}
        return row.source, DriftSeen(differences=differences, readable=row.readable)

    with store.reading() as db:
        query = select(*columns).where(table.c.environment == environment)
        return dict(store.rows(db, query, seen))


def save_drift_seen(
    store: JournalStore, environment: str, seen: Mapping[str, DriftSeen], *, at: str
) -> None:
    """Replace what is stored of these sources by *seen*. Raises JournalError."""
    if not seen:
        return
    rows = [
        {
            "environment": environment,
            "source": source,
            "seen_at": at,
            "readable": sighting.readable,
            "differences": json.dumps(
                {str(a): seen for a, seen in sighting.differences.items()}, sort_keys=True
            ),
        }
        for source, sighting in sorted(seen.items())
    ]

    def work(db: Connection) -> None:
        statement = upsert(table, db)
        new = {name: statement.excluded[name] for name in ("seen_at", "readable", "differences")}
        keys = [table.c.environment, table.c.source]
        db.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)

    store.write(work)
