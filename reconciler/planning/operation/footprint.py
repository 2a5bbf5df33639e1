"""Which parts of live an operation depends on, each with its digest.

A saved plan holds them: if live has changed since, they tell whether the operation is affected
(`reconciler.planning.operation.staleness`).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model.address import Address, Key
from reconciler.model.document import SYSTEM_ATTRIBUTE, Document
from reconciler.model.wire import part_digest
from reconciler.planning.comparison import Comparison
from reconciler.planning.diff.align import TypeNode, attribute_key, keyed_types
from reconciler.planning.diff.difference import Sides
from reconciler.value import replace


def footprint(comparison: Comparison, body: Document) -> Mapping[Address, str]:
    """Return the digest of each part of live that *body* depends on, by address.

    These are live's values of: the object schema's own name, if a PATCH repeats it; each type
    that the body names, without its contents; each attribute, mapping, icon and status that it
    sends; the identity of each attribute that a mapping fills by name. Parts that live does not
    have count as `null`.
    """
    sides = comparison.sides_shown()
    named = [] if comparison.creates else [(sides.address, _name(sides.live.document))]
    return {address: part_digest(part) for address, part in (*named, *_parts(sides, body))}


def _name(document: Document) -> list[str]:
    return [document.name, document.description]


def _parts(sides: Sides, body: Document) -> Iterator[tuple[Address, Any]]:
    live, desired, source = sides.live, sides.desired, sides.address
    labels: dict[str, Key] = {}
    mapped = {m.object_type_external_id or m.object_type_name for m in body.mappings}
    for key, object_type, _ in keyed_types(body):
        node = live.types.get(key)
        known = desired.types.get(key) or node
        labels[key] = known.label if known else key
        address = source.object_type(labels[key])
        yield address, _type(node)
        if key in mapped:
            yield from _filled_by_name(sides, address, key)
        for attribute in object_type.attributes:
            there = node.attributes.get(attribute_key(attribute)) if node else None
            label = (desired.by_ids and attribute.external_id) or attribute.name
            yield address.attribute(label), there
    for mapping in body.mappings:
        key = mapping.object_type_external_id or mapping.object_type_name or ""
        overwritten = live.mappings.get(key)
        yield source.mapping(labels.get(key, key)), overwritten.element if overwritten else None
    for icon in body.icons:
        yield source.icon(icon.key), live.icons.get(icon.key)
    for status in body.statuses:
        yield source.status(status.name), live.statuses.get(status.name)


def _filled_by_name(sides: Sides, at: Address, key: str) -> Iterator[tuple[Address, Any]]:
    """Yield address and identity of each attribute that the manifest maps by its name alone."""
    mapping, node = sides.desired.mappings.get(key), sides.live.types.get(key)
    for entry_key, entry in mapping.entries.items() if mapping and not mapping.is_by_ids else ():
        if entry.attribute_external_id is None and entry.attribute_name != SYSTEM_ATTRIBUTE:
            there = node.attributes.get(entry_key) if node else None
            identity = [there.name, there.external_id] if there else None
            yield sides.filled(at, key, entry_key, entry)[1], identity


def _type(node: TypeNode | None) -> Any:
    if node is None:
        return None
    return [node.parent, replace(node.element, attributes=(), children=())]
