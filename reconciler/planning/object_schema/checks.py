"""What an operation requires last thing before it is sent, and what proves that it took effect.

A 200 proves nothing here (api.md#companion-changes): both are read from the two APIs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.model.document import Document, walk_types
from reconciler.model.object_schema import (
    SchemaAttribute,
    SchemaContent,
    SchemaStatus,
    SchemaType,
)
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Requirement,
    SchemaElement,
    SchemaKind,
    SchemaOperation,
)
from reconciler.semantics.attribute_definition import written_definition

Found = SchemaType | SchemaAttribute | SchemaStatus


def unmet(operation: SchemaOperation, content: SchemaContent) -> str | None:
    """Return why *operation* must not be sent to an object schema with *content*, None if it may.

    The answer completes "the plan is stale: ". A PUT of an attribute sends its whole definition:
    what somebody changed in that since the plan was made would be taken back.
    """
    why = unmet_by(operation.requires, operation.object, content)
    if why is None and (moved := [*_moved(operation, content)]):
        return f"{operation.object.text} has another {', '.join(moved)} by now"
    return why


def _moved(operation: SchemaOperation, content: SchemaContent) -> Iterator[str]:
    """Yield the keys of an attribute's definition that Assets shows otherwise than sent."""
    found, sent = element_in(content, operation.object), operation.body
    if isinstance(found, SchemaAttribute) and sent is not None:
        now = written_definition(found.definition)
        for key in sorted({*sent, *now} - {"name"}):
            one, other = sent.get(key), now.get(key)
            if (one or other) and not _is_same(one, other):
                yield key


def unmet_by(
    requires: Iterable[Requirement], element: SchemaElement, content: SchemaContent
) -> str | None:
    """Return which of *requires* the *element* of *content* does not meet, None if it meets all."""
    for requirement in requires:
        if (why := RULES[requirement.rule](requirement, element, content)) is not None:
            return why
    return None


def not_settled(operation: SchemaOperation, content: SchemaContent, live: Document) -> str | None:
    """Return what shows that *operation* had no effect, or another one; None if it is done.

    *content* and *live* are what both APIs show afterwards. An external id that did not survive is
    told as such.
    """
    return _PROOFS[operation.kind](operation, content, live)


def live_names(live: Document) -> Mapping[str, str]:
    """Return the names of the types and attributes of *live* by external id."""
    names: dict[str, str] = {}
    for object_type, _ in walk_types(live.object_types):
        if object_type.external_id is not None:
            names[object_type.external_id] = object_type.name
        names |= {a.external_id: a.name for a in object_type.attributes if a.external_id}
    return names


def element_in(content: SchemaContent, wanted: SchemaElement) -> Found | None:
    """Return the element of *content* that *wanted* is, by its id."""
    return next((each for each in _of_kind(content, wanted) if each.id == wanted.id), None)


def _of_kind(content: SchemaContent, wanted: SchemaElement) -> Sequence[Found]:
    """Return what *content* has of the kind of *wanted*; of attributes those of its type."""
    match wanted.kind:
        case ElementKind.ATTRIBUTE:
            return [each for each in content.attributes if each.owner_id == wanted.type_id]
        case ElementKind.STATUS:
            return content.statuses
        case _:
            return content.types


def named_beside(content: SchemaContent, wanted: SchemaElement) -> Sequence[Found]:
    """Return what must not have the name of *wanted*, itself included.

    An attribute's name is one among those of its type, of types above that pass theirs on, and
    of types below, if its own does (api.md#companion-attributes).
    """
    if wanted.kind is not ElementKind.ATTRIBUTE:
        return _of_kind(content, wanted)
    line = {wanted.type_id, *_heirs(content, wanted.type_id)}
    line |= {each.id for each in content.types if wanted.type_id in _heirs(content, each.id)}
    return [each for each in content.attributes if each.owner_id in line]


def _heirs(content: SchemaContent, type_id: str | None) -> set[str]:
    """Return the ids of the types that have the attributes of *type_id* too."""
    if not any(each.id == type_id and each.is_inherited for each in content.types):
        return set()
    heirs: set[str] = set()
    while new := {
        each.id
        for each in content.types
        if each.id not in heirs and (each.parent_id == type_id or each.parent_id in heirs)
    }:
        heirs |= new
    return heirs


def _is_named(
    requirement: Requirement, element: SchemaElement, content: SchemaContent
) -> str | None:
    found = element_in(content, element)
    if found is None:
        return f"{element.text} is no longer there"
    if found.name != requirement.value:
        return f"{element.text} has become {found.name!r}"
    return None


def _is_free(
    requirement: Requirement, element: SchemaElement, content: SchemaContent
) -> str | None:
    wanted = str(requirement.value).casefold()
    among = named_beside(content, element)
    taken = [each for each in among if each.name.casefold() == wanted and each.id != element.id]
    return f"another one has the name {requirement.value!r} by now" if taken else None


def _is_own(_: Requirement, element: SchemaElement, content: SchemaContent) -> str | None:
    elsewhere = any(
        each.id == element.id and each.owner_id != element.type_id for each in content.attributes
    )
    return f"{element.text} is inherited from a type above" if elsewhere else None


def _is_editable(_: Requirement, element: SchemaElement, content: SchemaContent) -> str | None:
    found = element_in(content, element)
    if isinstance(found, SchemaAttribute) and (found.is_system or not found.is_editable):
        return f"Assets lets nobody change {element.text}"
    return None


Rule = Callable[[Requirement, SchemaElement, SchemaContent], str | None]
RULES: Mapping[str, Rule] = {
    "is-named": _is_named,
    "name-is-free": _is_free,
    "is-own": _is_own,
    "is-editable": _is_editable,
}


def _renamed(operation: SchemaOperation, content: SchemaContent, live: Document) -> str | None:
    body = operation.body or {}
    wanted = str(body["name"])
    found = element_in(content, operation.object)
    if found is None or found.name != wanted:
        return f"Assets shows {found.name!r}" if found else "Assets shows it no more"
    if isinstance(found, SchemaAttribute):
        otherwise = list(_otherwise(body, written_definition(found.definition)))
        if otherwise:
            return f"Assets changed {', '.join(otherwise)} as well"
    external_id = operation.object.external_id
    if external_id is None:
        return None
    names = live_names(live)
    if external_id not in names:
        return f"the external id {external_id!r} did not survive"
    if names[external_id] != wanted:
        return f"importsource shows {names[external_id]!r} under {external_id!r}"
    return None


def _otherwise(sent: Mapping[str, Any], shown: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys of a definition that are not as they were sent; ids are compared as texts."""
    for key, value in sorted(sent.items()):
        there = shown.get(key)
        # What answers leave out proves nothing.
        if there is not None and not _is_same(value, there):
            yield key


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, list) and isinstance(other, list):
        return {str(each) for each in one} == {str(each) for each in other}
    return bool(one == other) or str(one) == str(other)


Proof = Callable[[SchemaOperation, SchemaContent, Document], str | None]
_PROOFS: Mapping[SchemaKind, Proof] = {SchemaKind.RENAME: _renamed}
