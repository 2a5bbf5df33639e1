"""Object types renamed, described, moved and deleted (api.md#companion-types)."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.model.display import quoted
from reconciler.model.document import Attribute, Document, ObjectType, walk_types
from reconciler.model.fields import OBJECT_TYPE
from reconciler.semantics.schema_changes.hierarchy import (
    ABSTRACT,
    INHERITANCE,
    change_types,
    find_type,
)
from reconciler.semantics.schema_changes.refusal import TYPE_NAME_TAKEN, ChangeRefused
from reconciler.value import Value, replace


class TypeChange(Value):
    """What is wanted of an object type; None leaves as it is."""

    name: str | None = None
    description: str | None = None
    icon_key: str | None = None
    inherited: bool | None = None
    abstract: bool | None = None


def change_type(document: Document, external_id: str, wanted: TypeChange) -> Document:
    """Return *document* with the type as *wanted*; references and mappings say its new name.

    Raises KeyError without such a type, ChangeRefused for a name that any type of the object
    schema has, this one included, and for inheritance where there are children.
    """
    found, _ = find_type(document, external_id)
    if wanted.name is not None:
        _check_name(document, wanted.name)
    if wanted.inherited and found.children:
        raise ChangeRefused("inherited", "An object type that has children cannot be inherited")
    name = found.name if wanted.name is None else wanted.name

    def following(attribute: Attribute) -> Attribute:
        if attribute.reference_external_id != external_id:
            return attribute
        return replace(attribute, reference_name=name)

    def changed(object_type: ObjectType) -> ObjectType:
        attributes = tuple(map(following, object_type.attributes))
        made = replace(object_type, attributes=attributes)
        return _as_wanted(made, wanted) if made.external_id == external_id else made

    document = change_types(document, changed)
    mappings = tuple(
        replace(m, object_type_name=name) if m.object_type_external_id == external_id else m
        for m in document.mappings
    )
    return replace(document, mappings=mappings)


def _check_name(document: Document, name: str) -> None:
    # Whether a change of case alone passes is unknown: here it does not.
    taken = {t.name.casefold() for t, _ in walk_types(document.object_types)}
    if not name or name.casefold() in taken:
        raise ChangeRefused("name", TYPE_NAME_TAKEN if name else "Name is mandatory")


def _as_wanted(object_type: ObjectType, wanted: TypeChange) -> ObjectType:
    flags = {INHERITANCE: wanted.inherited, ABSTRACT: wanted.abstract}
    fields: dict[str, Any] = {
        "name": wanted.name,
        "description": wanted.description,
        "icon_key": wanted.icon_key,
        "extra": {**object_type.extra, **_stated(flags)} if _stated(flags) else None,
    }
    return replace(object_type, **_stated(fields))


def _stated(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def move_type(document: Document, external_id: str, parent: str | None) -> Document:
    """Return *document* with the type, and all below it, under *parent*; None is the root.

    Raises KeyError if either is missing, ChangeRefused for a parent below the type itself and
    for a name that a type there has already.
    """
    moved, _ = find_type(document, external_id)
    beside = document.object_types
    if parent is not None:
        into, above = find_type(document, parent)
        if external_id in {t.external_id for t in (*above, into)}:
            raise ChangeRefused("toObjectTypeId", "An object type cannot be moved below itself")
        beside = into.children
    if any(t.name == moved.name and t.external_id != external_id for t in beside):
        raise ChangeRefused("name", TYPE_NAME_TAKEN)

    def changed(object_type: ObjectType) -> ObjectType | None:
        if object_type.external_id == external_id:
            return None
        if object_type.external_id != parent:
            return object_type
        return replace(object_type, children=_with(object_type.children, [moved]))

    document = change_types(document, changed)
    if parent is not None:
        return document
    return replace(document, object_types=_with(document.object_types, [moved]))


def delete_type(
    document: Document,
    external_id: str,
    *,
    children: str = "refused",
) -> Document:
    """Return *document* without the type; *children* is an outcome of what nobody knows.

    Its mappings stay: what happens to them is unknown (api.md#companion-deletions). Raises
    KeyError without such a type, ChangeRefused for children, and where other types refer to what
    goes (our guess).
    """
    found, _ = find_type(document, external_id)
    if found.children and children == "refused":
        raise ChangeRefused("", "The object type has children")
    kept = found.children if children == "become-roots" else ()
    after = change_types(document, lambda t: None if t.external_id == external_id else t)
    after = replace(after, object_types=_with(after.object_types, kept))
    left = {t.external_id for t, _ in walk_types(after.object_types)}
    for object_type, _ in walk_types(after.object_types):
        for attribute in object_type.attributes:
            target = attribute.reference_external_id
            if target is not None and target not in left:
                where = f"{quoted(attribute.name)} of {quoted(object_type.name)}"
                raise ChangeRefused("", f"The object type is referred to by {where}")
    return after


def _with(types: Iterable[ObjectType], more: Iterable[ObjectType]) -> tuple[ObjectType, ...]:
    return OBJECT_TYPE.ordered((*types, *more))
