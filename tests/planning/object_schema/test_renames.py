"""Renames by schema operations: which are planned, in which order, and what the PATCH then has."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from reconciler.errors import AlteredPlan
from reconciler.manifest.project.bindings import embedded_id
from reconciler.model.address import Address
from reconciler.model.document import Document
from reconciler.model.object_schema import SchemaContent
from reconciler.model.policy import Risk, SchemaPolicy
from reconciler.model.source import ConfigStatus
from reconciler.model.wire import read_document
from reconciler.planning.change import Verdict
from reconciler.planning.inputs import Baseline
from reconciler.planning.last_sent import last_sent
from reconciler.planning.object_schema.allowance import schema_auth
from reconciler.planning.object_schema.seen import live_names
from reconciler.planning.operation.read_back import before_and_after
from reconciler.planning.plan import Action, Convergence, SourcePlan
from reconciler.planning.reasons import ReasonCode
from reconciler.planning.risk_codes import RiskCode
from reconciler.planning.verification import open_plan
from reconciler.render.plan.json import plan_json
from reconciler.value import replace
from tests.support.documents.assets import (
    ALLOW,
    all_of,
    attribute,
    calls,
    content_of,
    object_type,
    plan_with_assets,
    source_of,
)
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import (
    Edit,
    document,
    set_attribute,
    set_mapping,
    set_type,
    types,
)

TYPE = Address.parse("s/objectTypes[file]/name")
SIZE = Address.parse("s/objectTypes[file]/attributes[size]/name")
RENAMED = (set_type("file", name="Document"), set_attribute("size", name="Bytes"))
SHOWN = live_of(everything=True)
HINT = "reconciler cannot rename it: "


def planned(*edits: Edit, **options: Any) -> SourcePlan:
    (only,) = plan_with_assets(source_of(*edits), **options).sources
    return only


def test_a_type_and_an_attribute_are_renamed_before_the_patch_which_has_the_new_names() -> None:
    plan = plan_with_assets(source_of(*RENAMED, set_type("file", description="new"), live=SHOWN))
    (source,) = plan.sources
    first, second = source.schema_operations
    assert (first.method, first.path, first.body) == ("PUT", "objecttype/302", {"name": "Document"})
    assert (second.method, second.path) == ("PUT", "objecttypeattribute/302/1005")
    assert second.body == {
        "type": 0, "name": "Bytes", "defaultTypeId": 1,
        "minimumCardinality": 0, "maximumCardinality": 1, "uniqueAttribute": False, "suffix": "GB",
    }  # fmt: skip
    assert [each.settles for each in source.schema_operations] == [(TYPE,), (SIZE,)]
    assert [each.reversible for each in source.schema_operations] == [
        'by a rename back to "File"', 'by a rename back to "Size"',
    ]  # fmt: skip
    assert {c.address: c.verdict for c in source.changes} == {
        TYPE: Verdict.SCHEMA_OPERATION,
        SIZE: Verdict.SCHEMA_OPERATION,
        Address.parse("s/objectTypes[file]/description"): Verdict.PATCH,
    }
    assert source.operation is not None
    assert types(source.operation.body)["file"]["name"] == "Document"
    assert source.reason.text == (
        "live is configured; 1 change, all within what PATCH can do, "
        "and 2 schema operations (credential schemaAuth)"
    )
    summary = plan.summary
    assert (summary.update, summary.change, summary.schema_operations) == (1, 3, 2)
    assert (source.convergence, source.residual) == (Convergence.PROVED, ())
    assert source.certificate is not None
    assert "external-id-survives-a-rename" in source.certificate.rests_on
    before, after = before_and_after(source)
    names = [live_names(each)["size"] for each in (before, after) if each is not None]
    assert names == ["Size", "Bytes"]


def test_without_anything_to_patch_there_is_no_operation_and_an_update_all_the_same() -> None:
    plan = plan_with_assets(source_of(*RENAMED, live=SHOWN))
    (source,) = plan.sources
    assert (source.action, source.operation, source.sends) == (Action.UPDATE, None, True)
    assert (plan.has_changes, plan.blocked, source.convergence) == (
        True, False, Convergence.PROVED,
    )  # fmt: skip
    assert source.reason.text == (
        "live is configured; 2 schema operations (credential schemaAuth), no PATCH"
    )
    assert {c.risk_code for c in source.changes} == {RiskCode.NAME_CHANGED}


def with_an_icon(raw: dict[str, Any]) -> None:
    icon = {"key": "disk", "name": "Disk", "png48": "iVBORw0KGgo="}
    raw["schema"]["iconSchema"] = {"icons": [icon]}


def test_what_live_hides_and_was_sent_does_not_remain_after_operations_alone() -> None:
    sent = last_sent([read_document(document(with_an_icon))])
    given = source_of(*RENAMED, with_an_icon)
    base = Baseline(name="run 1", desired=None, last_sent=sent, stated=Document())
    (source,) = plan_with_assets(replace(given, baseline=base)).sources
    assert source.certificate is not None
    assert (source.operation, source.certificate.remains) == (None, ())


def test_what_policy_denies_stays_impossible_and_the_remedy_says_so() -> None:
    source = planned(set_type("file", name="Document"), schema=SchemaPolicy())
    (change,) = source.changes
    assert (source.action, change.verdict) == (Action.BLOCKED, Verdict.IMPOSSIBLE)
    assert str(change.remedy).startswith(
        "reconciler can rename it: set policy.schema.rename to allow. Either keep the name"
    )
    assert source.schema_operations == ()


@pytest.mark.parametrize(
    ("import_source_id", "key"),
    [
        (embedded_id("disks"), "schemaAuth: embedded"),
        # An emulator that is served is bound as the cloud is, to its workspace `local`.
        ("disks", "schemaAuth: {basic: {email: …, token: …}}"),
    ],
)
def test_the_credential_that_lacks_is_that_of_the_backend(import_source_id: str, key: str) -> None:
    assert schema_auth("disks", import_source_id) == key


def test_without_the_credential_policy_changes_nothing_but_what_is_missing() -> None:
    unread = replace(source_of(*RENAMED), targets=(), reads_assets=False)
    allowed, denied = (
        json.loads(plan_json(plan_with_assets(unread, schema=each)))
        for each in (ALLOW, SchemaPolicy())
    )
    del allowed["options"]["policy"]["schema"]
    lacking = "set policy.schema.rename to allow, and schemaAuth: {basic: "
    assert lacking in json.dumps(denied)
    expected = json.dumps(denied).replace(lacking, "set schemaAuth: {basic: ")
    assert json.dumps(allowed) == expected
    assert (denied["format_version"], "schema_operations" in denied["summary"]) == ("2.1", False)


# The edit, what Assets shows besides, and why it is not planned.
OPEN: dict[str, tuple[Edit, Callable[[SchemaContent], SchemaContent], str]] = {
    "a change of case alone": (
        set_type("file", name="FILE"), all_of(),
        "whether Assets takes a change of case alone is unknown",
    ),
    "a name of another type": (
        set_type("file", name="hard drive"), all_of(), "another one has the name in Assets",
    ),
    "a name of another attribute": (
        set_attribute("size", name="path"), all_of(), "another one has the name in Assets",
    ),
    "a name that an inherited attribute has": (
        set_attribute("size", name="duid"), object_type("Hard Drive", is_inherited=True),
        "another one has the name in Assets",
    ),
    "what nobody may change": (
        set_attribute("size", name="Bytes"), attribute("Size", is_editable=False),
        "Assets lets nobody change attribute 'Size' (1005)",
    ),
    "an attribute of Assets itself": (
        set_attribute("size", name="Bytes"), attribute("Size", is_system=True),
        "Assets lets nobody change attribute 'Size' (1005)",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OPEN)
@pytest.mark.parametrize("schema", [SchemaPolicy(), ALLOW])
def test_what_would_not_succeed_is_not_planned(case: str, schema: SchemaPolicy) -> None:
    edit, shows, why = OPEN[case]
    content = shows(content_of(live_of().document))
    (source,) = plan_with_assets(source_of(edit, content=content), schema=schema).sources
    (change,) = source.changes
    assert (source.action, source.schema_operations) == (Action.BLOCKED, ())
    assert str(change.remedy).startswith(f"{HINT}{why}. ")


def test_nothing_is_renamed_for_a_source_that_is_yet_to_be_created() -> None:
    given = source_of(*RENAMED, status=ConfigStatus.MISSING_MAPPING)
    (source,) = plan_with_assets(given).sources
    assert (source.action, source.schema_operations) == (Action.BLOCKED, ())


def test_a_name_is_given_after_the_rename_that_frees_it() -> None:
    edits = (set_type("drive", name="File"), set_type("file", name="Document"))
    plan = plan_with_assets(source_of(*edits))
    assert list(calls(plan)) == [
        ("s", "objecttype/302", "Document"), ("s", "objecttype/301", "File"),
    ]  # fmt: skip
    swapped = (set_type("drive", name="File"), set_type("file", name="Hard Drive"))
    assert not list(calls(plan_with_assets(source_of(*swapped))))


def test_one_rename_that_two_sources_want_is_one_operation_of_the_first() -> None:
    both = [source_of(set_type("os", name="OS"), name=name) for name in ("a", "b")]
    plan = plan_with_assets(*both)
    assert list(calls(plan)) == [("a", "objecttype/303", "OS")]
    assert [s.action for s in plan.sources] == [Action.UPDATE, Action.NO_OP]
    assert open_plan(json.loads(plan_json(plan))) == plan


@pytest.mark.parametrize("edits", [(set_type("os", name="System"),), ()])
def test_of_two_names_for_one_type_the_first_is_given(edits: tuple[Edit, ...]) -> None:
    """Though the second may be the present one: the two manifests contradict each other."""
    plan = plan_with_assets(
        source_of(set_type("os", name="OS"), name="a"), source_of(*edits, name="b")
    )
    assert list(calls(plan)) == [("a", "objecttype/303", "OS")]
    assert [s.action for s in plan.sources] == [Action.UPDATE, Action.BLOCKED]
    assert plan.sources[1].reason.text == (
        "a defines objectTypes[os]/name differently, and both would send it"
    )


GUARDS: dict[str, tuple[dict[str, Any], ReasonCode]] = {
    "changes": ({"max_changes": 1}, ReasonCode.TOO_MANY_CHANGES),
    "share": ({"max_change_percent": 1.0}, ReasonCode.TOO_MANY_CHANGES),
    "risk": ({"max_risk": Risk.NONE}, ReasonCode.TOO_MUCH_RISK),
}


@pytest.mark.parametrize("case", GUARDS)
def test_guards_count_renames(case: str) -> None:
    options, code = GUARDS[case]
    source = planned(*RENAMED, **options)
    assert (source.action, source.reason.code) == (Action.BLOCKED, code)
    assert (source.schema_operations, source.certificate) == ((), None)


# What both want, what the first wants besides; the guard; and how both end, renames by source.
STOPPED: dict[str, tuple[Edit, tuple[Edit, ...], dict[str, Any], list[Action], list[str]]] = {
    "a rename": (
        set_type("os", name="OS"), (set_mapping("file", selector="s"),), {"max_risk": Risk.REVIEW},
        [Action.BLOCKED, Action.UPDATE], ["b"],
    ),
    "a PATCH": (
        set_type("os", description="new"), (set_mapping("file", selector="s"),),
        {"max_risk": Risk.REVIEW}, [Action.BLOCKED, Action.UPDATE], [],
    ),
    "a guard over all": (
        set_type("os", name="OS"), (), {"max_changes": 0}, [Action.BLOCKED] * 2, [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", STOPPED)
def test_what_a_guard_stops_is_left_to_the_next_source_that_wants_it(case: str) -> None:
    """It is no change of a source that nothing changes there, only if another one makes it."""
    edit, more, guard, actions, renaming = STOPPED[case]
    plan = plan_with_assets(source_of(edit, *more, name="a"), source_of(edit, name="b"), **guard)
    assert [s.action for s in plan.sources] == actions
    assert [name for name, *_ in calls(plan)] == renaming
    assert open_plan(json.loads(plan_json(plan))) == plan


def test_a_name_that_a_source_before_it_gives_up_is_free() -> None:
    plan = plan_with_assets(
        source_of(set_type("file", name="Document"), name="a"),
        source_of(set_type("drive", name="File"), set_type("file", name="Document"), name="b"),
    )
    assert list(calls(plan)) == [
        ("a", "objecttype/302", "Document"), ("b", "objecttype/301", "File"),
    ]  # fmt: skip
    assert open_plan(json.loads(plan_json(plan))) == plan


def test_a_rename_waits_where_something_else_blocks() -> None:
    edits = (*RENAMED, set_attribute("path", type="url"))
    blocked, sent = (planned(*edits, allow_residual=each) for each in (False, True))
    assert (blocked.action, blocked.schema_operations) == (Action.BLOCKED, ())
    assert len(sent.schema_operations) == 2
    assert [c.address.within_source for c in sent.residual] == [
        "objectTypes[file]/attributes[path]/type"
    ]


def test_a_saved_plan_makes_its_operations_again() -> None:
    plan = plan_with_assets(source_of(*RENAMED, set_mapping("file", selector="s")))
    written = json.loads(plan_json(plan))
    assert written["format_version"] == "2.2"
    assert open_plan(written) == plan
    with pytest.raises(AlteredPlan, match=r"its format is 2\.2, and it says 2\.1"):
        open_plan({**written, "format_version": "2.1"})
    assert [t["element"]["id"] for t in written["sources"][0]["evidence"]["targets"]] == [
        "1005", "302",
    ]  # fmt: skip


def test_the_label_is_sent_as_such_and_only_by_the_label() -> None:
    (operation,) = planned(set_attribute("path", name="Place")).schema_operations
    assert (operation.body or {})["label"] is True
    (other,) = planned(set_attribute("size", name="Bytes")).schema_operations
    assert "label" not in (other.body or {})
