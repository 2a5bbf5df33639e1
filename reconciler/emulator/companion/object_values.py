"""The values of objects, changed along with the types and attributes that they belong to."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.emulator.call import compact_json


@dataclass(kw_only=True, slots=True)
class StoredObject:
    """The values of one object by the external ids of attributes, to be changed."""

    type: int
    label: str
    attributes: dict[str, list[str]]
    lookups: dict[str, Any]
    found: dict[str, list[str]]

    @property
    def by_attribute(self) -> tuple[dict[str, Any], ...]:
        """What it has by attribute: values, what its references ask for, what they found."""
        return self.attributes, self.lookups, self.found


_OF_SCHEMA = """
SELECT o.number, type, label, attributes, lookups, found FROM objects AS o
JOIN object_types AS t ON t.number = type WHERE object_schema = ?
"""


def stored_objects(tx: sqlite3.Connection, schema: int) -> Iterator[tuple[int, StoredObject]]:
    """Yield the objects of an object schema with their numbers."""
    for row in tx.execute(_OF_SCHEMA, (schema,)).fetchall():
        number, of_type, label, *values = row
        attributes, lookups, found = map(json.loads, values)
        yield (
            number,
            StoredObject(
                type=of_type, label=label, attributes=attributes, lookups=lookups, found=found
            ),
        )


def change_objects(
    tx: sqlite3.Connection, schema: int, change: Callable[[StoredObject], None]
) -> None:
    """Store what *change* makes of each object of an object schema."""
    changed = []
    for number, stored in stored_objects(tx, schema):
        change(stored)
        changed.append((stored.label, *map(compact_json, stored.by_attribute), number))
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
            changed.append((compact_json(left), row["number"]))
    tx.executemany("UPDATE objects SET found = ? WHERE number = ?", changed)
