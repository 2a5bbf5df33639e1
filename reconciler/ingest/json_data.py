"""JSON to root entries, one element after the other: a list of any length is never held.

The standard library's scanner reads a value where it begins, as fast as ijson does, and lets
us say what ijson cannot: the key that is there twice, and the byte where it breaks.
"""

import re
from collections.abc import Iterator
from typing import Any

from reconciler.ingest.entries import LARGEST, DataError, RootEntry
from reconciler.ingest.json_values import Broken, JsonValues, Refused
from reconciler.ingest.opened import Opened
from reconciler.ingest.roots import Roots
from reconciler.ingest.spot import refused, too_long
from reconciler.ingest.text_window import BLOCK, TextWindow
from reconciler.manifest.wording import shown

_SPACE = re.compile(r"[ \t\r\n]*")


def json_entries(
    opened: Opened, roots: Roots, values: JsonValues, *, block: int = BLOCK
) -> Iterator[RootEntry]:
    """Yield the root entries of a JSON text, *block* bytes at once. Raises DataError."""
    walk = _Walk(TextWindow(opened, block=block), values)
    match walk.next():
        case "[":
            for place, element in walk.elements(""):
                yield from roots.loose(element, place)
        case "{":
            yield from _of_object(walk, roots)
        case _:
            walk.value("the file")  # so that what is no JSON at all is said to be so
            raise DataError(f"{opened.file} is neither a list nor an object, so it has no entries")
    walk.end()


def _of_object(walk: "_Walk", roots: Roots) -> Iterator[RootEntry]:
    seen: set[str] = set()
    for key in walk.keys_here():
        if key in seen:
            raise DataError(f"{walk.file}: the root {shown(key)} is there twice", place=key)
        seen.add(key)
        is_list = walk.next() == "["
        if roots.reads(key):
            for place, value in walk.elements(key) if is_list else walk.only(key):
                entry = roots.entry(key, value, place, is_alone=not is_list)
                if entry is not None:
                    yield entry
        else:
            roots.pass_over(key, sum(1 for _ in (walk.elements if is_list else walk.only)(key)))


class _Walk:
    """Goes over a text from value to value."""

    def __init__(self, window: TextWindow, values: JsonValues) -> None:
        self.file = window.file
        self._window = window
        self._values = values

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
        """Return the value that begins at the next character, and go behind it."""
        window = self._window
        while True:
            try:
                value, end = self._values.at(window.text, window.at)
            except Broken as broken:
                if not broken.is_open or window.ended:
                    raise refused(self.file, window.spot(broken.at), broken.text) from None
            except Refused as error:
                where = f"{place}, line {window.spot(window.at).line}"
                raise DataError(f"{self.file}: {where} {error}", place=where) from None
            else:
                if end < len(window.text) or window.ended:  # else a number may go on
                    window.at = end
                    return value
            if len(window.text) - window.at > LARGEST:
                raise too_long(self.file, place, LARGEST)
            window.more()

    def only(self, place: str) -> Iterator[tuple[str, Any]]:
        """Yield the next value, with its place."""
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
        """Yield the keys of the object that begins here; the caller goes over the values."""
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
        """Raise DataError where something follows."""
        if found := self.next():
            raise refused(
                self.file,
                self._window.spot(self._window.at),
                f"the value has ended, and {shown(found)} follows",
                hint="if each line is a value of its own, it is NDJSON: --data-format ndjson",
            )

    def _goes_on(self, closing: str, what: str) -> bool:
        found = self.next()
        if found not in {",", closing}:
            raise self._unexpected(f"a comma or the end of {what} is expected")
        self._window.at += 1
        return found == ","

    def _unexpected(self, text: str) -> DataError:
        spot = self._window.spot(self._window.at)
        if not (found := self.next()):
            return refused(self.file, spot, "the file ends here, in the middle of a value")
        return refused(self.file, spot, f"{text}, not {shown(found)}")
