"""The objects of the object types: created and updated by imports, never deleted.

Objects missing from an import stay as they are (the default for missing objects, as far as
anyone knows), and so do values missing from it: empty values are ignored in the documented
example of an import source (`defaultHandleEmptyValues`).
"""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.emulator.call import Place, compact_json
from reconciler.emulator.import_results import Settled
from reconciler.emulator.object_schemas import shown_of, type_numbers
from reconciler.mapping.lookup import Index
from reconciler.mapping.mapper import Mapper
from reconciler.mapping.objects import Lookup, MappedObject
from reconciler.model.document import ObjectType, walk_types
from reconciler.outcome.imports import ImportedObject

# The longest object key prefix that Assets accepts for an object schema.
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
# Numbered in an order of their own, not that of the chunks.
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
    """Store the objects of an import until all of them have been mapped.

    *made* have external ids; *numbers* are those of their types. Of two with one id the one
    with the smaller text is kept: which one the API uses is unknown.
    """
    rows = (
        (
            numbers[each.type_key],
            compact_json(each.external_id),
            each.label or "",
            compact_json({key: each.values[key] for key in sorted(each.values)}),
            compact_json({key: _asked(each.references[key]) for key in sorted(each.references)}),
        )
        for each in made
    )
    tx.executemany(_STAGE, rows)


def settle(
    tx: sqlite3.Connection, numbers: Mapping[str, int], mapper: Mapper, prefix: str
) -> dict[int, Settled]:
    """Create and update objects from the staged ones, and resolve their references.

    Return the result of each type by its number. Nothing is staged afterwards.
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
    """Return the prefix of object keys in an object schema called *name*.

    People choose it when they create a schema; here it is the name's first word.
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
            "SELECT number, key, attributes FROM objects WHERE type = ?", (numbers.get(type_key),)
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
        if (text := compact_json(found)) != row["found"]:
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


def sources_of(tx: sqlite3.Connection, ids: Iterable[str]) -> list[Place]:
    """Return the configured import sources with one of *ids*, of any workspace."""
    rows = tx.execute(
        "SELECT workspace, source FROM sources WHERE mapping IS NOT NULL"
        " AND source IN (SELECT value FROM json_each(?)) ORDER BY workspace, source",
        (json.dumps(list(ids)),),
    )
    return [Place(*row) for row in rows]


def types_of(tx: sqlite3.Connection, places: Iterable[Place]) -> list[str]:
    """Return the names of the object types of the object schemas of *places*."""
    lives = (shown_of(tx, place) for place in places)
    return sorted({t.name for live in lives for t, _ in walk_types(live.object_types)})


def objects_of(tx: sqlite3.Connection, places: Iterable[Place]) -> Iterator[ImportedObject]:
    """Yield the objects of the types that *places* map, in the order of their creation."""
    for place in places:
        live = shown_of(tx, place)
        names = {t.external_id: _Names(t, above) for t, above in walk_types(live.object_types)}
        mapped = {m.object_type_external_id for m in live.mappings}
        numbers = {n: key for key, n in type_numbers(tx, place).items() if key in mapped}
        rows = tx.execute(
            "SELECT type, key, label, attributes, found FROM objects"
            " WHERE type IN (SELECT value FROM json_each(?)) ORDER BY number",
            (json.dumps(list(numbers)),),
        )
        for row in rows:
            yield names[numbers[row["type"]]].object(row)


class _Names:
    """The attribute names of one object type, for keys."""

    def __init__(self, object_type: ObjectType, above: Iterable[ObjectType]) -> None:
        self.type = object_type.name
        attributes = [a for owner in (*above, object_type) for a in owner.attributes]
        # In live every attribute has an external id.
        self.attributes = {a.external_id or a.name: a.name for a in attributes}
        self.labels = {a.external_id for a in object_type.attributes if a.label}

    def object(self, row: sqlite3.Row) -> ImportedObject:
        attributes = json.loads(row["attributes"])
        return ImportedObject(
            key=row["key"],
            type=self.type,
            label=row["label"],
            attributes=self.named({k: v for k, v in attributes.items() if k not in self.labels}),
            references=self.named(json.loads(row["found"])),
        )

    def named(self, values: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
        """Return *values* by attribute name, in the order of the document."""
        return {name: tuple(values[key]) for key, name in self.attributes.items() if key in values}
