"""What the mappings read of data, and what not: one judge for every command that takes data.

Wrong data must not pass for data without a fault: an import of nothing may delete every object
of a type (api.md#ui-settings-that-a-patch-may-reset).
"""

from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any

from reconciler.data.entries import DataError, Wrapper
from reconciler.data.reader import DataReader
from reconciler.data.roots import wrapper_in
from reconciler.manifest.wording import closest, quote
from reconciler.mapping.mapper import Maker, Mapper
from reconciler.mapping.paths import Reader, reader
from reconciler.mapping.preview import DataFinding, FindingCount
from reconciler.mapping.unmapped_fields import UnreadFields, locators_of

_MOST_NAMES = 5


class Coverage:
    """Remembers whether the mappers found a value in any entry, and which roots they left."""

    def __init__(self, *mappers: Mapper) -> None:
        """Start without data; *mappers* are those that may read them."""
        self._mappers = mappers
        self._readers = {maker: _readers(maker) for mapper in mappers for maker in mapper.makers}
        self._first: tuple[str, Any] | None = None
        self._is_read = False
        self._seen: set[str] = set()
        self._unread: Counter[str] = Counter()
        self._wrapper: Wrapper | None = None

    @property
    def roots(self) -> frozenset[str]:
        """The roots that the mappers read."""
        return frozenset().union(*(mapper.roots for mapper in self._mappers))

    def take(self, root: str, entry: Any) -> None:
        """Record *root*, and look for a value in one entry, unless there was one before."""
        self._seen.add(root)
        if self._is_read:
            return
        if self._first is None:
            self._first = root, entry
        self._is_read = any(
            not (readers := self._readers[maker]) or any(read(value) for read in readers)
            for mapper in self._mappers
            for maker, _, value in mapper.elements(root, entry)
            if type(value) is dict
        )
        if self._is_read:
            self._first = None

    def end(self, reading: DataReader) -> None:
        """Record what the exhausted *reading* passed over."""
        self._unread.update(reading.notes.unread_roots)
        self._wrapper = self._wrapper or reading.notes.wrapper

    def unread(self) -> tuple[FindingCount, ...]:
        """Return the roots that no mapping reads, each with what it probably had to be."""
        silent = self.roots - {root.partition(".")[0] for root in self._seen}
        near = {found: root for root in sorted(silent) if (found := closest(root, self._unread))}
        texts = {found: f"did you mean {quote(root)}?" for found, root in near.items()}
        if self._wrapper is not None and self._wrapper.root in silent:
            texts[self._wrapper.keys[0]] = self._wrapper.hint
        return tuple(
            FindingCount(code=DataFinding.UNREAD, count=count, place=root, text=texts.get(root))
            for root, count in sorted(self._unread.items())
            if count or root in texts
        )

    def check(self) -> None:
        """Raise DataError if nothing was read."""
        if self._is_read:
            return
        if not self.roots:
            raise DataError("no mapping reads any data", hint="add a mapping to the manifest")
        raise nothing_read(self._hint())

    def _hint(self) -> str:
        reads, unread = sorted(self.roots), sorted(self._unread)
        wrapper = self._wrapper
        if self._first is not None:
            root, entry = self._first
            wrapper = wrapper or wrapper_in(entry, self.roots)
            reads, unread = self._paths(), self._fields(root, entry)
        if wrapper is not None:
            return wrapper.hint
        if not unread:
            return no_entry_hint(reads)
        return f"they read: {_listed(reads)}; the data have: {_listed(unread, reads)}"

    def _paths(self) -> list[str]:
        """Return what the mappings read: the selectors with each locator."""
        types = (spec for mapper in self._mappers for spec in mapper.types)
        return sorted(
            {f"{t.selector}.{each}" for t in types for a in t.attributes for each in locators_of(a)}
        )

    def _fields(self, root: str, entry: Any) -> list[str]:
        """Return the fields of *entry* that nothing reads."""
        fields = UnreadFields(spec for mapper in self._mappers for spec in mapper.types)
        fields.take(root, entry)
        return sorted(fields.counts())


def nothing_read(hint: str) -> DataError:
    """Return the error about data of which no mapping reads anything."""
    return DataError("the data hold nothing that the mappings of the source read", hint=hint)


def no_entry_hint(reads: Iterable[str]) -> str:
    """Return the hint for data without an entry at the paths *reads*."""
    return f"they read: {_listed(reads)}, and find no entry"


def _readers(maker: Maker) -> tuple[Reader, ...]:
    return tuple(reader(each) for a in maker.spec.attributes for each in locators_of(a))


def _listed(names: Iterable[str], known: Iterable[str] = ()) -> str:
    """Return the first *names*, each with the one of *known* that it may have to be."""
    shown = [*islice(names, _MOST_NAMES + 1)]
    words = [_named(name, known) for name in shown[:_MOST_NAMES]]
    return ", ".join([*words, "…"] if len(shown) > _MOST_NAMES else words)


def _named(name: str, known: Iterable[str]) -> str:
    """Return *name* with the one of *known*, or of what leads there, that it may have to be."""
    above, dot, last = name.rpartition(".")
    begin = above + dot
    steps = {each[len(begin) :].partition(".")[0] for each in known if each.startswith(begin)}
    near = closest(last, steps)
    return f"{quote(name)} (did you mean {quote(begin + near)}?)" if near else quote(name)
