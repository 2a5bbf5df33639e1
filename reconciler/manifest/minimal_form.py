"""Live elements as a person would write them: no defaults, keys in the order that is read.

What is left out is what reading fills in again (`reconciler.model.normalise`), save
where the payload schema wants the key. Unknown keys are kept (api.md#unknown-keys). In a
document without external ids nothing is written that needs them (api.md#keys-that-need-ids).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.model.document import (
    NO_EXTRA,
    Attribute,
    AttributeMapping,
    Document,
    Icon,
    ObjectType,
    Status,
    TypeMapping,
    walk_types,
)
from reconciler.model.wire import write_icon, write_status

_FIRST = (
    "source", "importSourceId", "labels", "$schema",
    "externalId", "objectTypeExternalId", "attributeExternalId", "key",
    "name", "objectTypeName", "attributeName", "selector", "description",
    "iconKey", "type", "typeValues",
    "referenceObjectTypeExternalId", "referenceObjectTypeName",
    "label", "minimumCardinality", "maximumCardinality", "unique",
    "attributeLocators", "externalIdPart", "objectMappingIQL",
)  # fmt: skip
_LAST = (
    "png48", "objectSchema", "iconSchema", "statusSchema", "icons", "statuses",
    "attributes", "children", "objectTypes", "attributesMapping", "objectTypeMappings",
    "schema", "mapping",
)  # fmt: skip
_RANKS = {key: rank for rank, key in enumerate((*_FIRST, "", *_LAST))}
_ENVELOPE = frozenset({"source", "importSourceId", "labels", "format_version"})


def rank(key: str) -> int:
    """Return where *key* stands among the keys of its object; unknown ones before the lists."""
    return _RANKS.get(key, _RANKS[""])


def in_order(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return *keys* in the order that people read, those that are None left out."""
    return {k: keys[k] for k in sorted(keys, key=rank) if keys[k] is not None}


class MinimalForm:
    """The elements of one live document, for a manifest with external ids or without."""

    def __init__(self, live: Document, *, by_ids: bool) -> None:
        """Index *live* by what its elements refer to each other by."""
        self._by_ids = by_ids
        self._type_names: dict[str | None, str] = {}
        self._attribute_names: dict[str | None, str] = {}
        for object_type, _ in walk_types(live.object_types):
            self._type_names[object_type.external_id] = object_type.name
            for attribute in object_type.attributes:
                self._attribute_names[attribute.external_id] = attribute.name
        for names in (self._type_names, self._attribute_names):
            names.pop(None, None)

    def object_type(
        self, live: ObjectType, children: Iterable[Mapping[str, Any]] | None = None
    ) -> dict[str, Any]:
        """Return a type with its attributes, and with *children* or else with its own."""
        below = list(map(self.object_type, live.children) if children is None else children)
        return in_order(
            {
                **live.extra,
                "externalId": self._id(live.external_id),
                "name": live.name,
                "description": live.description or "",
                "iconKey": live.icon_key,
                "attributes": [*map(self.attribute, live.attributes)] or None,
                "children": below or None,
            }
        )

    def attribute(self, live: Attribute) -> dict[str, Any]:
        """Return an attribute; the system `Key` is not one."""
        written = {
            **live.extra,
            "externalId": self._id(live.external_id),
            "name": live.name,
            "description": live.description or "",
            "type": live.type,
            "label": True if live.label else None,
        }
        reference = self._id(live.reference_external_id)
        if reference is not None:
            written["referenceObjectTypeExternalId"] = reference
        else:
            written["referenceObjectTypeName"] = live.reference_name or self._type_names.get(
                live.reference_external_id
            )
        if self._by_ids:
            low, high = live.minimum_cardinality, live.maximum_cardinality
            values = live.type_values
            written |= {
                "typeValues": None if values is None else list(values),
                "minimumCardinality": None if low == int(bool(live.label)) else low,
                "maximumCardinality": None if high == 1 else high,
                "unique": True if live.unique else None,
            }
        return in_order(written)

    def type_mapping(self, live: TypeMapping) -> dict[str, Any]:
        """Return the mapping of a type with the mappings of its attributes."""
        type_id = live.object_type_external_id
        return in_order(
            {
                **live.extra,
                "objectTypeExternalId": self._id(type_id),
                "objectTypeName": live.object_type_name or self._type_names.get(type_id),
                "selector": live.selector,
                "description": live.description or "",
                "attributesMapping": [*map(self.attribute_mapping, live.attributes)] or None,
            }
        )

    def attribute_mapping(self, live: AttributeMapping) -> dict[str, Any]:
        """Return the mapping of an attribute; that of the system `Key` names it, and no id."""
        attribute_id = live.attribute_external_id
        return in_order(
            {
                **live.extra,
                "attributeExternalId": self._id(attribute_id),
                "attributeName": live.attribute_name or self._attribute_names.get(attribute_id),
                "attributeLocators": list(live.locators),
                "externalIdPart": True if live.external_id_part else None,
                "objectMappingIQL": live.iql,
            }
        )

    def _id(self, external_id: str | None) -> str | None:
        return external_id if self._by_ids else None


def minimal_icon(live: Icon) -> dict[str, Any] | None:
    """Return an icon, None where live does not show all that a manifest must say of it."""
    return None if live.name is None or live.png48 is None else in_order(write_icon(live))


def minimal_status(live: Status) -> dict[str, Any] | None:
    """Return a status, None where live does not show all that a manifest must say of it."""
    if live.category is None:
        return None
    return in_order(write_status(live) | {"description": live.description or ""})


def new_manifest(source: str, live: Document) -> dict[str, Any]:
    """Return the manifest of *source* that says what *live*, which is normalised, says."""
    by_ids = any(t.external_id is not None for t, _ in walk_types(live.object_types))
    form = MinimalForm(live, by_ids=by_ids)
    extra = live.extra
    icons = [icon for each in live.icons if (icon := minimal_icon(each))]
    statuses = [status for each in live.statuses if (status := minimal_status(each))]
    schema = {
        **extra.get("schema", NO_EXTRA),
        "objectSchema": in_order(
            {
                **extra.get("schema.objectSchema", NO_EXTRA),
                "name": live.name,
                "description": live.description,
                "objectTypes": [*map(form.object_type, live.object_types)],
            }
        ),
        "iconSchema": {"icons": icons} if icons else None,
        "statusSchema": {"statuses": statuses} if statuses and by_ids else None,
    }
    mapping = {
        **extra.get("mapping", NO_EXTRA),
        "objectTypeMappings": [*map(form.type_mapping, live.mappings)],
    }
    others = {k: v for k, v in extra.get("", NO_EXTRA).items() if k not in _ENVELOPE}
    return in_order(
        {"source": source, **others, "schema": in_order(schema), "mapping": in_order(mapping)}
    )
