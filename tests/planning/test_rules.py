"""Every rule that a plan can name has its text, its source, and a way by hand where it says no."""

from typing import Any

import pytest

from reconciler.diagnostics import Confidence
from reconciler.model.wire import read_document
from reconciler.planning.comparison import comparison_of, live_at_planning
from reconciler.planning.operation.body_elements import body_elements
from reconciler.planning.verdict.manual_steps import MANUAL_STEPS
from reconciler.planning.verdict.rules import RULES, refusal_rule
from reconciler.render.plan.symbols import KINDS
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.response import Code
from reconciler.semantics.rules import Ability, RuleCode
from tests.support.documents.planned import planned
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    set_attribute,
    set_mapping,
    set_type,
    types,
)


def test_every_rule_of_the_planner_is_in_the_book() -> None:
    named: set[str] = {*CAPABILITIES.values()}
    named |= {"unknown-key", "attempt-without-effect", "not-drifted", "refused",
              "not-shown", "no-longer-stated"}  # fmt: skip
    named |= {
        "patch-amends",
        "put-amends",
        "put-creates",
        "put-does-not-replace",
        "patch-needs-mapping",
    }
    assert set(RULES) == named
    assert all(rule.text and rule.source for rule in RULES.values())


@pytest.mark.parametrize("rule", CAPABILITIES.values())
def test_what_patch_cannot_do_or_nobody_knows_has_a_way_by_hand(rule: RuleCode) -> None:
    by_hand = RULES[rule].manual_steps
    assert (by_hand is not None) is (rule.ability is not Ability.YES)
    if by_hand is not None:
        assert len(by_hand.steps) >= 1
        assert by_hand.manifest
    assert set(MANUAL_STEPS) <= set(RULES)


@pytest.mark.parametrize("code", [c for c in Code if c is not Code.MAPPING_EXISTS])
def test_every_code_of_the_api_has_a_rule(code: Code) -> None:
    rule = refusal_rule(code, Confidence.REPORTED)
    assert rule.text.startswith(f"{code}: ")
    possible = {Code.REFERENCED_OBJECT_TYPE_CHANGED, Code.UNSUPPORTED_CHANGE}
    assert (code.remedy is not None) is (code not in possible)


def with_icon(made: Json) -> None:
    made["schema"]["iconSchema"] = {"icons": [{"key": "k", "name": "K", "png48": "AAAA"}]}
    types(made)["os"]["iconKey"] = "k"


ROLES: dict[str, tuple[list[Edit], list[tuple[str, str]]]] = {
    "a nested attribute": (
        [set_attribute("size", description="new")],
        [
            ('object type "Hard Drive"', 'a stub: "File" is in it'),
            ('object type "File"', "it holds the attributes that are sent"),
            ('attribute "Size"', "s/objectTypes[file]/attributes[size]/description"),
        ],
    ),
    "a new reference": (
        [
            add_attribute(
                "os", "d", "D", type="referenced_object", referenceObjectTypeExternalId="drive"
            )
        ],
        [
            ('object type "Hard Drive"', 'a stub: attribute "D" refers to it'),
            ('object type "Operating System"', "it holds the attributes that are sent"),
            ('attribute "D"', "s/objectTypes[os]/attributes[d]"),
        ],
    ),
    "a mapping": (
        [set_mapping("drive", selector="new")],
        [
            ('object type "Hard Drive"', "a stub: its mapping is sent"),
            ('mapping "Hard Drive"', "s/mappings[drive]/selector"),
        ],
    ),
    "a description": (
        [set_type("os", description="new")],
        [('object type "Operating System"', "s/objectTypes[os]/description")],
    ),
}


@pytest.mark.parametrize("case", ROLES)
def test_each_element_of_a_body_says_what_for(case: str) -> None:
    edits, expected = ROLES[case]
    assert told(*edits) == expected


def test_what_comes_along_says_so() -> None:
    """A changed description of the attribute sends its typeValues, and these their status."""
    comes_along = "comes along with typeValues that name it: live does not show whether it is there"
    assert told(set_attribute("state", description="new"))[-1] == ('status "Active"', comes_along)


def test_icons_and_statuses_that_are_sent_for_themselves_say_so() -> None:
    assert told(with_icon, resend_write_only=True) == [
        ('object type "Hard Drive"', "it holds the attributes that are sent"),
        ('attribute "State"', "s/objectTypes[drive]/attributes[state]/typeValues"),
        ('object type "Operating System"', "s/objectTypes[os]/iconKey"),
        ('icon "k"', "s/icons[k]"),
        ('status "Active"', "s/statuses[Active]"),
    ]


def told(*edits: Edit, **options: Any) -> list[tuple[str, str]]:
    source = planned(*edits, **options)
    assert source.operation is not None
    comparison = comparison_of(source, live_at_planning(source))
    elements = body_elements(comparison, read_document(source.operation.body), source.changes)
    return [
        (f'{KINDS[e.kind][0]} "{e.name}"', e.role or ", ".join(map(str, e.because)))
        for e in elements
    ]
