"""The ids that only the companion API shows, and what it alone knows of an element.

A number is given at the first look, kept while the element lives, and never given again.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from reconciler.emulator.companion.call import CompanionCall, NoSuchElement
from reconciler.emulator.store import one

# The object schema of what belongs to the whole site.
GLOBAL = 0


class Kind(StrEnum):
    """What has a number or settings; of object types and schemas the number is the store's."""

    OBJECT_SCHEMA = "object schema"
    OBJECT_TYPE = "object type"
    ATTRIBUTE = "attribute"
    # Those that Assets adds to each type, by the type's external id.
    KEY = "Key"
    CREATED = "Created"
    UPDATED = "Updated"
    STATUS = "status"
    ICON = "icon"


SYSTEM = (Kind.KEY, Kind.CREATED, Kind.UPDATED)
ATTRIBUTES = (Kind.ATTRIBUTE, *SYSTEM)


def element_numbers(
    tx: sqlite3.Connection, schema: int, kind: Kind, keys: Iterable[str]
) -> dict[str, int]:
    """Return the numbers of the elements with *keys*, new ones included."""
    wanted = json.dumps(list(keys))
    tx.execute(
        # What is there is left out: a row that is ignored would use up a number as well.
        "INSERT OR IGNORE INTO element_numbers (object_schema, kind, element_key)"
        " SELECT ?, ?, value FROM json_each(?) WHERE value NOT IN (SELECT element_key"
        " FROM element_numbers WHERE object_schema = ? AND kind = ?)",
        (schema, kind, wanted, schema, kind),
    )
    rows = tx.execute(
        "SELECT element_key, number FROM element_numbers WHERE object_schema = ? AND kind = ?"
        " AND element_key IN (SELECT value FROM json_each(?))",
        (schema, kind, wanted),
    )
    return dict(rows.fetchall())


def element_of(call: CompanionCall, number: int, kinds: Iterable[Kind]) -> sqlite3.Row:
    """Return the row of the element with *number* and one of *kinds*. Raises NoSuchElement."""
    row: sqlite3.Row | None = one(
        call.tx,
        "SELECT e.* FROM element_numbers AS e LEFT JOIN object_schemas AS s"
        " ON s.number = object_schema WHERE e.number = ? AND object_schema IN (?, s.number)"
        " AND coalesce(workspace, ?) = ? AND kind IN (SELECT value FROM json_each(?))",
        number,
        GLOBAL,
        call.workspace,
        call.workspace,
        json.dumps(list(kinds)),
    )
    if row is None:
        raise NoSuchElement(f"No {next(iter(kinds))} found with id {number}")
    return row


def schema_of_type(call: CompanionCall, number: int) -> tuple[int, str]:
    """Return the object schema and the external id of an object type. Raises NoSuchElement."""
    row = one(
        call.tx,
        "SELECT object_schema, type_key FROM object_types AS t"
        " JOIN object_schemas AS s ON s.number = object_schema"
        " WHERE t.number = ? AND workspace = ?",
        number,
        call.workspace,
    )
    if row is None:
        raise NoSuchElement(f"No object type found with id {number}")
    return int(row["object_schema"]), str(row["type_key"])


def rename_element(
    tx: sqlite3.Connection, schema: int, kind: Kind, before: str, after: str
) -> None:
    """Let the element keep its number under another key."""
    tx.execute(
        "UPDATE element_numbers SET element_key = ?"
        " WHERE object_schema = ? AND kind = ? AND element_key = ?",
        (after, schema, kind, before),
    )


def forget_elements(
    tx: sqlite3.Connection, schema: int, kinds: Iterable[Kind], keys: Iterable[str]
) -> None:
    """Forget the numbers and settings of elements that are gone."""
    rows = tx.execute(
        "DELETE FROM element_numbers WHERE object_schema = ?"
        " AND kind IN (SELECT value FROM json_each(?))"
        " AND element_key IN (SELECT value FROM json_each(?)) RETURNING number, kind",
        (schema, json.dumps(list(kinds)), json.dumps(list(keys))),
    ).fetchall()
    tx.executemany(
        "DELETE FROM element_settings WHERE number = ? AND kind = ?", [tuple(row) for row in rows]
    )


def all_settings(tx: sqlite3.Connection, kind: Kind) -> dict[int, dict[str, Any]]:
    """Return what only the companion API knows of the elements of a *kind*, by number."""
    rows = tx.execute("SELECT number, settings FROM element_settings WHERE kind = ?", (kind,))
    return {row["number"]: json.loads(row["settings"]) for row in rows}


def save_settings(
    tx: sqlite3.Connection, kind: Kind, number: int, settings: Mapping[str, Any]
) -> None:
    """Store what only the companion API knows of an element; what is not in it stays."""
    tx.execute(
        "INSERT INTO element_settings VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
        " SET settings = json_patch(settings, excluded.settings)",
        (kind, number, json.dumps(settings)),
    )
