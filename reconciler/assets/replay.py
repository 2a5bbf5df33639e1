"""A recording answers in place of the network, and tells what it was not asked before.

Requests are matched by method and URL, in the order that they were recorded in for each, and have
the body that was recorded; both are compared as the recorder writes them. How often a GET is
repeated depends on the clock: the last answer to it is given again.
"""

import logging
from collections import Counter, deque
from datetime import UTC, datetime
from typing import Any

import httpx

from reconciler.assets.call import Call
from reconciler.assets.har import sent_body, sent_url
from reconciler.assets.redaction import OMITTED, Redaction, same_emails
from reconciler.assets.reply import NotJson, parse_json
from reconciler.errors import BackendError, UnreadableAnswer
from reconciler.manifest.text.pointer import Pointer, write_pointer
from reconciler.model.json_form import from_json
from reconciler.render import shorten
from reconciler.value import Value

_log = logging.getLogger(__name__)
_HINT = "the recording was made by another command, of other manifests, or by another version"
_SOURCE = "/importsource/"
_MOST = 60
# For ever, else, where somebody watched until it was interrupted.
_MOST_REPEATS = 1_000
_NOTHING = object()
_OF_LINKS = "clientGeneratedId"


class _Header(Value):
    name: str
    value: str


class _Body(Value, rename={"omitted": "_omitted"}):
    text: str = ""
    omitted: dict[str, Any] | None = None


class _Request(Value, rename={"body": "postData"}):
    method: str
    url: str
    body: _Body | None = None


class _Failure(Value):
    type: str
    text: str
    sent: bool


class _Response(Value, rename={"failure": "_error"}):
    status: int
    headers: tuple[_Header, ...]
    content: _Body
    failure: _Failure | None = None


class _Entry(Value, rename={"began": "startedDateTime"}):
    began: datetime
    request: _Request
    response: _Response


class Replay(httpx.AsyncBaseTransport):
    """Answers from the entries of a HAR; what differs from them is raised as BackendError."""

    def __init__(self, raw: Any) -> None:
        """Begin with the first answers. Raises ValueError if *raw* are no entries."""
        entries = from_json(raw, tuple[_Entry, ...])
        if any(each.began.tzinfo is None for each in entries):
            raise ValueError("an entry began in no time zone")
        self._left: dict[tuple[str, str], deque[_Entry]] = {}
        for each in entries:
            key = each.request.method, same_emails(each.request.url)
            self._left.setdefault(key, deque()).append(each)
        self._unasked = {id(each): each for each in entries}
        self._now = entries[0].began if entries else datetime.now(UTC)
        self._repeats: Counter[int] = Counter()
        self._redaction = Redaction()
        self._has_told = False

    def now(self) -> datetime:
        """Return when what was answered last was recorded: answers have dates."""
        return self._now

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the answer that was recorded, or raise as the network did."""
        body = await request.aread()
        call = Call(source="", method=request.method, url=request.url, body=body or None)
        url = same_emails(sent_url(request.url, self._redaction, str))
        recorded = self._left.get((request.method, url))
        if not recorded:
            why = "was not recorded" if recorded is None else "was recorded less often"
            raise self._differs(call, f"{why}{self._next(url)}")
        found = recorded[0]
        if (difference := self._body_difference(call, found)) is not None:
            raise self._differs(call, difference)
        self._unasked.pop(id(found), None)
        self._now = max(self._now, found.began)
        self._repeats[id(found)] += 1
        is_last_answer = call.method == "GET" and len(recorded) == 1
        if not is_last_answer or self._repeats[id(found)] > _MOST_REPEATS:
            recorded.popleft()
        return _answer(found.response, request)

    def _next(self, url: str) -> str:
        """Return what the recording has next, if anything: of the same import source first."""
        base, is_source, below = url.partition(_SOURCE)
        own = f"{base}{is_source}{below.partition('/')[0]}"
        left = [*self._unasked.values()]
        ours = [each for each in left if each.request.url.startswith(own)]
        for each in (*ours, *left):
            return f"; next is {_named(each.request.method, each.request.url)}"
        return "; it has no other"

    def _body_difference(self, call: Call, found: _Entry) -> str | None:
        recorded = found.request.body
        if recorded is None or call.body is None:
            return None if (recorded is None) == (call.body is None) else "has another body"
        omitted = recorded.omitted
        body = sent_body(call, self._redaction, str, private=omitted is not None)
        if omitted is not None:
            return None if omitted == body.omitted else "sends other data than was recorded"
        before, now = same_emails(recorded.text), same_emails(body.text)
        try:
            different = _difference(_telling(before), _telling(now), ())
        except NotJson:
            return None if before == now else "sends another body than was recorded"
        if different is None:
            return None
        at, was, sent = different
        return f"sends {_shown(sent)} at {write_pointer(at) or 'the root'}, not {_shown(was)}"

    def _differs(self, call: Call, how: str) -> BackendError:
        text = f"{call.name} differs from the recording: it {how}"
        if not self._has_told:
            # What reads it may go on without: it is told in any case.
            _log.warning("the first request that differs: %s", text)
            self._has_told = True
        return BackendError(text, request=call.name, hint=_HINT)


def _telling(text: str) -> Any:
    """Return the JSON of a body without what is made of links, which are redacted."""
    value = parse_json(text)
    return {k: v for k, v in value.items() if k != _OF_LINKS} if isinstance(value, dict) else value


def _named(method: str, url: str) -> str:
    return Call(source="", method=method, url=httpx.URL(url)).name


def _answer(recorded: _Response, request: httpx.Request) -> httpx.Response:
    if (failure := recorded.failure) is not None:
        kind = getattr(httpx, failure.type, None)
        if isinstance(kind, type) and issubclass(kind, httpx.TransportError):
            raise kind(failure.text, request=request)
        if failure.type == TimeoutError.__name__:
            raise TimeoutError
        if failure.type == UnreadableAnswer.__name__:
            raise httpx.DecodingError(failure.text)
        raise (httpx.ReadError if failure.sent else httpx.ConnectError)(failure.text)
    content = recorded.content
    text = OMITTED if content.omitted and not content.text else content.text
    return httpx.Response(
        recorded.status,
        headers=[(each.name, each.value) for each in recorded.headers],
        content=text.encode(),
        request=request,
    )


def _difference(before: Any, now: Any, at: Pointer) -> tuple[Pointer, Any, Any] | None:
    """Return where two JSON values differ first, and both there; None if they are equal."""
    if type(before) is not type(now) or not isinstance(before, dict | list):
        return None if before == now and type(before) is type(now) else (at, before, now)
    if isinstance(before, dict):
        keys = [*before, *(key for key in now if key not in before)]
        pairs = [(key, before.get(key, _NOTHING), now.get(key, _NOTHING)) for key in keys]
    else:
        longest = range(max(len(before), len(now)))
        pairs = [(i, _at(before, i), _at(now, i)) for i in longest]
    for key, was, sent in pairs:
        if (found := _difference(was, sent, (*at, key))) is not None:
            return found
    return None


def _at(values: list[Any], index: int) -> Any:
    return values[index] if index < len(values) else _NOTHING


def _shown(value: Any) -> str:
    return "nothing" if value is _NOTHING else shorten.value(value, _MOST)
