"""What drift jobs saw last, kept in the journal so that the next one reports only new drift.

It says nothing about what was sent: neither plan nor apply reads it.
"""

import json
from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from reconciler.journal.store import JournalStore
from reconciler.journal.tables import sightings as table
from reconciler.model.address import Address
from reconciler.planning.drift.new_findings import DriftSeen


def load_drift_seen(store: JournalStore, environment: str) -> dict[str, DriftSeen]:
    """Return what the last job saw of each source. Raises JournalError."""
    if not store.exists:
        return {}
    columns = (table.c.source, table.c.readable, table.c.differences)
    with store.reading() as db:
        rows = db.execute(select(*columns).where(table.c.environment == environment)).all()
    return {
        source: DriftSeen(
            differences={Address.parse(a): seen for a, seen in json.loads(differences).items()},
            readable=readable,
        )
        for source, readable, differences in rows
    }


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
    of_these = table.c.environment == environment, table.c.source.in_([*seen])
    with store.writing() as db:
        db.execute(delete(table).where(*of_these))
        db.execute(insert(table), rows)
