"""The places of elements in a manifest, by what identifies the elements."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from reconciler.manifest.outline import ManifestElement, MappingElement, Outline, TypeElement
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import Pointer
from reconciler.model.id_prefix import NO_PREFIX, IdPrefix
from reconciler.value import Value

Element = ManifestElement | TypeElement | MappingElement
_Names = tuple[str, ...]


class ElementPlace(NamedTuple):
    """Line and column, from 1, and the file of a manifest that has them."""

    line: int
    column: int
    file: str


class Locations(Value, dict=True, gc=True):
    """The elements of one manifest with their places, indexed at the first query.

    An element is found by its external id, else by its names (types from the root). The ids
    have *id_prefix*, which the manifest does not state.
    """

    file: str
    outline: Outline
    places: Places
    id_prefix: IdPrefix = NO_PREFIX

    def type_of(self, names: _Names, type_id: str | None) -> TypeElement | None:
        """Return the type that has this id, else these names."""
        found = self.outline.types_by_id.get(self._stated(type_id)) if type_id else None
        return found or self._types_by_path.get(names)

    def mapping_of(self, names: _Names, type_id: str | None) -> MappingElement | None:
        """Return the mapping of that type."""
        found = self._mappings_by_id.get(self._stated(type_id)) if type_id else None
        return found or (self._mappings_by_name.get(names[-1]) if names else None)

    def inside(
        self, owner: TypeElement | MappingElement | None, name: str, external_id: str | None
    ) -> Element | None:
        """Return what *owner* has of this id or *name*, else *owner* itself."""
        stated = self._stated(external_id) if external_id else None
        return (owner and owner.named(stated, name)) or owner

    def place(self, element: Element | None, field: str | None = None) -> ElementPlace | None:
        """Return the place of *element*, or of *field* in it; None if it is not here."""
        if element is None:
            return None
        return self.place_at(element.at if field is None else (*element.at, field))

    def place_at(self, at: Pointer) -> ElementPlace | None:
        """Return the place of what is at *at*."""
        place = self.places.of(at)
        return place and ElementPlace(*place, self.places.file_of(at) or self.file)

    def _stated(self, external_id: str) -> str:
        return self.id_prefix.off_id(external_id)

    @cached_property
    def _types_by_path(self) -> Mapping[_Names, TypeElement]:
        paths: dict[Pointer, _Names] = {}
        found: dict[_Names, TypeElement] = {}
        for element in self.outline.types:
            above = paths[element.parent.at] if element.parent else ()
            paths[element.at] = (*above, element.name or "")
            found.setdefault(paths[element.at], element)
        return found

    @cached_property
    def _mappings_by_id(self) -> Mapping[str | None, MappingElement]:
        return {m.external_id: m for m in reversed(self.outline.mappings)}

    @cached_property
    def _mappings_by_name(self) -> Mapping[str | None, MappingElement]:
        return {m.name: m for m in reversed(self.outline.mappings)}
