"""The API's JSON of a document: read into values, written back.

Reading trusts its input: check it first against the payload schema
(`reconciler.manifest.schemas`), or against the answer schema for what GET returns.

In a document without external ids the keys that need ids (api.md#keys-that-need-ids) are
unknown keys, as in the official 2021-09-15 schema: they go to `extra`.
"""

from collections.abc import Iterable, Mapping
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


def read_document(raw: Mapping[str, Any]) -> Document:
    """Return the document that the API's JSON *raw* (already checked) describes."""
    return _Reader(has_external_ids(raw)).document(raw)


def write_document(document: Document) -> dict[str, Any]:
    """Return the API's JSON: what was present when parsed, lists in canonical order."""
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
    """Return whether the `schema` part of the JSON *raw* names any external id.

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


# The keys that each payload version knows, wire name → field. Those that are missing
# from the version without external ids stay in `extra` there.
_ATTRIBUTE_21 = {
    "name": "name",
    "description": "description",
    "type": "type",
    "label": "label",
    "referenceObjectTypeName": "reference_name",
}
ATTRIBUTE_KEYS = _ATTRIBUTE_21 | {
    "externalId": "external_id",
    "typeValues": "type_values",
    "referenceObjectTypeExternalId": "reference_external_id",
    "minimumCardinality": "minimum_cardinality",
    "maximumCardinality": "maximum_cardinality",
    "unique": "unique",
}
OBJECT_TYPE_KEYS = {
    "externalId": "external_id",
    "name": "name",
    "description": "description",
    "iconKey": "icon_key",
}
ICON_KEYS = {"key": "key", "name": "name", "png48": "png48"}
STATUS_KEYS = {"name": "name", "description": "description", "category": "category"}
_TYPE_MAPPING_21 = {
    "objectTypeName": "object_type_name",
    "selector": "selector",
    "description": "description",
}
TYPE_MAPPING_KEYS = _TYPE_MAPPING_21 | {"objectTypeExternalId": "object_type_external_id"}
_ATTRIBUTE_MAPPING_21 = {
    "attributeName": "attribute_name",
    "externalIdPart": "external_id_part",
    "attributeLocators": "locators",
    "objectMappingIQL": "iql",
}
ATTRIBUTE_MAPPING_KEYS = _ATTRIBUTE_MAPPING_21 | {"attributeExternalId": "attribute_external_id"}


def write_object_type(object_type: ObjectType) -> dict[str, Any]:
    """Return the API's JSON of a type with all in it."""
    out = _write(object_type, OBJECT_TYPE_KEYS)
    if object_type.attributes:
        out["attributes"] = [write_attribute(a) for a in object_type.attributes]
    if object_type.children:
        out["children"] = [write_object_type(c) for c in object_type.children]
    return out


def write_attribute(attribute: Attribute) -> dict[str, Any]:
    """Return the API's JSON of an attribute."""
    return _write(attribute, ATTRIBUTE_KEYS)


def write_icon(icon: Icon) -> dict[str, Any]:
    """Return the API's JSON of an icon."""
    return _write(icon, ICON_KEYS)


def write_status(status: Status) -> dict[str, Any]:
    """Return the API's JSON of a status."""
    return _write(status, STATUS_KEYS)


def write_type_mapping(mapping: TypeMapping) -> dict[str, Any]:
    """Return the API's JSON of a type's mapping with all in it."""
    out = _write(mapping, TYPE_MAPPING_KEYS)
    if mapping.attributes:
        out["attributesMapping"] = [write_attribute_mapping(a) for a in mapping.attributes]
    return out


def write_attribute_mapping(mapping: AttributeMapping) -> dict[str, Any]:
    """Return the API's JSON of an attribute's mapping."""
    return _write(mapping, ATTRIBUTE_MAPPING_KEYS)


def _write(element: Any, keys: Mapping[str, str]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, field in keys.items():
        value = getattr(element, field)
        if value is not None:
            out[key] = list(value) if value.__class__ is tuple else value
    if element.extra:
        out.update(element.extra)
    return out


def _extra(raw: Mapping[str, Any], *known: Iterable[str]) -> Mapping[str, Any]:
    left = raw.keys() - known[0]
    for keys in known[1:]:
        left = left.difference(keys)
    return MappingProxyType({k: raw[k] for k in sorted(left)}) if left else NO_EXTRA


def _texts(raw: Any) -> tuple[str, ...] | None:
    return None if raw is None else tuple(raw)


class _Reader:
    """JSON to values, for a payload version with or without external ids."""

    def __init__(self, ids: bool) -> None:  # noqa: FBT001 - the one question a version answers
        self.attribute_keys = ATTRIBUTE_KEYS if ids else _ATTRIBUTE_21
        self.type_mapping_keys = TYPE_MAPPING_KEYS if ids else _TYPE_MAPPING_21
        self.attribute_mapping_keys = ATTRIBUTE_MAPPING_KEYS if ids else _ATTRIBUTE_MAPPING_21
        self.ids = ids

    def document(self, raw: Mapping[str, Any]) -> Document:
        schema = raw["schema"]
        object_schema = schema["objectSchema"]
        icon_schema = schema.get("iconSchema") or NO_EXTRA
        status_schema = (schema.get("statusSchema") or NO_EXTRA) if self.ids else NO_EXTRA
        mapping = raw["mapping"]
        schema_keys = {"objectSchema", "iconSchema"} | ({"statusSchema"} if self.ids else set())
        extra = {
            "": _extra(raw, ("$schema", "schema", "mapping")),
            "schema": _extra(schema, schema_keys),
            "schema.objectSchema": _extra(object_schema, ("name", "description", "objectTypes")),
            "schema.iconSchema": _extra(icon_schema, ("icons",)),
            "schema.statusSchema": _extra(status_schema, ("statuses",)),
            "mapping": _extra(mapping, ("objectTypeMappings",)),
        }
        extra = {path: keys for path, keys in extra.items() if keys}
        return Document(
            name=object_schema.get("name") or "",
            description=object_schema.get("description") or "",
            object_types=self.object_types(object_schema.get("objectTypes")),
            icons=tuple(sorted(map(_icon, icon_schema.get("icons") or ()), key=lambda i: i.key)),
            statuses=tuple(
                sorted(map(_status, status_schema.get("statuses") or ()), key=lambda s: s.name)
            ),
            mappings=tuple(
                sorted(
                    map(self.type_mapping, mapping.get("objectTypeMappings") or ()),
                    key=lambda m: (m.object_type_external_id or "", m.object_type_name or ""),
                )
            ),
            extra=MappingProxyType(extra) if extra else NO_EXTRA,
        )

    def object_types(self, raw: Any) -> tuple[ObjectType, ...]:
        types = map(self.object_type, raw or ())
        return tuple(sorted(types, key=lambda t: (t.external_id or "", t.name)))

    def object_type(self, raw: Mapping[str, Any]) -> ObjectType:
        attributes = map(self.attribute, raw.get("attributes") or ())
        return ObjectType(
            external_id=raw.get("externalId"),
            name=raw["name"],
            description=raw.get("description"),
            icon_key=raw.get("iconKey"),
            attributes=tuple(sorted(attributes, key=lambda a: (a.external_id or "", a.name))),
            children=self.object_types(raw.get("children")),
            extra=_extra(raw, OBJECT_TYPE_KEYS, ("attributes", "children")),
        )

    def attribute(self, raw: Mapping[str, Any]) -> Attribute:
        if not self.ids:
            return Attribute(
                # A system Key may carry an id where nothing else does.
                external_id=raw.get("externalId"),
                name=raw["name"],
                description=raw.get("description"),
                type=raw["type"],
                label=raw.get("label"),
                reference_name=raw.get("referenceObjectTypeName"),
                extra=_extra(raw, self.attribute_keys, ("externalId",)),
            )
        return Attribute(
            external_id=raw.get("externalId"),
            name=raw["name"],
            description=raw.get("description"),
            type=raw["type"],
            type_values=tuple(sorted(v)) if (v := raw.get("typeValues")) is not None else None,
            label=raw.get("label"),
            reference_name=raw.get("referenceObjectTypeName"),
            reference_external_id=raw.get("referenceObjectTypeExternalId"),
            minimum_cardinality=raw.get("minimumCardinality"),
            maximum_cardinality=raw.get("maximumCardinality"),
            unique=raw.get("unique"),
            extra=_extra(raw, self.attribute_keys),
        )

    def type_mapping(self, raw: Mapping[str, Any]) -> TypeMapping:
        attributes = map(self.attribute_mapping, raw.get("attributesMapping") or ())
        return TypeMapping(
            object_type_external_id=raw.get("objectTypeExternalId") if self.ids else None,
            object_type_name=raw.get("objectTypeName"),
            selector=raw.get("selector"),
            description=raw.get("description"),
            attributes=tuple(
                sorted(
                    attributes,
                    key=lambda a: (a.attribute_external_id or "", a.attribute_name or ""),
                )
            ),
            extra=_extra(raw, self.type_mapping_keys, ("attributesMapping",)),
        )

    def attribute_mapping(self, raw: Mapping[str, Any]) -> AttributeMapping:
        return AttributeMapping(
            attribute_external_id=raw.get("attributeExternalId") if self.ids else None,
            attribute_name=raw.get("attributeName"),
            external_id_part=raw.get("externalIdPart"),
            locators=_texts(raw.get("attributeLocators")) or (),
            iql=raw.get("objectMappingIQL"),
            extra=_extra(raw, self.attribute_mapping_keys),
        )


def _icon(raw: Mapping[str, Any]) -> Icon:
    return Icon(
        key=raw["key"],
        name=raw.get("name"),
        png48=raw.get("png48"),
        extra=_extra(raw, ICON_KEYS),
    )


def _status(raw: Mapping[str, Any]) -> Status:
    return Status(
        name=raw["name"],
        description=raw.get("description"),
        category=raw.get("category"),
        extra=_extra(raw, STATUS_KEYS),
    )
