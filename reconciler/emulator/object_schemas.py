"""Object schemas and the import sources in them, with what people set in the UI.

Object types, icons and statuses belong to an object schema, which several import sources may
share; a source has its own mapping (api.md#several-sources-on-one-object-schema). External ids
are unique in a workspace.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from math import inf
from typing import Any

from reconciler.emulator.call import Place, SourceCall, compact_json
from reconciler.emulator.store import one
from reconciler.model.document import NO_EXTRA, Document, Status, walk_types
from reconciler.model.wire import read_document, write_document
from reconciler.value import replace


def create_source(tx: sqlite3.Connection, place: Place, now: float) -> None:
    """Create the import source on its first use, in an object schema of its own."""
    if one(tx, "SELECT 1 FROM sources WHERE workspace = ? AND source = ?", *place) is None:
        put_into(tx, place, _new_schema(tx, place.workspace, None), now)


def put_into(tx: sqlite3.Connection, place: Place, schema: int, now: float) -> None:
    """Put the import source, created if need be, into the object schema with this number."""
    tx.execute(
        "INSERT INTO sources (workspace, source, object_schema, created, updated)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET object_schema = excluded.object_schema",
        (*place, schema, now, now),
    )


def object_schema(tx: sqlite3.Connection, workspace: str, name: str) -> int:
    """Return the number of the object schema *name*, which is created on its first use."""
    sql = "SELECT number FROM object_schemas WHERE workspace = ? AND name = ?"
    row = one(tx, sql, workspace, name)
    return _new_schema(tx, workspace, name) if row is None else int(row[0])


def _new_schema(tx: sqlite3.Connection, workspace: str, name: str | None) -> int:
    row = one(
        tx,
        "INSERT INTO object_schemas (workspace, name) VALUES (?, ?) RETURNING number",
        workspace,
        name,
    )
    return int(row[0])


def schema_of(tx: sqlite3.Connection, place: Place) -> sqlite3.Row:
    """Return the row of the object schema that the source is in."""
    row: sqlite3.Row = one(
        tx,
        "SELECT s.* FROM object_schemas AS s JOIN sources ON s.number = object_schema"
        " WHERE sources.workspace = ? AND source = ?",
        *place,
    )
    return row


def shown_of(tx: sqlite3.Connection, place: Place) -> Document:
    """Return what the object schema has, and the source's own mapping if it has one."""
    row = one(
        tx,
        "SELECT content, mapping FROM object_schemas AS s JOIN sources ON s.number = object_schema"
        " WHERE sources.workspace = ? AND source = ?",
        *place,
    )
    if row is None or row["content"] is None:
        return Document()
    mapping = json.loads(row["mapping"]) if row["mapping"] else {"objectTypeMappings": []}
    return _document(row["content"], mapping)


def content_of(tx: sqlite3.Connection, schema: int) -> Document:
    """Return the types, icons and statuses of the object schema with this number."""
    row = one(tx, "SELECT content FROM object_schemas WHERE number = ?", schema)
    if row["content"] is None:
        return Document()
    return _document(row["content"], {"objectTypeMappings": []})


def _document(content: str, mapping: dict[str, Any]) -> Document:
    raw = {**json.loads(content), "mapping": mapping}
    document = read_document(raw)
    if document.object_types:
        return document
    # Without any external id it is read as of the version that has no statuses.
    stored = raw["schema"].get("statusSchema", {}).get("statuses", ())
    return replace(document, statuses=tuple(Status(**each) for each in stored), extra=NO_EXTRA)


def is_configured(tx: sqlite3.Connection, place: Place) -> bool:
    """Return whether there is a schema and mapping, without reading it."""
    sql = "SELECT 1 FROM sources WHERE workspace = ? AND source = ? AND mapping IS NOT NULL"
    return one(tx, sql, *place) is not None


def save_live(tx: sqlite3.Connection, place: Place, live: Document, now: float) -> None:
    """Store *live* as the content of the source's object schema, and as its mapping."""
    mapping = write_document(live)["mapping"]
    tx.execute(
        "UPDATE sources SET before = mapping, mapping = ?, updated = ?"
        " WHERE workspace = ? AND source = ?",
        (compact_json(mapping), now, *place),
    )
    save_content(tx, int(schema_of(tx, place)["number"]), live)


def save_content(tx: sqlite3.Connection, schema: int, content: Document) -> None:
    """Store the types, icons and statuses of *content* as those of an object schema."""
    written = write_document(content)
    written.pop("mapping")
    tx.execute(
        "UPDATE object_schemas SET before = content, content = ? WHERE number = ?",
        (compact_json(written), schema),
    )
    # importsource never deletes or renames anything (api.md#deletions): ids are only added here.
    tx.execute(
        "INSERT OR IGNORE INTO external_ids SELECT workspace, value, number"
        " FROM object_schemas, json_each(?) WHERE number = ?",
        (json.dumps(list(external_ids(content))), schema),
    )
    types = [t.external_id for t, _ in walk_types(content.object_types)]
    tx.execute(
        # What is there is left out: a row that is ignored would use up a number as well.
        "INSERT OR IGNORE INTO object_types (object_schema, type_key)"
        " SELECT ?, value FROM json_each(?)"
        " WHERE value NOT IN (SELECT type_key FROM object_types WHERE object_schema = ?)",
        (schema, json.dumps(types), schema),
    )


def save_mapping(tx: sqlite3.Connection, place: Place, document: Document) -> None:
    """Store the mappings of *document* as the source's own: Assets changes what they name."""
    tx.execute(
        "UPDATE sources SET mapping = ? WHERE workspace = ? AND source = ?",
        (compact_json(write_document(document)["mapping"]), *place),
    )


def type_numbers(tx: sqlite3.Connection, place: Place) -> dict[str, int]:
    """Return the number of each object type of the source's object schema, by external id."""
    return types_of_schema(tx, schema_of(tx, place)["number"])


def types_of_schema(tx: sqlite3.Connection, schema: int) -> dict[str, int]:
    """Return the number of each object type of the object schema, by external id."""
    sql = "SELECT type_key, number FROM object_types WHERE object_schema = ?"
    return dict(tx.execute(sql, (schema,)).fetchall())


def mapped_by_others(tx: sqlite3.Connection, place: Place) -> set[str]:
    """Return the external ids of the types that other sources of the object schema map."""
    rows = tx.execute(
        "SELECT mapping FROM sources WHERE object_schema = ? AND mapping IS NOT NULL"
        " AND (workspace, source) <> (?, ?)",
        (schema_of(tx, place)["number"], *place),
    )
    return {
        each["objectTypeExternalId"]
        for row in rows
        for each in json.loads(row["mapping"])["objectTypeMappings"]
        if "objectTypeExternalId" in each
    }


def save_settings(
    tx: sqlite3.Connection, place: Place, type_key: str, settings: dict[str, Any]
) -> None:
    """Store what somebody set in the UI for the source's mapping of an object type."""
    tx.execute(
        "INSERT OR REPLACE INTO mapping_settings SELECT number, ?, ? FROM sources"
        " WHERE workspace = ? AND source = ?",
        (type_key, compact_json(settings), *place),
    )


def settings_of(tx: sqlite3.Connection, place: Place) -> dict[str, dict[str, Any]]:
    """Return what was set in the UI for the source's mappings, by the type's external id."""
    rows = tx.execute(
        "SELECT type_key, settings FROM mapping_settings AS m JOIN sources ON m.source = number"
        " WHERE workspace = ? AND sources.source = ?",
        place,
    )
    return {row["type_key"]: json.loads(row["settings"]) for row in rows}


def reset_settings(tx: sqlite3.Connection, place: Place, type_keys: Iterable[str]) -> None:
    """Forget what was set in the UI for the source's mappings of these types."""
    tx.execute(
        "DELETE FROM mapping_settings WHERE source ="
        " (SELECT number FROM sources WHERE workspace = ? AND source = ?)"
        " AND type_key IN (SELECT value FROM json_each(?))",
        (*place, json.dumps(list(type_keys))),
    )


@contextmanager
def lagging(call: SourceCall, *, seconds: float | None) -> Iterator[None]:
    """Show live as before its last change during the block, if that is less than *seconds* ago."""
    tx = call.tx
    tx.execute("SAVEPOINT lag")
    try:
        lags = one(
            tx,
            "UPDATE sources SET mapping = before WHERE workspace = ? AND source = ?"
            " AND ? - updated < ? RETURNING object_schema",
            *call.place,
            call.now,
            inf if seconds is None else seconds,
        )
        if lags is not None:
            tx.execute("UPDATE object_schemas SET content = before WHERE number = ?", tuple(lags))
        yield
    finally:
        tx.execute("ROLLBACK TO lag")
        tx.execute("RELEASE lag")


def external_ids(document: Document) -> Iterator[str]:
    """Yield every external id that the schema part defines."""
    for object_type, _ in walk_types(document.object_types):
        if object_type.external_id is not None:
            yield object_type.external_id
        for attribute in object_type.attributes:
            if attribute.external_id is not None and not attribute.is_system:
                yield attribute.external_id


def used_elsewhere(tx: sqlite3.Connection, place: Place, wanted: Iterable[str]) -> dict[str, str]:
    """Return the ids among *wanted* that other object schemas of the workspace use, with which."""
    rows = tx.execute(
        "SELECT external_id, number, name FROM external_ids"
        " JOIN object_schemas ON number = object_schema"
        " WHERE external_ids.workspace = ? AND number <> ?"
        " AND external_id IN (SELECT value FROM json_each(?))",
        (place.workspace, schema_of(tx, place)["number"], json.dumps(list(wanted))),
    )
    return {r["external_id"]: f"the object schema {r['name'] or r['number']}" for r in rows}
