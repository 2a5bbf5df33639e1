"""Attributes changed and deleted (api.md#companion-attributes)."""

from typing import Any

from reconciler.model.document import (
    SYSTEM_ATTRIBUTE,
    Attribute,
    AttributeMapping,
    Document,
    ObjectType,
    walk_types,
)
from reconciler.model.fields import ATTRIBUTE
from reconciler.semantics.schema_changes.hierarchy import change_types, find_type, owners_above
from reconciler.semantics.schema_changes.refusal import NAME_TAKEN, ChangeRefused
from reconciler.value import Value, replace

# The attributes that Assets itself adds to each type; importsource shows the first alone.
SYSTEM_ATTRIBUTES = (SYSTEM_ATTRIBUTE, "Created", "Updated")
# What comes with every type as well, and may be changed, but not deleted.
NAME_ATTRIBUTE = "Name"
# Of one type, inherited ones included.
MOST_UNIQUE = 2


class AttributeChange(Value):
    """What is wanted of an attribute; None leaves as it is.

    `type` is importsource's; `target` is the external id of the type that a reference points to.
    """

    name: str | None = None
    description: str | None = None
    label: bool | None = None
    type: str | None = None
    target: str | None = None
    type_values: tuple[str, ...] | None = None
    minimum_cardinality: int | None = None
    maximum_cardinality: int | None = None
    unique: bool | None = None


def change_attribute(
    document: Document, type_id: str, attribute_id: str, wanted: AttributeChange
) -> Document:
    """Return *document* with the type's own attribute as *wanted*; mappings say its new name.

    A label moves from its holder, silently; a retype is not checked against any value. Raises
    KeyError without such a type or attribute, ChangeRefused for what the API is known to refuse.
    """
    owner, above = find_type(document, type_id)
    live = _own(owner, attribute_id)
    changed = _as_wanted(document, live, wanted)
    _check_name(live, changed, owners_above(above))
    _check_label(live, wanted, above)
    _check_unique(owner, changed, owners_above(above))

    def in_type(object_type: ObjectType) -> ObjectType:
        if object_type.external_id != type_id:
            return object_type
        others = (
            replace(a, label=False) if wanted.label and a.label else a
            for a in object_type.attributes
            if a.external_id != attribute_id
        )
        return replace(object_type, attributes=ATTRIBUTE.ordered((changed, *others)))

    def in_mapping(entry: AttributeMapping) -> AttributeMapping:
        if entry.attribute_external_id != attribute_id:
            return entry
        return replace(entry, attribute_name=changed.name)

    mappings = tuple(
        replace(m, attributes=tuple(map(in_mapping, m.attributes))) for m in document.mappings
    )
    return replace(change_types(document, in_type), mappings=mappings)


def delete_attribute(document: Document, attribute_id: str) -> Document:
    """Return *document* without the attribute; what mappings say of it stays.

    Raises KeyError without such an attribute, ChangeRefused for the name and for a label, which
    a type cannot be without (inferred).
    """
    owner, live = find_attribute(document, attribute_id)
    if live.name == NAME_ATTRIBUTE or live.label:
        raise ChangeRefused("", "The attribute cannot be deleted")

    def in_type(object_type: ObjectType) -> ObjectType:
        if object_type.external_id != owner.external_id:
            return object_type
        left = tuple(a for a in object_type.attributes if a.external_id != attribute_id)
        return replace(object_type, attributes=left)

    return change_types(document, in_type)


def find_attribute(document: Document, attribute_id: str) -> tuple[ObjectType, Attribute]:
    """Return an attribute and the type that owns it. Raises KeyError."""
    for object_type, _ in walk_types(document.object_types):
        for attribute in object_type.attributes:
            if attribute.external_id == attribute_id:
                return object_type, attribute
    raise KeyError(attribute_id)


def _own(owner: ObjectType, attribute_id: str) -> Attribute:
    for attribute in owner.attributes:
        if attribute.external_id == attribute_id:
            return attribute
    raise KeyError(attribute_id)


def _as_wanted(document: Document, live: Attribute, wanted: AttributeChange) -> Attribute:
    stated: dict[str, Any] = {
        key: value
        for key in (
            "name",
            "description",
            "label",
            "type",
            "type_values",
            "minimum_cardinality",
            "maximum_cardinality",
            "unique",
        )
        if (value := getattr(wanted, key)) is not None
    }
    if wanted.target is not None:
        target, _ = find_type(document, wanted.target)
        stated |= {"reference_external_id": target.external_id, "reference_name": target.name}
    elif stated.get("type", live.type) != live.type:
        stated |= {"reference_external_id": None, "reference_name": None}
    return replace(live, **stated)


def _check_name(live: Attribute, changed: Attribute, owners: tuple[ObjectType, ...]) -> None:
    # Its own name is accepted, and so is that of another attribute of its type.
    if changed.name == live.name:
        return
    taken = {*SYSTEM_ATTRIBUTES, *(a.name for t in owners for a in t.attributes)}
    if not changed.name or changed.name.casefold() in {name.casefold() for name in taken}:
        raise ChangeRefused("name", NAME_TAKEN if changed.name else "Name is mandatory")


def _check_label(live: Attribute, wanted: AttributeChange, above: tuple[ObjectType, ...]) -> None:
    if wanted.label is False and live.label:
        raise ChangeRefused("label", "An object type needs a label attribute")
    if wanted.label and owners_above(above):
        raise ChangeRefused("label", "The label of this object type is inherited")


def _check_unique(owner: ObjectType, changed: Attribute, owners: tuple[ObjectType, ...]) -> None:
    if not changed.unique:
        return
    if changed.maximum_cardinality != 1:
        raise ChangeRefused("uniqueAttribute", "A unique attribute has one value at most")
    others = {a.external_id for t in (*owners, owner) for a in t.attributes if a.unique} - {
        changed.external_id
    }
    if len(others) >= MOST_UNIQUE:
        text = f"An object type has {MOST_UNIQUE} unique attributes at most"
        raise ChangeRefused("uniqueAttribute", text)
