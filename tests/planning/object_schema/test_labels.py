"""Another label of an object type, by a schema operation on its new holder."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.diagnostics import Confidence
from reconciler.model.address import Address
from reconciler.model.object_schema import SchemaContent
from reconciler.model.policy import SchemaPolicy
from reconciler.planning.change import Verdict
from reconciler.planning.object_schema.operation import Phase, SchemaKind
from reconciler.planning.plan import Action, SourcePlan
from reconciler.planning.risk_codes import RiskCode
from tests.support.documents.assets import (
    all_of,
    attribute,
    content_of,
    object_type,
    plan_with_assets,
    source_of,
)
from tests.support.documents.planned import live_of
from tests.support.documents.site_document import (
    Edit,
    add_attribute,
    drop_attribute,
    set_attribute,
)

LABEL_OF_SIZE = (
    # What the label is mandatory for follows it, unless the manifest says otherwise.
    set_attribute("path", label=False, minimumCardinality=1),
    set_attribute("size", label=True, minimumCardinality=0),
)
OLD, NEW = (
    Address.parse(f"s/objectTypes[file]/attributes[{each}]/label") for each in ("path", "size")
)


def planned(*edits: Edit, **options: Any) -> SourcePlan:
    (only,) = plan_with_assets(source_of(*edits), **options).sources
    return only


def test_the_new_holder_takes_it_which_settles_both() -> None:
    source = planned(*LABEL_OF_SIZE)
    (operation,) = source.schema_operations
    assert (operation.kind, operation.phase) == (SchemaKind.LABEL, Phase.BEFORE)
    assert (operation.method, operation.path) == ("PUT", "objecttypeattribute/302/1005")
    body = operation.body or {}
    assert (body["label"], body["name"], body["suffix"]) == (True, "Size", "GB")
    assert set(operation.settles) == {OLD, NEW}
    assert operation.grade is Confidence.DOCUMENTED
    assert operation.reversible == 'by the label back on "Path" (1004)'
    assert [(r.rule, r.value) for r in operation.requires] == [
        ("is-named", "Size"), ("is-own", None), ("is-editable", None), ("has-own-label", None),
        ("is-label", "1004"),
    ]  # fmt: skip
    found = (Verdict.SCHEMA_OPERATION, RiskCode.LABEL_CHANGED)
    told = {c.address: (c.verdict, c.risk_code) for c in source.changes}
    assert told == {OLD: found, NEW: found}
    assert source.operation is None


def test_what_policy_denies_is_tried_as_before_and_told_what_would_do_it() -> None:
    source = planned(*LABEL_OF_SIZE, schema=SchemaPolicy())
    assert (source.action, source.schema_operations) == (Action.UPDATE, ())
    assert {c.address: c.verdict for c in source.changes} == dict.fromkeys(
        (OLD, NEW), Verdict.PATCH_UNDOCUMENTED
    )
    hint = "reconciler can make it the label: set policy.schema.label to allow."
    assert {c.remedy for c in source.changes} == {hint}


def test_a_label_that_the_patch_adds_has_no_id_yet() -> None:
    source = planned(
        set_attribute("path", label=False, minimumCardinality=1),
        add_attribute("file", "hash", "Hash", label=True),
    )
    assert source.schema_operations == ()
    assert {c.address: c.verdict for c in source.changes}[OLD] is Verdict.PATCH_UNDOCUMENTED


def test_it_is_taken_from_what_no_manifest_has() -> None:
    edits = (drop_attribute("path"), LABEL_OF_SIZE[1])
    (operation,) = planned(*edits).schema_operations
    assert (operation.settles, operation.path) == ((NEW,), "objecttypeattribute/302/1005")


def test_who_gave_it_up_does_not_take_it_back() -> None:
    """A PUT sends the whole definition, the label included."""
    source = planned(*LABEL_OF_SIZE, set_attribute("path", unique=True, name="Place"))
    assert [(each.kind, each.object.id) for each in source.schema_operations] == [
        ("label", "1005"), ("rename", "1004"), ("settings", "1004"),
    ]  # fmt: skip
    sent = [(each.body or {}).get("label") for each in source.schema_operations]
    assert sent == [True, None, None]


def test_of_two_labels_for_one_type_the_first_is_given() -> None:
    def wants(key: str, name: str) -> Any:
        return source_of(
            set_attribute("path", label=False, minimumCardinality=1),
            add_attribute("file", "hash", "Hash"),
            set_attribute(key, label=True, minimumCardinality=0),
            live=live_of(add_attribute("file", "hash", "Hash"), everything=True),
            name=name,
        )

    plan = plan_with_assets(wants("size", "a"), wants("hash", "b"))
    made = [s.schema_operations for s in plan.sources]
    assert [len(each) for each in made] == [1, 0]


OPEN: dict[str, tuple[Callable[[SchemaContent], SchemaContent], str]] = {
    "below an inherited type": (
        object_type("Hard Drive", is_inherited=True), "the label of its type is inherited",
    ),
    "what nobody may change": (
        attribute("Size", is_editable=False), "Assets lets nobody change attribute 'Size' (1005)",
    ),
    "what is it already": (
        all_of(attribute("Size", label=True), attribute("Path", label=False)),
        "in Assets it is the label already",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OPEN)
def test_what_would_not_succeed_is_left_to_the_patch(case: str) -> None:
    shows, why = OPEN[case]
    content = shows(content_of(live_of().document))
    (source,) = plan_with_assets(source_of(*LABEL_OF_SIZE, content=content)).sources
    assert (source.action, source.schema_operations) == (Action.UPDATE, ())
    told = {c.address: c.remedy for c in source.changes}
    assert told[NEW] == f"reconciler cannot make it the label: {why}."


def test_a_manifest_with_two_labels_takes_it_from_neither() -> None:
    source = planned(LABEL_OF_SIZE[1])
    assert source.schema_operations == ()
    (change,) = source.changes
    assert change.remedy == (
        "reconciler cannot make it the label: "
        "the manifest has more than one label for its object type."
    )
