"""Frozen values as JSON and back: a value's fields are the keys of its object, in order.

The gate to msgspec, which knows the types of the fields and checks them when JSON is read: a
wrong or missing key is an error with its place; unknown keys are ignored, since a newer minor
version may have more.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from reconciler.model.address import Address

_Value = TypeVar("_Value")
JsonSlice = msgspec.Raw  # the bytes of a value in a JSON text, unread


def to_json(value: Any) -> Any:
    """Return *value* as objects, lists, texts and numbers; each field is a key."""
    return msgspec.to_builtins(value, enc_hook=_encode)


def from_json(raw: Any, kind: type[_Value]) -> _Value:
    """Return the value of type *kind* with the JSON *raw*. Raises ValueError for anything else.

    Keys of objects remain texts: callers convert them if they need another type.
    """
    try:
        return msgspec.convert(raw, kind, dec_hook=_decode)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from error


def from_json_text(text: str, kind: type[_Value]) -> _Value:
    """Return as `from_json` the value that the JSON *text* is, read as far as *kind* has it."""
    return msgspec.json.decode(text, type=kind, dec_hook=_decode)


def json_of(text: str | bytes) -> Any:
    """Return the JSON that *text* is, which must be some; of a key that is there twice the last."""
    return msgspec.json.decode(text)


def is_same_json(one: Any, other: Any) -> bool:
    """Return whether both are the same JSON, the order of keys aside; true is not 1, as by `==`."""
    written, also = (msgspec.json.encode(each, order="deterministic") for each in (one, other))
    return written == also


def json_levels(text: str) -> Any:
    """Return the value of the JSON *text*, whose keys must be distinct: three levels of objects.

    What is an object or list below them, or an item, is a slice. Nearly all of a large text is
    below each of these levels, so that they are read at once.
    """
    return msgspec.json.decode(text, type=_LEVELS)


_OTHERS = list[JsonSlice] | str | int | float | bool | None
_LEVELS: Any = dict[str, dict[str, dict[str, JsonSlice] | _OTHERS] | _OTHERS] | _OTHERS


def json_slices(slice_: JsonSlice) -> Mapping[str, JsonSlice] | Sequence[JsonSlice]:
    """Return the slices of the values in an object, whose keys must be distinct, or in a list."""
    is_object = bytes(memoryview(slice_)[:1]) == b"{"
    kind: Any = dict[str, JsonSlice] if is_object else list[JsonSlice]
    inside: Mapping[str, JsonSlice] | Sequence[JsonSlice] = msgspec.json.decode(slice_, type=kind)
    return inside


def slice_length(slice_: JsonSlice, *, is_ascii: bool) -> int:
    """Return the number of characters of *slice_*."""
    return memoryview(slice_).nbytes if is_ascii else len(str(slice_, "utf-8"))


def indented(text: str) -> str:
    """Return the JSON *text*, which is on one line, with each part on a line of its own.

    As `json.dumps` indents, which is no encoder in C then and takes five times as long.
    """
    return msgspec.json.format(text, indent=2)


def _encode(value: Any) -> Any:
    if isinstance(value, Address):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise NotImplementedError(f"{type(value).__name__} has no form in JSON")


def _decode(kind: type, raw: Any) -> Any:
    if kind is Address and isinstance(raw, str):
        return Address.parse(raw)
    raise ValueError(f"Expected `str`, got `{type(raw).__name__}`")
