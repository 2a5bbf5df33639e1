"""The elements of a manifest's JSON, by the keys by which the planner compares them."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.manifest.outline import ManifestElement, MappingElement, Outline, TypeElement
from reconciler.planning.diff.align import Side
from reconciler.value import Value, field


class ElementIndex(Value):
    """The position of each element of a side in the JSON; without the system `Key` of types.

    What is in a type or in a mapping is indexed when it is asked for.
    """

    side: Side
    types: Mapping[str, TypeElement]
    mappings: Mapping[str, MappingElement]
    icons: Mapping[str | None, ManifestElement]
    statuses: Mapping[str | None, ManifestElement]
    _below: dict[tuple[type, str], Mapping[str, ManifestElement]] = field(default_factory=dict)

    def attribute(self, type_key: str, key: str) -> ManifestElement:
        """Return the attribute *key* of the type *type_key*."""
        at = TypeElement, type_key
        if at not in self._below:
            self._below[at] = _attributes(self.types[type_key], self.side, type_key)
        return self._below[at][key]

    def entry(self, mapping_key: str, key: str) -> ManifestElement:
        """Return the entry *key* of the mapping *mapping_key*."""
        at = MappingElement, mapping_key
        if at not in self._below:
            self._below[at] = _entries(self.mappings[mapping_key], self.side, mapping_key)
        return self._below[at][key]


def index_elements(outline: Outline, side: Side) -> ElementIndex:
    """Return the positions of the elements of *side* in the manifest that *outline* describes."""
    return ElementIndex(
        side=side,
        types=_types(outline, side),
        mappings=_mappings(outline, side),
        icons={icon.name: icon for icon in outline.icons},
        statuses={status.name: status for status in outline.statuses},
    )


def _types(outline: Outline, side: Side) -> dict[str, TypeElement]:
    keys = {node.names: key for key, node in side.types.items()}
    found: dict[str, TypeElement] = {}
    for element in outline.types:
        key = element.external_id if side.by_ids else keys.get(_names(element))
        if key is not None:
            found[key] = element
    return found


def _attributes(element: TypeElement, side: Side, key: str) -> dict[str, ManifestElement]:
    keys = {
        (a.external_id if side.by_ids else None, a.name): attribute_key
        for attribute_key, a in side.types[key].attributes.items()
    }
    return _keyed(element.attributes, side, keys)


def _mappings(outline: Outline, side: Side) -> dict[str, MappingElement]:
    keys = {
        (node.element.object_type_external_id, node.element.object_type_name): key
        for key, node in side.mappings.items()
    }
    found = (
        (keys.get((each.external_id if side.by_ids else None, each.name)), each)
        for each in outline.mappings
    )
    return {key: each for key, each in found if key is not None}


def _entries(element: MappingElement, side: Side, key: str) -> dict[str, ManifestElement]:
    keys = {
        (e.attribute_external_id, e.attribute_name): entry_key
        for entry_key, e in side.mappings[key].entries.items()
    }
    return _keyed(element.attributes, side, keys)


def _keyed(
    elements: Iterable[ManifestElement],
    side: Side,
    keys: Mapping[Any, str],
) -> dict[str, ManifestElement]:
    found = ((keys.get((e.external_id if side.by_ids else None, e.name)), e) for e in elements)
    return {key: each for key, each in found if key is not None}


def _names(element: TypeElement) -> tuple[str, ...]:
    above = () if element.parent is None else _names(element.parent)
    return (*above, element.name or "")
