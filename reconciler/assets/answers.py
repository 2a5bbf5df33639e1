"""From answers to values: parses JSON, checks its shape, raises UnreadableAnswer otherwise."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import httpx

from reconciler.assets.auth import bearer
from reconciler.assets.call import Call
from reconciler.assets.failures import shorten_body
from reconciler.backend import Execution, ExecutionStatus, ProgressAnswer
from reconciler.errors import UnreadableAnswer
from reconciler.manifest import schemas
from reconciler.model.source import ConfigStatus

# Key of the Location header in the response's extensions, where the channel puts it.
LOCATION = "location"

# More than a manifest may have, so that a document that was sent can be read back, and few
# enough for recursive readers of documents.
_DEEPEST = 200
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_LINKS = {
    "submit_progress": "submitProgress",
    "submit_results": "submitResults",
    "get_status": "getExecutionStatus",
    "cancel": "cancel",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """An answer below 400; `clean` removes the secrets from what is shown of it."""

    call: Call
    response: httpx.Response
    clean: Callable[[str], str]

    @property
    def location(self) -> str | None:
        """The Location header, None where absent or empty."""
        return self.response.extensions.get(LOCATION) or None

    @property
    def raw(self) -> str:
        """The body for people: without secrets, shortened."""
        return shorten_body(self.clean(self.response.text))

    def unreadable(self, why: str, cause: Exception | None = None) -> NoReturn:
        """Raise UnreadableAnswer: *why* completes "the answer …"."""
        raise UnreadableAnswer(
            f"{self.call}: the answer {self.clean(why)}",
            request=self.call.name,
            status=self.response.status_code,
            raw=self.raw or None,
            sent=self.call.writes,
        ) from cause


def check_success(answer: Answer) -> None:
    """Return if the answer is a 2xx, whatever its body."""
    if not answer.response.is_success:
        answer.unreadable(f"is a {answer.response.status_code}, which is not followed here")


def check_complete(answer: Answer) -> None:
    """Return if the answer is a complete 2xx from the API, whatever its content.

    Its body may be empty, JSON (api.md#operations-of-an-execution) or text. A proxy's log-in
    page has status 200 too, and a truncated object is incomplete: neither says what became of
    a write.
    """
    check_success(answer)
    if answer.response.content.lstrip()[:1] in {b"<", b"{"}:
        json_object(answer)


def json_object(answer: Answer) -> Mapping[str, Any]:
    """Return the JSON object that a 2xx answer holds."""
    check_success(answer)
    body = answer.response.content
    if not body.strip():
        answer.unreadable("is empty")
    try:
        value = json.loads(body, parse_constant=_no_constant)
        if _SURROGATE.search(body):
            # A lone surrogate is not text: it could not be sent back.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        looks = "HTML" if body.lstrip()[:1] == b"<" else "not readable as JSON"
        answer.unreadable(f"is {looks}, where JSON was expected", error)
    if not isinstance(value, dict):
        answer.unreadable("is not a JSON object")
    if _is_deeper_than(_DEEPEST, value):
        answer.unreadable(f"is nested more than {_DEEPEST} deep")
    return value


def config_status(answer: Answer) -> ConfigStatus:
    """Return the status of `{"status": …}`."""
    status = _text(json_object(answer), "status") or ""
    try:
        return ConfigStatus(status)
    except ValueError as error:
        answer.unreadable(f"names no config status that is known: {status[:40]!r}", error)


def document(answer: Answer) -> Mapping[str, Any]:
    """Return the JSON of a schema and mapping, suitable for `reconciler.model.wire`."""
    raw = json_object(answer)
    if faults := schemas.schema_faults("answer", raw):
        first = faults[0]
        more = f" ({len(faults) - 1} more faults)" if len(faults) > 1 else ""
        place = first.pointer or "its root"
        answer.unreadable(f"is not a schema and mapping: at {place}: {first.text}{more}")
    return raw


def progress(answer: Answer) -> ProgressAnswer:
    """Return the content of the progress resource; absent keys and non-texts are None."""
    raw = json_object(answer)
    return ProgressAnswer(
        status=_text(raw, "progressStatus"),
        result=_text(raw, "result"),
        message=_text(raw, "resultMessage"),
        raw=answer.raw,
    )


def execution(answer: Answer, *, follow: Callable[[str], str]) -> Execution:
    """Return the links of a data ingestion, each resolved and checked by *follow*."""
    links = json_object(answer).get("links")
    if not isinstance(links, dict):
        answer.unreadable("holds no links")
    found: dict[str, str] = {}
    for field, key in _LINKS.items():
        link = _text(links, key)
        if not link:
            answer.unreadable(f"holds no link {key}")
        found[field] = follow(link)
    return Execution(**found)


def execution_status(answer: Answer) -> ExecutionStatus:
    """Return the status of a data ingestion; without results its `progress_result` is empty."""
    raw = json_object(answer)
    status = _text(raw, "status")
    if status is None:
        answer.unreadable("holds no status")
    result = raw.get("progressResult")
    return ExecutionStatus(
        status=status, progress_result=result if isinstance(result, dict) else {}
    )


def info_links(answer: Answer) -> tuple[str, ...]:
    """Return the links of `imports/info`."""
    links = json_object(answer).get("links")
    texts = (
        tuple(v for v in links.values() if isinstance(v, str)) if isinstance(links, dict) else ()
    )
    if not texts:
        answer.unreadable("holds no links")
    return texts


def token(answer: Answer) -> str:
    """Return the new container token; no error quotes an answer that may contain it.

    A text that no header can carry is not a token: it would also be untrusted raw text on a
    terminal.
    """
    try:
        value = (_text(json_object(answer), "token") or "").strip()
    except UnreadableAnswer:
        value = ""
    if not bearer(value).are_sendable:
        raise UnreadableAnswer(
            f"{answer.call}: the answer holds no token",
            request=answer.call.name,
            status=answer.response.status_code,
            sent=True,
            hint="the token before it may be invalid from now on",
        )
    return value


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) else None


def _is_deeper_than(most: int, value: Any) -> bool:
    level = [value]
    for _ in range(most):
        inner = (v for c in level for v in (c.values() if c.__class__ is dict else c))
        level = [v for v in inner if v.__class__ is dict or v.__class__ is list]
        if not level:
            return False
    return True


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
