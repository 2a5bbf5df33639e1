"""The API's JSON of a document: read into values, written back.

Reading trusts its input: check it first against the payload schema
(`reconciler.manifest.schemas`), or against the answer schema for what GET returns.

In a document without external ids the keys that need ids (api.md#keys-that-need-ids) are
unknown keys, as in the official 2021-09-15 schema: they go to `extra`.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from reconciler.model.document import (
    NO_EXTRA,
    SYSTEM_ATTRIBUTE,
    Attribute,
    AttributeMapping,
    Document,
    Icon,
    ObjectType,
    Status,
    TypeMapping,
)
from reconciler.model.fields import (
    ATTRIBUTE,
    ATTRIBUTE_MAPPING,
    ENVELOPE,
    ICON,
    OBJECT_TYPE,
    STATUS,
    TYPE_MAPPING,
    Table,
)


def read_document(raw: Mapping[str, Any]) -> Document:
    """Return the document of the API's JSON *raw*, which has been checked."""
    return _READERS[has_external_ids(raw)].document(raw)


def write_document(document: Document) -> dict[str, Any]:
    """Return the API's JSON: the keys that were present when parsed, lists in canonical order."""
    extra = document.extra
    schema: dict[str, Any] = {
        "objectSchema": {
            "name": document.name,
            "description": document.description,
            "objectTypes": [write_object_type(t) for t in document.object_types],
            **extra.get("schema.objectSchema", NO_EXTRA),
        },
        **extra.get("schema", NO_EXTRA),
    }
    if document.icons:
        schema["iconSchema"] = {
            "icons": [write_icon(i) for i in document.icons],
            **extra.get("schema.iconSchema", NO_EXTRA),
        }
    if document.statuses:
        schema["statusSchema"] = {
            "statuses": [write_status(s) for s in document.statuses],
            **extra.get("schema.statusSchema", NO_EXTRA),
        }
    mapping = {
        "objectTypeMappings": [write_type_mapping(m) for m in document.mappings],
        **extra.get("mapping", NO_EXTRA),
    }
    return {"schema": schema, "mapping": mapping, **extra.get("", NO_EXTRA)}


def has_external_ids(raw: Mapping[str, Any]) -> bool:
    """Return whether the `schema` part of the JSON *raw* contains any external id.

    That, not `$schema`, selects the payload version (api.md#payload-versions); the
    system `Key` does not count. Lenient: *raw* need not have been checked.
    """
    schema = raw.get("schema")
    object_schema = schema.get("objectSchema") if isinstance(schema, Mapping) else None
    roots = object_schema.get("objectTypes") if isinstance(object_schema, Mapping) else None
    stack: list[Any] = [roots]
    while stack:
        types = stack.pop()
        for object_type in types if isinstance(types, list) else ():
            if not isinstance(object_type, Mapping):
                continue
            if "externalId" in object_type:
                return True
            attributes = object_type.get("attributes")
            for attribute in attributes if isinstance(attributes, list) else ():
                if (
                    isinstance(attribute, Mapping)
                    and "externalId" in attribute
                    and attribute.get("name") != SYSTEM_ATTRIBUTE
                ):
                    return True
            stack.append(object_type.get("children"))
    return False


def write_object_type(object_type: ObjectType) -> dict[str, Any]:
    """Return the API's JSON of a type with everything in it."""
    out = _write(object_type, OBJECT_TYPE)
    if object_type.attributes:
        out["attributes"] = [write_attribute(a) for a in object_type.attributes]
    if object_type.children:
        out["children"] = [write_object_type(c) for c in object_type.children]
    return out


def write_attribute(attribute: Attribute) -> dict[str, Any]:
    """Return the API's JSON of an attribute."""
    return _write(attribute, ATTRIBUTE)


def write_icon(icon: Icon) -> dict[str, Any]:
    """Return the API's JSON of an icon."""
    return _write(icon, ICON)


def write_status(status: Status) -> dict[str, Any]:
    """Return the API's JSON of a status."""
    return _write(status, STATUS)


def write_type_mapping(mapping: TypeMapping) -> dict[str, Any]:
    """Return the API's JSON of a type's mapping with everything in it."""
    out = _write(mapping, TYPE_MAPPING)
    if mapping.attributes:
        out["attributesMapping"] = [write_attribute_mapping(a) for a in mapping.attributes]
    return out


def write_attribute_mapping(mapping: AttributeMapping) -> dict[str, Any]:
    """Return the API's JSON of an attribute's mapping."""
    return _write(mapping, ATTRIBUTE_MAPPING)


def _write(element: Any, table: Table) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, attribute in table.attributes.items():
        value = getattr(element, attribute)
        if value is not None:
            out[key] = list(value) if value.__class__ is tuple else value
    if element.extra:
        out.update(element.extra)
    return out


def _extra(raw: Mapping[str, Any], known: Iterable[str]) -> Mapping[str, Any]:
    left = raw.keys() - known
    return MappingProxyType({k: raw[k] for k in sorted(left)}) if left else NO_EXTRA


def _element_reader(table: Table, *, ids: bool) -> Callable[..., Any]:
    """Return the reader of one element; the table is unpacked once for many elements."""
    known = [f for f in table.fields if ids or not f.needs_ids]
    attributes = {field.key: field.attribute for field in known}
    keys = {*attributes, *(each.key for each in table.lists)}
    items = [(field.attribute, field.items) for field in known if field.items]
    model = table.model

    def read(raw: Mapping[str, Any], **values: Any) -> Any:
        has_extra = False
        for key, value in raw.items():
            attribute = attributes.get(key)
            if attribute is None:
                has_extra = True
            elif value is not None:
                values[attribute] = value
        for attribute, made_of in items:
            if attribute in values:
                values[attribute] = made_of(values[attribute])
        if has_extra:
            values["extra"] = _extra(raw, keys)
        return model(**values)

    return read


class _Reader:
    """JSON to values, for a payload version with or without external ids."""

    def __init__(self, *, ids: bool) -> None:
        self.ids = ids
        self.envelope = dict(ENVELOPE)
        if not ids:
            self.envelope["schema"] = ("objectSchema", "iconSchema")  # statuses need ids
        self.type_of = _element_reader(OBJECT_TYPE, ids=ids)
        self.attribute = _element_reader(ATTRIBUTE, ids=ids)
        self.icon = _element_reader(ICON, ids=ids)
        self.status = _element_reader(STATUS, ids=ids)
        self.mapping_of = _element_reader(TYPE_MAPPING, ids=ids)
        self.entry = _element_reader(ATTRIBUTE_MAPPING, ids=ids)

    def document(self, raw: Mapping[str, Any]) -> Document:
        schema = raw["schema"]
        object_schema = schema["objectSchema"]
        icon_schema = schema.get("iconSchema") or NO_EXTRA
        status_schema = (schema.get("statusSchema") or NO_EXTRA) if self.ids else NO_EXTRA
        mapping = raw["mapping"]
        around = {
            "": raw,
            "schema": schema,
            "schema.objectSchema": object_schema,
            "schema.iconSchema": icon_schema,
            "schema.statusSchema": status_schema,
            "mapping": mapping,
        }
        extra = {
            path: left
            for path, each in around.items()
            if (left := _extra(each, self.envelope[path]))
        }
        return Document(
            name=object_schema.get("name") or "",
            description=object_schema.get("description") or "",
            object_types=self.object_types(object_schema.get("objectTypes")),
            icons=ICON.ordered(map(self.icon, icon_schema.get("icons") or ())),
            statuses=STATUS.ordered(map(self.status, status_schema.get("statuses") or ())),
            mappings=TYPE_MAPPING.ordered(
                map(self.type_mapping, mapping.get("objectTypeMappings") or ())
            ),
            extra=MappingProxyType(extra) if extra else NO_EXTRA,
        )

    def object_types(self, raw: Any) -> tuple[ObjectType, ...]:
        return OBJECT_TYPE.ordered(map(self.object_type, raw or ()))

    def object_type(self, raw: Mapping[str, Any]) -> Any:
        return self.type_of(
            raw,
            attributes=ATTRIBUTE.ordered(map(self.attribute, raw.get("attributes") or ())),
            children=self.object_types(raw.get("children")),
        )

    def type_mapping(self, raw: Mapping[str, Any]) -> Any:
        entries = map(self.entry, raw.get("attributesMapping") or ())
        return self.mapping_of(raw, attributes=ATTRIBUTE_MAPPING.ordered(entries))


_READERS = {ids: _Reader(ids=ids) for ids in (True, False)}
