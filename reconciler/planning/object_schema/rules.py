"""What an operation requires of what both APIs show: looked at when planning, and before the call.

Each rule by its name; a requirement gives it the value that it was planned with.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from reconciler.model.object_schema import ObjectSchema, SchemaAttribute, SchemaStatus
from reconciler.planning.object_schema.deletion_rules import DELETION_RULES
from reconciler.planning.object_schema.move_rules import MOVE_RULES
from reconciler.planning.object_schema.object_values import ValuesQuery
from reconciler.planning.object_schema.operation import ElementKind, Requirement, SchemaElement
from reconciler.planning.object_schema.rule import SchemaRule
from reconciler.planning.object_schema.seen import Found, Seen, has_name
from reconciler.planning.object_schema.setting_rules import LABEL_RULES, SETTING_RULES


def values_for(
    requires: Iterable[Requirement], element: SchemaElement, seen: Seen
) -> frozenset[ValuesQuery]:
    """Return what objects hold that *requires* need to be checked of *element*."""
    asked = (RULES[each.rule].values(element, seen) for each in requires)
    return frozenset(each for each in asked if each is not None)


def unmet_by(requires: Iterable[Requirement], element: SchemaElement, seen: Seen) -> str | None:
    """Return which of *requires* the *element* does not meet as *seen*, None if it meets all."""
    for each in requires:
        if (why := RULES[each.rule].check(each, element, seen)) is not None:
            return why
    return None


def queries_for(
    requires: Iterable[Requirement], element: SchemaElement, seen: Seen
) -> tuple[str, ...]:
    """Return the queries whose counts *requires* need to be checked of *element*."""
    asked = (query for each in requires for query in RULES[each.rule].queries(element, seen))
    return tuple(dict.fromkeys(asked))


def look_beside(requires: Iterable[Requirement]) -> bool:
    """Return whether *requires* are about what the other sources of the object schema show, too."""
    return any(RULES[each.rule].looks_beside for each in requires)


def ask_rights(requires: Iterable[Requirement]) -> bool:
    """Return whether *requires* are about what the owner of the schema credential may see."""
    return any(RULES[each.rule].asks_rights for each in requires)


def named_beside(seen: Seen, wanted: SchemaElement) -> Sequence[Found]:
    """Return what must not have the name of *wanted*, itself included.

    An attribute's name is one among those of its type, of types above that pass theirs on, and
    of types below, if its own does (api.md#companion-attributes).
    """
    match wanted.kind:
        case ElementKind.ATTRIBUTE:
            line = {wanted.type_id, *(each.id for each in seen.heirs(wanted.type_id))}
            line |= {each.id for each in seen.above(wanted.type_id) if each.is_inherited}
            return [each for type_id in line for each in seen.own(type_id)]
        case ElementKind.STATUS:
            return seen.content.statuses
        case ElementKind.OBJECT_TYPE:
            return seen.content.types
        case ElementKind.OBJECT_SCHEMA:
            return (seen.content.schema,)


def _is_named(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    found = seen.find(element)
    if found is None:
        return f"{element.text} is no longer there"
    if found.name != requirement.value:
        return f"{element.text} has become {found.name!r}"
    return None


def _is_free(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    name, among = str(requirement.value), named_beside(seen, element)
    taken = any(has_name(name, but=element, among=among))
    return f"another one has the name {name!r} by now" if taken else None


def _is_described(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    found = seen.find(element)
    there = found.description if isinstance(found, ObjectSchema | SchemaStatus) else None
    return None if there == requirement.value else f"{element.text} is described as {there!r}"


def _has_category(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    found = seen.find(element)
    there = found.category if isinstance(found, SchemaStatus) else None
    return None if there == requirement.value else f"{element.text} has the category {there!r}"


def _is_own(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    is_elsewhere = seen.owners(element.id) - {element.type_id}
    return f"{element.text} is inherited from a type above" if is_elsewhere else None


def _is_editable(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    found = seen.find(element)
    if isinstance(found, SchemaAttribute) and (found.is_system or not found.is_editable):
        return f"Assets lets nobody change {element.text}"
    return None


RULES: Mapping[str, SchemaRule] = MappingProxyType(
    {
        "is-named": SchemaRule(demand="it is still called {}", check=_is_named),
        "name-is-free": SchemaRule(demand="nothing else beside it is called {}", check=_is_free),
        "is-described": SchemaRule(demand="its description is still {}", check=_is_described),
        "has-category": SchemaRule(demand="its category is still {}", check=_has_category),
        "is-own": SchemaRule(demand="it is its type's own, not inherited", check=_is_own),
        "is-editable": SchemaRule(demand="Assets lets it be changed", check=_is_editable),
        **MOVE_RULES,
        **DELETION_RULES,
        **LABEL_RULES,
        **SETTING_RULES,
    }
)
