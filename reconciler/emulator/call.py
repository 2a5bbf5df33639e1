"""A request in its transaction and its reply, free of any web framework."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from reconciler.emulator.faults import EmulatorOptions
from reconciler.manifest.text.value import DEEPEST, is_too_deep
from reconciler.semantics.operations import BASES
from reconciler.semantics.questions import Profile
from reconciler.value import Value


class Place(NamedTuple):
    """An import source of a workspace: the key of all state."""

    workspace: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiCall:
    """One authorised request in the transaction `tx`; `ids` are those in its path."""

    tx: sqlite3.Connection
    options: EmulatorOptions
    origin: str
    ids: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes = field(repr=False)
    now: float

    @property
    def profile(self) -> Profile:
        """What the emulator does where nobody knows what Assets does."""
        return self.options.profile

    @property
    def resource(self) -> str:
        """The id of an execution or a submission in the path, empty without one."""
        return self.ids.get("resource", "")

    def flag(self, name: str) -> bool:
        """Return whether the boolean parameter *name* is true."""
        return self.query.get(name, "").lower() == "true"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceCall(ApiCall):
    """One request about the import source `place`."""

    place: Place

    def url(self, *rest: str, base: str = BASES[1]) -> str:
        """Return an absolute URL below this source, by default in the form of links in answers."""
        workspace, source = map(quoted_segment, self.place)
        root = f"{self.origin}{base}/workspace/{workspace}/v1/importsource/{source}"
        return "/".join((root, *rest))


class EmulatorReply(Value):
    """The answer to a request."""

    status: int = 200
    content: bytes = b""
    headers: Mapping[str, str] = MappingProxyType({})


def quoted_segment(segment: str) -> str:
    """Return *segment* percent-encoded for a path."""
    return quote(segment, safe="")


def seeded_id(*seeds: object) -> str:
    """Return a UUID, the same for the same seeds."""
    return str(uuid5(NAMESPACE_URL, repr(seeds)))


def json_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in *body*. Raises ValueError that says why it is none."""
    try:
        value = parse_body(body)
    except ValueError as error:
        raise ValueError(f"the body is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ValueError("the body is not a JSON object")  # noqa: TRY004 - of what was sent
    return value


def parse_body(body: bytes) -> Any:
    """Return the JSON in *body*. Raises ValueError, also for values that cannot be sent back."""
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if is_too_deep(value):
        raise ValueError(f"lists and objects are nested more than {DEEPEST} levels")
    if b"\\u" in body:
        # A lone surrogate can be escaped in JSON, but never encoded.
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def compact_json(value: Any) -> str:
    """Return *value* as JSON without white space, as answers and tables have it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_reply(value: Any, *, status: int = 200) -> EmulatorReply:
    """Return *value* as JSON."""
    headers = {"content-type": "application/json"}
    return EmulatorReply(status=status, content=compact_json(value).encode(), headers=headers)


def error_reply(status: int, message: str) -> EmulatorReply:
    """Return an error in the only form observed, that of the 401 (api.md#authentication)."""
    return json_reply({"code": status, "message": message}, status=status)


NO_CONTENT = EmulatorReply(status=204)
