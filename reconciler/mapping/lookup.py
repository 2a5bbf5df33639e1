"""Which objects of the data a reference matches."""

from collections import defaultdict
from collections.abc import Hashable
from typing import Generic, TypeVar

from reconciler.mapping.mapper import Mapper
from reconciler.mapping.objects import Lookup, MappedObject
from reconciler.mapping.reference import Place

H = TypeVar("H", bound=Hashable)


class Index(Generic[H]):
    """Objects by the values that some reference of the mapping compares.

    A handle is how the caller identifies an object. Texts are compared case-insensitively,
    as AQL does.
    """

    def __init__(self, mapper: Mapper) -> None:
        """Start without objects; only the values that *mapper* compares are kept."""
        self._places: dict[tuple[str, str | None], tuple[Place, ...]] = {}
        self._columns: dict[str, dict[str, _Column[H]]] = defaultdict(dict)
        for reference in mapper.references:
            if reference.places:
                self._places[reference.target, reference.attribute] = reference.places
            for type_key, attribute in reference.places:
                self._columns[type_key].setdefault(attribute, _Column())

    def add(self, mapped: MappedObject, handle: H) -> None:
        """Add *mapped* under *handle*."""
        for attribute, column in self._columns.get(mapped.type_key, {}).items():
            for text in mapped.values.get(attribute, ()):
                column.add(text.casefold(), handle)

    def find(self, lookup: Lookup) -> list[H]:
        """Return the handles of all objects that *lookup* matches, none if it is not judged."""
        found: dict[H, None] = {}
        for value in lookup.values:
            for column in self._compared(lookup):
                found.update(dict.fromkeys(column.find(value.casefold(), like=lookup.like)))
        return list(found)

    def has(self, lookup: Lookup, value: str) -> bool:
        """Return whether one of the values of *lookup* matches any object."""
        text = value.casefold()
        return any(column.has(text, like=lookup.like) for column in self._compared(lookup))

    def _compared(self, lookup: Lookup) -> "list[_Column[H]]":
        places = self._places.get((lookup.target, lookup.attribute), ())
        return [self._columns[type_key][attribute] for type_key, attribute in places]


class _Column(Generic[H]):
    """The values of one attribute of one type, and the objects that have them."""

    __slots__ = ("_handles", "_joined", "_only")

    def __init__(self) -> None:
        # Most texts have one handle, and in a preview all share the same one: it is stored once.
        self._handles: dict[str, tuple[H] | list[H]] = {}
        self._only: tuple[H] | None = None
        self._joined: str | None = None

    def add(self, text: str, handle: H) -> None:
        handles = self._handles.get(text)
        if handles is None:
            if self._only is None or self._only[0] != handle:
                self._only = (handle,)
            self._handles[text] = self._only
            self._joined = None
        elif handles[-1] != handle:
            if isinstance(handles, tuple):
                handles = self._handles[text] = [*handles]
            handles.append(handle)

    def find(self, text: str, *, like: bool) -> list[H]:
        if not like:
            return list(self._handles.get(text, ()))
        if not self.has(text, like=True):
            return []
        return [h for each, handles in self._handles.items() if text in each for h in handles]

    def has(self, text: str, *, like: bool) -> bool:
        if text in self._handles:
            return True
        if not like:
            return False
        if self._joined is None:  # one search in a single text is far faster than many
            self._joined = "\0".join(self._handles)
        return text in self._joined
