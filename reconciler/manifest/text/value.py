"""Checks that canonical JSON can express a parsed value.

The check of a good value costs a few comprehensions; the value is walked with pointers only
if something in it is odd.
"""

from collections.abc import Iterator
from math import isfinite
from typing import Any

from reconciler.codes.file import FileCode
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.wording import quote
from reconciler.value import Value

DEEPEST = 128
SMALLEST_INTEGER, LARGEST_INTEGER = -(2**63), 2**64 - 1
_LARGEST_EXACT = 2.0**53


class Raw(Value):
    """The value that a parser returned, and whether it needs a closer look."""

    value: Any
    is_odd: bool = False
    has_duplicates: bool = False


class Oddity(Value):
    """A part of a value that canonical JSON cannot express, or that is probably a mistake."""

    at: Pointer
    code: FileCode
    text: str
    hint: str | None = None
    at_key: bool = False


def is_too_deep(value: Any) -> bool:
    """Return whether lists and objects are nested more than DEEPEST levels."""
    return any(depth > DEEPEST for depth, _ in enumerate(_levels(value), start=1))


def is_plain(value: Any) -> bool:
    """Return whether all keys are text, none is `<<`, and no number has a fraction."""
    for level in _levels(value):
        for node in level:
            if node.__class__ is dict:
                if "<<" in node or not all(key.__class__ is str for key in node):
                    return False
                node = node.values()  # noqa: PLW2901 - the same for both kinds of container
            if float in map(type, node):
                return False
    return True


def oddities(value: Any, *, merge_keys: bool) -> Iterator[Oddity]:
    """Yield the oddities of *value* in its order; `<<` only where it would be a merge key."""
    stack: list[tuple[Pointer, Any]] = [((), value)]
    while stack:
        at, node = stack.pop()
        if isinstance(node, dict):
            for key in node:
                yield from _odd_key(at, key, merge_keys=merge_keys)
            stack += [((*at, str(key)), below) for key, below in reversed(node.items())]
        elif isinstance(node, list):
            stack += [((*at, i), below) for i, below in reversed([*enumerate(node)])]
        else:
            yield from _odd_scalar(at, node)


def with_whole_numbers(value: Any) -> Any:
    """Return *value* with 1.0 replaced by 1, in place: RFC 8785 writes both the same."""
    for level in _levels(value):
        for node in level:
            for key, below in [*(node.items() if isinstance(node, dict) else enumerate(node))]:
                if isinstance(below, float):
                    node[key] = whole_number(below)
    return value


def whole_number(value: float) -> int | float:
    """Return 1 for 1.0; a float beyond 2^53 is not exact and stays."""
    return int(value) if value.is_integer() and abs(value) <= _LARGEST_EXACT else value


def _levels(value: Any) -> Iterator[list[Any]]:
    level = [value] if isinstance(value, dict | list) else []
    while level:
        yield level
        level = [
            below
            for node in level
            for below in (node.values() if node.__class__ is dict else node)
            if below.__class__ is dict or below.__class__ is list
        ]


def _odd_key(at: Pointer, key: Any, *, merge_keys: bool) -> Iterator[Oddity]:
    if not isinstance(key, str):
        text = "null" if key is None else str(key).lower()
        yield Oddity(
            at=(*at, str(key)),
            code=FileCode.KEY_NOT_TEXT,
            text=f"the key {text} is not text",
            hint=f'quote it: "{text}"',
            at_key=True,
        )
    elif key == "<<" and merge_keys:
        yield Oddity(
            at=(*at, key),
            code=FileCode.MERGE_KEY,
            text="the merge key << is not part of YAML 1.2",
            hint="write the keys out",
            at_key=True,
        )
    elif _has_half_surrogate(key):
        yield _half_surrogate((*at, key))


def _odd_scalar(at: Pointer, value: Any) -> Iterator[Oddity]:
    if isinstance(value, str) and _has_half_surrogate(value):
        yield _half_surrogate(at)
    elif isinstance(value, float) and not isfinite(value):
        yield Oddity(
            at=at,
            code=FileCode.NUMBER_RANGE,
            text=f"{quote(value)} is not a number that JSON can hold",
        )
    elif isinstance(value, int) and not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
        yield Oddity(at=at, code=FileCode.NUMBER_RANGE, text="the number does not fit into 64 bits")


def _has_half_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _half_surrogate(at: Pointer) -> Oddity:
    return Oddity(
        at=at,
        code=FileCode.HALF_SURROGATE,
        text="the text holds half of a surrogate pair, which UTF-8 cannot hold",
    )
