"""A part of a JSON text, found with the scanner of the standard library, which is in C."""

import re
from collections.abc import Iterator
from json import JSONDecoder

from reconciler.manifest.text.part import Name, Part

_SPACE = re.compile(r"[ \t\r\n]*")
_read = JSONDecoder(parse_int=str, parse_float=str).raw_decode  # no number is too long for text
_IS_LIST = {"[": True, "{": False}


class JsonPart(Part):
    """A part of a JSON text."""

    __slots__ = ("_text",)

    def __init__(self, text: str, begin: int, start: int) -> None:
        """Store where it is; its entries are read when they are asked for."""
        super().__init__(begin, start, is_list=_IS_LIST.get(text[start]))
        self._text = text

    def entries(self) -> Iterator[tuple[Name, "JsonPart"]]:
        """Yield the entries of an object or list, and store its end."""
        text, index = self._text, 0
        at = _behind_space(text, self.start + 1)
        while text[at] not in "}]":
            begin, name = at, index
            if not self.is_list:
                name, at = _read(text, at)
                at = _behind_space(text, _behind_space(text, at) + 1)
            part = JsonPart(text, begin, at)
            yield name, part
            index += 1
            at = _behind_space(text, part.passed())
            if text[at] == ",":
                at = _behind_space(text, at + 1)
        self.end = at + 1

    def skip(self) -> int:
        """Return the end of a part of which nothing was read."""
        return _read(self._text, self.start)[1]


def json_root(text: str) -> JsonPart:
    """Return the root of the JSON *text*."""
    start = _behind_space(text, 0)
    return JsonPart(text, start, start)


def _behind_space(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it may be empty
