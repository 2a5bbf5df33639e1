"""Facts of a site: what was observed decides what nobody has documented, and a plan says when."""

import json

import pytest

from reconciler.errors import AlteredPlan
from reconciler.planning.change import Verdict
from reconciler.planning.explain import ChangeExplanation, explain
from reconciler.planning.plan import Action
from reconciler.planning.verification import open_plan
from reconciler.render.formats import rendered_text
from reconciler.render.plan.explanation import write_explanations
from reconciler.render.plan.json import plan_json
from reconciler.semantics.facts import Fact
from reconciler.semantics.questions import Question
from tests.support.documents.planned import plan_of, planned
from tests.support.documents.site_document import Edit, set_attribute, set_type

UNIQUE = set_attribute("size", unique=True)
DAY = "2027-01-12"


def fact(outcome: str) -> Fact:
    return Fact(outcome=outcome, observed=DAY, version="1.0")


# The outcome → the verdict, the action, and whether it rests on nothing that is not known.
OUTCOMES = {
    "changes": (Verdict.PATCH, Action.UPDATE, True),
    "stays": (Verdict.IMPOSSIBLE, Action.BLOCKED, False),
    "refused": (Verdict.IMPOSSIBLE, Action.BLOCKED, False),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_fact_turns_what_is_unknown_into_a_verdict(outcome: str) -> None:
    source = planned(UNIQUE, facts={Question.PATCH_UNIQUE: fact(outcome)})
    (change,) = source.changes
    rests_on_nothing = source.certificate is not None and not source.certificate.rests_on
    assert (change.verdict, source.action, rests_on_nothing) == OUTCOMES[outcome]
    assert (change.confidence, change.observed) == ("observed", DAY)
    takes_effect = outcome == "changes"
    assert change.rule == ("observed-to-change" if takes_effect else "observed-not-to-change")
    assert (change.remedy is None) is takes_effect


# A fact that is about something else, or about what is documented, or not known to work.
ELSEWHERE: dict[str, tuple[Edit, Question]] = {
    "another field": (UNIQUE, Question.PATCH_LABEL),
    "what is documented": (set_type("os", description="new"), Question.PATCH_UNIQUE),
    "what no body could say": (set_type("os", name="OS"), Question.PATCH_RENAME),
}


@pytest.mark.parametrize("case", ELSEWHERE)
def test_a_fact_decides_nothing_else(case: str) -> None:
    edit, question = ELSEWHERE[case]
    without = planned(edit)
    assert planned(edit, facts={question: fact("changes")}).changes == without.changes


def test_a_plan_with_facts_holds_those_that_decide_it_and_is_verified_by_them() -> None:
    facts: dict[str, Fact] = {
        question: fact("stays") for question in (Question.PATCH_UNIQUE, Question.PATCH_LABEL)
    }
    plan = plan_of(UNIQUE, facts=facts)
    raw = json.loads(plan_json(plan))
    assert raw["format_version"] == "2.3"
    assert [*raw["sources"][0]["evidence"]["facts"]] == ["patch-unique"]
    assert open_plan(raw) == plan
    raw["sources"][0]["evidence"]["facts"]["patch-unique"]["outcome"] = "changes"
    with pytest.raises(AlteredPlan):
        open_plan(raw)


def test_a_plan_without_facts_says_nothing_of_them() -> None:
    text = plan_json(plan_of(UNIQUE))
    assert '"facts"' not in text
    assert '"observed"' not in text
    assert '"format_version": "2.1"' in text


def test_an_explanation_says_when_it_was_observed() -> None:
    plan = plan_of(UNIQUE, facts={Question.PATCH_UNIQUE: fact("refused")})
    (story,) = explain(plan, str(plan.sources[0].changes[0].address))
    assert isinstance(story, ChangeExplanation)
    text = rendered_text(lambda screen: write_explanations((story,), screen))
    assert f"observed on your site {DAY}: what is sent for it is refused, or has no effect" in text
