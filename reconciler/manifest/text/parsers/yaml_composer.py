"""Stands in for ryaml where that cannot be installed: the same values and messages, more slowly.

It is libyaml that reads in both. Of ryaml's limits it keeps the depth, and how much aliases may
expand to: a hundred times as many of them as the document has events. Tags are left to the caller,
who refuses them.
"""

import copy
from math import inf, isfinite, nan
from typing import Any, NamedTuple

from reconciler.manifest.text.value import DEEPEST, LARGEST_INTEGER, SMALLEST_INTEGER
from reconciler.regex import regex

_EXPANSION = 100

# The core schema (YAML 1.2.2, 10.3), with binary integers and signs before a base.
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), nan),
    **{f"{sign}.{word}": inf for sign in ("", "+") for word in ("inf", "Inf", "INF")},
    **{f"-.{word}": -inf for word in ("inf", "Inf", "INF")},
}
_MAYBE_NUMBER = frozenset("+-.0123456789")
_INTEGER = regex(r"[-+]?(?:0|[1-9][0-9]*|(0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+))")
_FLOAT = regex(r"(?![-+]?0[0-9]+$)[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
# A sign and 2^128 have 40 characters: whatever is longer is no integer of the parser's.
_LONGEST = 130
_SMALLEST, _BEYOND = -(2**127), 2**128


class _Built(NamedTuple):
    """A value with what an alias to it costs: levels of collections, and aliases within."""

    value: Any
    levels: int
    aliases: int


def plain_value(text: str) -> str | float | bool | None:
    """Return the value of the plain scalar *text*; of an integer beyond 128 bits, the float."""
    if text[:1] not in _MAYBE_NUMBER or text in _WORDS:
        return _WORDS.get(text, text)
    if len(text) <= _LONGEST and (found := _INTEGER.fullmatch(text)) is not None:
        number = int(text, 0)
        if _SMALLEST <= number < _BEYOND:
            return number
        if found[1]:
            return text
    if _FLOAT.fullmatch(text) is not None and isfinite(value := float(text)):
        return value
    return text


def loads_all(text: str) -> list[Any]:
    """Return the value of each document of *text*. Raises ValueError as ryaml does."""
    import yaml  # noqa: PLC0415 - only where there is YAML

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    documents: list[list[Any]] = []
    try:
        for event in iter(loader(text).get_event, None):
            if isinstance(event, yaml.DocumentStartEvent):
                documents.append([])
            elif isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                documents[-1].append(event)
    except yaml.reader.ReaderError as error:
        raise ValueError(f"{error.reason} at position {error.position}") from None
    except yaml.MarkedYAMLError as error:
        raise ValueError(_message(error)) from None
    return [_Composer(events).document() for events in documents]


def _message(error: Any) -> str:
    at = _place(error.problem_mark)
    if not error.context:
        return f"{error.problem}{at}"
    began = _place(error.context_mark)
    return f"{error.problem}{at}, while {error.context.removeprefix('while ')}" + (
        began if began != at else ""
    )


def _place(mark: Any) -> str:
    is_first = mark is None or (mark.line, mark.column) == (0, 0)
    return "" if is_first else f" at line {mark.line + 1} column {mark.column + 1}"


class _Composer:
    """Builds the value of one document from its events."""

    def __init__(self, events: list[Any]) -> None:
        self._events = iter(events)
        self._most_aliases = _EXPANSION * len(events)
        self._aliases = 0  # so far, with those that they stand for
        self._anchors: dict[str, _Built | None] = {}  # None while it is open
        self._odd_key: str | None = None

    def document(self) -> Any:
        """Return the value. Raises ValueError."""
        value, _ = self._node(next(self._events), 0)
        if self._odd_key is not None:
            raise ValueError(f"unhashable type: '{self._odd_key}'")
        return value

    def _node(self, event: Any, depth: int) -> tuple[Any, int]:
        """Return the value that begins with *event*, *depth* levels down, and its own levels."""
        kind = event.__class__.__name__
        if kind == "AliasEvent":
            return self._alias(event, depth)
        before, levels = self._aliases, 0
        value: Any
        if kind == "ScalarEvent":
            value = event.value if event.style else _plain(event)
        else:
            if depth == DEEPEST:
                raise ValueError(f"recursion limit exceeded{_place(event.start_mark)}")
            if event.anchor is not None:
                self._anchors[event.anchor] = None
            build = self._object if kind == "MappingStartEvent" else self._list
            value, levels = build(depth + 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Built(value, levels, self._aliases - before)
        return value, levels

    def _alias(self, event: Any, depth: int) -> tuple[Any, int]:
        place = _place(event.start_mark)
        if event.anchor not in self._anchors:
            raise ValueError(f"unknown anchor{place}")
        meant = self._anchors[event.anchor]
        if meant is None or depth + meant.levels > DEEPEST:
            raise ValueError(f"recursion limit exceeded{place}")
        self._aliases += 1 + meant.aliases
        if self._aliases > self._most_aliases:
            raise ValueError("repetition limit exceeded")
        return copy.deepcopy(meant.value), meant.levels

    def _list(self, depth: int) -> tuple[list[Any], int]:
        found, deepest = [], 0
        while not _is_end(event := next(self._events)):
            value, levels = self._node(event, depth)
            found.append(value)
            deepest = max(deepest, levels)
        return found, 1 + deepest

    def _object(self, depth: int) -> tuple[dict[Any, Any], int]:
        found: dict[Any, Any] = {}
        kinds, deepest = set(), 0
        while not _is_end(event := next(self._events)):
            key, of_key = self._node(event, depth)
            if isinstance(key, dict | list):
                self._odd_key = self._odd_key or type(key).__name__
                key = object()
            elif (key, type(key)) in kinds:  # 1 is not true
                raise ValueError(f"duplicate entry with key {key}")
            kinds.add((key, type(key)))
            found[key], levels = self._node(next(self._events), depth)
            deepest = max(deepest, of_key, levels)
        return found, 1 + deepest


def _is_end(event: Any) -> bool:
    return event.__class__.__name__ in {"SequenceEndEvent", "MappingEndEvent"}


def _plain(event: Any) -> Any:
    value = plain_value(event.value)
    if isinstance(value, int) and not SMALLEST_INTEGER <= value <= LARGEST_INTEGER:
        raise ValueError(f"invalid type: integer{_place(event.start_mark)}")
    return value
