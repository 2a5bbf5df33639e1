"""What is there to see of imports: the objects of sources, by the names of their types."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from reconciler.emulator.call import Place
from reconciler.emulator.store import live_of
from reconciler.model.document import Document, ObjectType, walk_types
from reconciler.outcome.imported import ImportedObject


def sources_of(tx: sqlite3.Connection, ids: Iterable[str]) -> list[Place]:
    """Return the configured import sources with one of *ids*, of any workspace."""
    rows = tx.execute(
        "SELECT workspace, source FROM sources WHERE live IS NOT NULL"
        " AND source IN (SELECT value FROM json_each(?)) ORDER BY workspace, source",
        (json.dumps(list(ids)),),
    )
    return [Place(*row) for row in rows]


def types_of(tx: sqlite3.Connection, places: Iterable[Place]) -> list[str]:
    """Return the names of the object types of *places*."""
    lives = (_live(tx, place) for place in places)
    return sorted({t.name for live in lives for t, _ in walk_types(live.object_types)})


def objects_of(tx: sqlite3.Connection, places: Iterable[Place]) -> Iterator[ImportedObject]:
    """Yield the objects of *places*, in the order in which they came into being."""
    for place in places:
        names = {
            t.external_id: _Names(t, above)
            for t, above in walk_types(_live(tx, place).object_types)
        }
        rows = tx.execute(
            "SELECT type_key, key, label, attributes, found FROM objects"
            " JOIN object_types ON object_types.number = objects.type"
            " WHERE workspace = ? AND source = ? ORDER BY objects.number",
            place,
        )
        for row in rows:
            yield names[row["type_key"]].object(row)


def _live(tx: sqlite3.Connection, place: Place) -> Document:
    live = live_of(tx, place)
    assert live is not None  # noqa: S101 - of configured sources only, and nothing is deleted
    return live


class _Names:
    """What the keys of one object type's objects are called."""

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
        """Return *values* by the names of their attributes, in the order of the document."""
        return {name: tuple(values[key]) for key, name in self.attributes.items() if key in values}
