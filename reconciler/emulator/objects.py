"""The objects of the import sources: made and changed by imports, never deleted.

Objects that an import does not bring stay as they are (the default for missing objects,
as far as anyone knows), and so do values that it brings no more: empty values are ignored
in the documented example of an import source (`defaultHandleEmptyValues`).
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.emulator.import_result import Settled
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.objects import Lookup, MappedObject
from reconciler.mapping.resolve import Index

# The longest key that Assets takes for an object schema.
_LONGEST_PREFIX = 10

_STAGE = """
INSERT INTO imported VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
SET label = excluded.label, attributes = excluded.attributes, lookups = excluded.lookups
WHERE (excluded.attributes, excluded.lookups, excluded.label) < (attributes, lookups, label)
"""
_COUNT = """
SELECT type, count(*) AS objects, count(o.number) AS known,
    coalesce(sum(o.label = i.label AND json_patch(o.attributes, i.attributes) = o.attributes
        AND json_patch(o.lookups, i.lookups) = o.lookups), 0) AS identical
FROM imported AS i LEFT JOIN objects AS o USING (type, external_id)
WHERE type IN (SELECT value FROM json_each(:types)) GROUP BY type
"""
_UPDATE = """
INSERT INTO objects (type, external_id, key, label, attributes, lookups)
SELECT type, external_id, '', i.label, i.attributes, i.lookups
FROM imported AS i JOIN objects AS o USING (type, external_id)
WHERE type IN (SELECT value FROM json_each(:types))
ON CONFLICT (type, external_id) DO UPDATE SET label = excluded.label,
    attributes = json_patch(attributes, excluded.attributes),
    lookups = json_patch(lookups, excluded.lookups)
"""
# Numbered in an order of their own, not in that of the chunks.
_CREATE = """
INSERT INTO objects (number, type, external_id, key, label, attributes, lookups)
SELECT number, type, external_id, :prefix || '-' || number, label, attributes, lookups
FROM (
    SELECT (SELECT coalesce(max(number), 0) FROM objects)
            + row_number() OVER (ORDER BY type, external_id) AS number,
        type, external_id, i.label, i.attributes, i.lookups
    FROM imported AS i LEFT JOIN objects AS o USING (type, external_id)
    WHERE type IN (SELECT value FROM json_each(:types)) AND o.number IS NULL
)
"""
_REFERRING = """
SELECT o.number, type, o.lookups, o.found
FROM imported AS i JOIN objects AS o USING (type, external_id)
WHERE type IN (SELECT value FROM json_each(?)) AND o.lookups <> '{}'
"""


def stage(tx: sqlite3.Connection, numbers: Mapping[str, int], made: Iterable[MappedObject]) -> None:
    """Keep what the data of an import make, until all of them are there.

    *made* have external ids; *numbers* are those of their types. Of two with one id the
    one with the smaller text stays: which one the API takes is unknown.
    """
    rows = (
        (
            numbers[each.type_key],
            _json(each.external_id),
            each.label or "",
            _json({key: each.values[key] for key in sorted(each.values)}),
            _json({key: _asked(each.references[key]) for key in sorted(each.references)}),
        )
        for each in made
    )
    tx.executemany(_STAGE, rows)


def settle(
    tx: sqlite3.Connection, numbers: Mapping[str, int], mapper: Mapper, prefix: str
) -> dict[int, Settled]:
    """Make and change objects by what was staged, and let them refer to one another.

    Return what became of each type's, by its number. Nothing is staged any more then.
    """
    types = json.dumps(list(numbers.values()))
    settled = {
        row["type"]: Settled(
            created=row["objects"] - row["known"],
            updated=row["known"] - row["identical"],
            identical=row["identical"],
        )
        for row in tx.execute(_COUNT, {"types": types})
    }
    tx.execute(_UPDATE, {"types": types})
    tx.execute(_CREATE, {"types": types, "prefix": prefix})
    _refer(tx, types, _index(tx, numbers, mapper), settled)
    tx.execute("DELETE FROM imported WHERE type IN (SELECT value FROM json_each(?))", (types,))
    return settled


def prefix_of(name: str) -> str:
    """Return what the keys of objects begin with in an object schema called *name*.

    People choose it when they make a schema; here it is the name's first word.
    """
    words = re.findall("[A-Z]+", name.upper())
    return words[0][:_LONGEST_PREFIX] if words else "OBJ"


def _index(
    tx: sqlite3.Connection, numbers: Mapping[str, int], mapper: Mapper
) -> Index[tuple[int, str]]:
    """Return an index of the objects that references may find."""
    index: Index[tuple[int, str]] = Index(mapper)
    for type_key in {type_key for r in mapper.references for type_key, _ in r.places}:
        rows = tx.execute(
            "SELECT number, key, attributes FROM objects WHERE type = ?", (numbers[type_key],)
        )
        for row in rows:
            found = MappedObject(
                type_key=type_key,
                external_id=None,
                label=None,
                values=json.loads(row["attributes"]),
                references={},
            )
            index.add(found, (row["number"], row["key"]))
    return index


def _refer(
    tx: sqlite3.Connection,
    types: str,
    index: Index[tuple[int, str]],
    settled: Mapping[int, Settled],
) -> None:
    """Store which objects the references of the imported objects find."""
    changed = []
    for row in tx.execute(_REFERRING, (types,)):
        found = {}
        for key, asked in json.loads(row["lookups"]).items():
            objects = sorted(index.find(_lookup(asked)))
            if objects:
                found[key] = [key for _, key in objects]
            else:
                settled[row["type"]].unresolved += 1
        if (text := _json(found)) != row["found"]:
            settled[row["type"]].other_references += 1
            changed.append((text, row["number"]))
    tx.executemany("UPDATE objects SET found = ? WHERE number = ?", changed)


def _asked(lookup: Lookup) -> list[Any]:
    return [lookup.target, lookup.attribute, lookup.values, lookup.like, lookup.unjudged]


def _lookup(asked: list[Any]) -> Lookup:
    target, attribute, values, like, unjudged = asked
    return Lookup(
        asked="",
        target=target,
        attribute=attribute,
        values=tuple(values),
        like=like,
        unjudged=unjudged,
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
