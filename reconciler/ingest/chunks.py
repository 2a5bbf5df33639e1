"""Root entries to the chunks that an execution sends: entries are never split, ids are stable."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from reconciler.data.entries import LARGEST, DataError, RootEntry
from reconciler.model.canonical import canonical_json
from reconciler.value import Value

_EMPTY = len(b"{}")


class Chunk(Value):
    """Some consecutive root entries, sent in one POST.

    `number` counts from 1. `data` has the roots in order of appearance, each with the list of
    its entries, or with the single object. `size` is the number of bytes of its compact JSON.
    `first` and `last` are places in the data file. `client_id` is derived from number and
    content: the same data in chunks of the same size have the same ids on any machine.
    """

    number: int
    data: dict[str, Any]
    entries: int
    size: int
    first: str
    last: str
    client_id: str


class _Filling:
    """A chunk that may take more entries."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.size = _EMPTY
        self._data: dict[str, Any] = {}
        self._places: list[str] = []
        self._content = hashlib.sha256()

    @property
    def entries(self) -> int:
        return len(self._places)

    def fits(self, entry: RootEntry) -> bool:
        """Return whether *entry* can be added: a single object shares its root with no other."""
        there = self._data.get(entry.root)
        return there is None or (isinstance(there, list) and not entry.is_alone)

    def size_with(self, entry: RootEntry, text: bytes) -> int:
        """Return the size in bytes with *entry*, whose JSON is *text*."""
        if entry.root in self._data:
            return self.size + len(b",") + len(text)
        comma = len(b",") if self._data else 0
        around = len(b":") if entry.is_alone else len(b":[]")
        return self.size + comma + len(canonical_json(entry.root)) + around + len(text)

    def take(self, entry: RootEntry, text: bytes) -> None:
        self.size = self.size_with(entry, text)
        if entry.is_alone:
            self._data[entry.root] = entry.value
        else:
            self._data.setdefault(entry.root, []).append(entry.value)
        self._places.append(entry.place)
        between = b"=" if entry.is_alone else b":"
        self._content.update(b"%b%b%b\n" % (canonical_json(entry.root), between, text))

    def chunk(self, execution: str) -> Chunk:
        name = f"{execution}:{self.number}:{self._content.hexdigest()}"
        return Chunk(
            number=self.number,
            data=self._data,
            entries=self.entries,
            size=self.size,
            first=self._places[0],
            last=self._places[-1],
            client_id=str(uuid5(NAMESPACE_URL, f"reconciler:chunk:{name}")),
        )


def split_into_chunks(
    entries: Iterable[RootEntry],
    *,
    most_entries: int,
    most_bytes: int,
    execution: str = "",
    largest_entry: int = LARGEST,
) -> Iterator[Chunk]:
    """Yield *entries* in chunks of at most *most_entries* and *most_bytes* of JSON.

    A single entry that is larger gets a chunk of its own. *execution* makes the ids unique to
    it, so that the same data in another execution are not mistaken for sent. Raises DataError
    for an entry of more than *largest_entry* bytes.
    """
    filling = _Filling(1)
    for entry in entries:
        text = canonical_json(entry.value)
        if len(text) > largest_entry:
            raise DataError(
                f"{entry.place} has {len(text):,} bytes, and cannot be split; "
                f"the most that is sent at once is {largest_entry:,}",
                place=entry.place,
            )
        is_full = (
            filling.entries == most_entries
            or not filling.fits(entry)
            or filling.size_with(entry, text) > most_bytes
        )
        if filling.entries and is_full:
            yield filling.chunk(execution)
            filling = _Filling(filling.number + 1)
        filling.take(entry, text)
    if filling.entries:
        yield filling.chunk(execution)
