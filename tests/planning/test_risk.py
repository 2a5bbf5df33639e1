"""What a change that is sent can do to data: each risk code by each way to cause it.

The risks of design.md#risk.
"""

import json

import pytest

from reconciler.model.policy import Risk, Undocumented
from reconciler.model.source import ConfigStatus
from reconciler.planning.plan import Action
from reconciler.planning.risk_codes import CONSEQUENCES, RiskCode
from reconciler.render.plan.json import plan_json
from tests.support.documents.planned import live_of, plan_of, planned
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    map_attribute,
    map_type,
    mapping,
    set_attribute,
    set_mapping,
    set_type,
)


def entry(type_id: str, external_id: str, **fields: object) -> Edit:
    """Return the edit that sets *fields* of an attribute's mapping."""

    def edit(made: Json) -> None:
        for each in mapping(made, type_id)["attributesMapping"]:
            if each["attributeExternalId"] == external_id:
                each.update(fields)

    return edit


def unmap(type_id: str, external_id: str) -> Edit:
    def edit(made: Json) -> None:
        entries = mapping(made, type_id)["attributesMapping"]
        entries[:] = [e for e in entries if e["attributeExternalId"] != external_id]

    return edit


def unlimited(*edits: Edit) -> list[Edit]:
    return [set_attribute("size", maximumCardinality=-1), *edits]


def five(*edits: Edit) -> list[Edit]:
    return [set_attribute("size", minimumCardinality=2, maximumCardinality=5), *edits]


FILE = "s/objectTypes[file]/attributes"
DRIVES, FILES = "s/mappings[drive]", "s/mappings[file]"
DATA = {"identity-changed", "selector-changed", "attribute-unmapped"}

# live, the manifest's edits of it, and the code of each change by address
RISKS: dict[str, tuple[list[Edit], list[Edit], dict[str, str | None]]] = {
    "an attribute becomes part of the identity": (
        [], [entry("drive", "os-ref", externalIdPart=True)],
        {f"{DRIVES}/attributes[os-ref]/externalIdPart": "identity-changed"},
    ),
    "an attribute is part of the identity no more": (
        [], [entry("drive", "duid", externalIdPart=False)],
        {f"{DRIVES}/attributes[duid]/externalIdPart": "identity-changed"},
    ),
    "an identifying attribute is mapped in addition": (
        [], [map_attribute("file", "size", "Size", "s", externalIdPart=True)],
        {f"{FILES}/attributes[size]": "identity-changed"},
    ),
    "an identifying attribute is unmapped": (
        [], [unmap("drive", "duid")], {f"{DRIVES}/attributes[duid]": "identity-changed"},
    ),
    "another attribute is unmapped": (
        [], [unmap("drive", "os-ref")], {f"{DRIVES}/attributes[os-ref]": "attribute-unmapped"},
    ),
    "another attribute is mapped in addition": (
        [], [map_attribute("file", "size", "Size", "s")], {f"{FILES}/attributes[size]": None},
    ),
    "a selector": (
        [], [set_mapping("file", selector="new")], {f"{FILES}/selector": "selector-changed"},
    ),
    "a mapping's description": (
        [], [set_mapping("file", description="new")], {f"{FILES}/description": None},
    ),
    "a mapping where there was none": ([], [map_type("os", "X")], {"s/mappings[os]": None}),
    "a locator": (
        [], [entry("file", "path", attributeLocators=["new"])],
        {f"{FILES}/attributes[path]/attributeLocators": "locator-changed"},
    ),
    "a locator more": (
        [], [entry("file", "path", attributeLocators=["path", "more"])],
        {f"{FILES}/attributes[path]/attributeLocators": "locator-changed"},
    ),
    "the order of two locators": (
        [entry("file", "path", attributeLocators=["a", "b"])],
        [entry("file", "path", attributeLocators=["b", "a"])],
        {f"{FILES}/attributes[path]/attributeLocators": "locator-changed"},
    ),
    "an IQL": (
        [], [entry("drive", "os-ref", objectMappingIQL="Name Like ${os}")],
        {f"{DRIVES}/attributes[os-ref]/objectMappingIQL": "iql-changed"},
    ),
    "an IQL where there was none": (
        [], [entry("file", "path", objectMappingIQL="Name Like ${path}")],
        {f"{FILES}/attributes[path]/objectMappingIQL": "iql-changed"},
    ),
    "the label moves, and the minimum with it": (
        [], [set_attribute("path", label=False), set_attribute("size", label=True)],
        {
            f"{FILE}[path]/label": "label-changed",
            f"{FILE}[path]/minimumCardinality": None,
            f"{FILE}[size]/label": "label-changed",
            f"{FILE}[size]/minimumCardinality": "cardinality-tightened",
        },
    ),
    "the minimum raised": (
        [], [set_attribute("size", minimumCardinality=1)],
        {f"{FILE}[size]/minimumCardinality": "cardinality-tightened"},
    ),
    "the minimum lowered": (
        five(), five(set_attribute("size", minimumCardinality=1)),
        {f"{FILE}[size]/minimumCardinality": None},
    ),
    "the maximum lowered": (
        five(), five(set_attribute("size", maximumCardinality=4)),
        {f"{FILE}[size]/maximumCardinality": "cardinality-tightened"},
    ),
    "the maximum raised": (
        five(), five(set_attribute("size", maximumCardinality=6)),
        {f"{FILE}[size]/maximumCardinality": None},
    ),
    "unlimited becomes bounded": (
        unlimited(), unlimited(set_attribute("size", maximumCardinality=100)),
        {f"{FILE}[size]/maximumCardinality": "cardinality-tightened"},
    ),
    "bounded becomes unlimited": (
        five(), five(set_attribute("size", maximumCardinality=-1)),
        {f"{FILE}[size]/maximumCardinality": None},
    ),
    "descriptions, and what is new": (
        [],
        [set_type("os", description="new"), set_attribute("size", description="new"),
         add_type("room", "Room"), add_attribute("file", "hash", "Hash", label=True)],
        {
            f"{FILE}[hash]": None,
            f"{FILE}[size]/description": None,
            "s/objectTypes[os]/description": None,
            "s/objectTypes[room]": None,
        },
    ),
    "what is impossible is not sent": (
        [], [set_type("os", name="OS")], {"s/objectTypes[os]/name": None},
    ),
    "what only lives is not sent": (
        [map_type("os", "Operating System")], [], {"s/mappings[os]": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", RISKS)
def test_each_change_has_the_risk_of_what_it_does(case: str) -> None:
    live, edits, expected = RISKS[case]
    plan = plan_of(*edits, live=live_of(*live))
    (source,) = plan.sources
    assert {str(c.address): c.risk_code for c in source.changes} == expected
    codes = [c for c in expected.values() if c]
    assert {c.risk_code: c.risk for c in source.changes} == {
        code: Risk.NONE if code is None else Risk.DATA if code in DATA else Risk.REVIEW
        for code in expected.values()
    }
    assert plan.summary.risk_data == sum(code in DATA for code in codes)
    assert plan.summary.risk_review == sum(code not in DATA for code in codes)
    (written,) = json.loads(plan_json(plan))["sources"]
    assert {c["address"]: c["risk_text"] for c in written["changes"]} == {
        address: CONSEQUENCES[code] if code else None for address, code in expected.items()
    }


def test_every_code_is_in_the_table_and_has_its_sentence() -> None:
    told = {code for *_, expected in RISKS.values() for code in expected.values() if code}
    # What a source has in the UI is no edit of a document: tests/applying/test_shared_schema.py.
    # Only schema operations rename, move, delete, or set at once: planning/object_schema.
    of_operations = {
        RiskCode.NAME_CHANGED,
        RiskCode.PARENT_CHANGED,
        RiskCode.OBJECTS_DELETED,
        RiskCode.VALUES_DELETED,
        RiskCode.STATUS_DELETED,
        RiskCode.VALUES_RESTRICTED,
        RiskCode.UNIQUE_DEMANDED,
        RiskCode.STATUSES_CHANGED,
    }
    elsewhere = {RiskCode.UI_SETTINGS_MAY_RESET, *of_operations}
    assert told == CONSEQUENCES.keys() - elsewhere


def test_what_policy_skips_puts_nothing_at_risk() -> None:
    source = planned(set_attribute("size", minimumCardinality=1), undocumented=Undocumented.SKIP)
    assert [(c.verdict, c.risk) for c in source.changes] == [("ignored", "none")]


def test_creating_puts_nothing_at_risk() -> None:
    source = planned(status=ConfigStatus.MISSING_MAPPING)
    assert {c.risk for c in source.changes} == {Risk.NONE}


NOTHING = set_type("os", description="new")
REVIEW = entry("file", "path", attributeLocators=["new"])
DANGER = set_mapping("file", selector="new")
OVER = "more risk ({}) than policy.maxRisk, {}, allows; override with --max-risk {}"
MOST: dict[str, tuple[list[Edit], Risk | None, str | None]] = {
    "no limit": ([DANGER, REVIEW], None, None),
    "the limit is the worst there is": ([DANGER, REVIEW], Risk.DATA, None),
    "review within review": ([REVIEW], Risk.REVIEW, None),
    "nothing within none": ([NOTHING], Risk.NONE, None),
    "data over review, which is within": (
        [DANGER, REVIEW], Risk.REVIEW,
        "1 change has " + OVER.format("selector-changed", "review", "data"),
    ),
    "review over none": (
        [REVIEW, NOTHING], Risk.NONE,
        "1 change has " + OVER.format("locator-changed", "none", "review"),
    ),
    "both over none": (
        [DANGER, REVIEW, unmap("drive", "os-ref")], Risk.NONE,
        "3 changes have "
        + OVER.format("attribute-unmapped, locator-changed, selector-changed", "none", "data"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MOST)
def test_the_most_risk_that_is_allowed(case: str) -> None:
    edits, most, trips = MOST[case]
    source = planned(*edits, max_risk=most)
    assert source.action is (Action.BLOCKED if trips else Action.UPDATE)
    if trips:
        assert (source.reason.code, source.reason.text) == ("too_much_risk", trips)
        assert source.operation is None
