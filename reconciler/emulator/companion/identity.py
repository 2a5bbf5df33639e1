"""Another external id for a renamed element: what nobody hopes for, and nobody can rule out.

(api.md#companion-join)
"""

from typing import Any

from reconciler.emulator.companion.call import CompanionCall
from reconciler.emulator.companion.numbers import ATTRIBUTES, rename_element
from reconciler.emulator.companion.object_values import StoredObject, change_objects
from reconciler.emulator.companion.schema_change import mapping_sources
from reconciler.emulator.object_schemas import content_of, save_content, save_mapping, shown_of
from reconciler.emulator.schema_and_mapping import generated_id
from reconciler.model.document import Document
from reconciler.model.wire import read_document, write_document

# The keys of a document that have one.
_EXTERNAL_IDS = frozenset(
    {"externalId", "referenceObjectTypeExternalId", "objectTypeExternalId", "attributeExternalId"}
)


def identify_anew(call: CompanionCall, schema: int, key: str) -> None:
    """Give a renamed type or attribute another external id, which nobody expects.

    Its numbers and objects stay its own.
    """
    tx = call.tx
    new = generated_id(call.options.seed, call.workspace, schema, "renamed", key, call.now)
    for place in mapping_sources(call, schema):
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
    change_objects(tx, schema, lambda stored: _rename(stored, key, new))


def _rename(stored: StoredObject, key: str, new: str) -> None:
    for values in stored.by_attribute:
        if key in values:
            values[new] = values.pop(key)


def _with_external_id(document: Document, key: str, new: str) -> Document:
    def other(value: Any, name: str = "") -> Any:
        match value:
            case dict():
                return {name: other(each, name) for name, each in value.items()}
            case list():
                return [other(each) for each in value]
        return new if name in _EXTERNAL_IDS and value == key else value

    return read_document(other(write_document(document)))
