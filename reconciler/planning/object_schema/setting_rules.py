"""What a change of an attribute's label or settings requires (api.md#companion-attributes)."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from reconciler.model.object_schema import SchemaAttribute
from reconciler.planning.object_schema.definition import setting
from reconciler.planning.object_schema.object_values import UNSUITED, ValuesQuery, objects_of
from reconciler.planning.object_schema.operation import Requirement, SchemaElement
from reconciler.planning.object_schema.rule import SchemaRule
from reconciler.planning.object_schema.seen import Seen
from reconciler.semantics.attribute_definition import written_definition
from reconciler.semantics.schema_changes.attributes import MOST_UNIQUE


def _has_setting(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    found, wanted = seen.find(element), str(requirement.value)
    if not isinstance(found, SchemaAttribute):
        return f"{element.text} is no longer there"
    now = setting(written_definition(found.definition), wanted.partition(" ")[0])
    return None if now == wanted else f"{element.text} has {now} by now"


def _is_label(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    holders = {each.id for each in seen.own(element.type_id) if each.label}
    if holders == {requirement.value}:
        return None
    return f"another attribute than {requirement.value} is the label of its type by now"


def _has_own_label(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    if any(each.is_inherited for each in seen.above(element.type_id)):
        return "the label of its type is inherited"
    return None


def _has_room_for_unique(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    others = [
        sum(each.unique and each.id != element.id for each in _attributes_of(type_.id, seen))
        for type_ in seen.with_attributes_of(element.type_id)
    ]
    if (most := max(others, default=0)) >= MOST_UNIQUE:
        return f"{most} other attributes of its type are unique"
    return None


def _attributes_of(type_id: str, seen: Seen) -> Iterator[SchemaAttribute]:
    yield from seen.own(type_id)
    for above in seen.above(type_id):
        if above.is_inherited:
            yield from seen.own(above.id)


def named_status(status_id: str, name: str) -> str:
    """Return the value of `has-status`: the name of the status, and its id."""
    return f"{name} ({status_id})"


def status_name(value: str | int | None) -> str:
    """Return the name in a value of `has-status`."""
    return str(value).rpartition(" (")[0]


def _has_status(requirement: Requirement, _: SchemaElement, seen: Seen) -> str | None:
    there = {named_status(each.id, each.name) for each in seen.content.statuses}
    return None if requirement.value in there else f"no status is {requirement.value} by now"


def values_of(element: SchemaElement, seen: Seen) -> ValuesQuery:
    """Return the question what objects hold of an attribute, those of types below included."""
    types = [each.id for each in seen.with_attributes_of(element.type_id)]
    return ValuesQuery(aql=objects_of(*types), attributes=frozenset({element.id}))


def _suits_values(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    held = seen.values.get(element.id)
    if held is None:
        return f"the values of {element.text} were not read"
    counted = seen.objects_with(element.type_id)
    unsuited = UNSUITED[requirement.rule]
    return held.doubt(counted) or unsuited(held, int(requirement.value or 0))


LABEL_RULES: Mapping[str, SchemaRule] = MappingProxyType(
    {
        "is-label": SchemaRule(demand="attribute {} is the label of its type", check=_is_label),
        "has-own-label": SchemaRule(
            demand="its type inherits no label from one above", check=_has_own_label
        ),
    }
)

SETTING_RULES: Mapping[str, SchemaRule] = MappingProxyType(
    {
        "has-setting": SchemaRule(demand="it has {} still", check=_has_setting),
        "has-room-for-unique": SchemaRule(
            demand="at most one other attribute of its type is unique", check=_has_room_for_unique
        ),
        "has-status": SchemaRule(demand="there is still the status {}", check=_has_status),
        "holds-at-least": SchemaRule(
            demand="each object has {} of its values at least",
            check=_suits_values,
            values=values_of,
        ),
        "holds-at-most": SchemaRule(
            demand="no object has more than {} of its values",
            check=_suits_values,
            values=values_of,
        ),
        "holds-distinct": SchemaRule(
            demand="no two objects share one of its values", check=_suits_values, values=values_of
        ),
    }
)
