"""Previews and effects as JSON: in the report of `preview`, and in plans.

The JSON Schemas are `reconciler schema preview` and `reconciler schema plan`.
"""

from collections.abc import Mapping
from typing import Any

from reconciler.mapping.preview import DataEffect, Effect, Preview
from reconciler.model.json_form import from_json, to_json
from reconciler.value import replace


def write_preview(preview: Preview) -> dict[str, Any]:
    """Return the JSON of *preview*."""
    fields = to_json(preview)
    for each in fields["types"]:
        for one in each["sample"]:
            del one["type_key"]  # the type's own
    return {
        "entries": preview.entries,
        "loses_objects": preview.loses_objects,
        **fields,
        "findings": [
            {"code": found.code, "loses_objects": found.code.loses_objects, **told}
            for found, told in zip(preview.findings, fields["findings"], strict=True)
        ],
    }


def read_preview(raw: Mapping[str, Any]) -> Preview:
    """Return the preview that `write_preview` wrote. Raises ValueError for anything else."""
    types = [
        {**each, "sample": [{**one, "type_key": each["type"]} for one in each["sample"]]}
        for each in raw["types"]
    ]
    return from_json({**raw, "types": types}, Preview)


def write_effect(effect: Effect) -> dict[str, Any]:
    """Return the JSON of *effect*."""
    fields = to_json(effect)
    return {"against": effect.against, "loses_objects": effect.loses_objects, **fields}


def write_data_effect(known: DataEffect) -> dict[str, Any]:
    """Return the JSON of the effect of a planned change on data."""
    return {
        "data": known.data,
        "entries": known.entries,
        "effect": write_effect(known.effect) if known.effect else None,
        "preview": write_preview(known.preview) if known.preview else None,
    }


def read_data_effect(raw: Mapping[str, Any]) -> DataEffect:
    """Return what `write_data_effect` wrote. Raises ValueError for anything else."""
    preview = raw["preview"]
    known = from_json({**raw, "preview": None}, DataEffect)
    return replace(known, preview=read_preview(preview) if preview else None)
