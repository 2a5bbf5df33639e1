"""The differences of the mappings of types and attributes."""

from collections.abc import Iterator

from reconciler.manifest.minimal_form import in_order
from reconciler.model.document import AttributeMapping, TypeMapping
from reconciler.model.fields import ATTRIBUTE_MAPPING, TYPE_MAPPING
from reconciler.model.normalise import mapping_with_defaults
from reconciler.model.wire import write_type_mapping
from reconciler.planning.change import Edit, Kind
from reconciler.planning.diff.align import MappingNode
from reconciler.planning.diff.difference import Difference, ElementRef, Sides, managed, showing

_SHOWS = showing(TYPE_MAPPING, mapping_with_defaults)
_MANAGED_MAPPING = managed(TYPE_MAPPING)
_MANAGED_ENTRY = managed(ATTRIBUTE_MAPPING)


def mapping_differences(sides: Sides) -> Iterator[Difference]:
    """Yield the differences of mappings, elements that only live has last."""
    for key, node in sides.desired.mappings.items():
        before = sides.live.mappings.get(key)
        if before is None:
            element = _mapping(sides, key, node.element)
            yield element.whole(Edit.ADD, write_type_mapping(node.element))
            continue
        if not _SHOWS(before.element, node.element):
            element = _mapping(sides, key, node.element)
            yield from _fields(sides, element, before.element, node.element)
        if not before.shows(node):
            element = _mapping(sides, key, node.element)
            yield from _entries(sides, element, before, node)
    for key, node in sides.live.mappings.items():
        if key not in sides.desired.mappings:
            element = _mapping(sides, key, node.element)
            yield element.whole(Edit.REMOVE, write_type_mapping(node.element))


def _mapping(sides: Sides, key: str, mapping: TypeMapping) -> ElementRef:
    node = sides.desired.types.get(key) or sides.live.types.get(key)
    name = mapping.object_type_name or ""
    label = node.label if node else mapping.object_type_external_id or (name,)
    return ElementRef(
        kind=Kind.MAPPING,
        address=sides.address.mapping(label),
        names=node.names if node else (name,),
        type_key=key,
    )


def _fields(
    sides: Sides, element: ElementRef, before: TypeMapping, after: TypeMapping
) -> Iterator[Difference]:
    old_fields, new_fields = _MANAGED_MAPPING(before, after), _MANAGED_MAPPING(after, after)
    yield from element.fields(old_fields, new_fields, sides)


def _entries(
    sides: Sides, mapping: ElementRef, before: MappingNode, after: MappingNode
) -> Iterator[Difference]:
    for key, entry, old in before.touched(after):
        fields = _MANAGED_ENTRY(entry, entry)
        if old is None:
            yield _entry(sides, mapping, key, entry).whole(Edit.ADD, in_order(fields))
        elif (old_fields := _MANAGED_ENTRY(old, entry)) != fields:
            element = _entry(sides, mapping, key, entry)
            yield from element.fields(old_fields, fields, sides)
    for key, entry in before.entries.items():
        if key not in after.entries:
            fields = in_order(_MANAGED_ENTRY(entry, entry))
            yield _entry(sides, mapping, key, entry).whole(Edit.REMOVE, fields)


def _entry(sides: Sides, mapping: ElementRef, key: str, entry: AttributeMapping) -> ElementRef:
    type_key = mapping.type_key or ""
    name, address = sides.filled(mapping.address, type_key, key, entry)
    return ElementRef(
        kind=Kind.ATTRIBUTE_MAPPING,
        address=address,
        names=(*mapping.names, name),
        type_key=type_key,
        attribute_key=key,
    )
