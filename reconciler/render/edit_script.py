"""What it takes to turn one sequence into another: kept, removed and added, in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

# difflib's worst case is quadratic. Between their common beginning and end, sequences
# longer than this are not looked into: all that lies there counts as replaced.
LONGEST = 2_000

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Hunk(Generic[T]):
    """Items that both sides have, then those that the old one has there, and the new one."""

    kept: tuple[T, ...] = ()
    removed: tuple[T, ...] = ()
    added: tuple[T, ...] = ()


def hunks(before: Sequence[T], after: Sequence[T]) -> list[Hunk[T]]:
    """Return the hunks that lead from *before* to *after*.

    Kept and removed items together are *before*, kept and added ones *after*.
    """
    start = _common(before, after)
    most = min(len(before), len(after)) - start
    end = min(most, _common(before[::-1], after[::-1]))
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    kept = tuple(before[:start])
    out: list[Hunk[T]] = []
    for removed, added, same in _steps(old, new):
        if removed or added:
            out.append(Hunk(kept=kept, removed=removed, added=added))
            kept = ()
        kept += same
    kept += tuple(before[len(before) - end :])
    return [*out, Hunk(kept=kept)] if kept else out


def _steps(
    old: Sequence[T], new: Sequence[T]
) -> list[tuple[tuple[T, ...], tuple[T, ...], tuple[T, ...]]]:
    """Return what goes, what comes and what stays after it, from the front to the end."""
    if max(len(old), len(new)) > LONGEST:
        return [(tuple(old), tuple(new), ())]
    found = []
    x = y = 0
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        same = tuple(old[block.a : block.a + block.size])
        found.append((tuple(old[x : block.a]), tuple(new[y : block.b]), same))
        x, y = block.a + block.size, block.b + block.size
    return found


def _common(one: Sequence[T], other: Sequence[T]) -> int:
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))
