"""Cardinalities, unique and allowed statuses, by schema operations before and after the PATCH."""

from typing import Any

import pytest

from reconciler.diagnostics import Confidence
from reconciler.model.address import Address
from reconciler.model.object_schema import SchemaStatus
from reconciler.model.policy import Risk, SchemaPolicy
from reconciler.planning.change import Verdict
from reconciler.planning.object_schema.object_values import ObjectValues
from reconciler.planning.object_schema.operation import Phase, SchemaOperation
from reconciler.planning.plan import Action, SourcePlan
from reconciler.planning.risk_codes import RiskCode
from reconciler.semantics.rules import RuleCode
from reconciler.value import replace
from tests.support.documents.assets import content_of, plan_with_assets, source_of
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import Edit, add_attribute, set_attribute, types

SIZE = "1005"
FIVE = set_attribute("size", minimumCardinality=0, maximumCardinality=5)


def size(**fields: Any) -> Edit:
    return set_attribute("size", **fields)


def at(key: str, attribute: str = "objectTypes[file]/attributes[size]") -> Address:
    return Address.parse(f"s/{attribute}/{key}")


def planned(*edits: Edit, live: tuple[Edit, ...] = (), **options: Any) -> SourcePlan:
    given = {key: options.pop(key) for key in ("values", "content") if key in options}
    shown = live_of(*live, everything=True)
    (only,) = plan_with_assets(source_of(*edits, live=shown, **given), **options).sources
    return only


def told(operation: SchemaOperation, *keys: str) -> dict[str, Any]:
    body = operation.body or {}
    return {key: body[key] for key in keys}


# What live has, what the manifest wants, when it is done, the keys that say so, and the risk.
DONE: dict[str, tuple[tuple[Edit, ...], Edit, Phase, dict[str, Any], RiskCode | None]] = {
    "unique on": (
        (), size(unique=True), Phase.BEFORE, {"uniqueAttribute": True}, RiskCode.UNIQUE_DEMANDED,
    ),
    "unique off": (
        (size(unique=True),), size(), Phase.BEFORE, {"uniqueAttribute": False}, None,
    ),
    "more values": (
        (), size(maximumCardinality=-1), Phase.BEFORE, {"maximumCardinality": -1}, None,
    ),
    "none demanded": (
        (size(minimumCardinality=1),), size(), Phase.BEFORE, {"minimumCardinality": 0}, None,
    ),
    "fewer values": (
        (FIVE,), size(), Phase.AFTER, {"maximumCardinality": 1}, RiskCode.VALUES_RESTRICTED,
    ),
    "one demanded": (
        (), size(minimumCardinality=1), Phase.AFTER, {"minimumCardinality": 1},
        RiskCode.VALUES_RESTRICTED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DONE)
def test_each_setting_in_its_phase_with_its_risk(case: str) -> None:
    live, wants, phase, keys, risk = DONE[case]
    source = planned(wants, live=live)
    (operation,) = source.schema_operations
    assert (operation.kind, operation.phase) == ("settings", phase)
    assert operation.path == f"objecttypeattribute/302/{SIZE}"
    assert told(operation, *keys) == keys
    assert operation.grade is Confidence.INFERRED
    (change,) = source.changes
    assert (change.verdict, change.risk_code) == (Verdict.SCHEMA_OPERATION, risk)
    assert change.risk is (risk.risk if risk else Risk.NONE)


def test_settings_of_one_attribute_in_one_phase_are_one_operation() -> None:
    source = planned(size(minimumCardinality=1, maximumCardinality=3), live=(size(unique=True),))
    made = [(each.phase, [a.field_name for a in each.settles]) for each in source.schema_operations]
    assert made == [
        (Phase.BEFORE, ["maximumCardinality", "unique"]), (Phase.AFTER, ["minimumCardinality"]),
    ]  # fmt: skip
    first, second = source.schema_operations
    assert first.reversible == "by maximumCardinality 1, unique true again"
    assert told(second, "maximumCardinality", "uniqueAttribute", "minimumCardinality") == {
        "maximumCardinality": 3, "uniqueAttribute": False, "minimumCardinality": 1,
    }  # fmt: skip
    assert [(r.rule, r.value) for r in second.requires][3:] == [
        ("has-setting", "minimumCardinality 0"), ("holds-at-least", 1),
    ]  # fmt: skip


def test_what_comes_after_the_patch_sends_what_that_made() -> None:
    source = planned(size(minimumCardinality=1, maximumCardinality=5, description="new"))
    first, second = source.schema_operations
    assert source.operation is not None
    assert (first.body or {}).get("description") is None
    assert told(second, "description", "minimumCardinality", "maximumCardinality") == {
        "description": "new", "minimumCardinality": 1, "maximumCardinality": 5,
    }  # fmt: skip


def test_what_has_several_values_is_unique_once_it_has_one() -> None:
    source = planned(size(unique=True), live=(FIVE,))
    (operation,) = source.schema_operations
    assert operation.phase is Phase.AFTER
    assert told(operation, "maximumCardinality", "uniqueAttribute") == {
        "maximumCardinality": 1, "uniqueAttribute": True,
    }  # fmt: skip


STATE = "objectTypes[drive]/attributes[state]"
STATUSES = tuple(
    SchemaStatus(id=number, name=name, category="active", schema_id="41")
    for name, number in {"Active": "2001", "Closed": "2002"}.items()
)


def test_allowed_statuses_are_sent_by_their_ids_after_the_patch() -> None:
    content = replace(content_of(live_of().document), statuses=STATUSES)
    edit = set_attribute("state", typeValues=["Active", "Closed"])
    source = planned(edit, content=content)
    (operation,) = source.schema_operations
    assert operation.phase is Phase.AFTER
    assert told(operation, "typeValueMulti", "type") == {
        "typeValueMulti": ["2001", "2002"], "type": 7,
    }  # fmt: skip
    assert [r.value for r in operation.requires if r.rule == "has-status"] == [
        "Active (2001)", "Closed (2002)",
    ]  # fmt: skip
    settled = {c.address: c.risk_code for c in source.changes}
    assert settled[at("typeValues", STATE)] is RiskCode.STATUSES_CHANGED


def test_a_status_that_the_patch_creates_has_no_id_yet() -> None:
    def creates(made: dict[str, Any]) -> None:
        statuses = made["schema"]["statusSchema"]["statuses"]
        statuses.append({"name": "New", "description": "", "category": "active"})

    source = planned(creates, set_attribute("state", typeValues=["Active", "New"]))
    assert source.schema_operations == ()
    change = next(c for c in source.changes if c.address == at("typeValues", STATE))
    assert change.verdict is Verdict.PATCH_UNDOCUMENTED
    assert change.remedy == (
        'reconciler cannot change it: there is no status "New" yet; plan again once it is there.'
    )


# What live has, what is wanted, what objects hold, and why it is not done.
UNSUITED: dict[str, tuple[tuple[Edit, ...], Edit, ObjectValues | str, str]] = {
    "shared values": (
        (), size(unique=True), ObjectValues(objects=9, fewest=0, most=1, shared=2),
        "objects share 2 values of it",
    ),
    "more values than allowed": (
        (FIVE,), size(), ObjectValues(objects=9, fewest=0, most=4, shared=0),
        "an object has 4 values of it, and 1 would be allowed",
    ),
    "fewer than demanded": (
        (), size(minimumCardinality=1), ObjectValues(objects=9, fewest=0, most=1, shared=0),
        "an object has 0 values of it, and 1 would be demanded",
    ),
    "not all shown": (
        (), size(minimumCardinality=1), ObjectValues(objects=8, fewest=1, most=1, shared=0),
        "Assets counts 9 objects and shows 8",
    ),
    "not read": (
        (), size(unique=True), "its values cannot be read: HTTP 500",
        "its values cannot be read: HTTP 500",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", UNSUITED)
def test_what_objects_hold_must_suit_it(case: str) -> None:
    live, wants, held, why = UNSUITED[case]
    content = content_of(live_of(*live, everything=True).document)
    types = tuple(replace(t, objects=9) if t.id == "302" else t for t in content.types)
    content = replace(content, types=types)
    source = planned(wants, live=live, values={SIZE: held}, content=content)
    assert (source.action, source.schema_operations) == (Action.BLOCKED, ())
    (change,) = source.changes
    assert (change.verdict, change.rule) == (Verdict.IMPOSSIBLE, RuleCode.OBJECTS_NOT_SUITED)
    assert str(change.remedy).startswith(f"reconciler cannot change it: {why}. Change what the ")


def test_the_rest_is_sent_without_what_objects_do_not_suit() -> None:
    held = {SIZE: ObjectValues(objects=9, fewest=0, most=1, shared=0)}
    edit = size(minimumCardinality=1, maximumCardinality=2, description="new")
    source = planned(edit, values=held, allow_residual=True)
    assert source.operation is not None
    (sent,) = types(source.operation.body)["file"]["attributes"]
    assert (sent["minimumCardinality"], sent["description"]) == (0, "new")
    assert [c.address for c in source.residual] == [at("minimumCardinality")]
    assert source.schema_operations == ()


REFUSED: dict[str, tuple[tuple[Edit, ...], tuple[Edit, ...], str]] = {
    "unique with several values": (
        (), (size(unique=True, maximumCardinality=5),),
        "Assets would refuse it: A unique attribute has one value at most",
    ),
    "a third unique one": (
        (set_attribute("path", unique=True), add_attribute("file", "hash", "Hash", unique=True)),
        (set_attribute("path", unique=True), add_attribute("file", "hash", "Hash", unique=True),
         size(unique=True)),
        "Assets would refuse it: An object type has 2 unique attributes at most",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_assets_refuses_is_not_planned(case: str) -> None:
    live, wants, why = REFUSED[case]
    source = planned(*wants, live=live)
    assert source.schema_operations == ()
    assert {
        str(c.remedy).startswith(f"reconciler cannot change it: {why}.") for c in source.changes
    } == {True}


def test_what_policy_denies_is_tried_as_before_and_told_what_would_do_it() -> None:
    source = planned(size(unique=True), schema=SchemaPolicy())
    (change,) = source.changes
    assert (change.verdict, source.schema_operations) == (Verdict.PATCH_UNDOCUMENTED, ())
    assert change.remedy == "reconciler can change it: set policy.schema.settings to allow."
    assert change.risk_code is None


def test_a_policy_that_blocks_attempts_lets_operations_be() -> None:
    source = planned(size(unique=True), undocumented="block")
    assert (source.action, len(source.schema_operations)) == (Action.UPDATE, 1)
