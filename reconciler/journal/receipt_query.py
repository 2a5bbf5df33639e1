"""The receipts in a journal: the query for them, and what its rows are.

An SQLite file with nothing odd about it is read here, without SQLAlchemy, whose import takes longer
than a plan. What is odd about another one the store tells.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from reconciler.journal import VERSION
from reconciler.model.canonical import digest_bytes
from reconciler.model.json_form import from_json
from reconciler.outcome.records import EFFECTIVE, Receipt
from reconciler.planning.object_schema.operation import Phase

Receipts = Mapping[str, Sequence[Receipt]]

_ACTED = (
    "source", "import_source_id", "workspace_id", "ended_at", "desired_digest", "live_digest",
    "method", "body_digest", "attempts", "deletes",
)  # fmt: skip
RECEIPT = (*_ACTED, "body", "desired", "live")
_STATES = ", ".join(f"'{state}'" for state in EFFECTIVE)
# What acted in :environment, each with its documents, in the order in which it was sent.
RECEIPTS = f"""
SELECT {", ".join(f"acted.{name}" for name in _ACTED)},
    sent.json AS body, desired.json AS desired, coalesce(acted.live, read_back.json) AS live
FROM (
    SELECT source, import_source_id, workspace_id, ended_at, desired_digest,
        read_back_digest AS live_digest, method, body_digest, attempts, deletes,
        NULL AS live, run_id, 1 AS stage
    FROM operations WHERE state IN ({_STATES})
    UNION ALL
    SELECT source, import_source_id, workspace_id, ended_at, desired_digest,
        live_digest, NULL, NULL, NULL, NULL,
        live, run_id, CASE phase WHEN '{Phase.AFTER}' THEN 2 ELSE 0 END
    FROM schema_operations WHERE live IS NOT NULL
) AS acted
JOIN runs ON runs.id = acted.run_id
LEFT JOIN bodies AS sent ON sent.digest = acted.body_digest
LEFT JOIN bodies AS desired ON desired.digest = acted.desired_digest
LEFT JOIN bodies AS read_back ON read_back.digest = acted.live_digest
WHERE runs.environment = :environment
ORDER BY acted.run_id, acted.stage
"""  # noqa: S608 - names and states of ours


def receipts_in_file(path: Path, environments: Iterable[str]) -> Mapping[str, Receipts] | None:
    """Return the receipts of each of *environments* in the SQLite file *path*.

    None if there is anything else to it than to read them.
    """
    try:
        if not path.is_file():  # a pipe would never open
            return None
        # To write, or it leaves files behind; without waiting for others.
        uri = f"{path.absolute().as_uri()}?mode=rw"
        with closing(sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)) as db:
            db.row_factory = sqlite3.Row
            db.execute("BEGIN")
            if [*map(tuple, db.execute("SELECT version FROM journal_version"))] != [(VERSION,)]:
                return None
            return {
                each: by_source(
                    receipt(dict(row)) for row in db.execute(RECEIPTS, {"environment": each})
                )
                for each in environments
            }
    except Exception:  # noqa: BLE001 - the rows are none of ours, and may be anything
        return None


def by_source(receipts: Iterable[Receipt]) -> Receipts:
    """Return *receipts* by their sources, in their order."""
    found: dict[str, list[Receipt]] = {}
    for each in receipts:
        found.setdefault(each.source, []).append(each)
    return found


def receipt(row: Mapping[str, Any]) -> Receipt:
    """Return the receipt in *row*, whose documents must be those that their digests name.

    Raises ValueError or TypeError for anything else.
    """
    sent = row["body_digest"]
    documents = {
        "body": None if sent is None else _document(row["body"], sent),
        "desired": _known(row["desired"], row["desired_digest"]),
        "live": _known(row["live"], row["live_digest"]),
    }
    lists = {name: json.loads(row[name] or "[]") for name in ("attempts", "deletes")}
    return from_json({**row, **documents, **lists}, Receipt)


def _known(text: str | None, expected: object) -> dict[str, Any] | None:
    if not isinstance(expected, str | None):
        raise TypeError("a digest is no text")
    return None if text is None else _document(text, expected)


def _document(text: str, expected: str | None) -> dict[str, Any]:
    if digest_bytes(text.encode()) != expected:
        raise ValueError("a document is not the one that its digest names")
    document: dict[str, Any] = json.loads(text)
    return document
