"""The table of open questions: what is not documented is decided by one, or cannot be asked."""

from reconciler.diagnostics import Confidence
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.decisions import DECIDES, OF_ROW, UNDECIDED
from reconciler.semantics.questions import Question
from reconciler.semantics.rules import RuleCode

OPEN = {Confidence.INFERRED, Confidence.UNKNOWN}


def test_every_rule_that_is_inferred_or_unknown_is_decided_by_a_question_or_says_why_not() -> None:
    rules = {each for decided in DECIDES.values() for each in decided}
    decided = {each for each in rules if isinstance(each, RuleCode)}
    decided |= {CAPABILITIES[row] for row in OF_ROW}
    still_open = {rule for rule in RuleCode if rule.confidence in OPEN}
    assert still_open <= decided | UNDECIDED.keys()
    assert not decided & UNDECIDED.keys()
    assert still_open >= UNDECIDED.keys()


def test_each_row_that_a_question_names_is_one_of_the_table() -> None:
    rows = {e for decided in DECIDES.values() for e in decided if not isinstance(e, RuleCode)}
    assert rows <= CAPABILITIES.keys()


def test_each_question_is_a_sentence_with_outcomes_to_choose_from() -> None:
    for question in Question:
        assert question.text.endswith("?")
        assert len(question.outcomes) > 1
        assert question.assumed == next(iter(question.outcomes))
