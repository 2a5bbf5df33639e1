"""Object schemas: listed with counts if asked, renamed, and how full each is.

(api.md#companion-ids-and-counts)
"""

from typing import Any

from reconciler.emulator.call import EmulatorReply, json_reply
from reconciler.emulator.companion.call import CompanionCall
from reconciler.emulator.companion.numbered_schema import (
    NumberedSchema,
    iso,
    numbered_schema,
    numbered_schemas,
)
from reconciler.emulator.companion.numbers import Kind, save_settings
from reconciler.emulator.objects import prefix_of
from reconciler.emulator.store import one
from reconciler.model.source import EXTERNAL
from reconciler.semantics.questions import Question
from reconciler.semantics.schema_changes.refusal import NAME_TAKEN, ChangeRefused

PAGE = 25


def list_object_schemas(call: CompanionCall) -> EmulatorReply:
    """Answer a page of the object schemas; their counts are 0 unless asked for."""
    schemas = list(numbered_schemas(call))
    start, most = call.count("startAt", 0), call.count("maxResults", PAGE)
    shown = [
        {
            **_object_schema(call, each, counted=call.flag("includeCounts")),
            "canManage": call.profile.has(Question.COUNTS, "all"),
        }
        for each in schemas[start : start + most]
    ]
    return json_reply(page(shown, start=start, most=most, total=len(schemas)))


def page(values: list[Any], *, start: int, most: int, total: int) -> dict[str, Any]:
    """Return a page of *values*, which begins with the *start*th of *total*."""
    is_last = start + len(values) >= total
    return {
        "startAt": start,
        "maxResults": most,
        "total": total,
        "values": values,
        "isLast": is_last,
        "last": is_last,
    }


def get_object_schema(call: CompanionCall) -> EmulatorReply:
    """Answer one object schema."""
    schema = numbered_schema(call, call.number())
    return json_reply(_object_schema(call, schema, counted=False))


def put_object_schema(call: CompanionCall) -> EmulatorReply:
    """Change name and description; another key is ignored (observed)."""
    number = numbered_schema(call, call.number()).number
    body = call.json()
    if (name := body.get("name")) is not None:
        taken = "SELECT 1 FROM object_schemas WHERE workspace = ? AND name = ? AND number <> ?"
        if not isinstance(name, str) or not name:
            raise ChangeRefused("name", "Name is mandatory")
        if one(call.tx, taken, call.workspace, name, number):
            raise ChangeRefused("name", NAME_TAKEN)
        call.tx.execute("UPDATE object_schemas SET name = ? WHERE number = ?", (name, number))
    stated = {key: body[key] for key in ("description",) if isinstance(body.get(key), str)}
    save_settings(call.tx, Kind.OBJECT_SCHEMA, number, {**stated, "updated": call.now})
    return get_object_schema(call)


def get_usage(call: CompanionCall) -> EmulatorReply:
    """Answer the objects of each object schema, and of all."""
    schemas = list(numbered_schemas(call))
    each = [
        {
            "schemaId": schema.number,
            "schemaName": schema.name,
            "schemaCreatedAt": iso(schema.created),
            "objectCount": schema.total(),
        }
        for schema in schemas
    ]
    total = sum(schema.total() for schema in schemas)
    return json_reply({"totalObjectsCount": total, "perSchemaUsageInfo": each})


def list_sources(call: CompanionCall) -> EmulatorReply:
    """Answer the import sources of an object schema, as the UI asks for them (observed)."""
    number = numbered_schema(call, call.number()).number
    rows = call.tx.execute(
        "SELECT source FROM sources WHERE workspace = ? AND object_schema = ? ORDER BY source",
        (call.workspace, number),
    )
    return json_reply(
        [{"id": source, "name": source, "importSourceModuleKey": EXTERNAL} for (source,) in rows]
    )


def _object_schema(call: CompanionCall, schema: NumberedSchema, *, counted: bool) -> dict[str, Any]:
    known = schema.known(Kind.OBJECT_SCHEMA, schema.number)
    return {
        **call.identity(schema.number),
        "name": schema.name,
        "objectSchemaKey": prefix_of(schema.content.name),
        "description": known.get("description", ""),
        "status": "Ok",
        "created": iso(schema.created),
        "updated": iso(schema.last_change(Kind.OBJECT_SCHEMA, schema.number)),
        "objectCount": schema.total() if counted else 0,
        "objectTypeCount": len(schema.types) if counted else 0,
    }
