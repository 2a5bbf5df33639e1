"""Answers about a source itself: status, document, token, links."""

import secrets
import sqlite3
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from reconciler.emulator.call import EmulatorCall, EmulatorReply, error_reply, json_reply
from reconciler.emulator.executions import running_execution
from reconciler.emulator.faults import EmulatorOptions
from reconciler.emulator.schema_and_mapping import get_answer
from reconciler.emulator.store import forced_status, is_configured, live_of, one, save_token
from reconciler.model.source import ConfigStatus


def get_configstatus(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """MISSING_MAPPING, IDLE, RUNNING with links (observed), or the forced status."""
    del options
    running = running_execution(tx, call.place)
    status = forced_status(tx, call.place.source)
    if status is None and not is_configured(tx, call.place):
        status = ConfigStatus.MISSING_MAPPING
    if status is None:
        status = ConfigStatus.RUNNING if running else ConfigStatus.IDLE
    answer: dict[str, Any] = {"status": status}
    if status is ConfigStatus.RUNNING and running:
        execution = call.url("executions", running)
        answer["links"] = {"cancel": execution, "getExecutionStatus": f"{execution}/status"}
    return json_reply(answer)


def get_schema_and_mapping(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Answer what is configured. The answer if nothing is configured is unknown: here 404."""
    live = live_of(tx, call.place)
    if live is None:
        return error_reply(404, "There is no mapping for this import")
    return json_reply(get_answer(live, call.place, options))


def create_token(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Create a container token; the previous one becomes invalid (observed)."""
    del options
    token = f"ATCTT3xFfGN0{secrets.token_urlsafe(32)}"
    save_token(tx, call.place, token)
    return json_reply({"token": token})


def get_info(tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions) -> EmulatorReply:
    """Discovery: lead the holder of a container token to its source."""
    del tx, options
    links = {
        "getStatus": call.url("configstatus"),
        "start": call.url("executions"),
        "mapping": call.url("mapping"),
    }
    return json_reply({"links": links})


def get_source(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Describe the source with the keys of the documented example; it has no schedule."""
    row = one(tx, "SELECT * FROM sources WHERE workspace = ? AND source = ?", *call.place)
    object_schema = str(uuid5(NAMESPACE_URL, repr((options.seed, *call.place, "schema"))))
    return json_reply(
        {
            "id": call.place.source,
            "collectionId": object_schema,
            "name": call.place.source,
            "created": _timestamp(row["created"]),
            "updated": _timestamp(row["updated"]),
            "description": "",
            "objectSchemaId": object_schema,
            "importSourceModuleKey": "rlabs-import-type-external",
            "defaultConcatenator": ",",
            "defaultHandleEmptyValues": "IGNORE",
            "defaultHandleUnknownValues": "IGNORE",
            "dateFormat": "yyyy-MM-dd",
            "dateTimeFormat": "yyyy-MM-dd'T'HH:mm:ss'Z'",
            "importSpecificConfiguration": "{}",
            "tokenGenerated": row["token_digest"] is not None,
            "isImportSourceSchedulingEnabled": False,
        }
    )


def get_schedule(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Answer the link to create a schedule; there is none to read."""
    del tx, options
    return json_reply(
        {"links": {"createSchedule": call.url("importschedule")}, "result": "success"}
    )


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
