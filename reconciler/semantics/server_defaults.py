"""What the server stores of what it was sent: ignored keys, new ids (api.md#what-get-returns)."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from reconciler.model.document import (
    NO_EXTRA,
    Attribute,
    AttributeMapping,
    Document,
    ObjectType,
    Part,
    TypeMapping,
    amended,
    each,
    each_type,
    walk_types,
)
from reconciler.model.fields import ATTRIBUTE_MAPPING, TABLES
from reconciler.model.normalise import (
    SystemKeys,
    names_by_half,
    with_both_reference_keys,
)
from reconciler.value import replace

NewId = Callable[[tuple[str, ...]], str]

_Element = TypeVar("_Element", bound=Part)

_KEPT = frozenset().union(*(table.seen for table in TABLES))


def without_ignored_keys(body: Document) -> Document:
    """Return *body* without the keys that the server ignores.

    Without external ids these include cardinalities and `unique` (api.md#keys-that-need-ids).
    """

    def of_element(element: _Element) -> _Element:
        if not element.extra:
            return element
        return replace(element, extra=_kept_unknown_keys(element.extra))

    def of_type(object_type: ObjectType) -> ObjectType:
        return amended(of_element(object_type), attributes=each(of_element, object_type.attributes))

    def of_mapping(mapping: TypeMapping) -> TypeMapping:
        return amended(of_element(mapping), attributes=each(of_element, mapping.attributes))

    return amended(
        body,
        object_types=each_type(of_type, body.object_types),
        icons=each(lambda i: amended(i, extra=NO_EXTRA), body.icons),
        statuses=each(lambda s: amended(s, extra=NO_EXTRA), body.statuses),
        mappings=each(of_mapping, body.mappings),
        extra=NO_EXTRA,
    )


def _kept_unknown_keys(extra: Mapping[str, Any]) -> Mapping[str, Any]:
    return {k: v for k, v in extra.items() if k in _KEPT}


def completed(document: Document, new_id: NewId) -> Document:
    """Return *document*, which has its defaults: ids generated, mappings by id.

    The system `Key` is omitted: every answer generates its own.
    """
    keys = SystemKeys()
    halves: list[ObjectType] = []

    def whole(object_type: ObjectType, *above: str) -> ObjectType:
        made = _with_ids(keys.left_out_of(object_type), above, new_id)
        if names_by_half(made):
            halves.append(made)
        below = (*above, made.name)
        return amended(made, children=each(lambda child: whole(child, *below), made.children))

    document = amended(
        document,
        object_types=each(whole, document.object_types),
        mappings=each(keys.named_in, document.mappings),
    )
    if halves:
        document = with_both_reference_keys(document)
    return amended(document, mappings=_mappings_by_id(document))


def _with_ids(object_type: ObjectType, above: tuple[str, ...], new_id: NewId) -> ObjectType:
    names = (*above, object_type.name)

    def of_attribute(attribute: Attribute) -> Attribute:
        if attribute.external_id is not None:
            return attribute
        return replace(attribute, external_id=new_id((*names, attribute.name)))

    return amended(
        object_type,
        external_id=object_type.external_id or new_id(names),
        attributes=each(of_attribute, object_type.attributes)
        if None in [a.external_id for a in object_type.attributes]
        else object_type.attributes,
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
        entries = mapping.attributes
        if None in [entry.attribute_external_id for entry in entries]:
            ids = {a.name: a.external_id for a in target.attributes}
            entries = ATTRIBUTE_MAPPING.ordered(map(partial(_entry_by_id, ids=ids), entries))
        return amended(mapping, object_type_external_id=target.external_id, attributes=entries)

    return each(by_id, document.mappings)


def _entry_by_id(entry: AttributeMapping, ids: Mapping[str, str | None]) -> AttributeMapping:
    if entry.attribute_external_id is not None:
        return entry
    return replace(entry, attribute_external_id=ids.get(entry.attribute_name or ""))
