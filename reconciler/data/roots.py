"""Which root a piece of data belongs to, for every form that a data file may have."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.data.entries import DataError, Notes, RootEntry
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

    def pass_over(self, key: str, count: int) -> None:
        """Count elements of a root that no mapping reads."""
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
                self.pass_over(key, len(below) if isinstance(below, list) else 1)

    def loose(self, value: Any, place: str) -> Iterator[RootEntry]:
        """Yield the entries of an element without a key above it: a line, a row, `[12]`.

        It is an entry of the only root, or an object whose keys are roots. Raises DataError.
        """
        if isinstance(value, dict) and self._is_document(value):
            yield from self.document(value, place)
        elif (entry := self.entry(self.only(place, value), value, place)) is not None:
            yield entry

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
        raise DataError(
            f"{self._file}: {place} {found} {names}, which the mappings read",
            place=place,
            hint="write the data as objects whose keys are these roots: "
            f"{{{quote(min(self._names))}: […]}}",
        )

    def _is_document(self, value: dict[str, Any]) -> bool:
        if len(self._names) > 1:
            return any(map(self.reads, value))
        return len(value) == 1 and all(
            key in self._names and isinstance(below, dict | list) for key, below in value.items()
        )
