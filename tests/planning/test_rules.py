"""Every rule that a plan can name has its text, its source, and a way by hand where it says no."""

from typing import Any

import pytest

from reconciler.diagnostics import Confidence
from reconciler.manifest.project.model import SCHEMA_AUTH, BackendKind
from reconciler.model.policy import Orphans, Undocumented
from reconciler.model.source import ConfigStatus
from reconciler.model.wire import read_document
from reconciler.planning.comparison import comparison_of, live_at_planning
from reconciler.planning.explain import ChangeExplanation, explain
from reconciler.planning.operation.body_elements import body_elements
from reconciler.planning.verdict.manual_steps import MANUAL_STEPS
from reconciler.planning.verdict.rules import RULES, refusal_rule
from reconciler.render.plan.symbols import KINDS
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.response import Code
from reconciler.semantics.rules import Ability, RuleCode
from tests.support.documents.planned import live_of, plan_of, planned
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    drop_attribute,
    map_type,
    move_type,
    set_attribute,
    set_mapping,
    set_type,
    types,
)


def test_every_rule_of_the_planner_is_in_the_book() -> None:
    named: set[str] = {*CAPABILITIES.values()}
    named |= {"unknown-key", "attempt-without-effect", "not-drifted", "refused",
              "not-shown", "no-longer-stated", "object-type-move-to-root",
              "objects-not-suited", "observed-to-change", "observed-not-to-change"}  # fmt: skip
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
    comes_along = "is sent with typeValues that name it: live does not show whether it is there"
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


RENAMED = set_attribute("size", name="Path")
# Edits of the manifest, options, and the reason of the source.
REASONS: dict[str, tuple[list[Edit], dict[str, Any], str]] = {
    "nothing differs": ([], {}, "no differences"),
    "an orphan": (
        [drop_attribute("size")], {}, "live has all of the manifest, and 1 orphan",
    ),
    "a key that nothing sends": (
        [set_type("os", inheritance=True)],
        {"live": live_of(set_type("os", inheritance=False), everything=True)},
        "nothing to send; 1 difference stays",
    ),
    "what is left open, beside an orphan": (
        [RENAMED, drop_attribute("state")],
        {"allow_residual": True},
        "nothing to send; 1 difference stays",
    ),
    "what policy stops": (
        [set_attribute("size", unique=True)],
        {"undocumented": Undocumented.BLOCK},
        "1 change undocumented for PATCH, and policy.undocumented is block",
    ),
    "what the API would refuse, and what it cannot do": (
        [RENAMED, add_type("file-2", "Hard Drive")],
        {},
        "1 change is impossible through this API; 1 change would be refused by it",
    ),
    "an orphan that policy does not allow, beside what is left open": (
        [RENAMED, drop_attribute("state")],
        {"allow_residual": True, "orphans": Orphans.FAIL},
        "1 orphan, and policy.orphans is fail",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REASONS)
def test_the_reason_is_true_of_the_case(case: str) -> None:
    edits, options, text = REASONS[case]
    live = options.get("live") or live_of(everything=True)
    assert planned(*edits, **(options | {"live": live})).reason.text == text


ALLOW = "--allow-residual"
# Edits, options, the address, what its verdict means, and the ways that were considered.
EXPLAINED: dict[str, tuple[list[Edit], dict[str, Any], str, str, list[str]]] = {
    "a rename": (
        [RENAMED], {}, "s/objectTypes[file]/attributes[size]/name",
        "impossible through this API",
        ["PATCH", "PUT", "the companion API", "delete and create again", ALLOW],
    ),
    "a move": (
        [move_type("file", under="os")], {}, "s/objectTypes[file]/parent",
        "impossible through this API",
        ["PATCH", "PUT", "the companion API", "delete and create again", ALLOW],
    ),
    "a new element that would be refused": (
        [add_type("file-2", "Hard Drive")], {}, "s/objectTypes[file-2]",
        "the API would refuse it", ["PATCH", "PUT", ALLOW],
    ),
    "one of a source that is created": (
        [map_type("gone", "Gone")], {"status": ConfigStatus.MISSING_MAPPING}, "s/mappings[gone]",
        "the API would refuse it", ["PUT", "PATCH", ALLOW],
    ),
    "what policy stops": (
        [set_attribute("size", unique=True)], {"undocumented": Undocumented.BLOCK},
        "s/objectTypes[file]/attributes[size]/unique",
        "not tried, as policy.undocumented is block",
        ["PATCH", "PUT", "the companion API", "delete and create again", ALLOW],
    ),
    "an attempt": (
        [set_attribute("size", unique=True)], {}, "s/objectTypes[file]/attributes[size]/unique",
        "sent by PATCH, which is not documented to work",
        ["PATCH", "the companion API", "PUT"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", EXPLAINED)
def test_an_explanation_is_true_of_the_case(case: str) -> None:
    edits, options, address, meaning, ways = EXPLAINED[case]
    (found,) = explain(plan_of(*edits, **options), address)
    assert isinstance(found, ChangeExplanation)
    assert found.meaning == meaning
    assert [each.way for each in found.considered] == ways


def test_no_rename_to_a_name_that_is_there_already_is_advised() -> None:
    address = "s/objectTypes[file]/attributes[size]/name"
    taken, free = (
        explain(plan_of(set_attribute("size", name=name)), address)[0] for name in ("Path", "Bytes")
    )
    assert isinstance(taken, ChangeExplanation)
    assert isinstance(free, ChangeExplanation)
    assert taken.change.remedy == (
        'Keep the name: "path" has the other one already. Or give that one another name in Assets '
        "under Object schemas first, then this one its name."
    )
    assert taken.rule.manual_steps is None
    hints = {
        name: next(d.hint for d in plan_of(edit).diagnostics if d.code == "probable-rename")
        for name, edit in {
            "attribute": set_attribute("size", name="Path"),
            "type": set_type("os", name="Hard Drive"),
        }.items()
    }
    assert ["rename it in Assets" in (hint or "") for hint in hints.values()] == [False, False]
    assert free.change.remedy == (
        "reconciler can rename it: set policy.schema.rename to allow, and "
        f"{SCHEMA_AUTH[BackendKind.CLOUD]} in the environment. {RuleCode.ATTRIBUTE_RENAME.remedy}"
    )
    assert free.rule.manual_steps == MANUAL_STEPS[RuleCode.ATTRIBUTE_RENAME]


def test_another_id_is_no_rename() -> None:
    plan = plan_of(drop_attribute("size"), add_attribute("file", "size-2", "Size"))
    assert [d.code for d in plan.diagnostics] == ["predicted-refusal", "write-only"]
