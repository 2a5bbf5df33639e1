"""A part of a text, found by going to its pointer.

What lies beside the way is skipped, not read, and what was found is kept: any number of queries
costs about one pass over the text.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Self

from reconciler.manifest.text.pointer import Pointer

Name = str | int  # a key, or an index of a list


class Part(ABC):
    """A scalar, object or list of a text that parses.

    It starts at the offset `start`, and its entry at `begin`: with its key, if it has one.
    `is_list` is None of a scalar.
    """

    __slots__ = ("_end", "_known", "_unread", "begin", "is_list", "start")

    def __init__(self, begin: int, start: int, *, is_list: bool | None) -> None:
        """Store where it is; its entries are read when they are asked for."""
        self.begin = begin
        self.start = start
        self.is_list = is_list
        self._end: int | None = None  # known once the part was read or skipped
        self._known: dict[Name, Self] | None = None
        self._unread: Iterator[tuple[Name, Self]] = iter(())

    @abstractmethod
    def read(self) -> Iterator[tuple[Name, Self]]:
        """Yield the entries of an object or list, and store its end."""

    @abstractmethod
    def skip(self) -> int:
        """Return the end of a part of which nothing was read."""

    @property
    def end(self) -> int:
        """The offset where it ends; what was read is not read again."""
        if self._end is None and self._known is not None:
            self.whole()
        if self._end is None:
            self._end = self.skip()
        return self._end

    def path(self, at: Pointer) -> Iterator[Self]:
        """Yield the parts down to *at*, as far as there are. The first of two keys counts."""
        yield self
        below = self._entry(str(at[0])) if at else None
        if below is not None:
            yield from below.path(at[1:])

    def whole(self) -> dict[Name, Self]:
        """Return all entries."""
        if self.is_list is not None:
            self._read(None)
        return self._known or {}

    def _entry(self, token: str) -> Self | None:
        if self.is_list is None or (self.is_list and not token.isdecimal()):
            return None
        wanted = int(token) if self.is_list else token
        return self._read(wanted)

    def _read(self, wanted: Name | None) -> Self | None:
        """Return the entry *wanted*, reading no further than to it; None reads all."""
        if self._known is None:
            self._known, self._unread = {}, self.read()
        if wanted in self._known:
            return self._known[wanted]
        for name, part in self._unread:
            if self._known.setdefault(name, part) is part and name == wanted:
                return part
        return None
