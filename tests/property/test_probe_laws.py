"""Whatever a site does, a probe finds of it only what is so."""

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.semantics.questions import Profile, Question
from tests.support.stages.probing import learned
from tests.support.strategies.worlds import slow

ASKED = [question for question in Question if question.unasked is None]
profiles = st.fixed_dictionaries({each: st.sampled_from([*each.outcomes]) for each in ASKED})


@settings(slow, max_examples=settings().max_examples // 5)
@given(chosen=profiles, schemas=st.booleans())
def test_what_is_learned_is_what_is_so(chosen: dict[Question, str], *, schemas: bool) -> None:
    so = chosen
    if chosen[Question.ASYNC_ANSWER] == "204":
        # What is done at once is refused at once.
        so = chosen | {Question.INVALID_BODY: "at-once"}
    found = learned(Profile(chosen=chosen), schemas=schemas)
    assert found.items() <= so.items()
