"""The receipts in a journal: the query for them, and what its rows are.

An SQLite file with nothing odd about it is read here, without SQLAlchemy, whose import takes longer
than a plan. What is odd about another one the store tells, which also brings it up to date.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from reconciler.journal.format import VERSION
from reconciler.model.address import Address
from reconciler.model.canonical import digest_bytes
from reconciler.model.json_form import from_json
from reconciler.outcome.records import EFFECTIVE, Attempt, OperationRecord, Receipt, State
from reconciler.value import field_names

Receipts = Mapping[str, Sequence[Receipt]]

RECORD = field_names(OperationRecord)
_STATES = ", ".join(f"'{state}'" for state in EFFECTIVE)
# The columns of RECORD, attempts, deletions and three documents, of those that acted in
# :environment.
RECEIPTS = f"""
SELECT {", ".join(f"operations.{name}" for name in RECORD)},
    operations.attempts, operations.deletes,
    sent.json AS body, desired.json AS desired, live.json AS live
FROM operations
JOIN runs ON runs.id = operations.run_id
JOIN bodies AS sent ON sent.digest = operations.body_digest
LEFT JOIN bodies AS desired ON desired.digest = operations.desired_digest
LEFT JOIN bodies AS live ON live.digest = operations.read_back_digest
WHERE runs.environment = :environment AND operations.state IN ({_STATES})
ORDER BY operations.id
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
                each: by_source(receipt(dict(row)) for row in db.execute(RECEIPTS, (each,)))
                for each in environments
            }
    except Exception:  # noqa: BLE001 - the rows are none of ours, and may be anything
        return None


def by_source(receipts: Iterable[Receipt]) -> Receipts:
    """Return *receipts* by their sources, in their order."""
    found: dict[str, list[Receipt]] = {}
    for each in receipts:
        found.setdefault(each.operation.source, []).append(each)
    return found


def record(row: Mapping[str, Any]) -> OperationRecord:
    """Return the record in *row*, by column. Raises ValueError or TypeError for anything else."""
    values = {name: row[name] for name in RECORD}
    values["query"] = json.loads(values["query"])
    values["state"] = State(values["state"])
    return from_json(values, OperationRecord)


def receipt(row: Mapping[str, Any]) -> Receipt:
    """Return the receipt in *row*, whose documents must be those that their digests name."""
    return Receipt(
        operation=record(row),
        body=_document(row["body"], row["body_digest"]),
        desired=_known(row["desired"], row["desired_digest"]),
        live=_known(row["live"], row["read_back_digest"]),
        attempts=tuple(
            Attempt(**a | {"address": Address.parse(a["address"])})
            for a in json.loads(row["attempts"] or "[]")
        ),
        deletes=tuple(json.loads(row["deletes"] or "[]")),
    )


def _known(text: str | None, expected: str) -> dict[str, Any] | None:
    return None if text is None else _document(text, expected)


def _document(text: str, expected: str) -> dict[str, Any]:
    if digest_bytes(text.encode()) != expected:
        raise ValueError("a document is not the one that its digest names")
    document: dict[str, Any] = json.loads(text)
    return document
