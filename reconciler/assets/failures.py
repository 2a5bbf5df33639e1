"""From statuses and httpx's errors to ours (errors.py): what failed, and whether it may have acted.

Nothing can have happened if there was no connection or the API answered 4xx; after a broken
connection, a time-out or a 5xx a write's outcome is unknown (design.md#unknown-outcomes).
Reads never act.

The shape of a 400 body is not documented (api.md#body-of-a-400). One shape was recorded,
`{"dataValidationErrors": [{"code": …}]}`; others may differ, so any `code` or `errorCode`
counts, and without one any word that is written like the API's codes.
"""

import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import httpx

from reconciler.assets.call import Call
from reconciler.assets.retry import is_certificate_fault
from reconciler.errors import (
    ApiFault,
    BackendError,
    Conflict,
    Forbidden,
    MappingExists,
    NotFound,
    RateLimited,
    Rejected,
    Unauthorized,
    Unavailable,
    UnreadableAnswer,
)

_CODE_KEYS = ("code", "errorCode")
_TEXT_KEYS = ("message", "errorMessage", "detail", "description", "title")
_CODE = re.compile(r"\b[A-Z]+(?:_[A-Z]+)+\b")
# A hostile or broken answer may contain any number; nobody reads more.
_MOST = 100


def faults_in(body: str) -> tuple[ApiFault, ...]:
    """Return the faults in *body*, each once, in order; none if there are none."""
    try:
        raw = json.loads(body)
    except (ValueError, RecursionError):
        raw = body
    named = [fault for entry in _mappings(raw) if (fault := _named(entry))]
    found = named or [ApiFault(code=code) for code in _CODE.findall(body)]
    return tuple(dict.fromkeys(found))[:_MOST]


def _named(entry: Mapping[str, Any]) -> ApiFault | None:
    for key in _CODE_KEYS:
        code = entry.get(key)
        # `{"code": 401}` repeats the status.
        if isinstance(code, str) and code and not code.isdigit():
            return ApiFault(code=code, text=_text(entry, besides=key))
    return None


def _text(entry: Mapping[str, Any], *, besides: str) -> str | None:
    for key in _TEXT_KEYS:
        if isinstance(text := entry.get(key), str) and text:
            return text
    rest = [f"{k}: {v}" for k, v in entry.items() if k != besides and isinstance(v, str | int)]
    return ", ".join(rest) or None


def _mappings(raw: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object in *raw*, outer before inner, in reading order."""
    stack = [raw]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            yield value
            stack.extend(reversed(value.values()))
        elif isinstance(value, list):
            stack.extend(reversed(value))


CREDENTIALS_HINT = "check the token: it may be wrong, or a newer one of the source has replaced it"
# Errors after which the request was never sent: no connection, no TLS, no free pool slot.
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_PLAIN: dict[int, tuple[type[BackendError], str]] = {
    401: (Unauthorized, CREDENTIALS_HINT),
    403: (Forbidden, "the token is known but may not do this; the source's own token may"),
    404: (NotFound, "check workspaceId and importSourceId"),
    410: (NotFound, "check workspaceId and importSourceId"),
    429: (RateLimited, "the API's limit was reached; lower --parallelism, or try again later"),
}
_LONGEST_RAW = 4_000
_MOST_CODES_SHOWN = 5


def shorten_body(text: str) -> str:
    """Return *text*, or its beginning and how much was left out."""
    left_out = len(text) - _LONGEST_RAW
    return text if left_out <= 0 else f"{text[:_LONGEST_RAW]}… ({left_out} more characters)"


def from_status(call: Call, status: int, body: str) -> BackendError:
    """Return the error for an answer of 400 or more; *body* is free of secrets."""
    answered = f"{call} was answered {status}{_phrase(status)}"
    raw = shorten_body(body) or None
    if plain := _PLAIN.get(status):
        kind, hint = plain
        return kind(answered, request=call.name, status=status, raw=raw, hint=hint)
    if status == HTTPStatus.CONFLICT:
        return _conflict(call, answered, body)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return _rejected(call, status, body)
    return Unavailable(answered, request=call.name, status=status, raw=raw, sent=call.writes)


def _conflict(call: Call, answered: str, body: str) -> BackendError:
    raw = shorten_body(body) or None
    if call.method == "PUT" and call.url.path.endswith("/mapping"):
        return MappingExists(
            f"{call} was answered 409: the source is configured already",
            request=call.name,
            status=409,
            raw=raw,
            hint="plan again",
        )
    faults = faults_in(body)
    code = faults[0].code if faults else "CONFLICT"
    return Conflict(f"{answered}: {code}", request=call.name, code=code, raw=raw)


def _rejected(call: Call, status: int, body: str) -> Rejected:
    faults = faults_in(body)
    codes = list(dict.fromkeys(fault.code for fault in faults))
    shown = ", ".join(codes[:_MOST_CODES_SHOWN])
    more = f" and {len(codes) - _MOST_CODES_SHOWN} more" if len(codes) > _MOST_CODES_SHOWN else ""
    why = f": {shown}{more}" if codes else ""
    return Rejected(
        f"{call} was refused ({status}{_phrase(status)}){why}",
        request=call.name,
        status=status,
        faults=faults,
        raw=shorten_body(body) or None,
    )


def from_httpx(call: Call, error: httpx.RequestError) -> BackendError:
    """Return the error for a request without a complete answer; raise it `from` *error*."""
    sent = call.writes and not isinstance(error, _NEVER_SENT)
    if isinstance(error, httpx.DecodingError):
        message = f"{call} was answered with a body that cannot be decompressed"
        return UnreadableAnswer(message, request=call.name, sent=sent)
    happened, hint = _what_happened(call, error)
    return Unavailable(f"{call}: {happened}", request=call.name, sent=sent, hint=hint)


def retry_reason(call: Call, outcome: httpx.Response | BaseException) -> str:
    """Return in a few words why *call* is repeated: its status, or what happened."""
    if isinstance(outcome, httpx.Response):
        return f"{outcome.status_code}{_phrase(outcome.status_code)}"
    return _what_happened(call, outcome)[0]


def _what_happened(call: Call, error: BaseException) -> tuple[str, str | None]:
    """Return what happened, and what to do about it if that is known."""
    hint = None
    match error:
        case _ if is_certificate_fault(error):
            happened = "the server's certificate is not trusted"
            hint = "set SSL_CERT_FILE to the bundle of your organisation, if it has its own"
        case httpx.ConnectTimeout():
            happened = "no connection in time"
        case httpx.ConnectError():
            happened = f"no connection to {call.url.raw_host.decode('ascii')}"
            hint = "check baseUrl, the network and the proxy variables"
        case httpx.ProxyError():
            happened = "the proxy refused"
        case httpx.PoolTimeout():
            happened = "no free connection in time"
        case httpx.TimeoutException():
            happened = "no answer in time"
        case _:
            happened = "the connection was cut"
    return happened, hint


def _phrase(status: int) -> str:
    try:
        return f" {HTTPStatus(status).phrase}"
    except ValueError:
        return ""
