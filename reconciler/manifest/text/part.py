"""A part of a text, found by going to its pointer.

What lies beside the way is skipped, not read, and what was found is kept: any number of queries
costs about one pass over the text.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from reconciler.manifest.text.pointer import Pointer

Name = str | int  # a key, or an index of a list


class Part(ABC):
    """A scalar, object or list of a text that parses.

    It starts at the offset `start`, and its entry at `begin`: with its key, if it has one.
    `is_list` is None of a scalar. `end` is known once the part was read or skipped.
    """

    __slots__ = ("_known", "_unread", "begin", "end", "is_list", "start")

    def __init__(self, begin: int, start: int, *, is_list: bool | None) -> None:
        """Store where it is; its entries are read when they are asked for."""
        self.begin = begin
        self.start = start
        self.is_list = is_list
        self.end: int | None = None
        self._known: dict[Name, Part] | None = None
        self._unread: Iterator[tuple[Name, Part]] = iter(())

    @abstractmethod
    def entries(self) -> Iterator[tuple[Name, "Part"]]:
        """Yield the entries of an object or list, and store its end."""

    @abstractmethod
    def skip(self) -> int:
        """Return the end of a part of which nothing was read."""

    def nearest(self, at: Pointer) -> "Part":
        """Return the part at *at*, or the nearest one above it. The first of two keys counts."""
        part: Part = self
        for token in map(str, at):
            below = part._entry(token)
            if below is None:
                break
            part = below
        return part

    def passed(self) -> int:
        """Return the end, without reading again what was read."""
        if self.end is None and self._known is not None:
            self._read(None)
        if self.end is None:
            self.end = self.skip()
        return self.end

    def _entry(self, token: str) -> "Part | None":
        if self.is_list is None or (self.is_list and not token.isdecimal()):
            return None
        wanted = int(token) if self.is_list else token
        return self._read(wanted)

    def _read(self, wanted: Name | None) -> "Part | None":
        """Return the entry *wanted*, reading no further than to it; None reads all."""
        if self._known is None:
            self._known, self._unread = {}, self.entries()
        if wanted in self._known:
            return self._known[wanted]
        for name, part in self._unread:
            if self._known.setdefault(name, part) is part and name == wanted:
                return part
        return None
