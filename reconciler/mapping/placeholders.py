"""Texts with placeholders: `${locator}`, and `${locator${n}}` for one of several values.

`${x}` is the value of x (several values: one text with commas), `${x${0}}` each of its
values in turn, `${x${2}}` the second one.
"""

from collections.abc import Sequence
from typing import Any

from reconciler.mapping.paths import reader
from reconciler.mapping.texts import texts_of
from reconciler.value import Value

EACH = 0


class Placeholder(Value):
    """A placeholder: the locator and which of its values; None means all as one text."""

    locator: str
    which: int | None = None

    def texts(self, element: dict[str, Any]) -> Sequence[str]:
        """Return all values at the locator as texts, or only the requested one."""
        found = texts_of(reader(self.locator)(element))
        return found[self.which - 1 : self.which] if self.which else found


Piece = str | Placeholder


class UnreadablePlaceholder(ValueError):
    """A placeholder is opened, but where or how it ends is unclear."""


def pieces_of(text: str) -> tuple[Piece, ...]:
    """Return *text* split into literal text and placeholders."""
    pieces: list[Piece] = []
    at = 0
    while (start := text.find("${", at)) >= 0:
        if text[at:start]:
            pieces.append(text[at:start])
        placeholder, at = _placeholder(text, start + 2)
        pieces.append(placeholder)
    if text[at:]:
        pieces.append(text[at:])
    return tuple(pieces)


def _placeholder(text: str, start: int) -> tuple[Placeholder, int]:
    end = text.find("}", start)
    inner = text.find("${", start)
    if end < 0:
        raise UnreadablePlaceholder('a "${" has no "}"')
    if not start <= inner < end:
        return _named(text[start:end]), end + 1
    number = text[inner + 2 : end]
    if not number.isdecimal() or text[end + 1 : end + 2] != "}":
        raise UnreadablePlaceholder('a "${" inside of a placeholder holds no plain number')
    return _named(text[start:inner], int(number)), end + 2


def _named(locator: str, which: int | None = None) -> Placeholder:
    if not locator.strip():
        raise UnreadablePlaceholder('a "${}" names no locator')
    return Placeholder(locator=locator.strip(), which=which)
