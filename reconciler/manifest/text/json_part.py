"""A part of a JSON text, found with the scanner of the standard library, which is in C."""

from collections.abc import Iterator, Mapping
from json import JSONDecoder
from typing import Any, cast

from reconciler.manifest.text.parsers.json_parser import parse_json
from reconciler.manifest.text.part import Name, Part
from reconciler.manifest.text.tree import PartStyle
from reconciler.regex import regex

_SPACE = regex(r"[ \t\r\n]*")
_read = JSONDecoder(parse_int=str, parse_float=str).raw_decode  # no number is too long for text
_PAIR = regex(r"\[[^\n\[\]]*+\]")
_BRACKET = regex(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|\[')
_IS_LIST = {"[": True, "{": False}


class JsonPart(Part):
    """A part of a JSON text; `name` is its key, if any, which ends at `key_end`."""

    __slots__ = ("_text", "key_end", "name")

    def __init__(
        self, text: str, begin: int, start: int, name: str | None = None, key_end: int = 0
    ) -> None:
        """Store where it is; its entries are read when they are asked for."""
        super().__init__(begin, start, is_list=_IS_LIST.get(text[start]))
        self.name = name
        self.key_end = key_end
        self._text = text

    def read(self) -> Iterator[tuple[Name, "JsonPart"]]:
        """Yield the entries of an object or list, and store its end."""
        text, index = self._text, 0
        at = _behind_space(text, self.start + 1)
        while text[at] not in "}]":
            if self.is_list:
                part = JsonPart(text, at, at)
                yield index, part
                index += 1
            else:
                name, key_end = _read(text, at)
                start = _behind_space(text, _behind_space(text, key_end) + 1)
                part = JsonPart(text, at, start, name, key_end)
                yield name, part
            at = _behind_space(text, part.end)
            if text[at] == ",":
                at = _behind_space(text, at + 1)
        self._end = at + 1

    def skip(self) -> int:
        """Return the end of a part of which nothing was read."""
        return _read(self._text, self.start)[1]

    @property
    def is_object(self) -> bool:
        """Whether it is an object."""
        return self.is_list is False

    @property
    def children(self) -> "tuple[JsonPart, ...]":
        """The values or items, in their order."""
        return tuple(self._below.values())

    @property
    def entries(self) -> "Mapping[str, JsonPart] | tuple[JsonPart, ...] | None":
        """The values by their keys, or the items; None of a scalar."""
        return self._below if self.is_object else None if self.is_list is None else self.children

    @property
    def style(self) -> PartStyle:
        """The style that it would have in YAML."""
        if self.is_list is not None:
            return PartStyle.FLOW
        return PartStyle.DOUBLE if self._text[self.start] == '"' else PartStyle.PLAIN

    @property
    def value(self) -> Any:
        """The value of the part."""
        return parse_json(self._text[self.start : self.end], file="").value

    @property
    def _below(self) -> "dict[str, JsonPart]":
        return cast("dict[str, JsonPart]", self.whole())  # or by their indices


def json_root(text: str) -> JsonPart:
    """Return the root of the JSON *text*."""
    start = _behind_space(text, 0)
    return JsonPart(text, start, start)


def has_short_lists(text: str) -> bool:
    """Return whether there are lists on one line that hold a scalar."""
    stop = 0
    while (pair := _PAIR.search(text, stop)) is not None:  # perhaps in a text
        line, stop = text.rfind("\n", 0, pair.start()) + 1, text.find("\n", pair.end())
        stop = len(text) if stop < 0 else stop
        for found in _BRACKET.finditer(text, line, stop):
            if found[0] == "[":
                value, end = _read(text, found.start())
                if end <= stop and any(not isinstance(each, dict | list) for each in value):
                    return True
    return False


def _behind_space(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it may be empty
