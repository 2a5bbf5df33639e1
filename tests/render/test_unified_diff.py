"""A diff of files is bounded: difflib compares each line with all that are like it."""

from reconciler.render.terminal import plain
from reconciler.render.unified_diff import diff_lines

BLOCK = [f"line {i}" for i in range(150)]


def diff(before: list[str], after: list[str]) -> list[str]:
    return [plain(line) for line in diff_lines("m.yaml", "\n".join(before), "\n".join(after))]


def test_a_few_lines_that_are_alike_are_compared() -> None:
    lines = diff(BLOCK * 20, [*BLOCK * 20, "more"])
    assert lines[:2] == ["--- a/m.yaml", "+++ b/m.yaml"]
    assert lines[-1] == "+more"


def test_too_many_lines_that_are_alike_are_not() -> None:
    said = ["m.yaml: too many of its lines are alike to be compared"]
    assert diff(BLOCK * 120, BLOCK[::-1] * 120) == said
