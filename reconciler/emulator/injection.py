"""The effect of a fault on an answer."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

from reconciler.emulator.call import NO_CONTENT, Reply, error_reply, json_reply
from reconciler.emulator.faults import Fault, Kind
from reconciler.emulator.submissions import entry, refused
from reconciler.model.document import SYSTEM_ATTRIBUTE

FAILED_IN_PROGRESS = "The operation failed (a fault of the emulator)"
_ELSEWHERE = "http://elsewhere.invalid"
_HTML = b"<!doctype html>\n<html><title>Log in</title><body>Log in to go on.</body></html>\n"
_STATUSES = {Kind.INTERNAL_ERROR: 500, Kind.BAD_GATEWAY: 502, Kind.UNAVAILABLE: 503}
_MESSAGE = "A fault of the emulator"


def instead_of_acting(fault: Fault, now: float) -> Reply | None:
    """Return the answer of a fault that prevents the operation, otherwise None."""
    if fault.kind is Kind.REFUSE:
        code = fault.value or "UNKNOWN_REFERENCE"
        return refused([entry(code, "refused by a fault of the emulator")])
    if fault.kind is Kind.RATE_LIMIT:
        reply = error_reply(429, "Rate limit exceeded")
        return Reply(
            status=429,
            content=reply.content,
            headers={**reply.headers, **_when_to_try_again(fault.value, now)},
        )
    if fault.kind is Kind.HTML:
        return Reply(content=_HTML, headers={"content-type": "text/html; charset=utf-8"})
    status = _STATUSES.get(fault.kind)
    return None if status is None else error_reply(status, _MESSAGE)


def _when_to_try_again(value: str | None, now: float) -> dict[str, str]:
    soon = datetime.fromtimestamp(now, UTC) + timedelta(seconds=1)
    match value:
        case None:
            return {}
        case "date":
            return {"retry-after": format_datetime(soon, usegmt=True)}
        case "reset":
            return {"x-ratelimit-reset": soon.isoformat(timespec="seconds")}
        case seconds:
            return {"retry-after": seconds}


def spoiled(fault: Fault, reply: Reply, *, ended_before: bool = False) -> Reply:
    """Return the answer *reply* of an operation that was carried out, changed by the fault.

    *ended_before* means that the progress resource could already report its end earlier.
    """
    if fault.kind is Kind.GATEWAY_TIMEOUT:
        return error_reply(504, _MESSAGE)
    if fault.kind is Kind.TRUNCATED:
        content = reply.content[: len(reply.content) // 2] or b'{"stat'
        headers = {"content-type": "application/json", **reply.headers}
        # A 204 has no content to truncate.
        return Reply(
            status=reply.status if reply.content else 200, content=content, headers=headers
        )
    if reply.status == HTTPStatus.OK and fault.kind in {Kind.LACKS, Kind.ALTERS}:
        return _other_document(fault, reply)
    if "location" in reply.headers:
        return _other_acceptance(fault, reply)
    return _other_progress(fault, reply, ended_before=ended_before)


def _other_progress(fault: Fault, reply: Reply, *, ended_before: bool) -> Reply:
    answer = json.loads(reply.content or b"{}")
    match fault.kind:
        case Kind.GONE:
            return error_reply(404, "Progress not found")
        case Kind.UNKNOWN_STATUS:
            answer = {"progressStatus": "SOMETHING"}
        case Kind.NEVER_ENDING:
            answer = {"progressStatus": "IN_PROGRESS"}
        case Kind.NO_RESULT if "result" in answer:
            answer = {"progressStatus": answer["progressStatus"]}
        case Kind.BACKWARDS if ended_before:
            answer = {"progressStatus": "IN_PROGRESS", "percentage": 1}
        case Kind.BACKWARDS if "result" not in answer:
            answer["percentage"] = 99
        case _:
            return reply
    return json_reply(answer)


def _other_acceptance(fault: Fault, reply: Reply) -> Reply:
    match fault.kind:
        case Kind.ACCEPTED:
            return Reply(status=202, headers=reply.headers)
        case Kind.NO_LOCATION:
            return Reply(status=reply.status)
        case Kind.EARLY:
            return NO_CONTENT
        case Kind.FOREIGN_LOCATION:
            location = f"{fault.value or _ELSEWHERE}/jsm/assets/progress"
            return Reply(status=reply.status, headers={"location": location})
        case _:
            return reply


def _other_document(fault: Fault, reply: Reply) -> Reply:
    answer = json.loads(reply.content)
    roots = answer["schema"]["objectSchema"]["objectTypes"]
    if fault.kind is Kind.ALTERS:
        for root in roots:
            root["description"] = "Altered by a fault of the emulator"
        return json_reply(answer)
    # By name, since the order of an answer means nothing.
    for root in sorted(roots, key=lambda t: t["name"], reverse=True):
        managed = [a for a in root["attributes"] if a["name"] != SYSTEM_ATTRIBUTE]
        if managed:
            root["attributes"].remove(max(managed, key=lambda a: a["name"]))
            break
    return json_reply(answer)
