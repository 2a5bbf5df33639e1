"""Live elements as a person would write them: no defaults, keys in the usual reading order.

Values that reading fills in again (`reconciler.model.normalise`) are left out, unless the
payload schema requires the key. Unknown keys are kept (api.md#unknown-keys). A document
without external ids gets no key that needs them (api.md#keys-that-need-ids).
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
from reconciler.model.fields import (
    ATTRIBUTE,
    ATTRIBUTE_MAPPING,
    FIRST_KEYS,
    ICON,
    LAST_KEYS,
    OBJECT_TYPE,
    STATUS,
    TYPE_MAPPING,
    Table,
)

_MANIFEST_KEYS = ("source", "importSourceId", "labels", "renamedStatuses")
_RANKS = {key: i for i, key in enumerate((*_MANIFEST_KEYS, *FIRST_KEYS, "", *LAST_KEYS))}
_ENVELOPE = frozenset({*_MANIFEST_KEYS, "format_version"})


def rank(key: str) -> int:
    """Return the rank of *key* among the keys of its object; unknown keys come before lists."""
    return _RANKS.get(key, _RANKS[""])


def in_order(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return *keys* in the usual reading order, without those that are None."""
    return {k: keys[k] for k in sorted(keys, key=rank) if keys[k] is not None}


class MinimalForm:
    """Writes the elements of one live document, for a manifest with or without external ids."""

    def __init__(self, live: Document, *, by_ids: bool) -> None:
        """Index *live* by the ids and names with which its elements refer to each other."""
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
        """Return a type with its attributes and with *children*, by default its own."""
        below = list(map(self.object_type, live.children) if children is None else children)
        written = self._fields(OBJECT_TYPE, live)
        written["attributes"] = [*map(self.attribute, live.attributes)] or None
        written["children"] = below or None
        return in_order(written)

    def attribute(self, live: Attribute) -> dict[str, Any]:
        """Return an attribute; not for the system `Key`."""
        written = self._fields(ATTRIBUTE, live)
        target = live.reference_external_id
        name = live.reference_name or self._type_names.get(target)
        written["referenceObjectTypeName"] = name if self._id(target) is None else None
        return in_order(written)

    def type_mapping(self, live: TypeMapping) -> dict[str, Any]:
        """Return the mapping of a type with the mappings of its attributes."""
        type_id = live.object_type_external_id
        written = self._fields(TYPE_MAPPING, live) | {
            "objectTypeExternalId": self._id(type_id),
            "objectTypeName": live.object_type_name or self._type_names.get(type_id),
            "attributesMapping": [*map(self.attribute_mapping, live.attributes)] or None,
        }
        return in_order(written)

    def attribute_mapping(self, live: AttributeMapping) -> dict[str, Any]:
        """Return the mapping of an attribute; the system `Key` is mapped by name, without id."""
        attribute_id = live.attribute_external_id
        written = self._fields(ATTRIBUTE_MAPPING, live) | {
            "attributeExternalId": self._id(attribute_id),
            "attributeName": live.attribute_name or self._attribute_names.get(attribute_id),
        }
        return in_order(written)

    def _id(self, external_id: str | None) -> str | None:
        return external_id if self._by_ids else None

    def _fields(self, table: Table, live: Any) -> dict[str, Any]:
        return _minimal(table, live, by_ids=self._by_ids)


def _minimal(table: Table, live: Any, *, by_ids: bool = True) -> dict[str, Any]:
    """Return the JSON of the fields of *live*, None for those that are not written."""
    written: dict[str, Any] = {}
    for field in table.fields:
        if (field.needs_ids or field.is_id) and not by_ids:
            continue
        value, default = getattr(live, field.attribute), field.default_in(live)
        if value is None:
            value = default
        if value == default and not field.required:
            value = None
        written[field.key] = list(value) if field.items and value is not None else value
    return written | {k: v for k, v in live.extra.items() if k not in written}


def minimal_icon(live: Icon) -> dict[str, Any] | None:
    """Return an icon, None if live does not show everything that a manifest requires of it."""
    return _minimal_whole(ICON, live)


def minimal_status(live: Status) -> dict[str, Any] | None:
    """Return a status, None if live does not show everything that a manifest requires of it."""
    return _minimal_whole(STATUS, live)


def _minimal_whole(table: Table, live: Icon | Status) -> dict[str, Any] | None:
    written = _minimal(table, live)
    is_whole = all(written[f.key] is not None for f in table.fields if f.required)
    return in_order(written) if is_whole else None


def new_manifest(source: str, live: Document) -> dict[str, Any]:
    """Return the manifest of *source* that equals *live*, which is normalised."""
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
