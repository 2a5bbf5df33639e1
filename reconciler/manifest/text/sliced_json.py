"""Where the values of a JSON text stand, found by the lengths of what lies before them.

No object in it may have a key twice. What lies before a value is not read, and no part is made of
it: places are asked for in texts of megabytes.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from json import JSONDecoder
from typing import Any

from reconciler.manifest.text.pointer import Pointer
from reconciler.model.json_form import JsonSlice, json_levels, json_slices, slice_length
from reconciler.regex import regex

_SPACE = regex(r"[ \t\r\n]*+")
_COMMA = regex(r"[ \t\r\n]*+(?:,[ \t\r\n]*+)?")
_KEY = regex(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"[ \t\r\n]*+:[ \t\r\n]*+')
_read = JSONDecoder(parse_int=str, parse_float=str).raw_decode
_IS_LIST = {"[": True, "{": False}


class SlicedPart:
    """A value that starts at the offset `start`, and its entry at `begin`: with its key, if any.

    `is_list` is None of a scalar.
    """

    def __init__(self, text: str, begin: int, start: int, known: Any) -> None:
        """Store where it is, and what is *known* of it: its slice, or that of what is in it."""
        self.begin = begin
        self.start = start
        self.is_list = _IS_LIST.get(text[start])
        self._text = text
        self._known = known
        self._is_open = False
        self._inside: Sequence[Any] = ()
        self._numbers: Mapping[str, int] = {}
        # The entries that were asked for, and where those stand that were passed.
        self._parts: dict[int, SlicedPart] = {}
        self._begins: list[int] = []
        self._starts: list[int] = self._begins if self.is_list else []

    def path(self, at: Pointer) -> "Iterator[SlicedPart]":
        """Yield the parts down to *at*, as far as there are."""
        part: SlicedPart | None = self
        yield self
        for token in at:
            if part is None or (part := part._entry(str(token))) is None:  # noqa: SLF001 - its own
                return
            yield part

    def _entry(self, token: str) -> "SlicedPart | None":
        if self.is_list is None:
            return None
        self._open()
        if not self.is_list:
            number = self._numbers.get(token)
            return None if number is None else self._part(number)
        is_there = token.isdecimal() and int(token) < len(self._inside)
        return self._part(int(token)) if is_there else None

    def _part(self, number: int) -> "SlicedPart":
        if number not in self._parts:
            self._pass(number)
            begin, start = self._begins[number], self._starts[number]
            self._parts[number] = SlicedPart(self._text, begin, start, self._inside[number])
        return self._parts[number]

    def _pass(self, number: int) -> None:
        """Find where the entries up to this *number* stand; behind the last one it ends."""
        text, begins, starts, inside = self._text, self._begins, self._starts, self._inside
        is_ascii = text.isascii()
        for at in range(len(begins), number + 1):
            if at == 0:
                end = self.start + 1
            elif isinstance(known := inside[at - 1], JsonSlice):
                end = starts[-1] + slice_length(known, is_ascii=is_ascii)
            else:
                end = self._part(at - 1)._end  # noqa: SLF001 - as above
            begins.append(_behind(_COMMA, text, end))
            if not self.is_list and at < len(inside):
                starts.append(_behind(_KEY, text, begins[-1]))

    @property
    def _end(self) -> int:
        """Where it ends, if it has no slice."""
        if self.is_list is None:
            return _read(self._text, self.start)[1]
        self._open()
        self._pass(len(self._inside))
        return self._begins[-1] + 1

    def _open(self) -> None:
        """Take an object or list apart, once."""
        if self._is_open:
            return
        self._is_open = True
        whole = isinstance(self._known, JsonSlice)
        known: Any = json_slices(self._known) if whole else self._known
        if not self.is_list:
            self._numbers = {name: number for number, name in enumerate(known)}
        self._inside = known if self.is_list else [*known.values()]


def sliced_root(text: str) -> SlicedPart:
    """Return the root of the JSON *text*."""
    start = _behind(_SPACE, text, 0)
    return SlicedPart(text, start, start, json_levels(text))


def _behind(what: re.Pattern[str], text: str, at: int) -> int:
    return what.match(text, at).end()  # type: ignore[union-attr]  # it is there
