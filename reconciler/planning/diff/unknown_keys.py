"""Keys outside the payload schema that a manifest states and live contradicts.

A note in the residual, never blocking, never sent alone (design.md#unknown-keys).
In a manifest without external ids cardinalities and `unique` are such keys: the
API ignores them there (api.md#keys-that-need-ids).
"""

from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

from reconciler.model.document import NO_EXTRA
from reconciler.model.wire import write_attribute
from reconciler.planning.change import Edit, Kind
from reconciler.planning.diff.difference import Difference, ElementRef, Sides

_EXTRA = attrgetter("extra")


def contradictions(sides: Sides) -> Iterator[Difference]:
    """Yield a difference for each unknown key that is desired and has another value in live."""
    desired, live = sides.desired, sides.live
    for key, node in desired.types.items():
        if (before := live.types.get(key)) is None:
            continue
        # What live shows as it is has the same unknown keys.
        inside = not before.shows(node) and any(map(_EXTRA, node.element.attributes))
        if not (inside or node.element.extra):
            continue
        address = sides.address.object_type(node.label)
        element = ElementRef(
            kind=Kind.OBJECT_TYPE, address=address, names=node.names, type_key=node.key
        )
        yield from _contradicted(element, node.element.extra, before.element.extra)
        for attribute_key, attribute in node.attributes.items() if inside else ():
            old = before.attributes.get(attribute_key)
            if attribute.extra and old is not None:
                element = ElementRef(
                    kind=Kind.ATTRIBUTE,
                    address=address.attribute(node.attribute_label(attribute_key)),
                    names=(*node.names, attribute.name),
                    type_key=node.key,
                    attribute_key=attribute_key,
                )
                yield from _contradicted(element, attribute.extra, write_attribute(old))
    for key, mapping in desired.mappings.items():
        old_mapping, target = live.mappings.get(key), desired.types.get(key)
        if old_mapping is None or target is None:
            continue
        inside = not old_mapping.shows(mapping) and any(map(_EXTRA, mapping.element.attributes))
        if not (inside or mapping.element.extra):
            continue
        address = sides.address.mapping(target.label)
        element = ElementRef(kind=Kind.MAPPING, address=address, names=target.names, type_key=key)
        yield from _contradicted(element, mapping.element.extra, old_mapping.element.extra)
        for entry_key, entry in mapping.entries.items() if inside else ():
            old_entry = old_mapping.entries.get(entry_key)
            name, place = sides.filled(address, key, entry_key, entry)
            element = ElementRef(
                kind=Kind.ATTRIBUTE_MAPPING,
                address=place,
                names=(*target.names, name),
                type_key=key,
                attribute_key=entry_key,
            )
            live_extra = old_entry.extra if old_entry else NO_EXTRA
            yield from _contradicted(element, entry.extra, live_extra)


def _contradicted(
    element: ElementRef, desired: Mapping[str, Any], live: Mapping[str, Any]
) -> Iterator[Difference]:
    for key in sorted(desired.keys() & live.keys()):
        if desired[key] != live[key]:
            yield Difference(
                kind=element.kind,
                edit=Edit.CHANGE,
                address=element.address.field(key),
                names=element.names,
                field=key,
                before=live[key],
                after=desired[key],
                type_key=element.type_key,
                attribute_key=element.attribute_key,
            )
