"""From a difference to a change: rule, grade and remedy; and attempts that had no effect."""

import pytest

from reconciler.manifest.project.model import SCHEMA_AUTH, BackendKind
from reconciler.model.address import Address
from reconciler.model.policy import Undocumented
from reconciler.planning.change import LEFT_OPEN, Verdict
from reconciler.planning.inputs import Baseline
from reconciler.planning.plan import Action, Convergence
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.rules import RuleCode
from tests.support.documents.planned import live_of, planned
from tests.support.documents.predicted import Scene
from tests.support.documents.site_document import (
    Edit,
    add_type,
    drop_type,
    set_attribute,
    set_type,
)

_TYPE = Address.of("s").object_type("file")
UNIQUE = _TYPE.attribute("size").field("unique")
SAME: dict[Address, object] = {UNIQUE: True}

# what was attempted, by address; what the manifest wants of `unique`; the verdict
TRIED: dict[str, tuple[dict[Address, object], Verdict]] = {
    "nothing": ({}, Verdict.PATCH_UNDOCUMENTED),
    "this very value": (SAME, Verdict.IMPOSSIBLE),
    "another value": ({UNIQUE: False}, Verdict.PATCH_UNDOCUMENTED),
    "no value at all": ({UNIQUE: None}, Verdict.PATCH_UNDOCUMENTED),
    "the same value elsewhere": (
        {_TYPE.attribute("path").field("unique"): True}, Verdict.PATCH_UNDOCUMENTED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("verdict", Verdict)
def test_what_a_verdict_says_is_sent_or_left_open_or_hidden_by_live(verdict: Verdict) -> None:
    assert [verdict.takes_effect, verdict in LEFT_OPEN, verdict is Verdict.WRITE_ONLY].count(
        True
    ) == 1


@pytest.mark.parametrize("case", TRIED)
def test_what_was_attempted_without_effect_is_impossible_until_it_moves(case: str) -> None:
    tried, verdict = TRIED[case]
    base = Baseline(name="run 1", desired=None, ineffective=tried)
    source = planned(set_attribute("size", unique=True), base=base)
    (change,) = source.changes
    assert change.verdict is verdict
    tried_before = verdict is Verdict.IMPOSSIBLE
    rule = RuleCode.ATTEMPT_WITHOUT_EFFECT if tried_before else CAPABILITIES["attribute", "unique"]
    assert (change.rule, change.confidence) == (rule, rule.confidence)
    assert (change.remedy or "").endswith(rule.remedy or "")
    assert (source.action is Action.BLOCKED) is (verdict is Verdict.IMPOSSIBLE)


def test_an_attempt_concerns_only_what_nobody_has_documented() -> None:
    address = Address.parse("s/objectTypes[file]/description")
    base = Baseline(name="run 1", desired=None, ineffective={address: "new"})
    source = planned(set_type("file", description="new"), base=base)
    assert [c.verdict for c in source.changes] == [Verdict.PATCH]


POLICY = "Change it in Assets, or set policy.undocumented to attempt."
REMEDIES: dict[Undocumented, tuple[Action, Verdict, str | None]] = {
    Undocumented.ATTEMPT: (Action.UPDATE, Verdict.PATCH_UNDOCUMENTED, None),
    Undocumented.BLOCK: (
        Action.BLOCKED,
        Verdict.IMPOSSIBLE,
        (
            "reconciler can change it: set policy.schema.settings to allow, and "
            f"{SCHEMA_AUTH[BackendKind.CLOUD]} in the environment. {POLICY}"
        ),
    ),
    Undocumented.SKIP: (Action.NO_OP, Verdict.IGNORED, POLICY),
}


@pytest.mark.parametrize("policy", Undocumented)
def test_policy_decides_what_nobody_has_documented_and_is_its_remedy(policy: Undocumented) -> None:
    source = planned(set_attribute("size", unique=True), undocumented=policy)
    (change,) = source.changes
    assert (source.action, change.verdict, change.remedy) == REMEDIES[policy]
    assert policy is not Undocumented.ATTEMPT or source.convergence is Convergence.UNKNOWN


RULES: dict[str, tuple[Edit, tuple[str, str]]] = {
    "a rename": (set_type("os", name="OS"), ("object_type", "name")),
    "a type gone": (drop_type("file"), ("object_type", "-")),
    "a new type": (add_type("room", "Room"), ("object_type", "+")),
    "a description": (set_type("os", description="new"), ("object_type", "description")),
}


@pytest.mark.parametrize("case", RULES)
def test_a_change_has_the_rule_grade_and_remedy_of_its_row(case: str) -> None:
    edit, key = RULES[case]
    first, rule = planned(edit).changes[0], CAPABILITIES[key]
    assert (first.rule, first.confidence) == (rule, rule.confidence)
    # What would let a schema operation do it comes first.
    assert (first.remedy or "").endswith(rule.remedy or "")
    assert ("set policy.schema.rename" in (first.remedy or "")) is (case == "a rename")


def test_what_is_refused_has_the_grade_of_its_refusal() -> None:
    source = Scene.of(drop_type("file"), add_type("doc", "File", under="drive")).planned()
    refused = source.changes[0]
    assert (refused.rule, refused.confidence) == ("refused", "reported")


def test_an_unknown_key_is_noted_with_its_rule_and_never_sent() -> None:
    live = live_of(set_type("os", inheritance=False))
    source = planned(set_type("os", inheritance=True), live=live)
    (note,) = source.residual
    assert (source.action, source.changes) == (Action.NO_OP, ())
    assert str(note.address) == "s/objectTypes[os]/inheritance"
    rule = RuleCode.UNKNOWN_KEY
    assert (note.verdict, note.rule, note.confidence, note.remedy) == (
        Verdict.IGNORED, rule, rule.confidence, rule.remedy,
    )  # fmt: skip
    assert (note.before, note.after) == (False, True)
