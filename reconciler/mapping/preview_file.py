"""Previews and effects as JSON: in the report of `preview`, and in plans.

The JSON Schemas are `reconciler schema preview` and `reconciler schema plan`.
"""

from collections.abc import Mapping
from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.mapping.objects import Fault, Lookup, MappedObject, ValueFault
from reconciler.mapping.preview import (
    Assumption,
    DataEffect,
    Effect,
    Finding,
    Found,
    Preview,
    TypeCount,
    TypeEffect,
)


def write_preview(preview: Preview) -> dict[str, Any]:
    """Return the JSON of *preview*."""
    return {
        "entries": preview.entries,
        "loses_objects": preview.loses_objects,
        "types": [_write_type(each) for each in preview.types],
        "findings": [_write_found(each) for each in preview.findings],
        "assumptions": [
            {"rule": a.rule, "text": a.text, "confidence": a.confidence}
            for a in preview.assumptions
        ],
        "attributes": dict(preview.attributes),
    }


def read_preview(raw: Mapping[str, Any]) -> Preview:
    """Return the preview that `write_preview` wrote."""
    return Preview(
        entries=raw["entries"],
        types=tuple(map(_read_type, raw["types"])),
        findings=tuple(map(_read_found, raw["findings"])),
        assumptions=tuple(
            Assumption(rule=a["rule"], text=a["text"], confidence=Confidence(a["confidence"]))
            for a in raw["assumptions"]
        ),
        attributes=raw["attributes"],
    )


def write_effect(effect: Effect) -> dict[str, Any]:
    """Return the JSON of *effect*."""
    return {
        "against": effect.against,
        "loses_objects": effect.loses_objects,
        "types": [
            {
                "type": each.type_key,
                "names": list(each.names),
                **{name: getattr(each, name) for name in _COUNTS},
                **{name: dict(getattr(each, name)) for name in _BY_ATTRIBUTE},
                "examples": list(each.examples),
            }
            for each in effect.types
        ],
        "attributes": dict(effect.attributes),
    }


def read_effect(raw: Mapping[str, Any]) -> Effect:
    """Return the effect that `write_effect` wrote."""
    return Effect(
        against=raw["against"],
        types=tuple(
            TypeEffect(
                type_key=each["type"],
                names=tuple(each["names"]),
                **{name: each[name] for name in (*_COUNTS, *_BY_ATTRIBUTE)},
                examples=tuple(each["examples"]),
            )
            for each in raw["types"]
        ),
        attributes=raw["attributes"],
    )


def write_data_effect(known: DataEffect) -> dict[str, Any]:
    """Return the JSON of the effect of a planned change on data."""
    return {
        "data": known.data,
        "entries": known.entries,
        "effect": write_effect(known.effect) if known.effect else None,
        "preview": write_preview(known.preview) if known.preview else None,
    }


def read_data_effect(raw: Mapping[str, Any]) -> DataEffect:
    """Return what `write_data_effect` wrote."""
    return DataEffect(
        data=raw["data"],
        entries=raw["entries"],
        effect=read_effect(raw["effect"]) if raw["effect"] else None,
        preview=read_preview(raw["preview"]) if raw["preview"] else None,
    )


def _write_type(each: TypeCount) -> dict[str, Any]:
    return {
        "type": each.type_key,
        "names": list(each.names),
        "selector": each.selector,
        "entries": each.entries,
        "objects": each.objects,
        "filled": dict(each.filled),
        "resolved": dict(each.resolved),
        "sample": [_write_object(one) for one in each.sample],
    }


def _read_type(raw: Mapping[str, Any]) -> TypeCount:
    key = raw["type"]
    return TypeCount(
        type_key=key,
        names=tuple(raw["names"]),
        selector=raw["selector"],
        entries=raw["entries"],
        objects=raw["objects"],
        filled=raw["filled"],
        resolved=raw["resolved"],
        sample=tuple(_read_object(one, key) for one in raw["sample"]),
    )


def _write_object(one: MappedObject) -> dict[str, Any]:
    return {
        "external_id": None if one.external_id is None else list(one.external_id),
        "label": one.label,
        "where": one.where,
        "values": {key: list(values) for key, values in one.values.items()},
        "references": {key: _write_lookup(asked) for key, asked in one.references.items()},
        "faults": [
            {"attribute": f.attribute, "code": f.fault, "value": f.value, "text": f.text}
            for f in one.faults
        ],
    }


def _read_object(raw: Mapping[str, Any], type_key: str) -> MappedObject:
    identity = raw["external_id"]
    return MappedObject(
        type_key=type_key,
        external_id=None if identity is None else tuple(identity),
        label=raw["label"],
        where=raw["where"],
        values={key: tuple(values) for key, values in raw["values"].items()},
        references={key: _read_lookup(asked) for key, asked in raw["references"].items()},
        faults=tuple(
            ValueFault(
                attribute=f["attribute"], fault=Fault(f["code"]), value=f["value"], text=f["text"]
            )
            for f in raw["faults"]
        ),
    )


def _write_lookup(asked: Lookup) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in _LOOKUP} | {"values": list(asked.values)}


def _read_lookup(raw: Mapping[str, Any]) -> Lookup:
    return Lookup(**{name: raw[name] for name in _LOOKUP}, values=tuple(raw["values"]))


def _write_found(found: Found) -> dict[str, Any]:
    return {
        "code": found.finding,
        "loses_objects": found.finding.loses_objects,
        "count": found.count,
        "type": found.type_key,
        "attribute": found.attribute,
        "place": found.place,
        "examples": list(found.examples),
        "text": found.text,
    }


def _read_found(raw: Mapping[str, Any]) -> Found:
    return Found(
        finding=Finding(raw["code"]),
        count=raw["count"],
        type_key=raw["type"],
        attribute=raw["attribute"],
        place=raw["place"],
        examples=tuple(raw["examples"]),
        text=raw["text"],
    )


_COUNTS = ("objects_before", "objects_after", "gone", "new", "identity_changed")
_BY_ATTRIBUTE = ("emptied", "filled", "changed")
_LOOKUP = ("asked", "target", "attribute", "like", "unjudged")
