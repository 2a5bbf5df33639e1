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
from reconciler.emulator.companion.save import save_change
from reconciler.emulator.companion.stored_objects import StoredObject, change_objects
from reconciler.emulator.faults import EmulatorOptions
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


def list_statuses(
    tx: sqlite3.Connection, call: CompanionCall, options: EmulatorOptions
) -> EmulatorReply:
    """Answer the statuses of an object schema, or without one those of the site."""
    if (wanted := call.query.get("objectSchemaId")) is None:
        numbers = element_numbers(tx, GLOBAL, Kind.STATUS, GLOBAL_STATUSES)
        return json_reply([_global(numbers[name], name) for name in GLOBAL_STATUSES])
    schema = numbered_schema(tx, call.workspace, digits(wanted), options.profile)
    return json_reply(
        [_status(schema.statuses[s.name], s, schema.number) for s in schema.content.statuses]
    )


def get_status(
    tx: sqlite3.Connection, call: CompanionCall, options: EmulatorOptions
) -> EmulatorReply:
    """Answer one status."""
    del options
    row = element_of(tx, call.workspace, call.number(), [Kind.STATUS])
    name, schema = row["element_key"], row["object_schema"]
    if schema == GLOBAL:
        return json_reply(_global(row["number"], name))
    status = next(s for s in content_of(tx, schema).statuses if s.name == name)
    return json_reply(_status(row["number"], status, schema))


def put_status(
    tx: sqlite3.Connection, call: CompanionCall, options: EmulatorOptions
) -> EmulatorReply:
    """Change a status: attributes that allow it, and objects that have it, follow a rename."""
    row = _own(tx, call)
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

    save_change(tx, call, schema, change, options)
    rename_element(tx, schema, Kind.STATUS, name, new_name)
    change_objects(tx, schema, _Values(content_of(tx, schema), name, new_name).changed)
    return get_status(tx, call, options)


def delete_one_status(
    tx: sqlite3.Connection, call: CompanionCall, options: EmulatorOptions
) -> EmulatorReply:
    """Delete a status: 200 without a body; one in use as assumed."""
    row = _own(tx, call)
    name, schema = row["element_key"], row["object_schema"]
    values = _Values(content_of(tx, schema), name, None)
    if options.profile.has(Question.STATUS_IN_USE, "refused"):
        change_objects(tx, schema, values.counted)
        if values.count or any(attributes_with_status(content_of(tx, schema), name)):
            raise ChangeRefused("", "The status is in use")
    save_change(tx, call, schema, lambda d: delete_status(d, name), options)
    change_objects(tx, schema, values.changed)
    forget_elements(tx, schema, [Kind.STATUS], [name])
    return EmulatorReply()


class _Values:
    """The values of objects that are a status: replaced by another, or by none."""

    def __init__(self, content: Document, before: str, after: str | None) -> None:
        self.keys = {
            a.external_id or ""
            for t, _ in walk_types(content.object_types)
            for a in t.attributes
            if type_number(a.type) == STATUS
        }
        self.before = before
        self.after = after
        self.count = 0

    def counted(self, stored: StoredObject) -> StoredObject:
        keys = self.keys & stored.attributes.keys()
        self.count += sum(self.before in stored.attributes[key] for key in keys)
        return stored

    def changed(self, stored: StoredObject) -> StoredObject:
        for key in self.keys & stored.attributes.keys():
            values = (self.after if v == self.before else v for v in stored.attributes[key])
            stored.attributes[key] = [v for v in values if v is not None]
            if not stored.attributes[key]:
                del stored.attributes[key]
        return stored


def _own(tx: sqlite3.Connection, call: CompanionCall) -> sqlite3.Row:
    row = element_of(tx, call.workspace, call.number(), [Kind.STATUS])
    if row["object_schema"] == GLOBAL:
        raise ChangeRefused("", "The emulator keeps the statuses of the site as they are")
    return row


def _global(number: int, name: str) -> dict[str, Any]:
    category = GLOBAL_STATUSES[name]
    return _shown(number, name, description="", category=category, schema=None)


def _status(number: int, status: Status, schema: int) -> dict[str, Any]:
    category = CATEGORIES.get((status.category or "").lower(), 0)
    return _shown(
        number,
        status.name,
        description=status.description or "",
        category=category,
        schema=str(schema),
    )


def _shown(
    number: int, name: str, *, description: str, category: int, schema: str | None
) -> dict[str, Any]:
    return {
        "id": str(number),
        "name": name,
        "description": description,
        "category": category,
        "objectSchemaId": schema,
    }
