"""A change of an object schema takes effect: on its content, on mappings, and on objects."""

import json
import sqlite3
from collections.abc import Callable

from reconciler.emulator.call import Place
from reconciler.emulator.companion.call import CompanionCall
from reconciler.emulator.companion.numbers import ATTRIBUTES, Kind, forget_elements
from reconciler.emulator.companion.object_values import (
    StoredObject,
    change_objects,
    delete_objects,
)
from reconciler.emulator.object_schemas import (
    content_of,
    external_ids,
    reset_settings,
    save_content,
    save_mapping,
    shown_of,
)
from reconciler.model.document import Document
from reconciler.semantics.questions import Question
from reconciler.semantics.schema_changes.lost_mappings import without_lost_mappings

Change = Callable[[Document], Document]


def save_change(call: CompanionCall, schema: int, change: Change) -> None:
    """Store what *change* makes of an object schema, and of each mapping in it.

    Raises what *change* raises, and then nothing has changed.
    """
    tx, before = call.tx, content_of(call.tx, schema)
    after = change(before)
    for place in mapping_sources(call, schema):
        followed = change(shown_of(tx, place))
        if call.profile.has(Question.MAPPING_OF_DELETED_TYPE, "vanishes"):
            followed = without_lost_mappings(followed)
        save_mapping(tx, place, followed)
    save_content(tx, schema, after)
    gone = set(external_ids(before)) - set(external_ids(after))
    if gone:
        for place in mapping_sources(call, schema):
            reset_settings(tx, place, gone)
        _forget(tx, schema, gone)


def mapping_sources(call: CompanionCall, schema: int) -> list[Place]:
    """Return the configured sources of an object schema."""
    rows = call.tx.execute(
        "SELECT source FROM sources WHERE object_schema = ? AND mapping IS NOT NULL", (schema,)
    )
    return [Place(call.workspace, row["source"]) for row in rows.fetchall()]


def _forget(tx: sqlite3.Connection, schema: int, gone: set[str]) -> None:
    """Forget all that is of the types and attributes with these external ids."""
    keys = json.dumps(sorted(gone))
    tx.execute(
        "DELETE FROM external_ids WHERE object_schema = ?"
        " AND external_id IN (SELECT value FROM json_each(?))",
        (schema, keys),
    )
    forget_elements(tx, schema, ATTRIBUTES, gone)
    rows = tx.execute(
        "DELETE FROM object_types WHERE object_schema = ?"
        " AND type_key IN (SELECT value FROM json_each(?)) RETURNING number",
        (schema, keys),
    ).fetchall()
    types = [row["number"] for row in rows]
    tx.executemany(
        "DELETE FROM element_settings WHERE kind = ? AND number = ?",
        [(Kind.OBJECT_TYPE, number) for number in types],
    )
    delete_objects(tx, types)
    change_objects(tx, schema, lambda stored: _forget_values(stored, gone))


def _forget_values(stored: StoredObject, gone: set[str]) -> None:
    for values in stored.by_attribute:
        for key in gone & values.keys():
            del values[key]
