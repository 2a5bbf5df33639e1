"""The object schema's own name and description: when they are compared, and who changes them."""

import json
from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.model.policy import Permission, Risk, SchemaPolicy
from reconciler.planning.change import Verdict
from reconciler.planning.object_schema.operation import Phase, Requirement
from reconciler.planning.operation.read_back import before_and_after
from reconciler.planning.plan import Action, Convergence, SourcePlan
from reconciler.planning.plan_file import write_plan
from reconciler.planning.verification import open_plan
from reconciler.render.plan.json import plan_json
from reconciler.value import replace
from tests.support.documents.assets import ALLOW, plan_with_assets, source_of
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import Edit, set_schema, set_type

NAME, DESCRIPTION = (Address.parse(f"s/objectSchema/{each}") for each in ("name", "description"))
NAMES = replace(ALLOW, object_schema=Permission.ALLOW)
SHOWN = live_of(everything=True)
DISKS = set_schema(name="Disks")


def planned(*edits: Edit, schema: SchemaPolicy = NAMES, **options: Any) -> SourcePlan:
    given = source_of(*edits, live=SHOWN)
    (only,) = plan_with_assets(given, schema=schema, **options).sources
    return only


def test_both_are_changed_by_one_call_before_the_patch_which_repeats_them() -> None:
    source = planned(set_schema(name="Disks", description="All"), set_type("os", description="new"))
    (operation,) = source.schema_operations
    assert (operation.method, operation.path, operation.phase) == (
        "PUT", "objectschema/41", Phase.BEFORE,
    )  # fmt: skip
    assert operation.body == {"name": "Disks", "description": "All"}
    assert set(operation.settles) == {NAME, DESCRIPTION}
    assert operation.requires == (
        Requirement(rule="is-named", value="Disk Analysis Tool"),
        Requirement(rule="is-described", value=""),
    )
    assert operation.reversible == (
        'by sending the description "" and the name "Disk Analysis Tool"'
    )
    assert {c.address: (c.verdict, c.risk) for c in source.changes} == {
        NAME: (Verdict.SCHEMA_OPERATION, Risk.NONE),
        DESCRIPTION: (Verdict.SCHEMA_OPERATION, Risk.NONE),
        Address.parse("s/objectTypes[os]/description"): (Verdict.PATCH, Risk.NONE),
    }
    assert source.operation is not None
    body = source.operation.body["schema"]["objectSchema"]
    assert (body["name"], body["description"]) == ("Disks", "All")
    assert (source.convergence, source.residual) == (Convergence.PROVED, ())
    before, after = before_and_after(source)
    assert [each.name for each in (before, after) if each] == ["Disk Analysis Tool", "Disks"]


def test_only_what_differs_is_sent() -> None:
    (operation,) = planned(DISKS).schema_operations
    assert operation.body == {"name": "Disks"}
    assert planned(set_schema(name="")).action is Action.NO_OP


@pytest.mark.parametrize("schema", [ALLOW, SchemaPolicy()])
def test_without_the_policy_no_difference_is_one(schema: SchemaPolicy) -> None:
    given = source_of(DISKS, live=SHOWN)
    plan = plan_with_assets(given, schema=schema)
    assert [(s.action, s.changes) for s in plan.sources] == [(Action.NO_OP, ())]
    assert write_plan(plan) == write_plan(
        plan_with_assets(replace(given, targets=()), schema=schema)
    )


# What the other source has, and why there is no operation then; None where there is one.
OTHERS: dict[str, tuple[Edit, str | None]] = {
    "the name of live": (
        set_schema(description=""), 'the source "b" has the name "Disk Analysis Tool"',
    ),
    "another name": (set_schema(name="Drives"), 'the source "b" has the name "Drives"'),
    "another description": (
        set_schema(name="Disks", description="b's"), 'the source "b" has the description "b\'s"',
    ),
    "no description": (
        set_schema(name="Disks"), 'the source "b" has the description ""',
    ),
    "the same": (set_schema(name="Disks", description="a's"), None),
    "no name": (set_schema(name="", description="a's"), None),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERS)
def test_sources_that_do_not_agree_are_told_so(case: str) -> None:
    edit, why = OTHERS[case]
    ours = source_of(set_schema(name="Disks", description="a's"), name="a", live=SHOWN)
    plan = plan_with_assets(ours, source_of(edit, name="b", live=SHOWN), schema=NAMES)
    first, _ = plan.sources
    assert open_plan(json.loads(plan_json(plan))) == plan
    if why is None:
        assert len(first.schema_operations) == 1
        return
    assert (first.action, first.schema_operations) == (Action.BLOCKED, ())
    for change in first.changes:
        assert str(change.remedy).startswith(
            f"reconciler cannot change it: {why}. Either write live's into the manifest"
        )
