"""Reports and their JSON: what is written is read, and what their schemas let in can be read."""

import copy
import json
from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import PlanFileError
from reconciler.manifest.schemas import schema_faults
from reconciler.mapping.objects import MappedObject
from reconciler.mapping.preview import DataEffect, Effect, Preview, TypeCount, TypeEffect
from reconciler.mapping.preview_file import (
    read_data_effect,
    read_preview,
    write_data_effect,
    write_preview,
)
from reconciler.model.address import Address
from reconciler.model.canonical import digest
from reconciler.model.json_form import from_json, to_json
from reconciler.model.policy import Acknowledgement
from reconciler.planning.change import Change
from reconciler.planning.drift.report import (
    AcknowledgementUse,
    DriftFinding,
    DriftReport,
    Shard,
    SourceDrift,
)
from reconciler.planning.drift.report_file import read_drift, write_drift
from reconciler.planning.inputs import PlanOptions
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.planning.plan import Evidence, Operation, Plan, SourcePlan
from reconciler.planning.plan_file import read_plan
from reconciler.planning.risk_codes import CONSEQUENCES
from reconciler.planning.verification import open_plan
from reconciler.render.plan.json import plan_json
from reconciler.value import field_names, replace
from tests.support.samples import drift_reports as drifts
from tests.support.samples import plans as samples
from tests.support.strategies.cases import Case, cases
from tests.support.strategies.worlds import slow

Json = dict[str, Any]


def whole(kind: type, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of *kind*, each field by its type but those that are *known*."""
    return st.builds(kind, **dict.fromkeys(signature(kind).parameters, ...) | known)


def many(each: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(each, max_size=3).map(tuple)


def json_values(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        st.none() | st.booleans() | numbers | texts,
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
        max_leaves=4,
    )


st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(Address, st.text().map(Address.parse))
# What has defaults that are made anew: hypothesis would take what makes them for one.
for kind in (Effect, TypeEffect, PlanOptions):
    st.register_type_strategy(kind, whole(kind))
# Names may hold halves of surrogate pairs, but for what is digested.
values = json_values(st.text(st.characters(exclude_categories=())))
digested = json_values(st.text())
objects = st.dictionaries(st.text(), digested, max_size=2)
risk_codes = st.none() | st.sampled_from([*CONSEQUENCES])
changes = whole(Change, before=values, after=values, risk_code=risk_codes)
planned = whole(Change, before=digested, after=digested, risk_code=risk_codes)
operations = whole(Operation, body=objects).map(lambda o: replace(o, body_digest=digest(o.body)))
objects_made = whole(TypeCount, sample=many(whole(MappedObject))).map(
    lambda t: replace(t, sample=tuple(replace(one, type_key=t.type) for one in t.sample))
)
previews = whole(Preview, types=many(objects_made))
effects = whole(DataEffect, preview=st.none() | previews)
sources = whole(
    SourcePlan,
    operation=st.none() | operations,
    changes=many(planned),
    residual=many(planned),
    evidence=whole(
        Evidence,
        desired=objects,
        targets=many(whole(SchemaTarget, definition=objects)),
        **dict.fromkeys(("live", "remembered", "stated"), st.none() | objects),
    ),
    data_effect=st.none() | effects,
    schema_operations=many(whole(SchemaOperation, body=st.none() | objects)),
)
acknowledgements = whole(Acknowledgement, value=st.just(()) | st.tuples(values), place=st.none())
reports = whole(
    DriftReport,
    sources=many(whole(SourceDrift, findings=many(whole(DriftFinding, change=changes)))),
    acknowledgements=many(whole(AcknowledgementUse, acknowledgement=acknowledgements)),
    seconds=st.integers(0, 10**6).map(lambda n: n / 1000),
    shard=st.none() | st.builds(Shard, st.integers(1, 9), st.integers(1, 9)),
)


def through(written: Any) -> Any:
    """What comes out of a file that *written* was saved to."""
    return json.loads(json.dumps(written))


@slow
@given(whole(Plan, sources=many(sources)))
def test_a_plan_comes_back(plan: Plan) -> None:
    assert read_plan(json.loads(plan_json(plan))) == plan


@slow
@given(reports)
def test_a_drift_report_comes_back(report: DriftReport) -> None:
    assert read_drift(through(write_drift(report, tool_version="0"))) == report


@slow
@given(previews, effects)
def test_previews_and_effects_on_data_come_back(preview: Preview, effect: DataEffect) -> None:
    assert read_preview(through(write_preview(preview))) == preview
    assert read_data_effect(through(write_data_effect(effect))) == effect


@given(changes)
def test_the_keys_are_the_fields_in_their_order(change: Change) -> None:
    told = to_json(change)
    assert tuple(told) == field_names(Change)
    assert from_json(told | {"of a newer version": 1}, Change) == change


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each object and list in *node* with each of its keys or indices."""
    keys = (
        list(node) if isinstance(node, dict) else range(len(node) if isinstance(node, list) else 0)
    )
    for key in keys:
        yield node, key
        yield from places(node[key])


def altered(draw: Callable[[st.SearchStrategy[Any]], Any], report: Json) -> Json:
    """*report* with one part of it replaced or left out."""
    other = copy.deepcopy(report)
    inside, key = draw(st.sampled_from([*places(other)]))
    if draw(st.booleans()):
        inside[key] = draw(values.filter(lambda v: not isinstance(v, float) or v % 1))
    else:
        del inside[key]
    return other


def what_is_wrong(read: Callable[[Json], Any], report: Json) -> str:
    """What reading *report* says against it; nothing where it is read."""
    try:
        read(report)
    except (PlanFileError, ValueError) as error:
        return str(error)
    return ""


@slow
@given(st.data(), cases(creates=True))
def test_a_plan_that_its_schema_lets_in_is_read(data: st.DataObject, case: Case) -> None:
    """Or it is not what it was made from; nothing else is wrong with it, and nothing breaks."""
    plan = altered(data.draw, json.loads(plan_json(case.plan())))
    if not schema_faults("plan", plan):
        wrong = what_is_wrong(open_plan, plan)
        assert not wrong or wrong.startswith("the plan was altered after it was made")


@slow
@given(st.data())
def test_a_drift_report_that_its_schema_lets_in_is_read(data: st.DataObject) -> None:
    """But for a day that no calendar has: the schema says how it is written."""
    report = altered(data.draw, through(write_drift(drifts.EVERYTHING, tool_version="0")))
    if not schema_faults("drift", report):
        wrong = what_is_wrong(read_drift, report)
        assert not wrong or "date" in wrong


@pytest.mark.parametrize(
    ("at", "value", "told"),
    [
        ("names", "s", "Expected `array`, got `str` - at `$.changes[0].names`"),
        ("kind", "x", "Invalid enum value 'x' - at `$.changes[0].kind`"),
        ("address", 3, "Expected `str`, got `int` - at `$.changes[0].address`"),
        ("line", 3.0, "Expected `int | null`, got `float` - at `$.changes[0].line`"),
    ],
)
def test_what_is_no_plan_is_told_with_its_place(at: str, value: Any, told: str) -> None:
    plan = json.loads(plan_json(samples.plan(samples.UPDATE)))
    plan["sources"][0]["changes"][0][at] = value
    with pytest.raises(PlanFileError) as caught:
        read_plan(plan)
    assert str(caught.value) == f"this is not a plan: {told}"
