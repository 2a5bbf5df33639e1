"""Objects that a query of AQL finds: how many, and a page of them with their values."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from reconciler.emulator.call import EmulatorReply, json_reply
from reconciler.emulator.companion.aql import Condition, Names, condition
from reconciler.emulator.companion.attributes import attribute_answer
from reconciler.emulator.companion.call import CompanionCall
from reconciler.emulator.companion.numbered_schema import NumberedSchema, iso, numbered_schemas
from reconciler.emulator.companion.numbers import Kind
from reconciler.emulator.companion.object_types import object_type_answer
from reconciler.emulator.companion.schemas import PAGE, page
from reconciler.emulator.store import one
from reconciler.mapping.aql import UnreadableAql
from reconciler.model.document import Attribute, ObjectType, walk_types
from reconciler.semantics.companion_numbers import REFERENCE, STATUS, type_number
from reconciler.semantics.questions import Question
from reconciler.semantics.schema_changes.refusal import ChangeRefused

_FOUND = """
SELECT o.* FROM objects AS o JOIN object_types AS t ON t.number = o.type
JOIN object_schemas AS s ON s.number = t.object_schema WHERE s.workspace = ? AND
"""
_SIZES = (16, 48, 72, 144, 288)


def count_objects(call: CompanionCall) -> EmulatorReply:
    """Answer how many objects a query finds."""
    schemas = list(numbered_schemas(call))
    return json_reply({"totalCount": _count(call, _asked(call, schemas))})


def find_objects(call: CompanionCall) -> EmulatorReply:
    """Answer a page of the objects that a query finds."""
    schemas = list(numbered_schemas(call))
    asked = _asked(call, schemas)
    total = _count(call, asked)
    start, most = call.count("startAt", 0), call.count("maxResults", PAGE)
    rows = call.tx.execute(
        f"{_FOUND} {asked.sql} ORDER BY o.number LIMIT ? OFFSET ?",
        (call.workspace, *asked.values, most if total else 0, start),
    ).fetchall()
    shown = _Shown(call, schemas, with_values=call.query.get("includeAttributes") != "false")
    values = [shown.object(row) for row in rows]
    found = page(values, start=start, most=most, total=total)
    return json_reply({**found, "objectTypeAttributes": shown.attributes(rows)})


def _asked(call: CompanionCall, schemas: Iterable[NumberedSchema]) -> Condition:
    query = call.json().get("qlQuery")
    try:
        return condition(str(query or ""), Names.of(schemas))
    except UnreadableAql as error:
        raise ChangeRefused("", f"The AQL query is invalid: {error}") from error


def _count(call: CompanionCall, asked: Condition) -> int:
    if call.profile.has(Question.COUNTS, "none"):
        return 0
    sql = f"SELECT count(*) FROM ({_FOUND} {asked.sql})"  # noqa: S608 - the values are bound
    return int(one(call.tx, sql, call.workspace, *asked.values)[0])


class _Shown:
    """Objects as answers show them."""

    def __init__(
        self, call: CompanionCall, schemas: Iterable[NumberedSchema], *, with_values: bool
    ) -> None:
        self.call = call
        self.with_values = with_values
        self.types = {
            schema.type_number(t): (schema, t, above)
            for schema in schemas
            for t, above in walk_types(schema.content.object_types)
        }

    def object(self, row: sqlite3.Row) -> dict[str, Any]:
        schema, object_type, above = self.types[row["type"]]
        time = iso(schema.updated)
        number = row["number"]
        shown = {
            **self.call.identity(number),
            "label": row["label"],
            "objectKey": row["key"],
            "avatar": self.avatar(number, row["type"]),
            "objectType": object_type_answer(self.call, schema, object_type, above, counted=False),
            "created": time,
            "updated": time,
            "hasAvatar": False,
            "timestamp": int(schema.updated * 1000),
            "_links": {"self": self.call.url(f"object/{number}")},
        }
        return {**shown, "attributes": self.values(row)} if self.with_values else shown

    def avatar(self, number: int, object_type: int) -> dict[str, Any]:
        path = f"objecttype/{object_type}/icon.png?size="
        urls = {f"url{size}": self.call.url(f"{path}{size}") for size in _SIZES}
        return {**self.call.identity(number), **urls, "objectId": str(number)}

    def values(self, row: sqlite3.Row) -> list[dict[str, Any]]:
        schema, object_type, above = self.types[row["type"]]
        texts, found = json.loads(row["attributes"]), json.loads(row["found"])
        key = schema.attributes.get((Kind.KEY, object_type.external_id or ""))
        shown = [] if key is None else [self.value(row, key, [_text(row["key"])])]
        for attribute in _attributes(object_type, above):
            external_id = attribute.external_id or ""
            number = schema.attributes[Kind.ATTRIBUTE, external_id]
            if type_number(attribute.type) == REFERENCE:
                values = [self.reference(each) for each in found.get(external_id, ())]
            elif type_number(attribute.type) == STATUS:
                values = [_status(schema, each) for each in texts.get(external_id, ())]
            else:
                values = [_text(each) for each in texts.get(external_id, ())]
            if values:
                shown.append(self.value(row, number, values))
        return shown

    def value(self, row: sqlite3.Row, number: int, values: list[Any]) -> dict[str, Any]:
        # An entry has an id of its own, which nothing takes.
        return {
            **self.call.identity(number),
            "id": f"{row['number']}{number}",
            "objectTypeAttributeId": str(number),
            "objectAttributeValues": values,
            "objectId": str(row["number"]),
        }

    def reference(self, key: str) -> dict[str, Any]:
        row = one(self.call.tx, "SELECT * FROM objects WHERE key = ?", key)
        return {
            "referencedObject": {
                **self.call.identity(row["number"]),
                "label": row["label"],
                "objectKey": key,
            },
            "displayValue": row["label"],
            "searchValue": key,
            "referencedType": True,
        }

    def attributes(self, rows: Iterable[sqlite3.Row]) -> list[dict[str, Any]]:
        """Return the definitions of the attributes that the objects may have."""
        if not self.with_values:
            return []
        shown: dict[str, dict[str, Any]] = {}
        for number in dict.fromkeys(row["type"] for row in rows):
            schema, object_type, above = self.types[number]
            for attribute in _attributes(object_type, above):
                made = attribute_answer(self.call, schema, attribute)
                shown[made["id"]] = {**made, "position": len(shown)}
        return [*shown.values()]


def _attributes(object_type: ObjectType, above: Iterable[ObjectType]) -> list[Attribute]:
    # An import may fill what ancestors own, whatever they pass on.
    return [a for owner in (*above, object_type) for a in owner.attributes]


def _text(text: str) -> dict[str, Any]:
    return {"value": text, "displayValue": text, "searchValue": text, "referencedType": False}


def _status(schema: NumberedSchema, name: str) -> dict[str, Any]:
    status = {"id": str(schema.statuses.get(name, 0)), "name": name}
    return {"status": status, "displayValue": name, "searchValue": name, "referencedType": False}
