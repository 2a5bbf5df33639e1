"""From a forge's statuses to our errors: what was refused, and what to do about it."""

import json
from dataclasses import dataclass
from http import HTTPStatus

from reconciler.assets.call import Call
from reconciler.assets.failures import shorten_body
from reconciler.errors import (
    BackendError,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    UnreadableAnswer,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusals:
    """What to do, on one forge, about each kind of failed request."""

    no_connection: str
    no_token: str
    unauthorized: str
    forbidden: str
    not_found: str
    rejected: str = "the API's answer says why"


_LIMITED = "the rate limit was reached and waiting did not help: try again later"


def forge_error(call: Call, status: int, body: str, refusals: Refusals) -> BackendError:
    """Return the error for an unsuccessful answer; *body* is free of secrets."""
    answered = f"{call} was answered {status}{_phrase(status)}"
    raw = shorten_body(_message(body)) or None
    if status < HTTPStatus.BAD_REQUEST:
        return UnreadableAnswer(
            f"{answered}: redirects are not followed, for they would take the token along",
            request=call.name,
            status=status,
            sent=call.writes,
            hint=refusals.no_connection,
        )
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(answered, request=call.name, status=status, raw=raw, sent=call.writes)
    plain: dict[int, tuple[type[BackendError], str]] = {
        401: (Unauthorized, refusals.unauthorized),
        403: (Forbidden, refusals.forbidden),
        404: (NotFound, refusals.not_found),
        410: (NotFound, refusals.not_found),
        429: (RateLimited, _LIMITED),
    }
    if status in plain:
        kind, hint = plain[status]
        return kind(answered, request=call.name, status=status, raw=raw, hint=hint)
    return Rejected(answered, request=call.name, status=status, raw=raw, hint=refusals.rejected)


def _message(body: str) -> str:
    """Return the API's message if its body has one of the forges' shapes."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if isinstance(answer, dict) and set(answer) <= {"message", "documentation_url", "status"}:
        return str(answer.get("message", body))
    return body


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
