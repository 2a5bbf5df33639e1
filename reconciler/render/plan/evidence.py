"""The documents that a plan carries, and what addresses call their types.

A saved plan may carry anything: what is of the wrong shape is ignored.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model.address import written_key
from reconciler.model.document import (
    Attribute,
    AttributeMapping,
    Document,
    ObjectType,
    TypeMapping,
    walk_types,
)
from reconciler.model.wire import DocumentJson

Path = tuple[str, ...]


def document_in(raw: Mapping[str, Any]) -> Document:
    """Return the document *raw* as far as types, attributes and mappings have names and ids."""
    if isinstance(raw, DocumentJson):
        return raw.document
    object_schema, mapping = _inside(raw, "schema", "objectSchema"), _inside(raw, "mapping")
    return Document(
        object_types=_types(_objects(object_schema, "objectTypes")),
        mappings=tuple(map(_mapping, _objects(mapping, "objectTypeMappings"))),
    )


def attribute_in(raw: Mapping[str, Any]) -> Attribute:
    """Return name, id and target of the attribute *raw*."""
    return Attribute(
        name=_text(raw, "name") or "",
        type="",
        external_id=_text(raw, "externalId"),
        reference_name=_text(raw, "referenceObjectTypeName"),
        reference_external_id=_text(raw, "referenceObjectTypeExternalId"),
    )


def types_in(document: Document) -> Iterator[tuple[Path, ObjectType]]:
    """Yield each object type with its name path, in document order, parents before children."""
    for object_type, ancestors in walk_types(document.object_types):
        yield (*[each.name for each in ancestors], object_type.name), object_type


def key_in(path: Path, object_type: ObjectType, *, by_ids: bool) -> str:
    """Return what addresses have in the brackets of *object_type*: its id, else its name path."""
    return written_key((by_ids and object_type.external_id) or path)


def mapped_key(mapping: TypeMapping, by_name: Mapping[str, str]) -> str:
    """Return the key of the type that *mapping* maps; *by_name* has the keys by type name."""
    if mapping.object_type_external_id:
        return written_key(mapping.object_type_external_id)
    name = mapping.object_type_name or ""
    return by_name.get(name) or written_key((name,))


def _types(roots: list[Mapping[str, Any]]) -> tuple[ObjectType, ...]:
    """Return the types *roots* with those below; without recursion, as foreign ones nest deeply."""
    found, stack = [], [*roots]
    while stack:
        raw = stack.pop()
        stack += (below := _objects(raw, "children"))
        found.append((raw, below))
    made: dict[int, ObjectType] = {}
    for raw, below in reversed(found):
        made[id(raw)] = ObjectType(
            name=_text(raw, "name") or "",
            external_id=_text(raw, "externalId"),
            attributes=tuple(map(attribute_in, _objects(raw, "attributes"))),
            children=tuple(made[id(child)] for child in below),
        )
    return tuple(made[id(raw)] for raw in roots)


def _mapping(raw: Mapping[str, Any]) -> TypeMapping:
    return TypeMapping(
        object_type_name=_text(raw, "objectTypeName"),
        object_type_external_id=_text(raw, "objectTypeExternalId"),
        attributes=tuple(AttributeMapping() for _ in _objects(raw, "attributesMapping")),
    )


def _objects(raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the objects in the list of *key*, nothing if it is not a list."""
    value = raw.get(key)
    return [e for e in value if isinstance(e, Mapping)] if isinstance(value, list) else []


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) else None


def _inside(raw: Mapping[str, Any], *keys: str) -> Mapping[str, Any]:
    for key in keys:
        value = raw.get(key)
        raw = value if isinstance(value, Mapping) else {}
    return raw
