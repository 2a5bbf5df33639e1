"""From statuses and httpx's errors to ours (errors.py): what failed, and whether it may have acted.

Nothing can have happened if there was no connection or the API answered 4xx; after a broken
connection, a time-out or a 5xx a write's outcome is unknown (design.md#unknown-outcomes).
Reads never act.

The shape of a 400 body is not documented (api.md#body-of-a-400). One shape was recorded,
`{"dataValidationErrors": [{"code": …}]}`; others may differ, so any `code` or `errorCode`
counts, and without one any word that is written like the API's codes.
"""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import httpx

from reconciler.assets.bounds import CONNECT_SECONDS
from reconciler.assets.call import Call
from reconciler.assets.reply import NotJson, Reply, parse_json
from reconciler.assets.retry import is_certificate_fault, nothing_listens
from reconciler.command_line import command_line
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
from reconciler.loopback import is_loopback
from reconciler.model.display import count, first_of
from reconciler.regex import regex

_CODE_KEYS = ("code", "errorCode")
_TEXT_KEYS = ("message", "errorMessage", "detail", "description", "title")
_CODE = regex(r"\b[A-Z]+(?:_[A-Z]+)+\b")
# A hostile or broken answer may contain any number, of any length; nobody reads more.
_MOST = 100
_LONGEST_CODE = 100
_LONGEST = 1_000


def faults_in(body: str) -> tuple[ApiFault, ...]:
    """Return the faults in *body*, each once, in order; none if there are none."""
    try:
        raw = parse_json(body)
    except NotJson:
        raw = body
    named = (fault for entry in _mappings(raw) if (fault := _named(entry)))
    spelled = (ApiFault(code=match[0][:_LONGEST_CODE]) for match in _CODE.finditer(body))
    return _first_of_each(named) or _first_of_each(spelled)


def _first_of_each(faults: Iterator[ApiFault]) -> tuple[ApiFault, ...]:
    found: dict[ApiFault, None] = {}
    for fault in faults:
        found[fault] = None
        if len(found) == _MOST:
            break
    return tuple(found)


def _named(entry: Mapping[str, Any]) -> ApiFault | None:
    for key in _CODE_KEYS:
        code = entry.get(key)
        # `{"code": 401}` repeats the status.
        if isinstance(code, str) and code and not code.isdigit():
            return ApiFault(code=code[:_LONGEST_CODE], text=_text(entry, besides=key))
    return None


def _text(entry: Mapping[str, Any], *, besides: str) -> str | None:
    for key in _TEXT_KEYS:
        if isinstance(text := entry.get(key), str) and text:
            return text[:_LONGEST]
    rest = [f"{k}: {v}" for k, v in entry.items() if k != besides and isinstance(v, str | int)]
    return ", ".join(rest)[:_LONGEST] or None


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
NO_CONNECTION = "check baseUrl, the network and the proxy variables"
_PROXY = "give the proxy its credentials: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
# Errors after which the request was never sent, whatever the transport reports of its way.
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
LIMITED = "the API's limit was reached; lower --parallelism, or try again later"
_NOT_THERE = "check baseUrl, workspaceId and importSourceId"
_HINTS = {
    401: CREDENTIALS_HINT,
    403: "the token is known but may not do this; the source's own token may",
    404: _NOT_THERE,
    410: _NOT_THERE,
    429: LIMITED,
}
_LOOPBACK_HINTS = _HINTS | {
    401: f"{CREDENTIALS_HINT}; an emulator's own token belongs to no source: with it, "
    "reconciler.yaml names the source, as the emulator shows at its start",
}
_KINDS: dict[int, type[BackendError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    410: NotFound,
    429: RateLimited,
}
_A_DAY = 86_400
_LONGEST_RAW = 4_000
_MOST_CODES_SHOWN = 5


def shorten_body(text: str) -> str:
    """Return *text*, or its beginning and how much was left out."""
    left_out = len(text) - _LONGEST_RAW
    if left_out <= 0:
        return text
    return f"{text[:_LONGEST_RAW]}… ({count(left_out, 'more character')})"


def from_status(call: Call, status: int, body: str, *, asked: float | None = None) -> BackendError:
    """Return the error for an answer of 400 or more; *body* is free of secrets.

    *asked* are the seconds that a 429 asks to wait.
    """
    raw = shorten_body(body) or None
    hints = _LOOPBACK_HINTS if is_loopback(call.url.host) else _HINTS
    if plain := plain_error(call, status, raw, hints=hints, asked=asked):
        return plain
    if status == HTTPStatus.CONFLICT:
        return _conflict(call, body)
    return _rejected(call, status, body)


def plain_error(
    call: Call, status: int, raw: str | None, *, hints: Mapping[int, str], asked: float | None
) -> BackendError | None:
    """Return the error for a status that says all by itself, None for any other 4xx.

    A 408 may have been sent before the request was read, or after it was acted on.
    """
    answered = f"{call} was answered {phrase(status)}"
    if kind := _KINDS.get(status):
        if asked is not None:
            wait = f"{asked:.0f} s" if asked < _A_DAY else "more than a day"
            answered = f"{answered}: the next request is welcome in {wait}"
        error = kind(answered, request=call.name, status=status, raw=raw, hint=hints[status])
        if isinstance(error, RateLimited):
            error.asked = asked
        return error
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        return Unavailable(answered, request=call.name, status=status, raw=raw, sent=call.writes)
    return None


def _conflict(call: Call, body: str) -> BackendError:
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
    return Conflict(
        f"{call} was answered {phrase(409)}: {code}", request=call.name, code=code, raw=raw
    )


def _rejected(call: Call, status: int, body: str) -> Rejected:
    faults = faults_in(body)
    codes = list(dict.fromkeys(fault.code for fault in faults))
    why = f": {first_of(codes, _MOST_CODES_SHOWN)}" if codes else ""
    return Rejected(
        f"{call} was refused ({phrase(status)}){why}",
        request=call.name,
        status=status,
        faults=faults,
        raw=shorten_body(body) or None,
        hint=_PROXY if status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED else None,
    )


def from_library(
    call: Call, error: Exception, *, seconds: float, departed: bool | None
) -> BackendError:
    """Return the error for a request without a usable answer; raise it `from` *error*.

    *seconds* is what the request had, *departed* whether its first byte went out, None if that
    is only known from the kind of *error*. Unavailable may be asked again, what is
    UnreadableAnswer would be so again.
    """
    host = call.url.netloc.decode("ascii", "replace")
    is_timeout = isinstance(error, TimeoutError | httpx.TimeoutException)
    if departed is None:
        departed = not isinstance(error, _NEVER_SENT)
    kind: type[BackendError] = Unavailable
    hint = None
    if is_certificate_fault(error):
        happened = "the server's certificate is not trusted"
        hint = "set SSL_CERT_FILE to the bundle of your organisation, if it has its own"
    elif isinstance(error, httpx.ProxyError):
        happened = "the proxy refused"
    elif nothing_listens(error):
        happened = f"nothing listens on {host}"
        hint = NO_CONNECTION
    elif not departed:
        within = f" within {min(seconds, CONNECT_SECONDS):.3g} s" if is_timeout else ""
        happened = f"no connection to {host}{within}"
        hint = NO_CONNECTION
    elif is_timeout:
        happened = f"{host} did not answer within {seconds:.3g} s"
    elif isinstance(error, httpx.TransportError):
        happened = "the connection was cut, or the answer is not HTTP"
    else:
        kind = UnreadableAnswer
        happened = f"the answer cannot be read ({type(error).__name__})"
    sent = call.writes and departed
    return kind(f"{call}: {happened}", request=call.name, sent=sent, hint=hint)


def start_emulator(call: Call) -> str:
    """Return what helps where nothing listens: to start an emulator at the base URL."""
    port = str(call.url.port or 80)
    return f"start it: {command_line('emulator', options=['--port', port])}"


def retry_reason(call: Call, outcome: Reply | Unavailable) -> str:
    """Return in a few words why *call* is repeated: its status, or what happened."""
    if isinstance(outcome, Reply):
        return phrase(outcome.status)
    return str(outcome).removeprefix(f"{call}: ")


def phrase(status: int) -> str:
    """Return the status with HTTP's words for it, where it has some."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
