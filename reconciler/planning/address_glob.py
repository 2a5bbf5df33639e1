"""Patterns of addresses, as acknowledgements of drift are written (design.md#drift).

`*` stays within a segment, `**` crosses segments, everything else is literal, brackets
too. A segment ends at a slash outside of brackets: the ids in them may hold slashes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# No address holds it: it stands for the slashes that end segments.
_BREAK = "\0"
_WILD = {"**": ".*", "*": f"[^{_BREAK}]*"}


@dataclass(frozen=True, slots=True)
class AddressGlob:
    """One pattern, compiled."""

    text: str
    _begin: str
    _pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str) -> "AddressGlob":
        """Return the pattern *text* says."""
        parts = re.split(r"(\*\*|\*)", _broken(text))
        pattern = "".join(_WILD.get(part) or re.escape(part) for part in parts)
        return cls(text, text.partition("*")[0], re.compile(pattern, re.DOTALL))

    def matches(self, address: str) -> bool:
        """Return whether the whole of *address* is as the pattern says."""
        # Most patterns name the source: of the many that name another nothing more is asked.
        if not address.startswith(self._begin):
            return False
        return self._pattern.fullmatch(_broken(address)) is not None


def _broken(address: str) -> str:
    """Return *address* with a break for each slash that ends a segment."""
    return _BREAK.join(_segments(address))


def _segments(address: str) -> Iterator[str]:
    # A bracket closes where its segment ends: ids and names may hold brackets themselves.
    start = at = 0
    is_inside = False
    while at < len(address):
        character = address[at]
        if character == "[":
            is_inside = True
        elif character == "]" and address[at + 1 : at + 2] in {"", "/"}:
            is_inside = False
        elif character == "/" and not is_inside:
            yield address[start:at]
            start = at + 1
        at += 1
    yield address[start:]
