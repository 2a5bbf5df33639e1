"""Moves by schema operations: which are planned, after which PATCH, and in which order."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.diagnostics import Confidence
from reconciler.model.address import Address
from reconciler.model.object_schema import SchemaContent, SchemaType
from reconciler.model.policy import Permission, SchemaPolicy
from reconciler.planning.change import Verdict
from reconciler.planning.object_schema.operation import Phase, Requirement
from reconciler.planning.plan import Action, Convergence, SourcePlan
from reconciler.planning.risk_codes import RiskCode
from reconciler.planning.verification import open_plan
from reconciler.render.plan.json import plan_json
from reconciler.semantics.rules import RuleCode
from reconciler.value import replace
from tests.support.documents.assets import (
    ALLOW,
    all_of,
    content_of,
    object_type,
    plan_with_assets,
    source_of,
)
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import (
    Edit,
    add_attribute,
    add_type,
    map_type,
    move_type,
    set_attribute,
    set_mapping,
    set_type,
    types,
)

PARENT = Address.parse("s/objectTypes[file]/parent")
MOVED = move_type("file", under="os")
HINT = "reconciler cannot move it: "
SHOWN = live_of(everything=True)


def planned(*edits: Edit, live: Any = None, **options: Any) -> SourcePlan:
    (only,) = plan_with_assets(source_of(*edits, live=live), **options).sources
    return only


def calls(source: SourcePlan) -> list[tuple[str, str, Any]]:
    return [(each.phase, each.path, dict(each.body or {})) for each in source.schema_operations]


def to(type_id: str, parent_id: str) -> tuple[str, str, Any]:
    body = {"position": 0, "toObjectTypeId": parent_id}
    return Phase.AFTER, f"objecttype/{type_id}/position", body


def test_a_type_is_moved_after_the_patch_which_finds_it_at_the_old_place() -> None:
    source = planned(
        set_type("file", description="new"), add_attribute("file", "hash", "Hash"), MOVED,
        live=SHOWN,
    )  # fmt: skip
    assert calls(source) == [to("302", "303")]
    (operation,) = source.schema_operations
    assert (operation.method, operation.settles, operation.join) == ("POST", (PARENT,), "confirmed")
    assert (operation.grade, operation.reversible) == (
        Confidence.DOCUMENTED, 'by a move back under "drive"',
    )  # fmt: skip
    assert operation.requires == (
        Requirement(rule="is-named", value="File"),
        Requirement(rule="inherits-nothing"),
        Requirement(rule="is-under", value="301"),
        Requirement(rule="has-room", value="303"),
        Requirement(rule="knows-parent", value="os"),
        Requirement(rule="has-attributes", value="1004, 1005"),
        Requirement(rule="has-objects", value=0),
        Requirement(rule="is-filled", value="drives.files"),
    )
    assert {c.address: c.verdict for c in source.changes} == {
        PARENT: Verdict.SCHEMA_OPERATION,
        Address.parse("s/objectTypes[file]/description"): Verdict.PATCH,
        Address.parse("s/objectTypes[file]/attributes[hash]"): Verdict.PATCH,
    }
    assert source.operation is not None
    (drive,) = source.operation.body["schema"]["objectSchema"]["objectTypes"]
    assert [each["externalId"] for each in drive["children"]] == ["file"]
    assert (source.convergence, source.residual) == (Convergence.PROVED, ())
    assert source.certificate is not None
    assert "all-is-kept-by-a-move" in source.certificate.rests_on
    (change,) = (each for each in source.changes if each.address == PARENT)
    assert change.risk_code is RiskCode.PARENT_CHANGED


def test_to_the_root_nobody_has_documented_and_the_plan_rests_on_it() -> None:
    source = planned(move_type("file", under=None), live=SHOWN)
    (operation,) = source.schema_operations
    assert (operation.body, operation.grade) == ({"position": 0}, Confidence.UNKNOWN)
    assert (source.action, source.operation) == (Action.UPDATE, None), "nothing is to be patched"
    assert source.convergence is Convergence.UNKNOWN
    assert source.certificate is not None
    assert source.certificate.rests_on == (
        "all-is-kept-by-a-move", RuleCode.OBJECT_TYPE_MOVE_TO_ROOT,
    )  # fmt: skip


MAPPED = map_type("os", "Operating System")
# What is there besides, what is wanted, and the calls in order.
TOGETHER: dict[str, tuple[list[Edit], list[Edit], list[tuple[str, str, Any]]]] = {
    "renamed as well": (
        [], [set_type("file", name="Document"), MOVED],
        [(Phase.BEFORE, "objecttype/302", {"name": "Document"}), to("302", "303")],
    ),
    "both parents renamed": (
        [], [set_type("drive", name="Disk"), set_type("os", name="System"), MOVED],
        [
            (Phase.BEFORE, "objecttype/301", {"name": "Disk"}),
            (Phase.BEFORE, "objecttype/303", {"name": "System"}),
            to("302", "303"),
        ],
    ),
    "an attribute of it renamed": (
        [], [set_mapping("file", selector="elsewhere"), set_attribute("path", description="where"),
             MOVED],
        [to("302", "303")],
    ),
    "its new parent moves as well": (
        [MAPPED], [MOVED, move_type("os", under="drive")], [to("303", "301"), to("302", "303")],
    ),
    "below what was below it": (
        [MAPPED], [move_type("file", under=None), move_type("drive", under="file")],
        [(Phase.AFTER, "objecttype/302/position", {"position": 0}), to("301", "302")],
    ),
    "to where another of its name goes away": (
        [add_type("f2", "File", under="os"), map_type("f2", "File")],
        [MOVED, move_type("f2", under="drive")],
        [],
    ),
    "to where another of its name is renamed": (
        [add_type("f2", "File", under="os")], [MOVED, set_type("f2", name="Files")],
        [(Phase.BEFORE, "objecttype/304", {"name": "Files"}), to("302", "303")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", TOGETHER)
def test_what_is_wanted_together_is_done_in_an_order_that_works(case: str) -> None:
    there, edits, expected = TOGETHER[case]
    plan = plan_with_assets(source_of(*there, *edits, live=live_of(*there, everything=True)))
    (source,) = plan.sources
    assert calls(source) == expected
    assert bool(source.residual) is (not expected)
    assert open_plan(json.loads(plan_json(plan))) == plan
    if source.operation is not None and "file" in types(source.operation.body):
        assert types(source.operation.body)["drive"]["children"]


def beside(shown: SchemaContent) -> SchemaContent:
    another = SchemaType(id="9", name="FILE", parent_id="303")
    return replace(shown, types=(*shown.types, another))


PASSED = "object type {} passes its attributes on: some, with their values, would come or go"
# The edits, what Assets shows besides, whether the join is confirmed, and why it is not planned.
OPEN: dict[str, tuple[list[Edit], Callable[[SchemaContent], SchemaContent], bool, str]] = {
    "its parent passes its attributes on": (
        [MOVED], object_type("Hard Drive", is_inherited=True), True,
        PASSED.format("'Hard Drive' (301)"),
    ),
    "its new parent does": (
        [MOVED], object_type("Operating System", is_inherited=True), True,
        PASSED.format("'Operating System' (303)"),
    ),
    "its new parent is new": (
        [add_type("new", "New"), move_type("file", under="new")], all_of(), True,
        "its new parent is not there yet: apply with --allow-residual, then plan again",
    ),
    "another one has its name there": (
        [MOVED], beside, True, "another one has the name there in Assets",
    ),
    "nothing but its name says which it is": (
        [MOVED], all_of(), False, "its name alone says which element of Assets it is",
    ),
    "its new parent is not known": (
        [MOVED], object_type("Operating System", name="System"), True,
        "its new parent is not known in Assets: no object type has its name path",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OPEN)
@pytest.mark.parametrize("schema", [SchemaPolicy(), ALLOW])
def test_what_would_not_succeed_is_not_planned(case: str, schema: SchemaPolicy) -> None:
    edits, shows, is_confirmed, why = OPEN[case]
    given = source_of(
        *edits, content=shows(content_of(live_of().document)), is_confirmed=is_confirmed
    )
    (source,) = plan_with_assets(given, schema=schema).sources
    (change,) = (each for each in source.changes if each.address == PARENT)
    assert (source.action, source.schema_operations) == (Action.BLOCKED, ())
    assert str(change.remedy).startswith(f"{HINT}{why}. Move it in Assets")


def test_what_policy_denies_stays_impossible_and_the_remedy_says_so() -> None:
    source = planned(MOVED, schema=SchemaPolicy(rename=Permission.ALLOW))
    (change,) = source.changes
    assert (source.action, change.verdict) == (Action.BLOCKED, Verdict.IMPOSSIBLE)
    assert str(change.remedy).startswith(
        "reconciler can move it: set policy.schema.move to allow. Move it in Assets"
    )


def test_what_a_source_before_it_renames_is_moved_under_its_new_name() -> None:
    renaming = source_of(set_type("file", name="Document"), name="a")
    moving = source_of(set_type("file", name="Document"), MOVED, name="b")
    plan = plan_with_assets(renaming, moving)
    first, second = plan.sources
    assert (len(first.schema_operations), calls(second)) == (1, [to("302", "303")])
    (operation,) = second.schema_operations
    assert operation.requires[0] == Requirement(rule="is-named", value="Document")
    assert open_plan(json.loads(plan_json(plan))) == plan
