r"""Patterns of addresses: `*` matches within a segment, `**` across segments.

A pattern may come from a stranger, so matching takes time in proportion to pattern times address,
however many stars there are: the positions that a part of the pattern can reach are the bits of
one number, and each part moves them all at once.
"""

import re
from typing import Self

from reconciler.model.address import Address
from reconciler.regex import regex
from reconciler.value import Value

# No address contains it: it replaces the slashes that end segments.
_BREAK = "\0"
_MANY, _ONE = "**", "*"
_STARS = regex(r"(\*+)")
# A bracket closes at the end of its segment: in a pattern, ids may contain unescaped brackets.
_BRACKETED_OR_SLASH = regex(r"\\.|\[(?:[^\\\]]|\\.?|\](?!/|\Z))*(?:\]|\Z)|(?P<slash>/)", re.DOTALL)


class AddressGlob(Value, kw_only=False):
    r"""A pattern of addresses, as acknowledgements of drift are written.

    Everything but stars is literal, brackets and `\` too. A segment ends at a slash outside of
    brackets, since ids may contain slashes.
    """

    text: str
    _parts: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Return the pattern with the text *text*."""
        parts = (part[:2] if part.startswith("*") else part for part in _STARS.split(_broken(text)))
        return cls(text, tuple(filter(None, parts)))

    @property
    def source(self) -> str | None:
        """The only source that it can match, None if there may be several."""
        name, slash, _ = _broken(self.text).partition(_BREAK)
        return Address(name).source if slash and "*" not in name else None

    def matches(self, address: Address) -> bool:
        """Return whether the pattern matches the whole *address*."""
        # Most patterns name a source: for all other sources this comparison is enough.
        if not str(address).startswith(self.text.partition("*")[0]):
            return False
        text = _broken(str(address))
        end = 1 << len(text)
        places = {part: _places(part, text) for part in {_BREAK, *self._parts}}
        within = (end - 1) ^ places[_BREAK]
        reached = 1
        for part in self._parts:
            if part == _MANY:
                reached = (end << 1) - (reached & -reached)
            elif part == _ONE:  # a carry runs through each segment that was reached, to its end
                reached |= ((reached & within) + within) ^ within
            else:
                reached = (reached & places[part]) << len(part)
            if not reached:
                return False
        return bool(reached & end)


def _places(part: str, text: str) -> int:
    """Return the number whose bits are the places of *part* in *text*."""
    bits = bytearray(b"0" * (len(text) + 1))
    at = text.find(part)
    while at >= 0:
        bits[-1 - at] = ord("1")
        at = text.find(part, at + 1)
    return int(bits, 2)


def _broken(text: str) -> str:
    """Return *text* with a break for each slash that ends a segment."""
    return _BRACKETED_OR_SLASH.sub(lambda at: _BREAK if at["slash"] else at[0], text)
