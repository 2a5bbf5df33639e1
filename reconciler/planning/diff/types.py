"""The differences of object types and their attributes."""

from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.model.address import written_key
from reconciler.model.document import Attribute, ObjectType
from reconciler.model.fields import ATTRIBUTE, OBJECT_TYPE, WRITE_ONLY_FIELDS
from reconciler.model.normalise import type_with_defaults
from reconciler.model.wire import write_attribute, write_object_type
from reconciler.planning.change import Edit, Kind
from reconciler.planning.diff.align import Side, TypeNode
from reconciler.planning.diff.difference import Difference, ElementRef, Sides, managed, showing
from reconciler.value import replace

_SHOWS = showing(OBJECT_TYPE, type_with_defaults)
_MANAGED_TYPE = managed(OBJECT_TYPE)
_MANAGED_ATTRIBUTE = {by_ids: managed(ATTRIBUTE, by_ids=by_ids) for by_ids in (True, False)}


def type_differences(sides: Sides) -> Iterator[Difference]:
    """Yield the differences of types and attributes, elements that only live has last."""
    for key, node in sides.desired.types.items():
        before = sides.live.types.get(key)
        if before is None:
            yield from _whole(sides, node, Edit.ADD)
        else:
            yield from _fields(sides, before, node)
            if not before.shows(node):
                yield from _attributes(sides, before, node)
    for key, node in sides.live.types.items():
        if key not in sides.desired.types:
            yield from _whole(sides, node, Edit.REMOVE)


def _type(sides: Sides, node: TypeNode) -> ElementRef:
    return ElementRef(
        kind=Kind.OBJECT_TYPE,
        address=sides.address.object_type(node.label),
        names=node.names,
        type_key=node.key,
    )


def _attribute(sides: Sides, node: TypeNode, key: str, attribute: Attribute) -> ElementRef:
    return ElementRef(
        kind=Kind.ATTRIBUTE,
        address=sides.address.object_type(node.label).attribute(node.attribute_label(key)),
        names=(*node.names, attribute.name),
        type_key=node.key,
        attribute_key=key,
    )


def _whole(sides: Sides, node: TypeNode, edit: Edit) -> Iterator[Difference]:
    fields = write_object_type(node.element)
    fields.pop("attributes", None)
    fields.pop("children", None)
    yield _type(sides, node).whole(edit, fields)
    for key, attribute in node.attributes.items():
        yield _attribute(sides, node, key, attribute).whole(edit, write_attribute(attribute))


def _fields(sides: Sides, before: TypeNode, after: TypeNode) -> Iterator[Difference]:
    new = after.element
    if before.parent == after.parent and _SHOWS(before.element, new):
        return
    old_fields = _MANAGED_TYPE(before.element, new)
    new_fields = _MANAGED_TYPE(new, new)
    old_fields["parent"] = _parent(sides, sides.live, before)
    new_fields["parent"] = _parent(sides, sides.desired, after)
    siblings = (n.element for n in sides.live.types.values() if n.parent == before.parent)
    found = _type(sides, after).fields(old_fields, new_fields, sides)
    yield from _with_holder(found, siblings)


def _with_holder(
    found: Iterable[Difference], siblings: Iterable[ObjectType | Attribute]
) -> Iterator[Difference]:
    """Yield *found*, a rename with the one of its live *siblings* that has the name already."""
    for difference in found:
        if difference.field == "name":
            named = (e.external_id or e.name for e in siblings if e.name == difference.after)
            yield replace(difference, holder=next(named, None))
        else:
            yield difference


def _parent(sides: Sides, side: Side, node: TypeNode) -> str | None:
    """Return the parent's label: live's label on both sides if the parent is the same."""
    if node.parent is None:
        return None
    known = sides.live.types.get(node.parent)
    label = (known or side.types[node.parent]).label
    return label if isinstance(label, str) else written_key(label)


def _attributes(sides: Sides, before: TypeNode, after: TypeNode) -> Iterator[Difference]:
    for key, attribute, old in before.touched(after):
        if old is None:
            element = _attribute(sides, after, key, attribute)
            yield element.whole(Edit.ADD, write_attribute(attribute))
            continue
        old_fields = _attribute_fields(sides, sides.live, old, like=attribute)
        new_fields = _attribute_fields(sides, sides.desired, attribute, like=attribute)
        if old_fields != new_fields or not new_fields.keys().isdisjoint(WRITE_ONLY_FIELDS):
            element = _attribute(sides, after, key, attribute)
            changed = element.fields(old_fields, new_fields, sides)
            yield from _with_holder(changed, before.attributes.values())
    for key, attribute in before.attributes.items():
        if key not in after.attributes:
            element = _attribute(sides, before, key, attribute)
            yield element.whole(Edit.REMOVE, write_attribute(attribute))


def _attribute_fields(
    sides: Sides, side: Side, attribute: Attribute, *, like: Attribute
) -> dict[str, Any]:
    """Return the managed fields by the API's keys; the manifest's *like* determines which.

    A reference is represented by its target, named as the manifest names it.
    """
    fields = _MANAGED_ATTRIBUTE[sides.desired.by_ids](attribute, like)
    if like.reference_external_id is not None:
        fields["referenceObjectTypeExternalId"] = side.reference(attribute)
        fields.pop("referenceObjectTypeName", None)
    elif like.reference_name is not None:
        target = side.reference(attribute) or ""
        node = sides.live.types.get(target) or side.types.get(target)
        name = node.element.name if node else attribute.reference_name
        fields["referenceObjectTypeName"] = name
    return fields
