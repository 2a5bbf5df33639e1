"""What GET returns, made comparable with what was sent (api.md#what-get-returns).

Each rule is a function of its own; `normalise` applies them all. After it, a document that was
sent and read back is equal. Two rules need no function here: reading
(`reconciler.model.wire`) drops `$schema` and orders every list by identity.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter, is_
from typing import Any, TypeVar

from reconciler.model.document import (
    SYSTEM_ATTRIBUTE,
    Attribute,
    AttributeMapping,
    Document,
    ObjectType,
    TypeMapping,
    walk_types,
)
from reconciler.model.fields import (
    ATTRIBUTE,
    ATTRIBUTE_MAPPING,
    ICON,
    OBJECT_TYPE,
    TYPE_MAPPING,
    Table,
)
from reconciler.model.wire import read_document
from reconciler.value import Value, replace

_Owner = TypeVar("_Owner", ObjectType, TypeMapping)


class LiveDocument(Value):
    """A normalised GET answer.

    `shown` names the parts of `fields.WRITE_ONLY` that this answer shows nevertheless: absent
    is not null.
    """

    document: Document
    shown: frozenset[str] = frozenset()


def normalise(raw: Mapping[str, Any]) -> LiveDocument:
    """Return the live document of the GET answer *raw*, whose shape has been checked."""
    document = read_document(raw)
    for rule in (without_system_attributes, with_defaults, with_both_reference_keys):
        document = rule(document)
    return LiveDocument(document=document, shown=parts_shown(raw))


def without_system_attributes(document: Document) -> Document:
    """Drop the `Key` that Assets adds to each type, in either of its forms.

    A mapping that fills `Key` then names it by name alone, since its id is generated in one
    form of the answer and absent in the other.
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
            replace(m, attributes=ATTRIBUTE_MAPPING.ordered(map(named, m.attributes)))
            if any(named(e) is not e for e in m.attributes)
            else m
            for m in document.mappings
        ),
    )


def with_defaults(document: Document) -> Document:
    """Fill in what the server fills in: an absent field means its default."""
    return replace(
        document,
        object_types=_map_types(document.object_types, _all_with_defaults),
        mappings=tuple(
            _filled_mapping(_with_attributes(m, tuple(map(entry_with_defaults, m.attributes))))
            for m in document.mappings
        ),
    )


def _filling(table: Table) -> Callable[[Any], Any]:
    """Return a function that fills in defaults; the table is unpacked once for many elements."""
    optional = [field for field in table.fields if field.default is not None]
    fixed = [(f.attribute, f.default) for f in optional if not callable(f.default)]
    implied = [(f.attribute, f.default) for f in optional if callable(f.default)]
    # With `extra`, which is never None: for a single name attrgetter returns a bare value.
    stated = attrgetter("extra", *(field.attribute for field in optional))

    def filled(element: Any) -> Any:
        if None not in stated(element):
            return element
        changes = {name: value for name, value in fixed if getattr(element, name) is None}
        for name, value_in in implied:
            if getattr(element, name) is None:
                changes[name] = value_in(element)
        return replace(element, **changes)

    return filled


# Each returns its element with the server's defaults in place of absent fields.
attribute_with_defaults: Callable[[Attribute], Attribute] = _filling(ATTRIBUTE)
type_with_defaults: Callable[[ObjectType], ObjectType] = _filling(OBJECT_TYPE)
_filled_mapping = _filling(TYPE_MAPPING)
entry_with_defaults: Callable[[AttributeMapping], AttributeMapping] = _filling(ATTRIBUTE_MAPPING)


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
    schema = raw["schema"]
    icons = (schema.get("iconSchema") or {}).get("icons") or ()
    statuses = (schema.get("statusSchema") or {}).get("statuses") or ()
    shown = {key for key, elements in (("icons", icons), ("statuses", statuses)) if elements}
    shown |= _fields_shown(ICON, icons)
    stack = list(schema["objectSchema"].get("objectTypes") or ())
    while stack:
        object_type = stack.pop()
        shown |= _fields_shown(OBJECT_TYPE, (object_type,))
        shown |= _fields_shown(ATTRIBUTE, object_type.get("attributes") or ())
        stack.extend(object_type.get("children") or ())
    return frozenset(shown)


def _fields_shown(table: Table, elements: Iterable[Mapping[str, Any]]) -> set[str]:
    return {f.key for f in table.write_only if any(f.key in each for each in elements)}


def _all_with_defaults(object_type: ObjectType) -> ObjectType:
    attributes = tuple(map(attribute_with_defaults, object_type.attributes))
    return type_with_defaults(_with_attributes(object_type, attributes))


def _with_attributes(element: _Owner, attributes: tuple[Any, ...]) -> _Owner:
    same = all(map(is_, attributes, element.attributes))
    return element if same else replace(element, attributes=attributes)


def _map_types(
    roots: tuple[ObjectType, ...], rule: Callable[[ObjectType], ObjectType]
) -> tuple[ObjectType, ...]:
    return tuple(
        replace(mapped, children=_map_types(mapped.children, rule)) if mapped.children else mapped
        for mapped in map(rule, roots)
    )
