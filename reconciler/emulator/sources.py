"""Answers about a source itself: status, document, token, links."""

import secrets
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from reconciler.emulator.call import (
    EmulatorReply,
    Place,
    SourceCall,
    error_reply,
    json_reply,
    seeded_id,
)
from reconciler.emulator.companion.numbers import Kind, all_settings
from reconciler.emulator.executions import running_execution
from reconciler.emulator.object_schemas import (
    is_configured,
    schema_of,
    settings_of,
    shown_of,
    type_numbers,
)
from reconciler.emulator.schema_and_mapping import get_answer
from reconciler.emulator.store import forced_status, one, save_token, schedule_of
from reconciler.model.document import Document, walk_types
from reconciler.model.source import ConfigStatus
from reconciler.semantics.questions import Question
from reconciler.semantics.schema_changes.lost_mappings import lost_mappings


def get_configstatus(call: SourceCall) -> EmulatorReply:
    """MISSING_MAPPING, IDLE, RUNNING with links (observed), or the forced status."""
    running = running_execution(call.tx, call.place)
    status = forced_status(call.tx, call.place.source)
    if status is None and not is_configured(call.tx, call.place):
        status = ConfigStatus.MISSING_MAPPING
    if status is None:
        status = ConfigStatus.RUNNING if running else ConfigStatus.IDLE
    answer: dict[str, Any] = {"status": status}
    if status is ConfigStatus.RUNNING and running:
        execution = call.url("executions", running)
        answer["links"] = {"cancel": execution, "getExecutionStatus": f"{execution}/status"}
    return json_reply(answer)


def get_schema_and_mapping(call: SourceCall) -> EmulatorReply:
    """Answer what the object schema has and the source maps (api.md#a-source-without-a-mapping).

    What is answered if there is neither is unknown: `Question.EMPTY_ANSWER`.
    """
    shown = shown_of(call.tx, call.place)
    is_empty = not shown.object_types and not is_configured(call.tx, call.place)
    status = int(call.profile.of(Question.EMPTY_ANSWER))
    if is_empty and status != 200:  # noqa: PLR2004 - a status of the API
        return error_reply(status, "There is no mapping for this import")
    row = schema_of(call.tx, call.place)
    known = all_settings(call.tx, Kind.OBJECT_SCHEMA).get(row["number"], {})
    described = {"name": row["name"], "description": known.get("description", "")}
    return json_reply(get_answer(shown, call.place, call.options, **described))


def create_token(call: SourceCall) -> EmulatorReply:
    """Create a container token; the previous one becomes invalid (observed)."""
    token = f"ATCTT3xFfGN0{secrets.token_urlsafe(32)}"
    save_token(call.tx, call.place, token)
    return json_reply({"token": token})


def get_info(call: SourceCall) -> EmulatorReply:
    """Discovery: lead the holder of a container token to its source."""
    links = {
        "getStatus": call.url("configstatus"),
        "start": call.url("executions"),
        "mapping": call.url("mapping"),
    }
    return json_reply({"links": links})


def get_source(call: SourceCall) -> EmulatorReply:
    """Describe the source with the keys of the documented example; its schedule is set in the UI.

    As observed, the object schema's id is a number and the entries have nothing but their
    types' (api.md#the-source-in-full). A mapping of what was deleted makes it invalid, if it stays
    (api.md#companion-deletions).
    """
    row = one(call.tx, "SELECT * FROM sources WHERE workspace = ? AND source = ?", *call.place)
    number = row["object_schema"]
    documented = call.options.answers == "documented"
    schema = str(number)
    if documented:
        schema = seeded_id(call.options.seed, call.place.workspace, "schema", number)
    shown, schedule = shown_of(call.tx, call.place), schedule_of(call.tx, call.place.source)
    lost = [*lost_mappings(shown)]
    entries = [*_entries(call.tx, call.place, shown)]
    if not documented:
        entries = [{"objectTypeId": each["objectType"]["id"]} for each in entries]
    return json_reply(
        {
            "id": call.place.source,
            "collectionId": str(number),
            "name": call.place.source,
            "created": _timestamp(row["created"]),
            "updated": _timestamp(row["updated"]),
            "description": "",
            "objectSchemaId": schema,
            "importSourceModuleKey": "rlabs-import-type-external",
            "importStatus": {
                "configurationStatusType": "ENABLED",
                "validationStatusType": "INVALID_CONFIGURATION" if lost else "VALID",
                "reasonForInvalidity": {
                    type_key or "": "The attribute is gone" if attribute else "It is gone"
                    for type_key, attribute in lost
                },
            },
            "defaultConcatenator": ",",
            "defaultHandleEmptyValues": "IGNORE",
            "defaultHandleUnknownValues": "IGNORE",
            "dateFormat": "yyyy-MM-dd",
            "dateTimeFormat": "yyyy-MM-dd'T'HH:mm:ss'Z'",
            "importSpecificConfiguration": "{}",
            "importSourceOTEntries": entries,
            "tokenGenerated": row["token_digest"] is not None,
            "isImportSourceSchedulingEnabled": schedule is not None,
            **({} if schedule is None else {"scheduledImportDetails": schedule}),
        }
    )


def _entries(tx: sqlite3.Connection, place: Place, live: Document) -> Iterator[dict[str, Any]]:
    """Yield an entry for each object type that the source maps, with its settings in the UI."""
    numbers, settings = type_numbers(tx, place), settings_of(tx, place)
    names = {t.external_id: t.name for t, _ in walk_types(live.object_types)}
    for mapping in live.mappings:
        key = mapping.object_type_external_id or ""
        if key not in numbers:
            continue
        yield {
            "id": seeded_id(*place, key),
            "importSourceId": place.source,
            "description": mapping.description or "",
            "objectType": {"id": str(numbers[key]), "name": names[key]},
            "selector": mapping.selector,
            **settings.get(key, {}),
        }


def get_schedule(call: SourceCall) -> EmulatorReply:
    """Answer the links to create a schedule, and to the one that there is."""
    links = {"createSchedule": call.url("importschedule")}
    if (schedule := schedule_of(call.tx, call.place.source)) is not None:
        links["schedule"] = call.url("importschedule", str(schedule.get("importScheduleId", "")))
    return json_reply({"links": links, "result": "success"})


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
