"""The strict reading of an answer: what of it is not known, whatever becomes of it otherwise.

Nothing that may be anybody's data is repeated: of a value its shape is told, and a word only where
one of a few known ones stands, or where it is written as the API writes its own. What is found in
one answer is bounded.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from reconciler.assets.answer_bodies import BODIES, ERROR, Schema
from reconciler.assets.call import Call, url_path
from reconciler.assets.reply import NotJson, Reply
from reconciler.backend.requests import Unexpected
from reconciler.manifest.schemas.validators import fast_validator
from reconciler.model.display import count
from reconciler.regex import regex
from reconciler.semantics.operations import ApiOperation, operation_at

_MOST = 20
_MOST_KEYS = 8
_GREATEST_WORD = 999
# A key or a word that nobody's data, address or secret is taken for.
_NAME = regex(r"[A-Za-z_$][\w$.-]{0,39}", re.ASCII)
_WORD = regex(r"[A-Za-z][A-Za-z_ -]{0,39}")
_CONSTANT = regex(r"(?=.{2,30}$)[A-Z]+(_[A-Z]+)*")
_PRIVATE = regex(r"pass|secret|token|key|auth|cred|user|name|mail", re.IGNORECASE)
_MEDIA_TYPE = regex(r"[a-z]{1,20}/[a-z0-9.+-]{1,40}")
_STEP = regex(r"[a-z][a-z-]{0,39}")
# A type of any depth is a type.
_NESTED = regex(r"(/children/\*)+(?=/)")
# As far as answers were seen or announced (api.md#rate-limits, api.md#points).
_LIMITS = frozenset(
    {
        *("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-nearlimit"),
        *("x-ratelimit-reset", "ratelimit", "ratelimit-policy", "beta-ratelimit"),
        *("beta-ratelimit-policy", "x-beta-ratelimit-reason", "x-beta-ratelimit-reset"),
    }
)
# api.md#rate-limits
_FORMS = {
    "retry-after": regex(r"\d+(\.\d+)?|\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT"),
    "x-ratelimit-reset": regex(r"\d{4}-\d\d-\d\dT[\d:]+(\.\d+)?(Z|[+-][\d:]+)?"),
}
_NOUNS: Mapping[type, str] = {
    str: "text", bool: "true or false", int: "a whole number", float: "a number",
    list: "a list", dict: "an object", type(None): "null",
}  # fmt: skip
_TYPES: Mapping[type, frozenset[str]] = {
    str: frozenset({"string"}), bool: frozenset({"boolean"}), int: frozenset({"integer", "number"}),
    float: frozenset({"number"}), list: frozenset({"array"}), dict: frozenset({"object"}),
    type(None): frozenset({"null"}),
}  # fmt: skip
_ALL_TYPES = frozenset(each for some in _TYPES.values() for each in some)


def unexpected_in(
    call: Call, reply: Reply, limits: Mapping[str, str], clean: Callable[[str], str]
) -> tuple[Unexpected, ...]:
    """Return what of *reply*, the answer to *call*, is not known; *clean* removes secrets.

    *limits* are the headers about limits. An answer without any is valid by the schema of its
    body.
    """
    path = url_path(call.url).rpartition("/v1/")[2]
    known = operation_at(call.method, path)
    if known is None:
        steps = (each if _STEP.fullmatch(each) else "…" for each in path.split("/")[:_MOST_KEYS])
        request, found = f"{call.method} {'/'.join(steps)}", {"the path": ""}
    else:
        request, found = known.shown, _of_headers(reply, known) | _of_body(reply, known)
    found |= {f"the header {_named(n)}": "" for n in limits if n.lower() not in _LIMITS}
    return tuple(
        Unexpected(request=request, what=clean(what), sample=clean(sample))
        for what, sample in found.items()
    )


def _of_headers(reply: Reply, known: ApiOperation) -> dict[str, str]:
    found = {} if known.may_answer(reply.status) else {f"the status {reply.status}": ""}
    if HTTPStatus.MULTIPLE_CHOICES <= reply.status < HTTPStatus.BAD_REQUEST and not reply.location:
        found[f"a {reply.status} without a Location"] = ""
    for name, form in _FORMS.items():
        if (text := reply.headers.get(name)) and not form.fullmatch(text.strip()):
            found[f"the form of the header {name}"] = _shape(text)
    return found


def _of_body(reply: Reply, known: ApiOperation) -> dict[str, str]:
    """Return what is not known of the body; pages of gateways and redirects have any."""
    is_refusal = HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR
    schema = ERROR if is_refusal else BODIES.get(known)
    if not (is_refusal or reply.is_success) or not reply.body.strip():
        lacks = schema is not None and reply.status == HTTPStatus.OK
        return {"the absence of a body": ""} if lacks else {}
    kind = reply.headers.get("Content-Type", "json").partition(";")[0].strip().lower()
    if not kind.endswith("json"):
        named = kind if _MEDIA_TYPE.fullmatch(kind) else "*"
        return {f"the content type {named}": _shape(reply.text)}
    try:
        value = reply.json
    except NotJson:
        return {"a body that is no JSON": _shape(reply.text)}
    if schema is None:
        return {"a body": _shape(value)}
    if _decider(None if is_refusal else known)(value):
        return {}
    found: dict[str, str] = {}
    for what, sample in _differences(schema, value, "", schema):
        found.setdefault(_NESTED.sub("", what), sample)
        if len(found) == _MOST:
            break
    return found or {"the body": _shape(value)}


@cache
def _decider(operation: ApiOperation | None) -> Callable[[Any], bool]:
    body = ERROR if operation is None else BODIES[operation]
    return fast_validator(body).is_valid


def _differences(schema: Schema, value: Any, place: str, root: Schema) -> Iterator[tuple[str, str]]:
    """Yield where *value* is not as *schema* says, and the shape of what stands there instead."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        if not any(type(each) is type(value) and each == value for each in schema["enum"]):
            yield f"{_word(value)} at {place}", ""
    elif not _TYPES[type(value)].isdisjoint(_types_of(schema)):
        if isinstance(value, list):
            for each in value:
                yield from _differences(schema.get("items", {}), each, f"{place}/*", root)
        elif isinstance(value, dict):
            yield from _differences_inside(schema, value, place, root)
    else:
        yield f"{_NOUNS[type(value)]} at {place or '/'}", ""


def _differences_inside(
    schema: Schema, value: Mapping[str, Any], place: str, root: Schema
) -> Iterator[tuple[str, str]]:
    keys, others = schema.get("properties", {}), schema.get("additionalProperties", {})
    for key, each in value.items():
        if key in keys:
            yield from _differences(keys[key], each, f"{place}/{key}", root)
        elif others is not False:
            yield from _differences(others, each, f"{place}/*", root)
        else:
            yield f"the key {place}/{_named(key)}", _sample(key, each)
    for key in schema.get("required", ()):
        if key not in value:
            yield f"the absence of {place}/{key}", ""


def _types_of(schema: Schema) -> Collection[str]:
    types = schema.get("type", _ALL_TYPES)
    return (types,) if isinstance(types, str) else types


def _named(name: str) -> str:
    return name if _NAME.fullmatch(name) else "*"


def _word(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"' if _WORD.fullmatch(value) else "another text"
    is_number = type(value) is int and abs(value) <= _GREATEST_WORD
    return str(value) if is_number else _NOUNS[type(value)]


def _sample(key: str, value: Any) -> str:
    """Return *value* if it can only be one of a few words of the API, else its shape."""
    is_word = isinstance(value, str) and _CONSTANT.fullmatch(value) and not _PRIVATE.search(key)
    return f'"{value}"' if is_word else _shape(value)


def _shape(value: Any) -> str:
    """Return what kind of value it is, and how large, without what it says."""
    if isinstance(value, str):
        return f"text of {count(len(value), 'character')}"
    if isinstance(value, list):
        return f"a list of {count(len(value), 'element')}"
    if isinstance(value, dict):
        shown = sorted({_named(key) for key in list(value)[:_MOST_KEYS]})
        more = ", …" if len(value) > _MOST_KEYS else ""
        return f"an object with {', '.join(shown)}{more}" if shown else "an empty object"
    return _NOUNS[type(value)]
