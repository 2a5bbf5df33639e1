"""Renames of statuses, which the manifest states: planned before the PATCH, or why they are not."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.diagnostics import Confidence
from reconciler.model.address import Address
from reconciler.model.document import Document, Status
from reconciler.model.object_schema import SchemaContent, SchemaStatus
from reconciler.model.policy import SchemaPolicy
from reconciler.model.wire import read_document
from reconciler.planning.change import Verdict
from reconciler.planning.inputs import Baseline
from reconciler.planning.last_sent import last_sent
from reconciler.planning.object_schema.checks import not_settled, unmet
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.operation import Phase, SchemaKind
from reconciler.planning.object_schema.seen import Seen
from reconciler.planning.plan import SourcePlan
from reconciler.planning.risk_codes import RiskCode
from reconciler.planning.surroundings import SiteSource
from reconciler.value import replace
from tests.support.documents.assets import ALLOW, content_of, plan_with_assets, source_of
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import Json, document, set_attribute

SHOWN = live_of(everything=True)
CONTENT = content_of(SHOWN.document)
STATED = {"Active": "Running"}
SENT = Baseline(
    name="then",
    desired=read_document(document()),
    last_sent=last_sent([read_document(document())]),
)
NEW, OLD = (Address.parse(f"s/statuses[{name}]") for name in ("Running", "Active"))
VALUES = Address.parse("s/objectTypes[drive]/attributes[state]/typeValues")


def name(*names: str, **fields: Any) -> Callable[[Json], None]:
    def edit(made: Json) -> None:
        made["schema"]["statusSchema"]["statuses"] = [
            {"name": each, "description": "", "category": "active", **fields} for each in names
        ]

    return edit


RENAMED = (name("Running"), set_attribute("state", typeValues=["Running"]))


def planned(
    *edits: Callable[[Json], None],
    content: SchemaContent = CONTENT,
    base: Baseline | None = None,
    stated: dict[str, str] = STATED,
    schema: SchemaPolicy = ALLOW,
) -> SourcePlan:
    given = source_of(
        *(edits or RENAMED), live=SHOWN, content=content, base=base, renamed_statuses=stated
    )
    (only,) = plan_with_assets(given, schema=schema).sources
    return only


def test_it_is_renamed_before_the_patch_and_attributes_follow() -> None:
    source = planned()
    (operation,) = source.schema_operations
    assert (operation.kind, operation.phase) == (SchemaKind.RENAME, Phase.BEFORE)
    assert (operation.method, operation.path) == ("PUT", "config/statustype/2001")
    assert operation.body == {"name": "Running", "description": "", "category": 1}
    assert operation.settles == (NEW,)
    assert operation.grade is Confidence.DOCUMENTED
    assert [(r.rule, r.value) for r in operation.requires] == [
        ("is-named", "Active"), ("is-of-schema", None), ("name-is-free", "Running"),
        ("is-described", ""), ("has-category", "active"),
    ]  # fmt: skip
    assert {c.address: (c.verdict, c.risk_code) for c in source.changes} == {
        NEW: (Verdict.SCHEMA_OPERATION, RiskCode.NAME_CHANGED)
    }
    assert source.operation is None


def test_the_orphan_of_the_old_name_goes_with_it() -> None:
    source = planned(base=SENT)
    (operation,) = source.schema_operations
    assert operation.settles == (NEW, OLD)
    assert {c.risk_code for c in source.changes} == {RiskCode.NAME_CHANGED}


def test_another_category_and_more_statuses_of_an_attribute_come_after_it() -> None:
    source = planned(
        name("Running", "Gone", category="pending"),
        set_attribute("state", typeValues=["Gone", "Running"]),
    )
    (operation,) = source.schema_operations
    assert (operation.body or {})["category"] == 1, "what Assets has"
    assert source.operation is not None
    assert {c.address: c.verdict for c in source.changes} == {
        NEW: Verdict.SCHEMA_OPERATION,
        Address.parse("s/statuses[Running]/category"): Verdict.PATCH,
        Address.parse("s/statuses[Gone]"): Verdict.PATCH,
        VALUES: Verdict.PATCH_UNDOCUMENTED,
    }


def test_an_attribute_may_take_it_under_its_new_name_at_once() -> None:
    content = replace(CONTENT, statuses=(*CONTENT.statuses, of("Gone", schema_id="41")))
    source = planned(
        name("Running"), set_attribute("state", typeValues=["Gone", "Running"]), content=content
    )
    first, second = source.schema_operations
    assert (first.kind, second.kind) == (SchemaKind.RENAME, SchemaKind.SETTINGS)
    assert (second.body or {})["typeValueMulti"] == ["9", "2001"]


def of(called: str, **fields: Any) -> SchemaStatus:
    return SchemaStatus(id="9", name=called, category="active", **fields)


def only(status: SchemaStatus, *others: SchemaStatus) -> SchemaContent:
    return replace(CONTENT, statuses=(status, *others))


ACTIVE = CONTENT.statuses[0]
CANNOT = "reconciler cannot rename the status as renamedStatuses states: "
REFUSED: dict[str, tuple[SchemaContent, str]] = {
    "it is the site's": (
        only(replace(ACTIVE, schema_id=None)),
        "status 'Active' (2001) is one of the site, not of the object schema",
    ),
    "another one has the name but for its case": (
        only(ACTIVE, of("RUNNING")), "another one has the name in Assets",
    ),
    "its category is unknown": (
        only(replace(ACTIVE, category=None)), "Assets does not say which category it has",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_where_it_cannot_be_the_new_one_is_added_and_the_change_says_why(case: str) -> None:
    content, why = REFUSED[case]
    source = planned(content=content)
    assert source.schema_operations == ()
    changes = {c.address: c for c in source.changes}
    assert changes[NEW].verdict is Verdict.PATCH
    assert changes[NEW].remedy == f"{CANNOT}{why}."


# Of another source: its object schema, and the statuses that its manifest defines.
BESIDE: dict[str, tuple[str, tuple[str, ...], bool]] = {
    "it defines the old one": ("schema-1", ("Active",), False),
    "it defines the new one": ("schema-1", ("Running",), True),
    "it is in another object schema": ("schema-2", ("Active",), True),
}


@pytest.mark.parametrize("case", BESIDE)
def test_a_status_that_another_source_defines_still_is_not_renamed(case: str) -> None:
    schema, defined, is_renamed = BESIDE[case]
    statuses = tuple(Status(name=each) for each in defined)
    other = SiteSource(name="t", desired=Document(statuses=statuses), object_schema=schema)
    given = source_of(*RENAMED, live=SHOWN, renamed_statuses=STATED)
    (source,) = plan_with_assets(given, beside=[other]).sources
    assert bool(source.schema_operations) is is_renamed
    why = f'{CANNOT}the source "t" defines it still.'
    assert [c.remedy for c in source.changes if c.address == NEW] == [None if is_renamed else why]


# What is stated, and what the manifest defines, live shows the one that is called Active.
WITHOUT_EFFECT: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "nothing is stated": ({}, ("Running",)),
    "the old one is not there": ({"Retired": "Running"}, ("Running",)),
    "the new one is there": ({"Retired": "Active"}, ("Active",)),
    "the old one is defined still": (STATED, ("Active", "Running")),
    "the new one is not defined": (STATED, ("Other",)),
}


@pytest.mark.parametrize("case", WITHOUT_EFFECT)
def test_what_is_done_or_contradicts_itself_changes_nothing(case: str) -> None:
    stated, defined = WITHOUT_EFFECT[case]
    assert planned(name(*defined), stated=stated) == planned(name(*defined), stated={})


def test_what_policy_denies_is_as_without_but_for_the_hint_and_never_deleted() -> None:
    denied = replace(ALLOW, rename=SchemaPolicy().rename)
    source, before = planned(base=SENT, schema=denied), planned(stated={}, schema=denied)
    hint = (
        "reconciler can rename the status as renamedStatuses states: "
        "set policy.schema.rename to allow."
    )
    assert source.schema_operations == ()
    assert source.operation == before.operation
    changes = {c.address: c for c in source.changes}
    assert changes[NEW].remedy == hint
    assert str(changes[OLD].remedy).startswith(hint)


BY_THEN: dict[str, tuple[SchemaContent, str | None]] = {
    "nothing happened": (only(ACTIVE), None),
    "it is described": (
        only(replace(ACTIVE, description="x")), "status 'Active' (2001) is described as 'x'",
    ),
    "it has another category": (
        only(replace(ACTIVE, category="pending")),
        "status 'Active' (2001) has the category 'pending'",
    ),
    "the name is taken": (
        only(ACTIVE, of("running")), "another one has the name 'Running' by now",
    ),
    "it is gone": (only(of("Other")), "status 'Active' (2001) is no longer there"),
}  # fmt: skip


@pytest.mark.parametrize("case", BY_THEN)
def test_what_it_requires_is_looked_at_last_thing_before_the_call(case: str) -> None:
    content, why = BY_THEN[case]
    (operation,) = planned().schema_operations
    assert unmet(operation, Seen(content=content, live=SHOWN.document)) == why


AFTERWARDS: dict[str, tuple[SchemaStatus, str | None]] = {
    "as sent": (replace(ACTIVE, name="Running"), None),
    "without effect": (ACTIVE, "Assets shows 'Active'"),
    "with another category": (
        replace(ACTIVE, name="Running", category="inactive"),
        "status 'Active' (2001) has the category 'inactive'",
    ),
    "with another description": (
        replace(ACTIVE, name="Running", description="x"),
        "status 'Active' (2001) is described as 'x'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", AFTERWARDS)
def test_what_shows_that_it_is_done(case: str) -> None:
    status, why = AFTERWARDS[case]
    (operation,) = planned().schema_operations
    live = after_operations(SHOWN.document, [operation])
    assert after_operations(live, [operation]) == live
    assert not_settled(operation, Seen(content=only(status), live=live)) == why
    told = not_settled(operation, Seen(content=only(status), live=SHOWN.document))
    assert told == (why or "importsource still shows 'Active'")
