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

from reconciler.emulator.call import (
    NO_CONTENT,
    EmulatorReply,
    Place,
    SourceCall,
    error_reply,
    json_object,
    json_reply,
    seeded_id,
)
from reconciler.emulator.imports import import_next_slice, result_of_import
from reconciler.emulator.object_schemas import is_configured
from reconciler.emulator.store import forced_status, one
from reconciler.model.source import ConfigStatus
from reconciler.semantics.questions import Question

LONGEST_REASON = 1024
_MOST_ENTRIES = {"1000": math.inf, "100": 500, "10": 50}
_RESULTS = {"DONE": "OK", "CANCELLED": "CANCELLED"}


def start_execution(call: SourceCall) -> EmulatorReply:
    """Begin: answer the links to continue with, or 409 with the reason."""
    conflict = None
    if forced_status(call.tx, call.place.source) is ConfigStatus.DISABLED:
        conflict = "DISABLED"
    elif not is_configured(call.tx, call.place):
        conflict = "MISSING_MAPPING"
    elif running_execution(call.tx, call.place) is not None:
        conflict = "IN_PROGRESS"
    if conflict is not None:
        return json_reply({"result": "error", "errorCode": conflict}, status=409)
    before = one(call.tx, "SELECT count(*) FROM executions")[0]
    execution = seeded_id(call.options.seed, "execution", *call.place, before)
    call.tx.execute(
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


def cancel_execution(call: SourceCall) -> EmulatorReply:
    """Cancel: 200 without a body; 400 once `completed` was sent (reported)."""
    if (refusal := _not_ingesting(call)) is not None:
        return refusal
    _end(call.tx, call.resource, "CANCELLED", call.now)
    return EmulatorReply()


def put_progress(call: SourceCall) -> EmulatorReply:
    """Accept a progress report, which no answer ever shows."""
    report = _body(call)
    if report is None or not any(isinstance(report.get(k), dict) for k in ("steps", "objects")):
        return error_reply(400, "The body must hold steps or objects")
    return _not_ingesting(call) or EmulatorReply()


def post_data(call: SourceCall) -> EmulatorReply:
    """Store a chunk once per `clientGeneratedId` (inferred); `completed` ends the ingestion."""
    chunk = _body(call)
    if chunk is None or not isinstance(chunk.get("data", {}), dict):
        return error_reply(400, "The body must be a JSON object, and so must its data")
    if (refusal := _not_ingesting(call)) is not None:
        return refusal
    if (data := chunk.get("data")) is not None:
        entries = sum(len(part) if isinstance(part, list) else 1 for part in data.values())
        most = _MOST_ENTRIES[call.profile.of(Question.CHUNK_SIZE)]
        if entries > most:
            return error_reply(400, f"A chunk has at most {most:g} entries")
        once = call.profile.has(Question.REPEATED_CHUNK, "once")
        call.tx.execute(
            "INSERT OR IGNORE INTO chunks (execution, client_id, data, entries)"
            " VALUES (?, ?, ?, ?)",
            (call.resource, _client_id(chunk) if once else None, json.dumps(data), entries),
        )
    if chunk.get("completed") is True:
        call.tx.execute(
            "UPDATE executions SET state = 'PROCESSING', steps_left = ?, due = ? WHERE id = ?",
            (call.options.steps, call.now + call.options.duration, call.resource),
        )
    return EmulatorReply()


def get_execution_status(call: SourceCall) -> EmulatorReply:
    """Answer the status of an execution."""
    return _status(call, _execution(call))


def get_latest_execution(call: SourceCall) -> EmulatorReply:
    """Answer the status of the latest execution; 404 if there never was one (observed)."""
    return _status(call, _latest(call.tx, call.place))


def fail_execution(call: SourceCall) -> EmulatorReply:
    """Record that the ingestion failed, and end it: DONE with result ERROR (our guess)."""
    body = _body(call)
    reason = body.get("failureReason") if body is not None else None
    if not isinstance(reason, str) or not 0 < len(reason) <= LONGEST_REASON:
        return error_reply(400, f"failureReason must hold 1 to {LONGEST_REASON} characters")
    if (refusal := _not_ingesting(call)) is not None:
        return refusal
    call.tx.execute("UPDATE executions SET failure = ? WHERE id = ?", (reason, call.resource))
    _end(call.tx, call.resource, "DONE", call.now)
    return NO_CONTENT


def running_execution(tx: sqlite3.Connection, place: Place) -> str | None:
    """Return the id of the execution that has not ended."""
    row = _latest(tx, place)
    return None if row is None or row["ended"] is not None else str(row["id"])


def advance_imports(call: SourceCall) -> None:
    """Take one step with the execution being processed, and end it if it can end."""
    tx, row = call.tx, _latest(call.tx, call.place)
    if row is None or row["state"] != "PROCESSING":
        return
    if row["steps_left"] > 0:
        tx.execute("UPDATE executions SET steps_left = steps_left - 1 WHERE id = ?", (row["id"],))
    elif call.now >= row["due"] and result_of_import(tx, row["id"]) is not None:
        _end(tx, row["id"], "DONE", call.now)


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


def _execution(call: SourceCall) -> sqlite3.Row | None:
    row: sqlite3.Row | None = one(
        call.tx,
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


def _not_ingesting(call: SourceCall) -> EmulatorReply | None:
    """Return the refusal if the execution does not accept anything (any more)."""
    row = _execution(call)
    if row is None:
        return error_reply(404, "Execution not found")
    if row["state"] != "INGESTING":
        return error_reply(400, f"The execution is {row['state']}, not INGESTING")
    return None


def _status(call: SourceCall, row: sqlite3.Row | None) -> EmulatorReply:
    if row is None:
        return error_reply(404, "Execution not found")
    counted = "SELECT coalesce(sum(entries), 0) FROM chunks WHERE execution = ?"
    entries = one(call.tx, counted, row["id"])[0]
    failure = row["failure"]
    types = result_of_import(call.tx, row["id"]) or {}
    result = {
        "type": "IMPORT",
        "id": row["number"],
        "started": _timestamp(row["started"]),
        "ended": _timestamp(row["ended"]),
        "result": "ERROR" if failure is not None else _RESULTS.get(row["state"]),
        "status": "IN_PROGRESS" if row["ended"] is None else "FINISHED",
        "infoMessage": None if entries else "No data to import",
        "jobId": row["id"],
        "importSourceId": call.place.source,
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


def _body(call: SourceCall) -> dict[str, Any] | None:
    try:
        return json_object(call.body)
    except ValueError:
        return None


def _timestamp(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
