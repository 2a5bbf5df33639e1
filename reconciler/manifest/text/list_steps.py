"""The steps from one list of scalars to another, so that what stays keeps its comments."""

import json
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from reconciler.value import Value, field

_LONGEST = 1_000  # difflib's worst case is quadratic


class ListSteps(Value):
    """The items that are replaced, by index; those that go; and those that come after an index.

    New items before the first one have the index -1.
    """

    puts: dict[int, Any] = field(default_factory=dict)
    drops: list[int] = field(default_factory=list)
    adds: dict[int, list[Any]] = field(default_factory=dict)


def list_steps(old: Sequence[Any], new: Sequence[Any]) -> ListSteps:
    """Return the steps from *old* to *new*; both hold something."""
    steps = ListSteps()
    for start, end, first, last in _differences([*map(json.dumps, old)], [*map(json.dumps, new)]):
        both = min(end - start, last - first)
        steps.puts.update({start + i: new[first + i] for i in range(both)})
        steps.drops.extend(range(start + both, end))
        if added := [*new[first + both : last]]:
            steps.adds[start + both - 1] = added
    return steps


def _differences(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    if max(len(old), len(new)) > _LONGEST:
        return [(0, len(old), 0, len(new))]
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [places for kind, *places in codes if kind != "equal"]  # type: ignore[misc]  # four
