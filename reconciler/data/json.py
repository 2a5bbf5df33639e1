"""JSON to root entries, element by element: a list is never held in memory as a whole.

The standard library's scanner parses one value at a time, as fast as ijson, and makes errors
possible that ijson cannot report: duplicate keys, and the byte where the text is malformed.
Values that no receiver would read as intended are refused with a sentence.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from reconciler.data.entries import LARGEST, DataError, RootEntry, data_error, too_long
from reconciler.data.roots import Roots
from reconciler.data.stream import BLOCK, DataStream, TextWindow
from reconciler.manifest.text.value import DEEPEST, is_too_deep
from reconciler.manifest.wording import quote
from reconciler.regex import regex

_SURROGATE_ESCAPE = regex(r"\\u[dD][89a-fA-F]")
# The standard library's messages differ from version to version.
_SAID = {
    "Expecting value": "a value is expected, not {found}",
    "Expecting property name": "a key in double quotes is expected, not {found}",
    "Illegal trailing comma": "no comma may stand before the end of an object",
    "Expecting ':'": "a colon is expected, not {found}",
    "Expecting ','": "a comma or the end of the list or object is expected, not {found}",
    "Invalid control character": "the control character {found} has to be escaped",
    "Invalid \\": "this is none of JSON's escapes",
    "Unterminated string": "the string that begins here has no end",
}
_LONGEST_TOKEN = 16  # -Infinity, or two escapes: what the end of the text may cut in two


class RefusedValue(Exception):
    """A whole value that has to be refused; the text says why."""


@dataclass
class Broken(Exception):
    """The text is not JSON at `at`; `is_open` if more text might complete it."""

    at: int
    text: str
    is_open: bool


class JsonValues:
    """Parses values."""

    def __init__(self) -> None:
        """Create the decoder."""
        self._too_large: list[str] = []
        self._scan = json.JSONDecoder(
            object_pairs_hook=_object, parse_float=self._fraction, parse_constant=_constant
        ).raw_decode

    def at(self, text: str, start: int) -> tuple[Any, int]:
        """Return the value that begins at *start* of *text*, and where it ends.

        Raises Broken, or Refused for duplicate keys, NaN, numbers and texts that JSON cannot
        represent, and for too deep nesting.
        """
        self._too_large.clear()
        try:
            value, end = self._scan(text, start)
        except json.JSONDecodeError as error:
            raise _broken(error, text) from None
        except ValueError:
            raise RefusedValue("holds a whole number of thousands of digits") from None
        except RecursionError:
            raise RefusedValue(_TOO_DEEP) from None
        # Only now: where the text is cut off, a number may have lost some of its digits.
        if self._too_large and type(value) is not float:
            raise RefusedValue(f"holds the number {self._too_large[0]}, which 64 bits cannot hold")
        if text.count("{", start, end) + text.count("[", start, end) > DEEPEST and is_too_deep(
            value
        ):
            raise RefusedValue(_TOO_DEEP)
        if text.find("\\", start, end) >= 0 and _SURROGATE_ESCAPE.search(text, start, end):
            _check_surrogates(value)
        return value, end

    def _fraction(self, digits: str) -> float:
        value = float(digits)
        if not isfinite(value):
            self._too_large.append(_short(digits))
        return value


_TOO_DEEP = f"is nested more than {DEEPEST} levels"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        (twice, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        raise RefusedValue(f"has the key {quote(twice)} twice in one object")
    return out


def _constant(name: str) -> float:
    raise RefusedValue(f"holds {name}, which is no number of JSON")


def _check_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise RefusedValue("holds half of a surrogate pair, which UTF-8 cannot hold") from None


def _broken(error: json.JSONDecodeError, text: str) -> Broken:
    at = min(error.pos, len(text))
    is_open = error.msg.startswith("Unterminated") or at > len(text) - _LONGEST_TOKEN
    if at == len(text):
        return Broken(at=at, text="the file ends here, in the middle of a value", is_open=is_open)
    sentence = next(
        (ours for theirs, ours in _SAID.items() if error.msg.startswith(theirs)), error.msg
    )
    return Broken(at=at, text=sentence.replace("{found}", quote(text[at])), is_open=is_open)


def _short(digits: str) -> str:
    return digits if len(digits) <= _LONGEST_TOKEN else f"{digits[:_LONGEST_TOKEN]}…"


_SPACE = regex(r"[ \t\r\n]*")


def json_entries(data: DataStream, roots: Roots, *, block: int = BLOCK) -> Iterator[RootEntry]:
    """Yield the root entries of a JSON text, read in *block* bytes. Raises DataError."""
    walk = _Walk(TextWindow(data, block=block))
    match walk.next():
        case "[":
            for place, element in walk.elements(""):
                yield from roots.loose(element, place)
        case "{":
            yield from _of_object(walk, roots)
        case _:
            walk.value("the file")  # so that text that is not JSON at all is reported as such
            raise DataError(f"{data.file} is neither a list nor an object, so it has no entries")
    walk.end()


def _of_object(walk: "_Walk", roots: Roots) -> Iterator[RootEntry]:
    seen: set[str] = set()
    for key in walk.keys_here():
        if key in seen:
            raise DataError(f"{walk.file}: the root {quote(key)} is there twice", place=key)
        seen.add(key)
        is_list = walk.next() == "["
        if roots.reads(key):
            for place, value in walk.elements(key) if is_list else walk.only(key):
                entry = roots.entry(key, value, place, is_alone=not is_list)
                if entry is not None:
                    yield entry
        else:
            below = walk.elements(key) if is_list else walk.only(key)
            roots.pass_over(key, (value for _, value in below))


class _Walk:
    """Walks a text from value to value."""

    def __init__(self, window: TextWindow) -> None:
        self.file = window.file
        self._window = window
        self._values = JsonValues()

    def next(self) -> str:
        """Return the next character that is no white space, empty at the end."""
        window = self._window
        while True:
            window.at = _SPACE.match(window.text, window.at).end()  # type: ignore[union-attr]
            if window.at < len(window.text):
                return window.text[window.at]
            if window.ended:
                return ""
            window.more()

    def value(self, place: str) -> Any:
        """Return the value that begins at the next character, and move past it."""
        window = self._window
        while True:
            try:
                value, end = self._values.at(window.text, window.at)
            except Broken as broken:
                if not broken.is_open or window.ended:
                    raise data_error(self.file, window.position(broken.at), broken.text) from None
            except RefusedValue as error:
                where = f"{place}, line {window.position(window.at).line}"
                raise DataError(f"{self.file}: {where} {error}", place=where) from None
            else:
                if end < len(window.text) or window.ended:  # else a number may continue
                    window.at = end
                    return value
            if len(window.text) - window.at > LARGEST:
                raise too_long(self.file, place, LARGEST)
            window.more()

    def only(self, place: str) -> Iterator[tuple[str, Any]]:
        """Yield the next value with its place."""
        yield place, self.value(place)

    def elements(self, place: str) -> Iterator[tuple[str, Any]]:
        """Yield the elements of the list that begins here, each with its place."""
        self._window.at += 1
        if self.next() == "]":
            self._window.at += 1
            return
        index = 0
        while True:
            self.next()
            at = f"{place}[{index}]"
            yield at, self.value(at)
            if not self._goes_on("]", "the list"):
                return
            index += 1

    def keys_here(self) -> Iterator[str]:
        """Yield the keys of the object that begins here; the caller consumes the values."""
        self._window.at += 1
        if self.next() == "}":
            self._window.at += 1
            return
        while True:
            if self.next() != '"':
                raise self._unexpected("a key in double quotes is expected")
            key = self.value("a key")
            if self.next() != ":":
                raise self._unexpected("a colon is expected")
            self._window.at += 1
            yield key
            if not self._goes_on("}", "the object"):
                return

    def end(self) -> None:
        """Raise DataError if more text follows."""
        if found := self.next():
            raise data_error(
                self.file,
                self._window.position(self._window.at),
                f"the value has ended, and {quote(found)} follows",
                hint="if each line is a value of its own, it is NDJSON: --data-format ndjson",
            )

    def _goes_on(self, closing: str, what: str) -> bool:
        found = self.next()
        if found not in {",", closing}:
            raise self._unexpected(f"a comma or the end of {what} is expected")
        self._window.at += 1
        return found == ","

    def _unexpected(self, text: str) -> DataError:
        position = self._window.position(self._window.at)
        if not (found := self.next()):
            return data_error(self.file, position, "the file ends here, in the middle of a value")
        return data_error(self.file, position, f"{text}, not {quote(found)}")
