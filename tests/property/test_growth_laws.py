"""What a stranger may write takes time in proportion to its length.

Calls are counted, so that the law is the same on any machine; what a library does in C within one
call is timed by `make bench`.
"""

import cProfile
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.diagnostics import MOST_OF_A_CODE
from reconciler.manifest.load import load_manifests
from tests.support.samples.growth import FAMILIES, MANIFESTS

LEAST = 64
STEEPEST = 1.15


def calls_of(work: Callable[[], object]) -> int:
    """Return how many functions *work* calls, of Python and of C."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(each.callcount for each in profile.getstats())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_work_grows_as_the_input_does(family: str, tmp_path: Path) -> None:
    FAMILIES[family](2, tmp_path)()  # imports, and what is compiled once
    small, large = (calls_of(FAMILIES[family](n, tmp_path)) for n in (4 * LEAST, 16 * LEAST))
    assert math.log(large / small, 4) < STEEPEST, (small, large)


@pytest.mark.parametrize("family", MANIFESTS)
def test_of_very_many_faults_the_first_are_told_and_their_number(
    family: str, tmp_path: Path
) -> None:
    (tmp_path / "m.yaml").write_text(MANIFESTS[family](4 * MOST_OF_A_CODE))
    found = load_manifests([tmp_path / "m.yaml"]).diagnostics
    codes = [(each.code, each.severity) for each in found]
    assert all(codes.count(kind) <= MOST_OF_A_CODE + 1 for kind in set(codes))
    counts = [each for each in found if each.text.startswith("and ")]
    assert all(codes.count((each.code, each.severity)) > MOST_OF_A_CODE for each in counts)
    if family == "unknown keys":
        assert [each.text for each in counts] == [f"and 600 more of this code in {found[0].file}"]
