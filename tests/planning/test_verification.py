"""What a plan claims and its proof: small cases, most of them found by the property tests."""

import json

import pytest

from reconciler.codes.manifest import ManifestCode
from reconciler.diagnostics import Confidence, Diagnostic, Severity
from reconciler.errors import AlteredPlan
from reconciler.model.policy import Orphans, Undocumented
from reconciler.model.wire import read_document
from reconciler.planning.change import Attribution
from reconciler.planning.inputs import Baseline
from reconciler.planning.last_sent import last_sent
from reconciler.planning.operation.staleness import staleness
from reconciler.planning.plan import Convergence
from reconciler.planning.verification import verify
from reconciler.value import replace
from tests.support.documents.planned import live_of, plan_of, planned
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    document,
    drop_attribute,
    drop_type,
    map_attribute,
    map_type,
    set_attribute,
    set_mapping,
    set_type,
    types,
)

FILE = "s/objectTypes[file]"


def without_ids(made: Json) -> None:
    """The document as a manifest without external ids has it."""
    for object_type in types(made).values():
        del object_type["externalId"]
        for attribute in object_type["attributes"]:
            del attribute["externalId"]
            attribute.pop("typeValues", None)
            if attribute.pop("referenceObjectTypeExternalId", None):
                attribute["referenceObjectTypeName"] = "Operating System"
    for mapping in made["mapping"]["objectTypeMappings"]:
        del mapping["objectTypeExternalId"]
        for entry in mapping["attributesMapping"]:
            del entry["attributeExternalId"]
    made["schema"].pop("statusSchema")


def change_id(old: str, new: str) -> Edit:
    """Give the same element another external id."""

    def edit(made: Json) -> None:
        made.update(json.loads(json.dumps(made).replace(f'"{old}"', f'"{new}"')))

    return edit


def test_an_orphan_stays_the_ancestor_of_what_is_sent() -> None:
    """The manifest knows the parent by another id, and what is below is sent all the same."""
    deep = (add_type("deep", "Deep", under="file"),)
    plan = planned(
        *deep,
        change_id("drive", "drive-2"),
        set_type("deep", description="new"),
        live=live_of(*deep),
        allow_residual=True,
    )
    assert plan.operation is not None
    (root,) = plan.operation.body["schema"]["objectSchema"]["objectTypes"]
    assert root["children"][0]["children"] == [
        {"externalId": "deep", "name": "Deep", "description": "new"}
    ]


def test_a_mapping_by_name_may_fill_what_only_live_has() -> None:
    """An orphan: live has the attribute, and the manifest does not."""

    def fill(made: Json) -> None:
        entry = {"attributeName": "Hash", "attributeLocators": ["hash"]}
        made["mapping"]["objectTypeMappings"][1]["attributesMapping"].append(entry)

    live = live_of(add_attribute("file", "hash", "Hash"))
    plan = planned(without_ids, fill, live=live)
    assert plan.operation is not None
    (mapping,) = plan.operation.body["mapping"]["objectTypeMappings"]
    assert [e["attributeExternalId"] for e in mapping["attributesMapping"]] == ["hash", "path"]
    assert plan.convergence is Convergence.PARTIAL, "the orphan"


def test_an_attribute_is_made_again_although_its_mapping_moved_too() -> None:
    plan = planned(set_attribute("path", description="new"))

    def relocate(made: Json) -> None:
        (entry,) = made["mapping"]["objectTypeMappings"][1]["attributesMapping"]
        entry["attributeLocators"] = ["theirs"]

    found = staleness(plan, live_of(relocate, set_type("file", description="theirs")))
    assert found.relevance == "conflict"


def test_a_new_mapping_is_announced_to_lack_what_a_refused_attribute_is_filled_with() -> None:
    reference = {"type": "referenced_object", "referenceObjectTypeExternalId": "drive-2"}
    plan = planned(
        add_type("drive-2", "Hard Drive"),
        add_type("new", "New"),
        add_attribute("new", "good", "Good"),
        add_attribute("new", "drive-ref", "Drive", **reference),
        map_type("new", "New"),
        map_attribute("new", "good", "Good", "g"),
        map_attribute("new", "drive-ref", "Drive", "d"),
        allow_residual=True,
    )
    assert {str(c.address): c.predicted_code for c in plan.residual} == {
        "s/objectTypes[drive-2]": "EXTERNAL_ID_MISMATCH",
        "s/objectTypes[new]/attributes[drive-ref]": "EXTERNAL_ID_MISMATCH",
        "s/mappings[new]/attributes[drive-ref]": "EXTERNAL_ID_MISMATCH",
    }
    assert plan.convergence is Convergence.PARTIAL


def test_orphans_that_policy_ignores_are_nothing_that_remains() -> None:
    plan = plan_of(
        set_type("file", description="new"), drop_type("os"), drop_attribute("os-ref"),
        orphans=Orphans.IGNORE,
    )  # fmt: skip
    assert plan.sources[0].certificate is not None
    assert plan.sources[0].certificate.remains == plan.sources[0].residual == ()
    verify(plan)


def test_a_stated_unknown_key_that_a_sent_mapping_carries_is_no_residual() -> None:
    live = live_of(set_mapping("file", unknownValues="IGNORE"))
    sent = planned(set_mapping("file", unknownValues="ADD", selector="new"), live=live)
    assert sent.residual == ()
    unsent = planned(set_mapping("file", unknownValues="ADD"), live=live)
    assert [str(c.address) for c in unsent.residual] == ["s/mappings[file]/unknownValues"]


def test_a_cardinality_without_ids_is_a_residual_of_a_new_attribute_too() -> None:
    """Live will have the default, and the note that is left then is announced now."""

    def add(made: Json) -> None:
        new = {"name": "New", "description": "", "type": "text", "maximumCardinality": -1}
        made["schema"]["objectSchema"]["objectTypes"][1]["attributes"].append(new)

    (left,) = planned(without_ids, add).residual
    assert str(left.address).endswith("attributes[New]/maximumCardinality")
    assert (left.before, left.after) == (1, -1)


def test_a_renamed_attribute_makes_a_mapping_by_name_stale() -> None:
    """With external ids it is nothing to the mapping."""
    renamed = live_of(set_attribute("size", name="Length"))

    def fill(made: Json) -> None:
        entry = {"attributeName": "Size", "attributeLocators": ["size"]}
        made["mapping"]["objectTypeMappings"][1]["attributesMapping"].append(entry)

    assert staleness(planned(without_ids, fill), renamed).relevance == "conflict"
    with_ids = planned(map_attribute("file", "size", "Size", "size"))
    assert staleness(with_ids, renamed).relevance == "irrelevant"


def test_a_rename_in_live_is_drift_for_a_manifest_without_ids() -> None:
    base = Baseline(name="then", desired=read_document(document(without_ids)), live=live_of())
    live = live_of(set_type("file", name="Document"))
    changes = planned(without_ids, live=live, base=base, allow_residual=True).changes
    assert {c.attribution for c in changes} == {Attribution.DRIFT}


def test_a_status_that_is_remembered_is_remembered_by_the_plan_too() -> None:
    """Also where no type has anything to remember: statuses belong to documents with ids."""

    def restate(made: Json) -> None:
        made["schema"]["statusSchema"]["statuses"][0]["category"] = "inactive"

    def no_types(made: Json) -> None:
        for object_type in types(made).values():
            object_type["attributes"] = [
                a for a in object_type["attributes"] if a["type"] != "status"
            ]

    base = Baseline(
        name="then", desired=None, last_sent=last_sent([read_document(document(no_types))])
    )
    plan = plan_of(no_types, restate, live=live_of(no_types), base=base)
    assert [str(c.address) for c in plan.sources[0].changes] == ["s/statuses[Active]/category"]
    verify(plan)


def test_what_is_skipped_and_hidden_is_not_taken_for_sent() -> None:
    plan = plan_of(
        set_attribute("state", description="new"),
        resend_write_only=True,
        undocumented=Undocumented.SKIP,
    )
    assert "ignored" in {c.verdict for c in plan.sources[0].changes}
    verify(plan)


OPEN: dict[str, tuple[Diagnostic, bool]] = {
    "what nobody knows": (ManifestCode.AMBIGUOUS_NAME.diagnostic("x", source="s"), True),
    "what nobody knows in this case": (
        ManifestCode.UNKNOWN_ATTRIBUTE.diagnostic(
            "x", source="s", severity=Severity.WARNING, confidence=Confidence.UNKNOWN
        ),
        True,
    ),
    "what nobody knows of another source": (
        ManifestCode.AMBIGUOUS_NAME.diagnostic("x", source="t"), False,
    ),
    "a warning that says nothing of the API": (
        ManifestCode.NO_LABEL.diagnostic("x", source="s"), False,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OPEN)
def test_nothing_is_proved_beside_what_nobody_knows(case: str) -> None:
    remark, is_open = OPEN[case]
    live = live_of(everything=True)
    plan = plan_of(set_type("os", description="new"), live=live, diagnostics=(remark,))
    (source,) = plan.sources
    assert source.certificate is not None
    assert source.convergence is (Convergence.UNKNOWN if is_open else Convergence.PROVED)
    assert source.certificate.rests_on == ((remark.code,) if is_open else ())
    verify(plan)
    if is_open:
        with pytest.raises(AlteredPlan):
            verify(replace(plan, diagnostics=()))
