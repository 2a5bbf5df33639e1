"""One exchange as an entry of a HAR 1.2 file, redacted by construction.

What a header or a parameter is called decides whether it is written, and no credential comes
here. Bodies are written anew from the JSON that was read: what hides in an escape or behind a
duplicate key does not survive that. What is about people is left out, with its size and digest:
the data of an ingestion and whatever a forge or a webhook gets or says. The values of objects
are numbered.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx

from reconciler.assets.call import Call, url_path
from reconciler.assets.redaction import Clean, Redaction
from reconciler.assets.reply import NotJson, Reply, parse_json
from reconciler.errors import BackendError
from reconciler.model.canonical import canonical_json, digest_bytes
from reconciler.value import Value

# What an answer may have of these; whatever else it has is nobody's business.
_HEADERS = (
    *("Content-Type", "Date", "Location", "Retry-After", "Atl-Traceid", "X-Arequestid"),
    *("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-NearLimit"),
)
_HTTP = "HTTP/1.1"
_JSON = "application/json"
# Of what is not JSON, such as a proxy's page, an error shows as much.
_LONGEST_TEXT = 4_000
# In bytes; the largest documents known have some megabytes.
LARGEST_BODY = 16 * 2**20
_OBJECTS = ("values", "objectEntries")
_IDS = ("id", "globalId", "objectTypeId", "objectTypeAttributeId", "workspaceId")


class Body(Value):
    """A body as it is written: `omitted` has size and digest of one that is not, or not whole."""

    text: str
    omitted: Mapping[str, Any] | None = None

    def fields(self) -> dict[str, Any]:
        """Return its keys in a HAR."""
        return {"text": self.text} | ({} if self.omitted is None else {"_omitted": self.omitted})


def sent_body(call: Call, redaction: Redaction, clean: Clean, *, private: bool) -> Body:
    """Return the body of the request *call*, which has one."""
    body = call.body or b""
    if private:
        return _omitted(body)
    if call.method == "POST" and url_path(call.url).endswith("/data"):
        return _body(body, redaction, clean, _without_data)
    return _body(body, redaction, clean)


def sent_url(url: httpx.URL, redaction: Redaction, clean: Clean) -> str:
    """Return the URL of a request as it is written, the same for the one that is written."""
    return str(httpx.URL(redaction.text(clean(str(url)))))


def entry(
    call: Call,
    ended: Reply | BaseException,
    *,
    redaction: Redaction,
    clean: Clean,
    private: bool,
    began: datetime,
    seconds: float,
) -> dict[str, Any]:
    """Return the entry of *call*, which *ended* with an answer or, status 0, without a usable one.

    *seconds* is what it took.
    """
    milliseconds = round(seconds * 1000, 3)
    url = sent_url(call.url, redaction, clean)
    request: dict[str, Any] = {
        "method": call.method,
        "url": url,
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": [],
        "queryString": [
            {"name": name, "value": value} for name, value in httpx.URL(url).params.multi_items()
        ],
        "headersSize": -1,
        "bodySize": len(call.body or b""),
    }
    if call.body is not None:
        request["headers"] = [{"name": "Content-Type", "value": _JSON}]
        body = sent_body(call, redaction, clean, private=private)
        request["postData"] = {"mimeType": _JSON, **body.fields()}
    return {
        "startedDateTime": began.isoformat(),
        "time": milliseconds,
        "request": request,
        "response": _answer(call, ended, redaction, clean, private=private)
        if isinstance(ended, Reply)
        else _failure(ended, redaction, clean),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "_source": redaction.text(clean(call.source)),
    }


def _answer(
    call: Call, reply: Reply, redaction: Redaction, clean: Clean, *, private: bool
) -> dict[str, Any]:
    body = _omitted(reply.body) if private else _answered(call, reply.body, redaction, clean)
    headers = {name: reply.headers.get(name) for name in _HEADERS} | {"Location": reply.location}
    if private:
        # Forges name people and pages in theirs.
        headers = {"Retry-After": headers["Retry-After"]}
    kept = {name: redaction.text(clean(value)) for name, value in headers.items() if value}
    if kind := kept.get("Content-Type"):
        kept["Content-Type"] = kind.partition(";")[0]
    return _response(
        reply.status, headers=kept, body=body, size=len(reply.body), kind=kept.get("Content-Type")
    )


def _failure(error: BaseException, redaction: Redaction, clean: Clean) -> dict[str, Any]:
    cause = error.__cause__
    of_wire = isinstance(cause, httpx.TransportError | TimeoutError)
    failure = {
        "type": type(cause if of_wire else error).__name__,
        "text": redaction.text(clean(str(error))),
        "sent": error.sent if isinstance(error, BackendError) else False,
    }
    return {**_response(0, headers={}, body=Body(text=""), size=0, kind=None), "_error": failure}


def _response(
    status: int, *, headers: Mapping[str, str], body: Body, size: int, kind: str | None
) -> dict[str, Any]:
    known = {each.value: each.phrase for each in HTTPStatus}
    return {
        "status": status,
        "statusText": known.get(status, ""),
        "httpVersion": _HTTP,
        "cookies": [],
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "content": {"size": size, "mimeType": kind or "", **body.fields()},
        "redirectURL": headers.get("Location", ""),
        "headersSize": -1,
        "bodySize": size,
    }


def _answered(call: Call, body: bytes, redaction: Redaction, clean: Clean) -> Body:
    path = url_path(call.url)
    if path.endswith("/object/aql"):
        return _body(body, redaction, clean, lambda value: _page(value, redaction))
    written = _body(body, redaction, clean)
    if path.endswith("/token") and not written.text.startswith("{"):
        return _omitted(body)
    return written


def _body(
    body: bytes,
    redaction: Redaction,
    clean: Clean,
    alter: Callable[[Any], Any] = lambda value: value,
) -> Body:
    if len(body) > LARGEST_BODY:
        return _omitted(body)
    text = Reply(status=0, headers=httpx.Headers(), body=body).text
    if not text.strip():
        return Body(text=text)
    try:
        value = parse_json(text)
    except NotJson:
        shown = redaction.text(clean(text))
        if len(shown) > _LONGEST_TEXT:
            return Body(text=shown[:_LONGEST_TEXT], omitted=_omitted(body).omitted)
        return Body(text=shown)
    return Body(text=clean(json.dumps(redaction.json(alter(value)), ensure_ascii=False)))


def _omitted(body: bytes) -> Body:
    return Body(text="", omitted={"size": len(body), "digest": digest_bytes(body)})


def _without_data(value: Any) -> Any:
    """Return the body that sends data with their size and digest in their place."""
    if not isinstance(value, dict):
        return None
    data = canonical_json(value.get("data"))
    return value | {"data": {"_omitted": _omitted(data).omitted}} if "data" in value else value


def _page(value: Any, redaction: Redaction) -> Any:
    """Return a page of objects with a number for each value: which are equal can still be told."""
    if not isinstance(value, dict):
        return None
    return {
        key: _numbered(each, redaction) if key in _OBJECTS else each for key, each in value.items()
    }


def _numbered(value: Any, redaction: Redaction, key: str = "") -> Any:
    match value:
        case str() | int() | float() if key not in _IDS and not isinstance(value, bool):
            return redaction.numbered(str(value))
        case dict():
            return {name: _numbered(each, redaction, name) for name, each in value.items()}
        case list():
            return [_numbered(each, redaction, key) for each in value]
    return value
