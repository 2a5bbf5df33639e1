"""What the server stores of what it was sent: ignored keys, new ids (api.md#what-get-returns)."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from reconciler.model.document import (
    NO_EXTRA,
    Attribute,
    AttributeMapping,
    Document,
    ObjectType,
    TypeMapping,
    walk_types,
)
from reconciler.model.fields import ATTRIBUTE_MAPPING, TABLES
from reconciler.model.normalise import (
    with_both_reference_keys,
    with_defaults,
    without_system_attributes,
)
from reconciler.value import replace

NewId = Callable[[tuple[str, ...]], str]

_Element = TypeVar("_Element", Attribute, AttributeMapping)

_KEPT = frozenset().union(*(table.seen for table in TABLES))


def without_ignored_keys(body: Document) -> Document:
    """Return *body* without the keys that the server ignores.

    Without external ids these include cardinalities and `unique` (api.md#keys-that-need-ids).
    """

    def of_element(element: _Element) -> _Element:
        kept = _kept_unknown_keys(element.extra)
        return replace(element, extra=kept) if kept != element.extra else element

    def of_type(object_type: ObjectType) -> ObjectType:
        return replace(
            object_type,
            attributes=tuple(map(of_element, object_type.attributes)),
            children=tuple(map(of_type, object_type.children)),
            extra=_kept_unknown_keys(object_type.extra),
        )

    def of_mapping(mapping: TypeMapping) -> TypeMapping:
        return replace(
            mapping,
            attributes=tuple(map(of_element, mapping.attributes)),
            extra=_kept_unknown_keys(mapping.extra),
        )

    return replace(
        body,
        object_types=tuple(map(of_type, body.object_types)),
        icons=tuple(replace(i, extra=NO_EXTRA) for i in body.icons),
        statuses=tuple(replace(s, extra=NO_EXTRA) for s in body.statuses),
        mappings=tuple(map(of_mapping, body.mappings)),
        extra=NO_EXTRA,
    )


def _kept_unknown_keys(extra: Mapping[str, Any]) -> Mapping[str, Any]:
    return {k: v for k, v in extra.items() if k in _KEPT} if extra else extra


def as_stored(document: Document, new_id: NewId) -> Document:
    """Return *document* as live stores it: ids generated, defaults filled, mappings by id.

    The system `Key` is omitted: every answer generates its own.
    """
    document = with_defaults(without_system_attributes(document))
    types = tuple(_with_ids(t, (), new_id) for t in document.object_types)
    document = with_both_reference_keys(replace(document, object_types=types))
    return replace(document, mappings=_mappings_by_id(document))


def _with_ids(object_type: ObjectType, above: tuple[str, ...], new_id: NewId) -> ObjectType:
    names = (*above, object_type.name)

    def identified(attribute: Attribute) -> Attribute:
        if attribute.external_id is not None:
            return attribute
        return replace(attribute, external_id=new_id((*names, attribute.name)))

    return replace(
        object_type,
        external_id=object_type.external_id or new_id(names),
        attributes=tuple(map(identified, object_type.attributes)),
        children=tuple(_with_ids(c, names, new_id) for c in object_type.children),
    )


def _mappings_by_id(document: Document) -> tuple[TypeMapping, ...]:
    types: dict[str, ObjectType] = {}
    named: dict[str, ObjectType] = {}
    for object_type, _ in walk_types(document.object_types):
        types[object_type.external_id or ""] = object_type
        named.setdefault(object_type.name, object_type)

    def by_id(mapping: TypeMapping) -> TypeMapping:
        target = types.get(mapping.object_type_external_id or "") or named.get(
            mapping.object_type_name or ""
        )
        if target is None:
            return mapping
        ids = {a.name: a.external_id for a in target.attributes}

        def entry_by_id(entry: AttributeMapping) -> AttributeMapping:
            if entry.attribute_external_id is not None:
                return entry
            return replace(entry, attribute_external_id=ids.get(entry.attribute_name or ""))

        return replace(
            mapping,
            object_type_external_id=target.external_id,
            attributes=ATTRIBUTE_MAPPING.ordered(map(entry_by_id, mapping.attributes)),
        )

    return tuple(map(by_id, document.mappings))
