"""Which root a piece of data belongs to, for every form that a data file may have."""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from reconciler.data.entries import DataError, Notes, RootEntry, Wrapper
from reconciler.manifest.wording import any_of, kind_of, quote


class Roots:
    """The roots that the mappings read: the first segments of their selectors."""

    def __init__(self, names: frozenset[str], *, file: str, notes: Notes) -> None:
        """Keep *names*; elements of other roots are counted in *notes*."""
        self._names = names
        self._file = file
        self._notes = notes

    def reads(self, key: str) -> bool:
        """Return whether a mapping may read *key*: a key with dots is the start of a selector."""
        return key in self._names or key.partition(".")[0] in self._names

    def pass_over(self, key: str, values: Iterable[Any]) -> None:
        """Count the elements of a root that no mapping reads, and look into the first."""
        count = 0
        for count, value in enumerate(values, start=1):
            if count == 1 and self._notes.wrapper is None:
                self._notes.wrapper = wrapper_in({key: value}, self._names)
        self._notes.unread_roots[key] += count

    def entry(
        self, root: str, value: Any, place: str, *, is_alone: bool = False
    ) -> RootEntry | None:
        """Return the element *value* of the list *root*, None for null. Raises DataError."""
        if value.__class__ is dict or value.__class__ is list:
            return RootEntry(root=root, value=value, place=place, is_alone=is_alone)
        if value is None:
            return None
        raise DataError(f"{self._file}: {place} is {kind_of(value)}, not an object", place=place)

    def entries(self, root: str, value: Any, place: str) -> Iterator[RootEntry]:
        """Yield the entries of the root *root*: the elements of a list, or the one object."""
        if isinstance(value, list):
            for index, element in enumerate(value):
                if (entry := self.entry(root, element, f"{place}[{index}]")) is not None:
                    yield entry
        elif (entry := self.entry(root, value, place, is_alone=True)) is not None:
            yield entry

    def document(self, value: Mapping[str, Any], place: str = "") -> Iterator[RootEntry]:
        """Yield the entries of an object whose keys are roots and which is in memory as a whole."""
        for key, below in value.items():
            if self.reads(key):
                yield from self.entries(key, below, f"{place}, {key}" if place else key)
            else:
                self.pass_over(key, below if isinstance(below, list) else [below])

    def loose(self, value: Any, place: str) -> Iterable[RootEntry]:
        """Return the entries of an element without a key above it: a line, a row, `[12]`.

        It is an entry of the only root, or an object whose keys are roots. Raises DataError.
        """
        if isinstance(value, dict) and self._is_document(value):
            return self.document(value, place)
        entry = self.entry(self.only(place, value), value, place)
        return () if entry is None else (entry,)

    def only(self, place: str, value: Any = None) -> str:
        """Return the only root that is read. Raises DataError if there are several, or none."""
        if len(self._names) == 1:
            return next(iter(self._names))
        if not self._names:
            raise DataError(
                f"{self._file}: no mapping reads any data", hint="add a mapping to the manifest"
            )
        names = any_of(sorted(self._names))
        found = "has none of the keys" if isinstance(value, dict) else "is of none of the roots"
        wrapper = wrapper_in(value, self._names)
        raise DataError(
            f"{self._file}: {place} {found} {names}, which the mappings read",
            place=place,
            hint="write the data as objects whose keys are these roots: "
            f"{{{quote(min(self._names))}: […]}}"
            if wrapper is None
            else wrapper.hint,
        )

    def _is_document(self, value: dict[str, Any]) -> bool:
        if len(self._names) > 1:
            return any(map(self.reads, value))
        return len(value) == 1 and all(
            key in self._names and isinstance(below, dict | list) for key, below in value.items()
        )


class EveryRoot(Roots):
    """All roots of data that no mapping reads yet, scalars aside: what no mapping could read.

    Elements without a key above them are of the root *name*.
    """

    def __init__(self, name: str, *, file: str, notes: Notes) -> None:
        """Keep *name*; roots that hold scalars are counted in *notes*."""
        super().__init__(frozenset({name}), file=file, notes=notes)
        self._name = name

    def reads(self, key: str) -> bool:  # noqa: ARG002 - whatever it is called
        """Return True."""
        return True

    def entry(
        self, root: str, value: Any, place: str, *, is_alone: bool = False
    ) -> RootEntry | None:
        """Return the element *value* of the list *root*, None for a scalar."""
        if isinstance(value, dict | list):
            return super().entry(root, value, place, is_alone=is_alone)
        self._notes.unread_roots[root] += 1
        return None

    def only(self, place: str, value: Any = None) -> str:  # noqa: ARG002 - as above
        """Return the name."""
        return self._name

    def _is_document(self, value: dict[str, Any]) -> bool:
        """Return whether *value* is nothing but one root, as a line of NDJSON may be."""
        below = [*value.values()]
        return len(below) == 1 and (
            isinstance(below[0], dict)
            or (isinstance(below[0], list) and any(isinstance(each, dict) for each in below[0]))
        )


_MOST_LOOKED_AT = 1000


def wrapper_in(value: Any, names: Collection[str]) -> Wrapper | None:
    """Return what leads to the nearest object below *value* that has one of *names*, if any.

    There are no keys if that is *value* itself. Of a list the first element counts.
    """
    waiting: deque[tuple[tuple[str, ...], Any]] = deque([((), value)])
    for _ in range(_MOST_LOOKED_AT):
        if not waiting:
            break
        path, each = waiting.popleft()
        while isinstance(each, list) and each:
            each = each[0]
        if isinstance(each, dict):
            found = (name for name in names if isinstance(each.get(name), list | dict))
            if (root := min(found, default=None)) is not None:
                return Wrapper(keys=path, root=root)
            members = islice(each.items(), _MOST_LOOKED_AT)
            waiting.extend(((*path, key), below) for key, below in members)
    return None
