"""The places of elements in a manifest, by what identifies the elements."""

from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from reconciler.manifest.outline import ManifestElement, MappingElement, Outline, TypeElement
from reconciler.manifest.text.places import Places
from reconciler.manifest.text.pointer import Pointer
from reconciler.model.id_prefix import NO_PREFIX, IdPrefix
from reconciler.value import Value

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

    def of_object_schema(self, *, field: str | None) -> ElementPlace | None:
        """Return the place of the object schema, or of *field* in it."""
        return self._at(("schema", "objectSchema", *([] if field is None else [field])))

    def of_type(
        self, names: _Names, type_id: str | None, *, field: str | None = None
    ) -> ElementPlace | None:
        """Return line and column of the type, or of *field* in it; None if it is not here."""
        return self._place(self._type(names, type_id), field)

    def of_attribute(
        self,
        names: _Names,
        type_id: str | None,
        attribute_id: str | None,
        *,
        field: str | None = None,
    ) -> ElementPlace | None:
        """Return the place of the attribute; *names* is the path of its type and its own name."""
        owner = self._type(names[:-1], type_id)
        return self._place_in(owner, names[-1], attribute_id, field)

    def of_mapping(
        self, names: _Names, type_id: str | None, *, field: str | None = None
    ) -> ElementPlace | None:
        """Return the place of the mapping of a type."""
        return self._place(self._mapping(names, type_id), field)

    def of_attribute_mapping(
        self,
        names: _Names,
        type_id: str | None,
        attribute_id: str | None,
        *,
        field: str | None = None,
    ) -> ElementPlace | None:
        """Return the place of the mapping of an attribute, else of the mapping of its type."""
        owner = self._mapping(names[:-1], type_id)
        return self._place_in(owner, names[-1], attribute_id, field)

    def of_icon(self, key: str) -> ElementPlace | None:
        """Return the place of the icon *key*."""
        return self._place(_named(self.outline.icons, key))

    def of_status(self, name: str) -> ElementPlace | None:
        """Return the place of the status *name*."""
        return self._place(_named(self.outline.statuses, name))

    def _type(self, names: _Names, type_id: str | None) -> TypeElement | None:
        found = self.outline.types_by_id.get(self._stated(type_id)) if type_id else None
        return found or self._types_by_path.get(names)

    def _mapping(self, names: _Names, type_id: str | None) -> MappingElement | None:
        found = self._mappings_by_id.get(self._stated(type_id)) if type_id else None
        return found or (self._mappings_by_name.get(names[-1]) if names else None)

    def _stated(self, external_id: str) -> str:
        return self.id_prefix.off_id(external_id)

    def _place_in(
        self,
        owner: TypeElement | MappingElement | None,
        name: str,
        external_id: str | None,
        field: str | None,
    ) -> ElementPlace | None:
        """Return the place of what *owner* has of this id or *name*, else its own."""
        stated = self._stated(external_id) if external_id else None
        return self._place((owner and owner.named(stated, name)) or owner, field)

    def _place(
        self,
        element: TypeElement | MappingElement | ManifestElement | None,
        field: str | None = None,
    ) -> ElementPlace | None:
        if element is None:
            return None
        return self._at(element.at if field is None else (*element.at, field))

    def _at(self, at: Pointer) -> ElementPlace | None:
        place = self.places.of(at)
        return place and ElementPlace(*place, self.places.file_of(at) or self.file)

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


def _named(elements: tuple[ManifestElement, ...], name: str) -> ManifestElement | None:
    return next((each for each in elements if each.name == name), None)
