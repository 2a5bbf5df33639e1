"""What a fault does to an answer."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from reconciler.emulator.call import Reply, error_reply
from reconciler.emulator.faults import Fault, Kind
from reconciler.emulator.payload import entry, refused
from reconciler.emulator.submissions import in_progress

FAILED_IN_PROGRESS = "The operation failed (a fault of the emulator)"
_ELSEWHERE = "http://elsewhere.invalid"
_HTML = b"<!doctype html>\n<html><title>Log in</title><body>Log in to go on.</body></html>\n"
_STATUSES = {Kind.INTERNAL_ERROR: 500, Kind.BAD_GATEWAY: 502, Kind.UNAVAILABLE: 503}


def instead_of_acting(fault: Fault, now: float) -> Reply | None:
    """Return the answer of a fault that keeps the operation from being done, else None."""
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
    return None if status is None else error_reply(status, "A fault of the emulator")


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


def spoiled(fault: Fault, reply: Reply) -> Reply:
    """Return what becomes of the answer *reply* of an operation that was done."""
    match fault.kind:
        case Kind.TRUNCATED:
            content = reply.content[: len(reply.content) // 2] or b'{"stat'
            headers = {"content-type": "application/json", **reply.headers}
            # A 204 can have no content to cut.
            status = reply.status if reply.content else 200
            return Reply(status=status, content=content, headers=headers)
        case Kind.GONE:
            return error_reply(404, "Progress not found")
        case Kind.UNKNOWN_STATUS:
            return in_progress("SOMETHING")
        case Kind.NEVER_ENDING:
            return in_progress("IN_PROGRESS")
        case Kind.FOREIGN_LOCATION if "location" in reply.headers:
            location = f"{fault.value or _ELSEWHERE}/jsm/assets/progress"
            return Reply(status=reply.status, headers={"location": location})
        case _:
            return reply
