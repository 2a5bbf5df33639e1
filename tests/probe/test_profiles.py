"""A probe learns each outcome back from an emulator that has it, and nothing that is not so."""

from pathlib import Path

import pytest

from reconciler.semantics.questions import LIKELIEST, Profile, Question
from tests.support.stages.applying import Stage
from tests.support.stages.probing import learned, outcomes, probed

ASKED = tuple(question for question in Question if question.unasked is None)
# It takes types that are there and no mapping: a test of its own.
BESIDE = Question.PUT_BESIDE_TYPES
OTHERS = [
    (question, outcome)
    for question in ASKED
    for outcome in question.outcomes
    if outcome != question.assumed and question is not BESIDE
]
# Where there is no progress to follow, nothing tells of it; a mapping that is gone is not deleted.
HIDES = {
    (Question.ASYNC_ANSWER, "202"): {Question.PROGRESS_WORD, Question.PROGRESS_LIFE},
    (Question.ASYNC_ANSWER, "204"): {Question.PROGRESS_WORD, Question.PROGRESS_LIFE},
}
# What it takes schemaAuth to ask, or to see.
WITH_SCHEMAS = {
    Question.EXTERNAL_ID_AFTER_RENAME,
    Question.MOVE_TO_ROOT,
    Question.CARDINALITY_PUT,
    Question.CHILDREN_OF_DELETED_TYPE,
    Question.MAPPING_OF_DELETED_TYPE,
    Question.PATCH_STATUS,
    Question.PATCH_TYPE_VALUES,
}


def likeliest() -> dict[Question, str]:
    return {each: each.assumed for each in ASKED if each is not BESIDE}


def test_of_the_likeliest_site_all_is_learned_that_can_be() -> None:
    assert learned(LIKELIEST) == likeliest()


def test_without_schema_auth_the_rest_is_learned() -> None:
    known = likeliest()
    assert learned(LIKELIEST, schemas=False) == {
        each: known[each] for each in known if each not in WITH_SCHEMAS
    }


@pytest.mark.parametrize("case", OTHERS, ids="=".join)
def test_each_other_outcome_is_learned_back_and_changes_no_other(
    case: tuple[Question, str],
) -> None:
    question, outcome = case
    expected = likeliest() | {question: outcome}
    for each in HIDES.get(case, ()):
        del expected[each]
    assert learned(Profile(chosen={question: outcome})) == expected


@pytest.mark.parametrize("outcome", BESIDE.outcomes)
def test_beside_what_an_earlier_probe_left_the_put_is_asked_too(
    outcome: str, tmp_path: Path
) -> None:
    """Another import source in the same object schema, where the types of the first are."""
    db, there = tmp_path / "emulator.db", Profile(chosen={BESIDE: outcome})
    with Stage(tmp_path, db=db) as on:
        for name in ("s", "other"):
            on.ask("PUT", f"/emulator/workspace/w/sources/{name}", {"objectSchema": "Shared"})
        probed(on, schemas=False)
    with Stage(tmp_path, db=db, profile=there) as on:
        session, ended = probed(on, schemas=False, tag="u", name="other")
    assert ended is None
    assert outcomes(session)[BESIDE] == outcome
