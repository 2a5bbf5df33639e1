"""The values of objects, changed along with the types and attributes that they belong to."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(kw_only=True, slots=True)
class StoredObject:
    """The values of one object by the external ids of attributes, to be changed."""

    type: int
    label: str
    attributes: dict[str, list[str]]
    lookups: dict[str, Any]
    found: dict[str, list[str]]


_COLUMNS = ("label", "attributes", "lookups", "found")
_OF_SCHEMA = """
SELECT o.number, type, label, attributes, lookups, found FROM objects AS o
JOIN object_types AS t ON t.number = type WHERE object_schema = ?
"""


def change_objects(
    tx: sqlite3.Connection, schema: int, change: Callable[[StoredObject], StoredObject]
) -> None:
    """Store what *change* makes of each object of an object schema."""
    changed = []
    for row in tx.execute(_OF_SCHEMA, (schema,)):
        stored = StoredObject(
            type=row["type"],
            label=row["label"],
            attributes=json.loads(row["attributes"]),
            lookups=json.loads(row["lookups"]),
            found=json.loads(row["found"]),
        )
        made = change(stored)
        columns = (made.label, _json(made.attributes), _json(made.lookups), _json(made.found))
        if columns != tuple(row[name] for name in _COLUMNS):
            changed.append((*columns, row["number"]))
    tx.executemany(
        "UPDATE objects SET label = ?, attributes = ?, lookups = ?, found = ? WHERE number = ?",
        changed,
    )


def delete_objects(tx: sqlite3.Connection, types: Iterable[int]) -> None:
    """Delete the objects of the types with these numbers, and what other objects refer to."""
    wanted = json.dumps(list(types))
    rows = tx.execute(
        "DELETE FROM objects WHERE type IN (SELECT value FROM json_each(?)) RETURNING key",
        (wanted,),
    ).fetchall()
    tx.execute("DELETE FROM imported WHERE type IN (SELECT value FROM json_each(?))", (wanted,))
    gone = {row["key"] for row in rows}
    if not gone:
        return
    changed = []
    for row in tx.execute("SELECT number, found FROM objects WHERE found <> '{}'"):
        found = json.loads(row["found"])
        left = {
            key: kept for key, keys in found.items() if (kept := [k for k in keys if k not in gone])
        }
        if left != found:
            changed.append((_json(left), row["number"]))
    tx.executemany("UPDATE objects SET found = ? WHERE number = ?", changed)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
