"""Another external id for a renamed element: what nobody hopes for, and nobody can rule out.

(api.md#companion-join)
"""

import sqlite3

from reconciler.emulator.companion.call import CompanionCall
from reconciler.emulator.companion.numbers import ATTRIBUTES, rename_element
from reconciler.emulator.companion.save import mapping_sources
from reconciler.emulator.companion.stored_objects import StoredObject, change_objects
from reconciler.emulator.faults import EmulatorOptions
from reconciler.emulator.object_schemas import content_of, save_content, save_mapping, shown_of
from reconciler.emulator.schema_and_mapping import generated_id
from reconciler.model.document import (
    Attribute,
    AttributeMapping,
    Document,
    ObjectType,
    TypeMapping,
)
from reconciler.semantics.schema_changes.hierarchy import change_types
from reconciler.value import replace


def identify_anew(
    tx: sqlite3.Connection, call: CompanionCall, schema: int, key: str, options: EmulatorOptions
) -> None:
    """Give a renamed type or attribute another external id, which nobody expects.

    Its numbers and objects stay its own.
    """
    new = generated_id(options.seed, call.workspace, schema, "renamed", key, call.now)
    for place in mapping_sources(tx, call.workspace, schema):
        save_mapping(tx, place, _with_external_id(shown_of(tx, place), key, new))
    sql = "UPDATE object_types SET type_key = ? WHERE object_schema = ? AND type_key = ?"
    tx.execute(sql, (new, schema, key))
    tx.execute(
        "UPDATE mapping_settings SET type_key = ? WHERE type_key = ?"
        " AND source IN (SELECT number FROM sources WHERE object_schema = ?)",
        (new, key, schema),
    )
    for kind in ATTRIBUTES:
        rename_element(tx, schema, kind, key, new)
    tx.execute(
        "DELETE FROM external_ids WHERE external_id = ? AND object_schema = ?", (key, schema)
    )
    save_content(tx, schema, _with_external_id(content_of(tx, schema), key, new))
    change_objects(tx, schema, lambda stored: _renamed(stored, key, new))


def _renamed(stored: StoredObject, key: str, new: str) -> StoredObject:
    for values in (stored.attributes, stored.lookups, stored.found):
        if key in values:
            values[new] = values.pop(key)
    return stored


def _with_external_id(document: Document, key: str, new: str) -> Document:
    def other(external_id: str | None) -> str | None:
        return new if external_id == key else external_id

    def of_attribute(each: Attribute) -> Attribute:
        return replace(
            each,
            external_id=other(each.external_id),
            reference_external_id=other(each.reference_external_id),
        )

    def of_type(each: ObjectType) -> ObjectType:
        return replace(
            each,
            external_id=other(each.external_id),
            attributes=tuple(map(of_attribute, each.attributes)),
        )

    def of_entry(each: AttributeMapping) -> AttributeMapping:
        return replace(each, attribute_external_id=other(each.attribute_external_id))

    def of_mapping(each: TypeMapping) -> TypeMapping:
        return replace(
            each,
            object_type_external_id=other(each.object_type_external_id),
            attributes=tuple(map(of_entry, each.attributes)),
        )

    document = change_types(document, of_type)
    return replace(document, mappings=tuple(map(of_mapping, document.mappings)))
