"""What GET returns, made comparable with what was sent (api.md#what-get-returns).

Each rule is a function of its own; `normalise` applies them all. A document that
went out and came back is equal after it. Two rules need no function here: reading
(`reconciler.model.wire`) drops `$schema` and orders every list by identity.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.model.document import (
    SYSTEM_ATTRIBUTE,
    Attribute,
    AttributeMapping,
    Document,
    ObjectType,
    TypeMapping,
    walk_types,
)
from reconciler.model.wire import read_document


@dataclass(frozen=True, kw_only=True, slots=True)
class LiveDocument:
    """A normalised GET answer.

    `shown` names the write-only parts that this answer does show after all
    (`icons`, `png48`, `statuses`, `iconKey`, `typeValues`): absent is not null.
    """

    document: Document
    shown: frozenset[str] = frozenset()


def normalise(raw: Mapping[str, Any]) -> LiveDocument:
    """Return the live document that the GET answer *raw* (shape already checked) describes."""
    document = read_document(raw)
    for rule in (without_system_attributes, with_defaults, with_both_reference_keys):
        document = rule(document)
    return LiveDocument(document=document, shown=parts_shown(raw))


def without_system_attributes(document: Document) -> Document:
    """Drop the `Key` that Assets gives to each type, in either of its forms.

    A mapping that fills `Key` then names it by name alone, for its id is generated
    in one form of the answer and absent in the other.
    """
    system_ids: set[str] = set()

    def trimmed(object_type: ObjectType) -> ObjectType:
        if any(a.is_system for a in object_type.attributes):
            system_ids.update(
                a.external_id for a in object_type.attributes if a.is_system and a.external_id
            )
            attributes = tuple(a for a in object_type.attributes if not a.is_system)
            return replace(object_type, attributes=attributes)
        return object_type

    types = _map_types(document.object_types, trimmed)

    def named(entry: AttributeMapping) -> AttributeMapping:
        system = entry.attribute_name == SYSTEM_ATTRIBUTE or (
            entry.attribute_external_id in system_ids
        )
        if not system:
            return entry
        return replace(entry, attribute_external_id=None, attribute_name=SYSTEM_ATTRIBUTE)

    return replace(
        document,
        object_types=types,
        mappings=tuple(
            replace(m, attributes=ordered_entries(map(named, m.attributes)))
            if any(named(e) is not e for e in m.attributes)
            else m
            for m in document.mappings
        ),
    )


def with_defaults(document: Document) -> Document:
    """Fill in what the server fills in: what is absent means its default."""
    return replace(
        document,
        object_types=_map_types(document.object_types, _type_with_defaults),
        mappings=tuple(map(mapping_with_defaults, document.mappings)),
    )


def attribute_with_defaults(attribute: Attribute) -> Attribute:
    """Return *attribute* with label, cardinalities, unique and description filled in."""
    if (
        attribute.label is not None
        and attribute.minimum_cardinality is not None
        and attribute.maximum_cardinality is not None
        and attribute.unique is not None
        and attribute.description is not None
    ):
        return attribute
    minimum, maximum = attribute.minimum_cardinality, attribute.maximum_cardinality
    return replace(
        attribute,
        description=attribute.description or "",
        label=bool(attribute.label),
        minimum_cardinality=int(bool(attribute.label)) if minimum is None else minimum,
        maximum_cardinality=1 if maximum is None else maximum,
        unique=bool(attribute.unique),
    )


def mapping_with_defaults(mapping: TypeMapping) -> TypeMapping:
    """Return *mapping* with its description and each `externalIdPart` filled in."""
    entries = mapping.attributes
    if any(e.external_id_part is None for e in entries):
        entries = tuple(
            replace(e, external_id_part=False) if e.external_id_part is None else e for e in entries
        )
    if mapping.description is not None and entries is mapping.attributes:
        return mapping
    return replace(mapping, description=mapping.description or "", attributes=entries)


def with_both_reference_keys(document: Document) -> Document:
    """Name a reference's target by name and by external id, whichever was sent."""
    by_id: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for object_type, _ in walk_types(document.object_types):
        if object_type.external_id:
            by_id[object_type.external_id] = object_type.name
            by_name.setdefault(object_type.name, object_type.external_id)

    def full(attribute: Attribute) -> Attribute:
        name, external_id = attribute.reference_name, attribute.reference_external_id
        if (name is None) == (external_id is None):
            return attribute
        if name is None:
            return replace(attribute, reference_name=by_id.get(external_id or ""))
        return replace(attribute, reference_external_id=by_name.get(name))

    return replace(
        document,
        object_types=_map_types(
            document.object_types,
            lambda t: _with_attributes(t, tuple(map(full, t.attributes))),
        ),
    )


def parts_shown(raw: Mapping[str, Any]) -> frozenset[str]:
    """Return which write-only parts the answer *raw* shows (design.md#write-only).

    An empty icon list shows nothing: it has been seen where icons existed.
    """
    shown: set[str] = set()
    schema = raw["schema"]
    icons = (schema.get("iconSchema") or {}).get("icons") or ()
    if icons:
        shown.add("icons")
    if any("png48" in icon for icon in icons):
        shown.add("png48")
    if (schema.get("statusSchema") or {}).get("statuses"):
        shown.add("statuses")
    stack = list(schema["objectSchema"].get("objectTypes") or ())
    while stack:
        object_type = stack.pop()
        if "iconKey" in object_type:
            shown.add("iconKey")
        if any("typeValues" in a for a in object_type.get("attributes") or ()):
            shown.add("typeValues")
        stack.extend(object_type.get("children") or ())
    return frozenset(shown)


def ordered_entries(entries: Any) -> tuple[AttributeMapping, ...]:
    """Return attribute mappings in canonical order."""
    return tuple(
        sorted(entries, key=lambda e: (e.attribute_external_id or "", e.attribute_name or ""))
    )


def _type_with_defaults(object_type: ObjectType) -> ObjectType:
    filled = _with_attributes(
        object_type, tuple(map(attribute_with_defaults, object_type.attributes))
    )
    return replace(filled, description="") if filled.description is None else filled


def _with_attributes(object_type: ObjectType, attributes: tuple[Attribute, ...]) -> ObjectType:
    same = all(a is b for a, b in zip(attributes, object_type.attributes, strict=True))
    return object_type if same else replace(object_type, attributes=attributes)


def _map_types(
    roots: tuple[ObjectType, ...], rule: Callable[[ObjectType], ObjectType]
) -> tuple[ObjectType, ...]:
    return tuple(
        replace(mapped, children=_map_types(mapped.children, rule)) if mapped.children else mapped
        for mapped in map(rule, roots)
    )
