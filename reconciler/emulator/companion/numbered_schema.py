"""An object schema as the companion API sees it: every element with its number."""

import sqlite3
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from reconciler.emulator.companion.call import CompanionCall, NoSuchElement
from reconciler.emulator.companion.numbers import (
    GLOBAL,
    SYSTEM,
    Kind,
    all_settings,
    element_numbers,
)
from reconciler.emulator.object_schemas import content_of, types_of_schema
from reconciler.emulator.schema_and_mapping import OWN_SCHEMA
from reconciler.emulator.store import one
from reconciler.model.document import Document, ObjectType, Status, walk_types
from reconciler.semantics.questions import Question
from reconciler.value import Value

# Some of the icons and the statuses that a fresh site has.
GLOBAL_ICONS = ("Object", "Server", "Marker")
GLOBAL_STATUSES = {
    name: Status(name=name, category=category)
    for name, category in (
        ("Action Needed", "pending"),
        ("Active", "active"),
        ("Closed", "inactive"),
        ("In Service", "pending"),
        ("Running", "active"),
        ("Stopped", "inactive"),
        ("Support Requested", "pending"),
    )
}


Placed = tuple[ObjectType, tuple[ObjectType, ...]]


class NumberedSchema(Value):
    """An object schema: its content, and the numbers of types, attributes, statuses and icons.

    `placed` are the types with their ancestors by external id, `positions` their places among
    their siblings by number. `objects` are the objects of each type by its number, which a
    restricted caller does not see. `settings` hold what the companion API alone knows of an
    element.
    """

    number: int
    name: str
    content: Document
    created: float
    updated: float
    types: Mapping[str, int]
    placed: Mapping[str, Placed]
    positions: Mapping[int, int]
    attributes: Mapping[tuple[Kind, str], int]
    statuses: Mapping[str, int]
    icons: Mapping[str, int]
    objects: Mapping[int, int]
    settings: Mapping[tuple[Kind, int], dict[str, Any]]

    def known(self, kind: Kind, number: int) -> dict[str, Any]:
        """Return what the companion API alone knows of an element."""
        return self.settings.get((kind, number), {})

    def last_change(self, kind: Kind, number: int) -> float:
        """Return when the element changed: of an import source's writes, the whole schema."""
        own: float = self.known(kind, number).get("updated", 0.0)
        return max(own, self.updated)

    def type_number(self, object_type: ObjectType) -> int:
        """Return the number of one of the types."""
        return self.types[object_type.external_id or ""]

    def type_with(self, number: int) -> Placed:
        """Return the type with *number*, and its ancestors. Raises NoSuchElement."""
        for key, each in self.types.items():
            if each == number and key in self.placed:
                return self.placed[key]
        raise NoSuchElement(f"No object type found with id {number}")

    def siblings(self, above: tuple[ObjectType, ...]) -> list[ObjectType]:
        """Return the types below the last of *above*, in the order that people see."""
        beside = above[-1].children if above else self.content.object_types
        return sorted(beside, key=lambda t: self.positions[self.type_number(t)])

    def total(self) -> int:
        """Return the number of objects that the caller may see."""
        return sum(self.objects.get(number, 0) for number in self.types.values())


def numbered_schema(call: CompanionCall, number: int) -> NumberedSchema:
    """Return the object schema with *number*. Raises NoSuchElement."""
    tx = call.tx
    row = one(
        tx,
        "SELECT s.name, min(created) AS created, max(updated) AS updated FROM object_schemas AS s"
        " LEFT JOIN sources ON object_schema = s.number"
        " WHERE s.number = ? AND s.workspace = ? GROUP BY s.number",
        number,
        call.workspace,
    )
    if row is None:
        raise NoSuchElement(f"No object schema found with id {number}")
    content = content_of(tx, number)
    types = types_of_schema(tx, number)
    settings = {
        (kind, each): known
        for kind in (Kind.OBJECT_SCHEMA, Kind.OBJECT_TYPE, Kind.ATTRIBUTE)
        for each, known in all_settings(tx, kind).items()
    }
    return NumberedSchema(
        number=number,
        name=row["name"] or OWN_SCHEMA,
        content=content,
        created=row["created"] or 0,
        updated=row["updated"] or 0,
        types=types,
        placed={t.external_id or "": (t, above) for t, above in walk_types(content.object_types)},
        positions=_positions(content, types, settings),
        attributes=_attributes(tx, number, content),
        statuses={
            **element_numbers(tx, GLOBAL, Kind.STATUS, GLOBAL_STATUSES),
            **element_numbers(tx, number, Kind.STATUS, (s.name for s in content.statuses)),
        },
        icons={
            **element_numbers(tx, GLOBAL, Kind.ICON, GLOBAL_ICONS),
            **element_numbers(tx, number, Kind.ICON, (i.key for i in content.icons)),
        },
        objects=_objects(tx) if call.profile.has(Question.COUNTS, "all") else {},
        settings=settings,
    )


def numbered_schemas(call: CompanionCall) -> Iterator[NumberedSchema]:
    """Yield every object schema of the workspace."""
    sql = "SELECT number FROM object_schemas WHERE workspace = ? ORDER BY number"
    for row in call.tx.execute(sql, (call.workspace,)).fetchall():
        yield numbered_schema(call, row["number"])


def iso(seconds: float) -> str:
    """Return a time as answers write it."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _positions(
    content: Document,
    types: Mapping[str, int],
    settings: Mapping[tuple[Kind, int], dict[str, Any]],
) -> dict[int, int]:
    """Return the place of each type among its siblings: as moved, else by age."""

    def place(number: int) -> tuple[int, int]:
        return settings.get((Kind.OBJECT_TYPE, number), {}).get("position", number), number

    families = [content.object_types, *(t.children for t, _ in walk_types(content.object_types))]
    return {
        number: position
        for family in families
        for position, number in enumerate(
            sorted((types[t.external_id or ""] for t in family), key=place)
        )
    }


def _attributes(
    tx: sqlite3.Connection, schema: int, content: Document
) -> dict[tuple[Kind, str], int]:
    types = [t for t, _ in walk_types(content.object_types)]
    keys = {kind: [t.external_id for t in types] for kind in SYSTEM}
    keys[Kind.ATTRIBUTE] = [a.external_id for t in types for a in t.attributes]
    return {
        (kind, key): number
        for kind, each in keys.items()
        for key, number in element_numbers(tx, schema, kind, (k or "" for k in each)).items()
    }


def _objects(tx: sqlite3.Connection) -> dict[int, int]:
    return dict(tx.execute("SELECT type, count(*) FROM objects GROUP BY type").fetchall())
