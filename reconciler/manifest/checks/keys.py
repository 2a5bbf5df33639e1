"""Keys that nothing knows: probably misspelt, and the API would pass over them in silence."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from reconciler.manifest.check_report import Report
from reconciler.manifest.outline import Outline
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.wording import shown
from reconciler.model.wire import (
    ATTRIBUTE_KEYS,
    ATTRIBUTE_MAPPING_KEYS,
    ICON_KEYS,
    OBJECT_TYPE_KEYS,
    STATUS_KEYS,
    TYPE_MAPPING_KEYS,
)

ENVELOPE_KEYS = frozenset({"source", "importSourceId", "labels"})

_OBJECTS: tuple[tuple[Pointer, str, frozenset[str]], ...] = (
    ((), "a manifest", ENVELOPE_KEYS | {"$schema", "schema", "mapping"}),
    (("schema",), "schema", frozenset({"objectSchema", "iconSchema", "statusSchema"})),
    (
        ("schema", "objectSchema"),
        "objectSchema",
        frozenset({"name", "description", "objectTypes"}),
    ),
    (("schema", "iconSchema"), "iconSchema", frozenset({"icons"})),
    (("schema", "statusSchema"), "statusSchema", frozenset({"statuses"})),
    (("mapping",), "mapping", frozenset({"objectTypeMappings"})),
)
_TYPE_KEYS = frozenset({*OBJECT_TYPE_KEYS, "attributes", "children"})
_MAPPING_KEYS = frozenset({*TYPE_MAPPING_KEYS, "attributesMapping"})

# Outside the JSON Schemas, but in documents that GET returned or people sent (api.md#unknown-keys).
_SEEN = {
    "an object type": {"inheritance", "abstractObject"},
    "an object type mapping": {"unknownValues"},
    "an attribute mapping": {"valueMapping"},
}


def check_keys(document: Outline, report: Report) -> None:
    """Warn of each key that is neither the API's nor ours."""
    for at, what, known in _OBJECTS:
        _check(at, _follow(document.raw, at), what, known, report)
    for object_type in document.types:
        _check(object_type.at, object_type.raw, "an object type", _TYPE_KEYS, report)
        for attribute in object_type.attributes:
            _check(attribute.at, attribute.raw, "an attribute", ATTRIBUTE_KEYS.keys(), report)
    for mapping in document.mappings:
        _check(mapping.at, mapping.raw, "an object type mapping", _MAPPING_KEYS, report)
        for entry in mapping.attributes:
            _check(
                entry.at, entry.raw, "an attribute mapping", ATTRIBUTE_MAPPING_KEYS.keys(), report
            )
    for icon in document.icons:
        _check(icon.at, icon.raw, "an icon", ICON_KEYS.keys(), report)
    for status in document.statuses:
        _check(status.at, status.raw, "a status", STATUS_KEYS.keys(), report)


def _check(
    at: Pointer, raw: Mapping[str, Any], what: str, known: AbstractSet[str], report: Report
) -> None:
    if raw.keys() <= known:
        return
    for key in raw:
        if key in known or key in _SEEN.get(what, ()):
            continue
        near = report.closest(key, set(known) - raw.keys())
        report.warning(
            "unknown-key",
            f"{shown(key)} is not a key of {what} and will be ignored by the API",
            (*at, key),
            at_key=True,
            hint=f'did you mean "{near}"?' if near else f"its keys are {', '.join(sorted(known))}",
        )


def _follow(raw: Any, at: Pointer) -> Mapping[str, Any]:
    for token in at:
        raw = raw.get(token) if isinstance(raw, dict) else None
    return raw if isinstance(raw, dict) else {}
