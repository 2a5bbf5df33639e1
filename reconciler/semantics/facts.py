"""What `reconciler probe` observed of a site: an outcome for some of the open questions."""

from collections.abc import Mapping
from types import MappingProxyType

from reconciler.semantics.decisions import ABILITIES
from reconciler.semantics.questions import BY_NAME, Profile, Question
from reconciler.semantics.rules import Ability
from reconciler.value import Value


class Fact(Value):
    """One outcome: on which day (YYYY-MM-DD, UTC) which version of the program observed it."""

    outcome: str
    observed: str
    version: str


# By question.
Facts = Mapping[str, Fact]
NO_FACTS: Facts = MappingProxyType({})


def ability_of(facts: Facts, question: Question | None) -> tuple[Ability, Fact] | None:
    """Return whether what *question* asks about takes effect, as it was observed."""
    fact = None if question is None else facts.get(question)
    ability = None if fact is None else ABILITIES.get(fact.outcome)
    return None if fact is None or ability is None else (ability, fact)


def profile_of(facts: Facts) -> Profile:
    """Return the profile of a site of which *facts* are known."""
    return Profile(chosen={BY_NAME[name]: fact.outcome for name, fact in facts.items()})


def unexpected(facts: Facts) -> tuple[Question, ...]:
    """Return the questions of *facts* whose outcome is not what is assumed."""
    asked = (question for question in Question if question in facts)
    return tuple(each for each in asked if facts[each].outcome != each.assumed)
