"""What a move requires of an object type, and of where it goes (api.md#companion-types)."""

from collections.abc import Mapping
from types import MappingProxyType

from reconciler.model.document import walk_types
from reconciler.model.object_schema import SchemaType
from reconciler.planning.object_schema.join import JoinStop
from reconciler.planning.object_schema.operation import Requirement, SchemaElement
from reconciler.planning.object_schema.rule import SchemaRule
from reconciler.planning.object_schema.seen import Seen, has_name
from reconciler.planning.object_schema.target import Destination

# Under which a type is that has no parent: what a requirement names in place of one.
ROOT = "the root"


def _is_under(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    parent = _parent_of(element, seen)
    return None if parent == requirement.value else f"{element.text} is under {parent} by now"


def _parent_of(element: SchemaElement, seen: Seen) -> str:
    found = seen.find(element)
    return (found.parent_id if isinstance(found, SchemaType) else None) or ROOT


def _inherits_nothing(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    found = seen.find(element)
    return passed_on(seen, found.parent_id if isinstance(found, SchemaType) else None)


def passed_on(seen: Seen, type_id: str | None) -> str | None:
    """Return why nothing may come to be below *type_id*, or leave it, None if it may.

    What has the attributes of a type above has none of its own (api.md#companion-types).
    """
    line = (*filter(None, (seen.type_of(type_id),)), *seen.above(type_id))
    owner = next((each for each in line if each.is_inherited), None)
    if owner is None:
        return None
    return (
        f"object type {owner.name!r} ({owner.id}) passes its attributes on: some, with their "
        "values, would come or go"
    )


def destination(
    seen: Seen,
    there: SchemaType,
    left: str | None,
    into: SchemaType | JoinStop | None,
    selector: str | None,
) -> Destination:
    """Return the way of the type *there* from under *left* to under *into*, if that is known."""
    obstacle, parent_id = None, None
    if isinstance(into, JoinStop):
        obstacle = f"its new parent is not known in Assets: {into}"
    elif into is not None:
        parent_id = into.id
        obstacle = passed_on(seen, parent_id)
    return Destination(
        left=left,
        left_id=there.parent_id,
        parent_id=parent_id,
        obstacle=obstacle,
        attributes=tuple(sorted(each.id for each in seen.own(there.id))),
        objects=there.objects,
        selector=selector,
    )


def _has_room(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    parent = None if requirement.value == ROOT else str(requirement.value)
    if parent is not None and seen.type_of(parent) is None:
        return f"object type {parent}, its new parent, is no longer there"
    if element.id in {parent, *(each.id for each in seen.above(parent))}:
        return f"object type {parent}, its new parent, is below it by now"
    if any(has_name(element.name, but=element, among=seen.children(parent))):
        return f"another one has the name {element.name!r} there by now"
    return passed_on(seen, parent)


def _knows_parent(requirement: Requirement, _: SchemaElement, seen: Seen) -> str | None:
    known = {each.external_id for each, _ in walk_types(seen.live.object_types)}
    if requirement.value in known:
        return None
    return f"importsource shows no object type {requirement.value!r} any more"


def _has_attributes(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    noted = filter(None, str(requirement.value).split(", "))
    there = {each.id for each in seen.own(element.id)}
    gone = [each for each in noted if each not in there]
    return f"{element.text} has no attribute {', '.join(gone)} any more" if gone else None


def _has_objects(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    found = seen.find(element)
    there, noted = found.objects if isinstance(found, SchemaType) else 0, requirement.value
    is_less = isinstance(noted, int) and there < noted
    return f"{element.text} has {there:,} objects, no longer {noted:,}" if is_less else None


def _is_filled(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    mapped = {each.object_type_external_id: each.selector for each in seen.live.mappings}
    if element.external_id not in mapped:
        return f"importsource shows no mapping of {element.external_id!r}"
    there = mapped[element.external_id]
    if requirement.value not in {None, there}:
        return f"the mapping of {element.external_id!r} reads {there!r}, not {requirement.value!r}"
    return None


MOVE_RULES: Mapping[str, SchemaRule] = MappingProxyType(
    {
        "is-under": SchemaRule(demand="its parent is still {}", check=_is_under),
        "inherits-nothing": SchemaRule(
            demand="no object type above it passes attributes on", check=_inherits_nothing
        ),
        "has-room": SchemaRule(
            demand="{}, not below it, passes no attributes on and has no other of its name",
            check=_has_room,
        ),
        "knows-parent": SchemaRule(
            demand="importsource shows its new parent as {}", check=_knows_parent
        ),
        "has-attributes": SchemaRule(
            demand="its own attributes are still there: {}", check=_has_attributes
        ),
        "has-objects": SchemaRule(demand="it has {} objects, or more", check=_has_objects),
        "is-filled": SchemaRule(demand="importsource still maps it", check=_is_filled),
    }
)
