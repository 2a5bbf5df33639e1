"""What differs in the object types and their attributes."""

from collections.abc import Iterator
from typing import Any

from reconciler.model.document import Attribute
from reconciler.model.normalise import attribute_with_defaults
from reconciler.model.wire import write_attribute, write_object_type
from reconciler.planning.diff.align import Side, TypeNode
from reconciler.planning.diff.difference import Difference, Element, Sides
from reconciler.planning.plan import Edit, Kind


def type_differences(sides: Sides) -> Iterator[Difference]:
    """Yield the differences of types and attributes, what only live has last."""
    for key, node in sides.desired.types.items():
        before = sides.live.types.get(key)
        if before is None:
            yield from _whole(sides, node, Edit.ADD)
        else:
            yield from _fields(sides, before, node)
            yield from _attributes(sides, before, node)
    for key, node in sides.live.types.items():
        if key not in sides.desired.types:
            yield from _whole(sides, node, Edit.REMOVE)


def _type(sides: Sides, node: TypeNode) -> Element:
    return Element(
        kind=Kind.OBJECT_TYPE,
        address=f"{sides.source}/objectTypes[{node.label}]",
        names=node.names,
        type_key=node.key,
    )


def _attribute(sides: Sides, node: TypeNode, key: str, attribute: Attribute) -> Element:
    label = (sides.desired.by_ids and attribute.external_id) or attribute.name
    return Element(
        kind=Kind.ATTRIBUTE,
        address=f"{sides.source}/objectTypes[{node.label}]/attributes[{label}]",
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
    old, new = before.element, after.element
    old_fields: dict[str, Any] = {
        "name": old.name,
        "description": old.description or "",
        "parent": _parent(sides, sides.live, before),
    }
    new_fields: dict[str, Any] = {
        "name": new.name,
        "description": new.description or "",
        "parent": _parent(sides, sides.desired, after),
    }
    if new.icon_key is not None:
        old_fields["iconKey"], new_fields["iconKey"] = old.icon_key, new.icon_key
    yield from _type(sides, after).fields(old_fields, new_fields, shown=sides.shown)


def _parent(sides: Sides, side: Side, node: TypeNode) -> str | None:
    """Return where the type hangs: live's label for both sides where the parent is the same."""
    if node.parent is None:
        return None
    known = sides.live.types.get(node.parent)
    return known.label if known else side.types[node.parent].label


def _attributes(sides: Sides, before: TypeNode, after: TypeNode) -> Iterator[Difference]:
    for key, attribute in after.attributes.items():
        old = before.attributes.get(key)
        if old is None:
            element = _attribute(sides, after, key, attribute)
            yield element.whole(Edit.ADD, write_attribute(attribute))
            continue
        old_fields = _attribute_fields(sides, sides.live, old, like=attribute)
        new_fields = _attribute_fields(sides, sides.desired, attribute, like=attribute)
        if old_fields != new_fields or "typeValues" in new_fields:
            element = _attribute(sides, after, key, attribute)
            yield from element.fields(old_fields, new_fields, shown=sides.shown)
    for key, attribute in before.attributes.items():
        if key not in after.attributes:
            element = _attribute(sides, before, key, attribute)
            yield element.whole(Edit.REMOVE, write_attribute(attribute))


def _attribute_fields(
    sides: Sides, side: Side, attribute: Attribute, *, like: Attribute
) -> dict[str, Any]:
    """Return the managed fields by wire name; *like* is the manifest's, and says which.

    Without external ids the API ignores cardinalities and `unique`, and so do we.
    """
    full = attribute_with_defaults(attribute)
    fields: dict[str, Any] = {
        "name": full.name,
        "type": full.type,
        "description": full.description,
        "label": full.label,
    }
    if sides.desired.by_ids:
        fields["minimumCardinality"] = full.minimum_cardinality
        fields["maximumCardinality"] = full.maximum_cardinality
        fields["unique"] = full.unique
    if like.reference_external_id is not None:
        fields["referenceObjectTypeExternalId"] = side.reference(full)
    elif like.reference_name is not None:
        target = side.reference(full) or ""
        node = sides.live.types.get(target) or side.types.get(target)
        fields["referenceObjectTypeName"] = node.element.name if node else full.reference_name
    if like.type_values is not None:
        values = full.type_values
        fields["typeValues"] = None if values is None else list(values)
    return fields
