"""The JSON Schemas of reports say what the types of the reports' values say.

From the types msgspec makes schemas: by these, each object that the package ships a schema of
has the same keys with the same kinds of values. What a schema says beyond its type (patterns,
bounds, descriptions) is its own; what else differs is named here.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
import pytest

from reconciler.diagnostics import Diagnostic
from reconciler.manifest.schemas import schema
from reconciler.mapping.objects import MappedObject
from reconciler.mapping.preview import DataEffect, Effect, Preview
from reconciler.model.address import Address
from reconciler.model.policy import Acknowledgement
from reconciler.outcome.diagnosis import CheckResult
from reconciler.outcome.results import Ending, Outcome
from reconciler.planning.change import Change
from reconciler.planning.drift.report import SourceDrift, Standing
from reconciler.planning.drift.report_file import write_drift
from reconciler.planning.plan import Action, Operation, SourcePlan, Summary
from reconciler.planning.plan_file import write_plan
from tests.support.samples import drift_reports as drifts
from tests.support.samples import plans as samples

Json = dict[str, Any]
Form = list[Any]  # the kinds of values that there may be: a schema without what no type says

# The type → where its schema is shipped.
REPORTS: dict[type, str] = {
    SourcePlan: "plan#/$defs/source",
    Change: "plan#/$defs/change",
    Operation: "plan#/$defs/operation",
    Summary: "plan#/properties/summary",
    Diagnostic: "plan#/$defs/diagnostic",
    DataEffect: "plan#/$defs/data_effect",
    Effect: "plan#/$defs/effect",
    Preview: "plan#/$defs/preview",
    MappedObject: "plan#/$defs/mapped_object",
    SourceDrift: "drift#/$defs/source",
    Standing: "drift#/$defs/standing",
    CheckResult: "doctor#/$defs/result",
}
NAMES = {at: kind.__name__ for kind, at in REPORTS.items()}
# What is told with a value and follows from it; what its owner tells already.
TOLD: dict[str, Json] = {
    "Change": {"risk_text": ["null", "string"], "reversible": ["null", "string"]},
    "FindingCount": {"loses_objects": ["boolean"]},
    "Effect": {"loses_objects": ["boolean"]},
    "Preview": {"loses_objects": ["boolean"]},
    "SourceDrift": {"state": ["'drifted'", "'in-sync'", "'unapplied'", "'unreadable'"]},
}
UNTOLD = {"MappedObject": "type_key"}
# Of all values of their types these keys have some: no other call is made, and what is
# documented is no assumption.
NARROWER = {
    ("method", "string"): ["'PATCH'", "'PUT'"],
    ("confidence", "'documented'"): ["'inferred'", "'observed'", "'reported'", "'unknown'"],
}
# The last ones came with a minor version: earlier plans and reports lack them.
OPTIONAL = {
    "data_effect",
    "facts",
    "observed",
    "value",
    "along",
    "unknown",
    "stated",
    "stood",
    "file",
    "settings",
    "import_source_name",
    "in_assets",
    "targets",
    "schema_operations",
    "reversible",
}


def shipped(at: str) -> Any:
    kind, _, pointer = at.partition("#")
    node: Any = schema(kind)
    for token in pointer.split("/")[1:]:
        node = node[token]
    return node


class Reader:
    """Turns schemas into forms: `shipped` ones of a kind, or those made from a type."""

    def __init__(self, kind: str | None, made: Json | None = None) -> None:
        self.kind = kind
        self.made = made or {}

    def form(self, node: Any) -> Form:
        if isinstance(node, bool) or not node.keys() - {"description", "default", "title"}:
            return ["any"]
        if "$ref" in node:
            return self.referred(node["$ref"])
        if "allOf" in node:
            parts = [each for part in node["allOf"] for each in self.form(part)]
            return [_joined(part if isinstance(part, dict) else {part: 0} for part in parts)]
        if ways := node.get("oneOf") or node.get("anyOf"):
            return _ordered(each for way in ways for each in self.form(way))
        if "enum" in node or "const" in node:
            values = node.get("enum", [node.get("const")])
            return _ordered("null" if v is None else f"'{v}'" for v in values)
        kinds = node["type"] if isinstance(node["type"], list) else [node["type"]]
        return _ordered(self.of_kind(kind, node) for kind in kinds)

    def of_kind(self, kind: str, node: Json) -> Any:
        if kind == "array":
            return {"each": self.form(node.get("items", True))}
        if kind != "object":
            return kind
        if "properties" not in node:
            return {"all": self.form(node.get("additionalProperties", True))}
        if self.kind:
            assert node["properties"].keys() - set(node["required"]) <= OPTIONAL
        fields = {key: self.form(value) for key, value in node["properties"].items()}
        name = node.get("title", "")
        return {k: v for k, v in (fields | TOLD.get(name, {})).items() if k != UNTOLD.get(name)}

    def referred(self, reference: str) -> Form:
        if not self.kind:
            name = reference.rpartition("/")[2]
            return [f"@{name}"] if name in NAMES.values() else self.form(self.made[name])
        place = reference.removeprefix("urn:reconciler:schema:")
        place = f"{self.kind}{place}" if place.startswith("#") else place
        return [f"@{NAMES[place]}"] if place in NAMES else self.form(shipped(place))


def _joined(objects: Iterable[Json]) -> Json:
    return {key: form for each in objects for key, form in each.items()}


def _ordered(found: Iterable[Any]) -> Form:
    return sorted(found, key=lambda each: json.dumps(each, sort_keys=True))


def made_of(kind: type) -> Any:
    """Return the form of the objects of *kind*, made from its type."""

    def hook(custom: type) -> Json:
        assert custom is Address
        return {"type": "string"}

    made = msgspec.json.schema(kind, schema_hook=hook)
    (form,) = Reader(None, made["$defs"]).form(made["$defs"][kind.__name__])
    return form


def narrowed(form: Any, told: Any, key: str = "") -> Any:
    """Return *form* as narrow as *told* where that is known to be narrower."""
    if isinstance(form, dict) and isinstance(told, dict):
        return {k: narrowed(v, told.get(k), k) for k, v in form.items()}
    if not isinstance(form, list):
        return form
    for (narrow, by), values in NARROWER.items():
        if key == narrow and by in form and told == values:
            return told
    if isinstance(told, list) and len(form) == len(told):
        return [narrowed(f, t, key) for f, t in zip(form, told, strict=True)]
    return form


@pytest.mark.parametrize("kind", [k for k in REPORTS if k is not Standing])
def test_the_schema_is_that_of_the_type(kind: type) -> None:
    at = REPORTS[kind]
    (told,) = Reader(at.partition("#")[0]).form(shipped(at))
    made = made_of(kind)
    if kind is SourceDrift:  # a finding is its change, and what drift says of it
        (finding,) = made["findings"][0]["each"]
        del finding["change"]
        finding["@Change"] = 0
    assert told == narrowed(made, told)


def test_an_acknowledgement_is_told_with_what_became_of_it() -> None:
    (told,) = Reader("drift").form(shipped("drift#/$defs/acknowledgement"))
    made = made_of(Acknowledgement)
    del made["place"]  # of the project file of that run
    assert told == made | {"value": ["any"], "muted": ["integer"], "expired": ["boolean"]}


def test_the_standings_are_those_of_the_schema() -> None:
    assert shipped(REPORTS[Standing])["enum"] == list(Standing)


def test_a_report_has_the_keys_of_its_schema() -> None:
    plan = write_plan(samples.plan(samples.UPDATE))
    drift = write_drift(drifts.EVERYTHING, tool_version="0")
    for kind, report in (("plan", plan), ("drift", drift)):
        assert report.keys() == schema(kind)["properties"].keys() == set(schema(kind)["required"])
    summary = schema("drift")["properties"]["summary"]
    assert drift["summary"].keys() == summary["properties"].keys() == set(summary["required"])


@pytest.mark.parametrize("kind", ["apply-report", "apply-event"])
def test_the_words_of_an_apply_are_those_of_its_schemas(kind: str) -> None:
    told = set(_enums(schema(kind)))
    assert {("outcome", tuple(Outcome)), ("ending", tuple(Ending))} <= told
    assert ("action", tuple(Action)) in told
    counts = schema("apply-report")["$defs"]["counts"]
    assert (
        counts["required"] == list(counts["properties"]) == [o.replace("-", "_") for o in Outcome]
    )


def _enums(node: Any, key: str = "") -> Iterator[tuple[str, tuple[Any, ...]]]:
    if isinstance(node, Mapping):
        if isinstance(node.get("enum"), list):
            yield key, tuple(node["enum"])
        for name, each in node.items():
            yield from _enums(each, name)
    elif isinstance(node, list):
        for each in node:
            yield from _enums(each, key)
