"""The elements of a manifest's JSON, by the keys by which the planner compares them."""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.manifest.outline import ManifestElement, MappingElement, Outline, TypeElement
from reconciler.planning.diff.align import Side

AttributeKey = tuple[str, str]  # the type's, the attribute's


@dataclass(frozen=True, kw_only=True, slots=True)
class ElementIndex:
    """The position of each element of a side in the JSON; without the system `Key` of types."""

    types: Mapping[str, TypeElement]
    attributes: Mapping[AttributeKey, ManifestElement]
    mappings: Mapping[str, MappingElement]
    entries: Mapping[AttributeKey, ManifestElement]
    icons: Mapping[str | None, ManifestElement]
    statuses: Mapping[str | None, ManifestElement]


def index_elements(outline: Outline, side: Side) -> ElementIndex:
    """Return the positions of the elements of *side* in the manifest that *outline* describes."""
    types = _types(outline, side)
    mappings, entries = _mappings(outline, side)
    return ElementIndex(
        types=types,
        attributes=_attributes(types, side),
        mappings=mappings,
        entries=entries,
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


def _attributes(
    types: Mapping[str, TypeElement], side: Side
) -> dict[AttributeKey, ManifestElement]:
    found: dict[AttributeKey, ManifestElement] = {}
    for type_key, element in types.items():
        attributes = side.types[type_key].attributes
        by_identity = {
            (a.external_id if side.by_ids else None, a.name): key for key, a in attributes.items()
        }
        for attribute in element.attributes:
            identity = attribute.external_id if side.by_ids else None, attribute.name or ""
            if identity in by_identity:
                found[type_key, by_identity[identity]] = attribute
    return found


def _mappings(
    outline: Outline, side: Side
) -> tuple[dict[str, MappingElement], dict[AttributeKey, ManifestElement]]:
    keys = {
        (node.element.object_type_external_id, node.element.object_type_name): key
        for key, node in side.mappings.items()
    }
    found: dict[str, MappingElement] = {}
    entries: dict[AttributeKey, ManifestElement] = {}
    for mapping in outline.mappings:
        key = keys.get((mapping.external_id if side.by_ids else None, mapping.name))
        if key is None:
            continue
        found[key] = mapping
        entry_keys = {
            (e.attribute_external_id, e.attribute_name): entry_key
            for entry_key, e in side.mappings[key].entries.items()
        }
        for entry in mapping.attributes:
            entry_key = entry_keys.get((entry.external_id if side.by_ids else None, entry.name))
            if entry_key is not None:
                entries[key, entry_key] = entry
    return found, entries


def _names(element: TypeElement) -> tuple[str, ...]:
    above = () if element.parent is None else _names(element.parent)
    return (*above, element.name or "")
