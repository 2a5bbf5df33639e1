"""The effect of a fault on an answer."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

from reconciler.emulator.call import NO_CONTENT, EmulatorReply, error_reply, json_reply
from reconciler.emulator.companion.call import errors
from reconciler.emulator.faults import FaultKind, InjectedFault
from reconciler.emulator.payloads import entry, refusal_reply
from reconciler.model.document import SYSTEM_ATTRIBUTE
from reconciler.semantics.operations import ApiOperation

FAILED_IN_PROGRESS = "The operation failed (a fault of the emulator)"
_ELSEWHERE = "http://elsewhere.invalid"
_HTML = b"<!doctype html>\n<html><title>Log in</title><body>Log in to go on.</body></html>\n"
_STATUSES = {FaultKind.INTERNAL_ERROR: 500, FaultKind.BAD_GATEWAY: 502, FaultKind.UNAVAILABLE: 503}
_MESSAGE = "A fault of the emulator"


def instead_of_acting(
    fault: InjectedFault, operation: ApiOperation, now: float
) -> EmulatorReply | None:
    """Return the answer of a fault that prevents the operation, otherwise None."""
    if fault.kind is FaultKind.REFUSE:
        code = fault.value or "UNKNOWN_REFERENCE"
        if operation.is_companion:
            return errors(400, f"{code}: {_MESSAGE}")
        return refusal_reply([entry(code, "refused by a fault of the emulator")])
    if fault.kind is FaultKind.RATE_LIMIT:
        reply = error_reply(429, "Rate limit exceeded")
        return EmulatorReply(
            status=429,
            content=reply.content,
            headers={**reply.headers, **_when_to_try_again(fault.value, now)},
        )
    if fault.kind is FaultKind.HTML:
        return EmulatorReply(content=_HTML, headers={"content-type": "text/html; charset=utf-8"})
    if fault.kind is FaultKind.STATUS:
        return error_reply(int(fault.value or HTTPStatus.UNPROCESSABLE_ENTITY), _MESSAGE)
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


def spoil(
    fault: InjectedFault, reply: EmulatorReply, *, ended_before: bool
) -> EmulatorReply | None:
    """Return the answer *reply* of an operation that was carried out, changed by the fault.

    None if nobody gets it. *ended_before* means that the progress resource could already report
    its end earlier.
    """
    if fault.kind is FaultKind.DROP_AFTER:
        return None
    if fault.kind is FaultKind.GATEWAY_TIMEOUT:
        return error_reply(504, _MESSAGE)
    if fault.kind is FaultKind.TRUNCATED:
        content = reply.content[: len(reply.content) // 2] or b'{"stat'
        headers = {"content-type": "application/json", **reply.headers}
        # A 204 has no content to truncate.
        return EmulatorReply(
            status=reply.status if reply.content else 200, content=content, headers=headers
        )
    if reply.status == HTTPStatus.OK and fault.kind in {FaultKind.LACKS, FaultKind.ALTERS}:
        return _other_document(fault, reply)
    if "location" in reply.headers:
        return _other_acceptance(fault, reply)
    return _other_progress(fault, reply, ended_before=ended_before)


def _other_progress(
    fault: InjectedFault, reply: EmulatorReply, *, ended_before: bool
) -> EmulatorReply:
    answer = json.loads(reply.content or b"{}")
    match fault.kind:
        case FaultKind.GONE:
            return error_reply(404, "Progress not found")
        case FaultKind.UNKNOWN_STATUS:
            answer = {"progressStatus": "SOMETHING"}
        case FaultKind.NEVER_ENDING:
            answer = {"progressStatus": "IN_PROGRESS"}
        case FaultKind.NO_RESULT if "result" in answer:
            answer = {"progressStatus": answer["progressStatus"]}
        case FaultKind.BACKWARDS if ended_before:
            answer = {"progressStatus": "IN_PROGRESS", "percentage": 1}
        case FaultKind.BACKWARDS if "result" not in answer:
            answer["percentage"] = 99
        case _:
            return reply
    return json_reply(answer)


def _other_acceptance(fault: InjectedFault, reply: EmulatorReply) -> EmulatorReply:
    match fault.kind:
        case FaultKind.ACCEPTED:
            return EmulatorReply(status=202, headers=reply.headers)
        case FaultKind.NO_LOCATION:
            return EmulatorReply(status=reply.status)
        case FaultKind.EARLY:
            return NO_CONTENT
        case FaultKind.FOREIGN_LOCATION:
            location = f"{fault.value or _ELSEWHERE}/jsm/assets/progress"
            return EmulatorReply(status=reply.status, headers={"location": location})
        case _:
            return reply


def _other_document(fault: InjectedFault, reply: EmulatorReply) -> EmulatorReply:
    answer = json.loads(reply.content)
    roots = answer["schema"]["objectSchema"]["objectTypes"]
    if fault.kind is FaultKind.ALTERS:
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
