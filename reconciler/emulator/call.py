"""A request and its reply as values, free of any web framework."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

from reconciler.emulator.operations import BASES
from reconciler.manifest.text.value import DEEPEST, is_too_deep
from reconciler.value import Value


class Place(NamedTuple):
    """An import source of a workspace: the key of all state."""

    workspace: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EmulatorCall:
    """One authorised request. `resource` is the last id of the path, if there is one."""

    origin: str
    place: Place
    resource: str
    is_async: bool
    body: bytes = field(repr=False)
    now: float

    def url(self, *rest: str, base: str | None = None) -> str:
        """Return an absolute URL below this source, by default in the form of links in answers."""
        workspace, source = map(quoted_segment, self.place)
        root = f"{self.origin}{base or BASES[1]}/workspace/{workspace}/v1/importsource/{source}"
        return "/".join((root, *rest))


class EmulatorReply(Value):
    """The answer to a request."""

    status: int = 200
    content: bytes = b""
    headers: Mapping[str, str] = MappingProxyType({})


def quoted_segment(segment: str) -> str:
    """Return *segment* percent-encoded for a path."""
    return quote(segment, safe="")


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


def json_reply(value: Any, *, status: int = 200) -> EmulatorReply:
    """Return *value* as JSON."""
    return EmulatorReply(
        status=status,
        content=json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(),
        headers={"content-type": "application/json"},
    )


def error_reply(status: int, message: str) -> EmulatorReply:
    """Return an error in the only form observed, that of the 401 (api.md#authentication)."""
    return json_reply({"code": status, "message": message}, status=status)


NO_CONTENT = EmulatorReply(status=204)
