"""What differs in the mappings of types and attributes."""

from collections.abc import Iterator
from typing import Any

from reconciler.model.document import AttributeMapping, TypeMapping
from reconciler.model.wire import write_type_mapping
from reconciler.planning.diff.align import MappingNode
from reconciler.planning.diff.difference import Difference, Element, Sides
from reconciler.planning.plan import Edit, Kind


def mapping_differences(sides: Sides) -> Iterator[Difference]:
    """Yield the differences of mappings, what only live has last."""
    for key, node in sides.desired.mappings.items():
        element, before = _mapping(sides, key, node.element), sides.live.mappings.get(key)
        if before is None:
            yield element.whole(Edit.ADD, write_type_mapping(node.element))
        else:
            yield from _fields(sides, element, before.element, node.element)
            yield from _entries(sides, element, before, node)
    for key, node in sides.live.mappings.items():
        if key not in sides.desired.mappings:
            element = _mapping(sides, key, node.element)
            yield element.whole(Edit.REMOVE, write_type_mapping(node.element))


def _mapping(sides: Sides, key: str, mapping: TypeMapping) -> Element:
    node = sides.desired.types.get(key) or sides.live.types.get(key)
    name = mapping.object_type_name or ""
    label = node.label if node else mapping.object_type_external_id or name
    return Element(
        kind=Kind.MAPPING,
        address=f"{sides.source}/mappings[{label}]",
        names=node.names if node else (name,),
        type_key=key,
    )


def _fields(
    sides: Sides, element: Element, before: TypeMapping, after: TypeMapping
) -> Iterator[Difference]:
    yield from element.fields(
        {"selector": before.selector, "description": before.description or ""},
        {"selector": after.selector, "description": after.description or ""},
        shown=sides.shown,
    )


def _entries(
    sides: Sides, mapping: Element, before: MappingNode, after: MappingNode
) -> Iterator[Difference]:
    for key, entry in after.entries.items():
        old = before.entries.get(key)
        fields = _entry_fields(entry, like=entry)
        if old is None:
            yield _entry(sides, mapping, key, entry).whole(Edit.ADD, fields)
        elif (old_fields := _entry_fields(old, like=entry)) != fields:
            element = _entry(sides, mapping, key, entry)
            yield from element.fields(old_fields, fields, shown=sides.shown)
    for key, entry in before.entries.items():
        if key not in after.entries:
            fields = _entry_fields(entry, like=entry)
            yield _entry(sides, mapping, key, entry).whole(Edit.REMOVE, fields)


def _entry(sides: Sides, mapping: Element, key: str, entry: AttributeMapping) -> Element:
    type_key = mapping.type_key or ""
    nodes = (sides.desired.types.get(type_key), sides.live.types.get(type_key))
    attribute = next((a for n in nodes if n is not None and (a := n.attributes.get(key))), None)
    name = attribute.name if attribute else entry.attribute_name or ""
    external_id = attribute.external_id if attribute else entry.attribute_external_id
    label = external_id if sides.desired.by_ids and external_id else name
    return Element(
        kind=Kind.ATTRIBUTE_MAPPING,
        address=f"{mapping.address}/attributes[{label}]",
        names=(*mapping.names, name),
        type_key=type_key,
        attribute_key=key,
    )


def _entry_fields(entry: AttributeMapping, *, like: AttributeMapping) -> dict[str, Any]:
    """Return the managed fields; *like* is the manifest's, and says which those are."""
    fields: dict[str, Any] = {
        "attributeLocators": list(entry.locators),
        "externalIdPart": bool(entry.external_id_part),
    }
    if like.iql is not None:
        fields["objectMappingIQL"] = entry.iql
    return fields
