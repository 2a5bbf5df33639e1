"""A probe learns each outcome back from an emulator that has it, and nothing that is not so.

Whatever profile a site has: `tests/property/test_probe_laws.py`.
"""

from pathlib import Path

import pytest

from reconciler.semantics.questions import LIKELIEST, Profile, Question
from tests.support.stages.applying import Stage
from tests.support.stages.probing import learned, outcomes, probed

# It takes types that are there and no mapping: a test of its own.
BESIDE = Question.PUT_BESIDE_TYPES
ASKED = [question for question in Question if question.unasked is None and question is not BESIDE]
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


def nth(number: int, **of: str) -> Profile:
    """Return the profile with the outcome of this *number* of each question, but what *of* says."""
    chosen = {q: [*q.outcomes][number % len(q.outcomes)] for q in ASKED}
    return Profile(chosen=chosen | {Question[name]: outcome for name, outcome in of.items()})


# Each outcome of each question is in one of them, where what it takes to see it is so.
PROFILES = (
    nth(1, ASYNC_ANSWER="303"),
    nth(2, ASYNC_ANSWER="303"),
    nth(0, ASYNC_ANSWER="202", STATUSES_SHOWN="shown"),
    nth(0, ASYNC_ANSWER="204"),
)


def test_of_the_likeliest_site_all_is_learned_that_can_be() -> None:
    known = {each: each.assumed for each in ASKED}
    assert learned(LIKELIEST) == known
    assert learned(LIKELIEST, schemas=False) == {
        each: known[each] for each in known if each not in WITH_SCHEMAS
    }


def test_each_other_outcome_is_learned_back_and_none_that_is_not_so() -> None:
    left = {(q, outcome) for q in ASKED for outcome in q.outcomes if outcome != q.assumed}
    for profile in PROFILES:
        found = learned(profile)
        assert found.items() <= profile.chosen.items()
        left -= found.items()
    assert left == set()


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
        session, ended = probed(on, schemas=False, tag="4567cd", name="other")
    assert ended is None
    assert outcomes(session)[BESIDE] == outcome
