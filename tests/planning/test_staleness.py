"""A saved plan, and live that moved since: what moved, and what that is to the plan."""

from typing import Any

import pytest

from reconciler.model.source import ConfigStatus
from reconciler.model.wire import read_document
from reconciler.planning.comparison import comparison_of
from reconciler.planning.diff.differences import differences
from reconciler.planning.inputs import Baseline
from reconciler.planning.last_sent import last_sent
from reconciler.planning.operation.build import operation_of
from reconciler.planning.operation.staleness import staleness
from tests.support.documents.planned import REF, live_of, planned
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    document,
    set_attribute,
    set_mapping,
    set_type,
    types,
)

FILE = "s/objectTypes[file]"


def relocate(attribute: str, locator: str) -> Edit:
    """Fill an attribute from elsewhere."""

    def edit(made: Json) -> None:
        for mapping in made["mapping"]["objectTypeMappings"]:
            for entry in mapping["attributesMapping"]:
                if entry["attributeExternalId"] == attribute:
                    entry["attributeLocators"] = [locator]

    return edit


def rename_schema(made: Json) -> None:
    made["schema"]["objectSchema"]["name"] = "Renamed"


def move(external_id: str, under: str) -> Edit:
    """Hang a type under another one."""

    def edit(made: Json) -> None:
        moved = types(made)[external_id]
        for object_type in types(made).values():
            children = object_type.get("children", [])
            object_type["children"] = [c for c in children if c["externalId"] != external_id]
        types(made)[under].setdefault("children", []).append(moved)

    return edit


# what the manifest changes, what moved in live, what that is, and what of it is which
CASES: dict[str, tuple[list[Edit], list[Edit], str, dict[str, str]]] = {
    "another type's description": (
        [set_type("file", description="new")],
        [set_type("os", description="theirs")],
        "irrelevant",
        {"s/objectTypes[os]/description": "irrelevant"},
    ),
    "another attribute of the same type": (
        [set_attribute("size", description="new")],
        [set_attribute("path", description="theirs")],
        "irrelevant",
        {f"{FILE}/attributes[path]/description": "irrelevant"},
    ),
    "another type's mapping": (
        [set_mapping("file", selector="new")],
        [set_mapping("drive", selector="theirs")],
        "irrelevant",
        {"s/mappings[drive]/selector": "irrelevant"},
    ),
    "the very field": (
        [set_type("file", description="new")],
        [set_type("file", description="theirs")],
        "conflict",
        {f"{FILE}/description": "conflict"},
    ),
    "the description of a stub, and something else": (
        [set_attribute("size", description="new")],
        [set_type("file", description="theirs"), set_type("os", description="theirs")],
        "conflict",
        {f"{FILE}/description": "conflict", "s/objectTypes[os]/description": "irrelevant"},
    ),
    "a mapping that is overwritten all the same": (
        [relocate("duid", "new")],
        [relocate("os-ref", "theirs")],
        "rebasable",
        {"s/mappings[drive]/attributes[os-ref]/attributeLocators": "rebasable"},
    ),
    "a new type of the name that is to be new": (
        [add_type("folder", "Folder", under="drive")],
        [add_type("theirs", "Folder", under="drive")],
        "conflict",
        {"s/objectTypes[theirs]": "conflict"},
    ),
    "a new attribute of the id that is to be new": (
        [add_attribute("file", "hash", "Hash")],
        [add_attribute("file", "hash", "Hash", type="textarea")],
        "conflict",
        {f"{FILE}/attributes[hash]": "conflict"},
    ),
    "the object schema's own name, which a PATCH repeats": (
        [set_type("file", description="new")],
        [rename_schema],
        "conflict",
        {},
    ),
    "where a type hangs that the body names": (
        [set_attribute("size", description="new")],
        [move("file", under="os")],
        "conflict",
        {f"{FILE}/parent": "conflict"},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_moved_is_said_with_what_it_is_to_the_plan(case: str) -> None:
    edits, meanwhile, relevance, moved = CASES[case]
    plan = planned(*edits)
    found = staleness(plan, live_of(*meanwhile))
    assert found.relevance == relevance
    assert {str(m.change.address): m.relevance for m in found.live_changes} == moved
    assert not found.applied


def test_moved_tells_what_was_and_what_is() -> None:
    plan = planned(set_type("file", description="new"))
    (moved,) = staleness(plan, live_of(set_type("file", description="theirs"))).live_changes
    assert (moved.change.before, moved.change.after) == ("A file", "theirs")


APPLIED: dict[str, list[Edit]] = {
    "a description": [set_type("file", description="new")],
    "a new attribute": [add_attribute("file", "hash", "Hash")],
    "a selector": [set_mapping("file", selector="new")],
}


@pytest.mark.parametrize("case", APPLIED)
@pytest.mark.parametrize("beside", [(), (set_type("os", description="theirs"),)])
def test_what_somebody_did_already_is_recognised(case: str, beside: tuple[Any, ...]) -> None:
    plan = planned(*APPLIED[case])
    assert staleness(plan, live_of(*APPLIED[case], *beside)).applied


def test_half_of_it_is_not_applied() -> None:
    plan = planned(set_type("file", description="new"), set_attribute("size", description="new"))
    found = staleness(plan, live_of(set_type("file", description="new")))
    assert (found.applied, found.relevance) == (False, "conflict")


REBASED: dict[str, list[Edit]] = {
    "beside what is impossible": [set_attribute("size", name="Bytes", description="new")],
    "beside what live does not show": [set_attribute("state", description="new")],
}


@pytest.mark.parametrize("case", REBASED)
def test_planning_again_holds_what_the_plan_held(case: str) -> None:
    plan = planned(*REBASED[case], relocate("duid", "new"), allow_residual=True)
    found = staleness(plan, live_of(relocate("os-ref", "theirs")))
    assert found.relevance == "rebasable"


def test_what_moved_is_told_as_what_patch_could_do_about_it() -> None:
    plan = planned(set_type("file", description="new"))
    now = live_of(set_type("os", description="theirs"), set_attribute("size", unique=True))
    verdicts = {str(m.change.address): m.change.verdict for m in staleness(plan, now).live_changes}
    assert verdicts == {
        f"{FILE}/attributes[size]/unique": "patch-undocumented",
        "s/objectTypes[os]/description": "patch",
    }


REMEMBERED = Baseline(name="run 1", desired=None, last_sent=last_sent([read_document(document())]))
PLANS: dict[str, dict[str, Any]] = {
    "an update": {},
    "one that waits for its end by itself": {"sync": True},
    "a create": {"status": ConfigStatus.MISSING_MAPPING},
    "one that knows what was sent of what live does not show": {"base": REMEMBERED},
}


@pytest.mark.parametrize("case", PLANS)
def test_the_case_of_a_saved_plan_is_the_one_that_it_was(case: str) -> None:
    plan = planned(
        set_attribute("state", typeValues=["Retired"]), set_type("os", description="new"),
        **PLANS[case],
    )  # fmt: skip
    live = None if plan.operation and plan.operation.method == "PUT" else live_of()
    again = comparison_of(plan, live)
    assert (again.inputs.ref, again.inputs.live.status) == (REF, plan.config_status)
    assert plan.operation is not None
    assert operation_of(again, read_document(plan.operation.body)) == plan.operation
    assert [d.address for d in differences(again.sides) if not d.write_only] == [
        c.address for c in plan.changes
    ]
