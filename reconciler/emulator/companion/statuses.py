"""Statuses, of the site and of object schemas (api.md#companion-statuses)."""

import sqlite3
from typing import Any

from reconciler.emulator.call import EmulatorReply, json_reply
from reconciler.emulator.companion.body import number_of, text_of
from reconciler.emulator.companion.call import CompanionCall, digits
from reconciler.emulator.companion.numbered_schema import GLOBAL_STATUSES, numbered_schema
from reconciler.emulator.companion.numbers import (
    GLOBAL,
    Kind,
    element_numbers,
    element_of,
    forget_elements,
    rename_element,
)
from reconciler.emulator.companion.object_values import (
    StoredObject,
    change_objects,
    stored_objects,
)
from reconciler.emulator.companion.schema_change import save_change
from reconciler.emulator.object_schemas import content_of
from reconciler.model.document import Document, Status, walk_types
from reconciler.semantics.companion_numbers import CATEGORIES, STATUS, type_number
from reconciler.semantics.questions import Question
from reconciler.semantics.schema_changes.refusal import ChangeRefused
from reconciler.semantics.schema_changes.statuses import (
    attributes_with_status,
    change_status,
    delete_status,
)


def list_statuses(call: CompanionCall) -> EmulatorReply:
    """Answer the statuses of an object schema, or without one those of the site."""
    if (wanted := call.query.get("objectSchemaId")) is None:
        numbers = element_numbers(call.tx, GLOBAL, Kind.STATUS, GLOBAL_STATUSES)
        return json_reply([_status(numbers[s.name], s, GLOBAL) for s in GLOBAL_STATUSES.values()])
    schema = numbered_schema(call, digits(wanted))
    return json_reply(
        [_status(schema.statuses[s.name], s, schema.number) for s in schema.content.statuses]
    )


def get_status(call: CompanionCall) -> EmulatorReply:
    """Answer one status."""
    row = element_of(call, call.number(), [Kind.STATUS])
    name, schema = row["element_key"], row["object_schema"]
    if schema == GLOBAL:
        status = GLOBAL_STATUSES[name]
    else:
        status = next(s for s in content_of(call.tx, schema).statuses if s.name == name)
    return json_reply(_status(row["number"], status, schema))


def put_status(call: CompanionCall) -> EmulatorReply:
    """Change a status: attributes that allow it, and objects that have it, follow a rename."""
    row = _own(call)
    name, schema, body = row["element_key"], row["object_schema"], call.json()
    new_name, category = text_of(body, "name"), number_of(body, "category")
    categories = {number: word for word, number in CATEGORIES.items()}
    if new_name is None or category not in categories:
        raise ChangeRefused("category" if new_name else "name", "Name and category are mandatory")

    def change(document: Document) -> Document:
        return change_status(
            document,
            name,
            new_name=new_name,
            category=categories[category],
            description=text_of(body, "description"),
        )

    save_change(call, schema, change)
    rename_element(call.tx, schema, Kind.STATUS, name, new_name)
    _replace_values(call, schema, name, new_name)
    return get_status(call)


def delete_one_status(call: CompanionCall) -> EmulatorReply:
    """Delete a status: 200 without a body; one in use as assumed."""
    row = _own(call)
    name, schema = row["element_key"], row["object_schema"]
    content = content_of(call.tx, schema)
    if call.profile.has(Question.STATUS_IN_USE, "refused") and (
        any(attributes_with_status(content, name)) or _is_a_value(call, schema, name)
    ):
        raise ChangeRefused("", "The status is in use")
    save_change(call, schema, lambda d: delete_status(d, name))
    _replace_values(call, schema, name, None)
    forget_elements(call.tx, schema, [Kind.STATUS], [name])
    return EmulatorReply()


def _of_statuses(call: CompanionCall, schema: int) -> frozenset[str]:
    """Return the external ids of the attributes whose values are statuses."""
    types = walk_types(content_of(call.tx, schema).object_types)
    attributes = (a for t, _ in types for a in t.attributes)
    return frozenset(a.external_id or "" for a in attributes if type_number(a.type) == STATUS)


def _is_a_value(call: CompanionCall, schema: int, name: str) -> bool:
    keys = _of_statuses(call, schema)
    stored = (each.attributes for _, each in stored_objects(call.tx, schema))
    return any(name in values[key] for values in stored for key in keys & values.keys())


def _replace_values(call: CompanionCall, schema: int, before: str, after: str | None) -> None:
    """Give the objects that have the status *before* the status *after*, or none."""
    keys = _of_statuses(call, schema)

    def change(stored: StoredObject) -> None:
        for key in keys & stored.attributes.keys():
            values = (after if value == before else value for value in stored.attributes[key])
            stored.attributes[key] = [value for value in values if value is not None]
            if not stored.attributes[key]:
                del stored.attributes[key]

    change_objects(call.tx, schema, change)


def _own(call: CompanionCall) -> sqlite3.Row:
    row = element_of(call, call.number(), [Kind.STATUS])
    if row["object_schema"] == GLOBAL:
        raise ChangeRefused("", "The emulator keeps the statuses of the site as they are")
    return row


def _status(number: int, status: Status, schema: int) -> dict[str, Any]:
    """Return a status of an object schema, or of the site, as answers show it."""
    return {
        "id": str(number),
        "name": status.name,
        "description": status.description or "",
        "category": CATEGORIES.get((status.category or "").lower(), 0),
        "objectSchemaId": None if schema == GLOBAL else str(schema),
    }
