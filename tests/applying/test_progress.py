"""Where an operation stands, from what its progress resource answers (api.md#progress)."""

import itertools
from random import Random

import pytest

from reconciler.applying.clock import JITTER, LONGEST_PAUSE, pauses
from reconciler.applying.follow import ProgressState, phase
from reconciler.backend.import_sources import ProgressAnswer

TIMEOUT = 600.0

CASES = {
    "finished with OK is done": ("FINISHED", "OK", 1.0, ProgressState.DONE),
    "finished with an error is failed": ("FINISHED", "ERROR", 1.0, ProgressState.FAILED),
    "finished without a result is failed": ("FINISHED", None, 1.0, ProgressState.FAILED),
    "finished with a result that is not quite OK is failed": ("FINISHED", "ok", 1.0,
                                                              ProgressState.FAILED),
    "a status that says failed is failed": ("FAILED", "ERROR", 1.0, ProgressState.FAILED),
    "a cancelled one is failed": ("CANCELLED", None, 1.0, ProgressState.FAILED),
    "in progress is running": ("IN_PROGRESS", None, 1.0, ProgressState.RUNNING),
    "in progress with OK is still running": ("IN_PROGRESS", "OK", 1.0, ProgressState.RUNNING),
    "an unknown status is running": ("SOMETHING", None, 599.9, ProgressState.RUNNING),
    "no status at all is running": (None, None, 1.0, ProgressState.RUNNING),
    "running at the deadline is overdue": ("IN_PROGRESS", None, TIMEOUT, ProgressState.OVERDUE),
    "an unknown status at the deadline is overdue": (
        "SOMETHING", None, 601.0, ProgressState.OVERDUE,
    ),
    "what has ended after the deadline has ended": ("FINISHED", "OK", 601.0, ProgressState.DONE),
    "what has failed after the deadline has failed": (
        "FINISHED", "ERROR", 601.0, ProgressState.FAILED,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_standing(case: str) -> None:
    status, result, elapsed, expected = CASES[case]
    answer = ProgressAnswer(status=status, result=result, message=None, raw="")
    assert phase(answer, elapsed=elapsed, timeout=TIMEOUT) is expected


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - jitter


def test_pauses_grow_to_a_bound_and_never_end() -> None:
    first = list(itertools.islice(pauses(seeded(1)), 40))
    assert first[0] < 0.3
    assert max(first) <= LONGEST_PAUSE * (1 + JITTER)
    assert min(first[-20:]) >= LONGEST_PAUSE * (1 - JITTER)
    assert sum(first[:3]) < 2


def test_pauses_of_two_sources_are_not_in_step_but_a_seed_repeats_them() -> None:
    def ten(seed: int) -> list[float]:
        return list(itertools.islice(pauses(seeded(seed)), 10))

    assert ten(1) != ten(2)
    assert ten(1) == ten(1)
