"""What an operation requires last thing before it is sent, and what proves that it took effect.

A 200 proves nothing here (api.md#companion-changes): both are read from the two APIs.
"""

from collections.abc import Callable, Mapping, Sequence

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

Found = SchemaType | SchemaAttribute | SchemaStatus


def unmet(operation: SchemaOperation, content: SchemaContent) -> str | None:
    """Return why *operation* must not be sent to an object schema with *content*, None if it may.

    The answer completes "the plan is stale: ".
    """
    for requirement in operation.requires:
        if (why := RULES[requirement.rule](requirement, operation.object, content)) is not None:
            return why
    return None


def not_settled(operation: SchemaOperation, content: SchemaContent, live: Document) -> str | None:
    """Return what shows that *operation* had no effect, or another one; None if it is done.

    *content* and *live* are what both APIs show afterwards. An external id that did not survive is
    told as such.
    """
    return _PROOFS[operation.kind](operation, content, live)


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


def _is_named(
    requirement: Requirement, element: SchemaElement, content: SchemaContent
) -> str | None:
    found = element_in(content, element)
    if found is None:
        return f"{_called(element)} is no longer there"
    if found.name != requirement.value:
        return f"{_called(element)} has become {found.name!r}"
    return None


def _is_free(
    requirement: Requirement, element: SchemaElement, content: SchemaContent
) -> str | None:
    wanted = str(requirement.value).casefold()
    among = _of_kind(content, element)
    taken = [each for each in among if each.name.casefold() == wanted and each.id != element.id]
    return f"another one has the name {requirement.value!r} by now" if taken else None


Rule = Callable[[Requirement, SchemaElement, SchemaContent], str | None]
RULES: Mapping[str, Rule] = {"is-named": _is_named, "name-is-free": _is_free}


def _renamed(operation: SchemaOperation, content: SchemaContent, live: Document) -> str | None:
    wanted = str((operation.body or {})["name"])
    found = element_in(content, operation.object)
    if found is None or found.name != wanted:
        return f"Assets shows {found.name!r}" if found else "Assets shows it no more"
    external_id = operation.object.external_id
    if external_id is not None and external_id not in {
        i
        for object_type, _ in walk_types(live.object_types)
        for i in (object_type.external_id, *(a.external_id for a in object_type.attributes))
    }:
        return f"the external id {external_id!r} did not survive"
    return None


Proof = Callable[[SchemaOperation, SchemaContent, Document], str | None]
_PROOFS: Mapping[SchemaKind, Proof] = {SchemaKind.RENAME: _renamed}


def _called(element: SchemaElement) -> str:
    return f"{element.kind.replace('_', ' ')} {element.name!r} ({element.id})"
