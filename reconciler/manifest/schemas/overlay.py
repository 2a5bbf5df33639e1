"""The JSON Schema of overlays, for editors: a manifest's, with nothing required."""

from collections.abc import Mapping
from typing import Any

_NEEDED = frozenset({"required", "minItems", "if", "then", "else"})


def overlay_schema(manifest: Mapping[str, Any], payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of overlays over a *manifest* whose document is a *payload* with ids.

    Null takes a key away, and what the result lacks is for the schema of the manifest to say.
    """
    properties = {**manifest["properties"], **payload["properties"]}
    return {
        "$schema": manifest["$schema"],
        "$id": "urn:reconciler:schema:overlay",
        "title": "Overlay of a manifest",
        "description": "What differs of a manifest in one environment: the same keys, elements by "
        "their external ids, null to take a key away.",
        "type": "object",
        "properties": _nullable(properties),
        "$defs": _loose(payload["$defs"]),
    }


def _loose(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _nullable(each) if key == "properties" else _loose(each)
            for key, each in value.items()
            if key not in _NEEDED
        }
    return [*map(_loose, value)] if isinstance(value, list) else value


def _nullable(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {key: {"anyOf": [_loose(each), {"type": "null"}]} for key, each in properties.items()}
