"""Data ingestion: INGESTING → (`completed`) → PROCESSING → DONE, or CANCELLED.

Processing takes steps and time as submissions do, and as long as the chunks take to become
objects (`imports`). The answers to refused calls are unknown except for the 409 of a start
(api.md#posting-data).
"""

import json
import math
import sqlite3
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from reconciler.emulator.call import (
    NO_CONTENT,
    EmulatorCall,
    EmulatorReply,
    Place,
    error_reply,
    json_reply,
    parse_body,
)
from reconciler.emulator.faults import EmulatorOptions
from reconciler.emulator.imports import import_next_slice, result_of_import
from reconciler.emulator.object_schemas import is_configured
from reconciler.emulator.store import forced_status, one
from reconciler.model.source import ConfigStatus
from reconciler.semantics.questions import Question

LONGEST_REASON = 1024
_MOST_ENTRIES = {"1000": math.inf, "100": 500, "10": 50}
_RESULTS = {"DONE": "OK", "CANCELLED": "CANCELLED"}


def start_execution(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Begin: answer the links to continue with, or 409 with the reason."""
    conflict = None
    if forced_status(tx, call.place.source) is ConfigStatus.DISABLED:
        conflict = "DISABLED"
    elif not is_configured(tx, call.place):
        conflict = "MISSING_MAPPING"
    elif running_execution(tx, call.place) is not None:
        conflict = "IN_PROGRESS"
    if conflict is not None:
        return json_reply({"result": "error", "errorCode": conflict}, status=409)
    before = one(tx, "SELECT count(*) FROM executions")[0]
    execution = str(uuid5(NAMESPACE_URL, repr((options.seed, "execution", *call.place, before))))
    tx.execute(
        "INSERT INTO executions (id, workspace, source, state, started)"
        " VALUES (?, ?, ?, 'INGESTING', ?)",
        (execution, *call.place, call.now),
    )
    url = call.url("executions", execution)
    links = {
        "submitProgress": f"{url}/progress",
        "submitResults": f"{url}/data",
        "getExecutionStatus": f"{url}/status",
        "cancel": url,
    }
    return json_reply({"links": links, "result": "success"})


def cancel_execution(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Cancel: 200 without a body; 400 once `completed` was sent (reported)."""
    del options
    if (refusal := _not_ingesting(tx, call)) is not None:
        return refusal
    _end(tx, call.resource, "CANCELLED", call.now)
    return EmulatorReply()


def put_progress(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Accept a progress report, which no answer ever shows."""
    del options
    report = _json_object(call.body)
    if report is None or not any(isinstance(report.get(k), dict) for k in ("steps", "objects")):
        return error_reply(400, "The body must hold steps or objects")
    return _not_ingesting(tx, call) or EmulatorReply()


def post_data(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Store a chunk once per `clientGeneratedId` (inferred); `completed` ends the ingestion."""
    chunk = _json_object(call.body)
    if chunk is None or not isinstance(chunk.get("data", {}), dict):
        return error_reply(400, "The body must be a JSON object, and so must its data")
    if (refusal := _not_ingesting(tx, call)) is not None:
        return refusal
    if (data := chunk.get("data")) is not None:
        entries = sum(len(part) if isinstance(part, list) else 1 for part in data.values())
        most = _MOST_ENTRIES[options.profile.of(Question.CHUNK_SIZE)]
        if entries > most:
            return error_reply(400, f"A chunk has at most {most:g} entries")
        once = options.profile.has(Question.REPEATED_CHUNK, "once")
        tx.execute(
            "INSERT OR IGNORE INTO chunks (execution, client_id, data, entries)"
            " VALUES (?, ?, ?, ?)",
            (call.resource, _client_id(chunk) if once else None, json.dumps(data), entries),
        )
    if chunk.get("completed") is True:
        tx.execute(
            "UPDATE executions SET state = 'PROCESSING', steps_left = ?, due = ? WHERE id = ?",
            (options.steps, call.now + options.duration, call.resource),
        )
    return EmulatorReply()


def get_execution_status(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Answer the status of an execution."""
    del options
    return _status(tx, call.place, _execution(tx, call))


def get_latest_execution(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Answer the status of the latest execution; 404 if there never was one (observed)."""
    del options
    return _status(tx, call.place, _latest(tx, call.place))


def fail_execution(
    tx: sqlite3.Connection, call: EmulatorCall, options: EmulatorOptions
) -> EmulatorReply:
    """Record that the ingestion failed, and end it: DONE with result ERROR (our guess)."""
    del options
    body = _json_object(call.body)
    reason = body.get("failureReason") if body is not None else None
    if not isinstance(reason, str) or not 0 < len(reason) <= LONGEST_REASON:
        return error_reply(400, f"failureReason must hold 1 to {LONGEST_REASON} characters")
    if (refusal := _not_ingesting(tx, call)) is not None:
        return refusal
    tx.execute("UPDATE executions SET failure = ? WHERE id = ?", (reason, call.resource))
    _end(tx, call.resource, "DONE", call.now)
    return NO_CONTENT


def running_execution(tx: sqlite3.Connection, place: Place) -> str | None:
    """Return the id of the execution that has not ended."""
    row = _latest(tx, place)
    return None if row is None or row["ended"] is not None else str(row["id"])


def advance_imports(tx: sqlite3.Connection, place: Place, now: float) -> None:
    """Take one step with the execution being processed, and end it if it can end."""
    row = _latest(tx, place)
    if row is None or row["state"] != "PROCESSING":
        return
    if row["steps_left"] > 0:
        tx.execute("UPDATE executions SET steps_left = steps_left - 1 WHERE id = ?", (row["id"],))
    elif now >= row["due"] and result_of_import(tx, row["id"]) is not None:
        _end(tx, row["id"], "DONE", now)


def import_slice(tx: sqlite3.Connection, place: Place) -> bool:
    """Do a slice of the work of the execution being processed; return whether there is more."""
    row = _latest(tx, place)
    return (
        row is not None and row["state"] == "PROCESSING" and import_next_slice(tx, place, row["id"])
    )


def _end(tx: sqlite3.Connection, execution: str, state: str, now: float) -> None:
    tx.execute("UPDATE executions SET state = ?, ended = ? WHERE id = ?", (state, now, execution))
    # The data have been used or never will be; otherwise they would stay in the file forever.
    tx.execute("UPDATE chunks SET data = '' WHERE execution = ?", (execution,))


def _execution(tx: sqlite3.Connection, call: EmulatorCall) -> sqlite3.Row | None:
    row: sqlite3.Row | None = one(
        tx,
        "SELECT * FROM executions WHERE id = ? AND workspace = ? AND source = ?",
        call.resource,
        *call.place,
    )
    return row


def _latest(tx: sqlite3.Connection, place: Place) -> sqlite3.Row | None:
    row: sqlite3.Row | None = one(
        tx,
        "SELECT * FROM executions WHERE workspace = ? AND source = ? ORDER BY number DESC LIMIT 1",
        *place,
    )
    return row


def _not_ingesting(tx: sqlite3.Connection, call: EmulatorCall) -> EmulatorReply | None:
    """Return the refusal if the execution does not accept anything (any more)."""
    row = _execution(tx, call)
    if row is None:
        return error_reply(404, "Execution not found")
    if row["state"] != "INGESTING":
        return error_reply(400, f"The execution is {row['state']}, not INGESTING")
    return None


def _status(tx: sqlite3.Connection, place: Place, row: sqlite3.Row | None) -> EmulatorReply:
    if row is None:
        return error_reply(404, "Execution not found")
    entries = one(
        tx, "SELECT coalesce(sum(entries), 0) FROM chunks WHERE execution = ?", row["id"]
    )[0]
    failure = row["failure"]
    types = result_of_import(tx, row["id"]) or {}
    result = {
        "type": "IMPORT",
        "id": row["number"],
        "started": _timestamp(row["started"]),
        "ended": _timestamp(row["ended"]),
        "result": "ERROR" if failure is not None else _RESULTS.get(row["state"]),
        "status": "IN_PROGRESS" if row["ended"] is None else "FINISHED",
        "infoMessage": None if entries else "No data to import",
        "jobId": row["id"],
        "importSourceId": place.source,
        "populatedObjectTypes": sorted(
            t["objectTypeName"] for t in types.values() if t["entriesInSource"]
        ),
        "onlyExecutedForObjectTypes": [],
        "objectTypeResultMap": types,
        "errorMessages": failure,
        "totalNumberEntriesInImport": entries,
    }
    return json_reply({"status": row["state"], "progressResult": result})


def _client_id(chunk: dict[str, Any]) -> str | None:
    value = chunk.get("clientGeneratedId")
    return None if value is None else str(value)


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        value = parse_body(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _timestamp(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
