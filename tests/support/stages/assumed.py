"""Profiles of emulators that tests ask for by a word."""

from reconciler.semantics.questions import Profile, Question, profile

UNDOCUMENTED = (
    Question.PATCH_LABEL,
    Question.PATCH_MINIMUM,
    Question.PATCH_MAXIMUM,
    Question.PATCH_UNIQUE,
    Question.PATCH_TYPE_VALUES,
)
# All that was never seen in an answer is shown, as the command line writes it.
SHOWN = (
    "icons-shown=shown",
    "statuses-shown=shown",
    "icon-key-shown=shown",
    "type-values-shown=shown",
)


def undocumented(outcome: str, *others: str) -> Profile:
    """Return the profile where all that is undocumented for PATCH has *outcome*."""
    return profile((*(f"{each}={outcome}" for each in UNDOCUMENTED), *others))


def showing(shows: bool = True, *others: str) -> Profile:  # noqa: FBT001, FBT002 - drawn in laws
    """Return the profile where GET *shows* all that was never seen in an answer, or none of it."""
    return profile((*SHOWN[: len(SHOWN) * shows], *others))


def assuming(*chosen: str) -> Profile:
    """Return the profile with the outcomes *chosen*."""
    return profile(chosen)
