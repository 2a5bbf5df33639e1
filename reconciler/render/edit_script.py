"""What it takes to turn one sequence into another: kept, removed and added, in order.

Myers' greedy algorithm (An O(ND) Difference Algorithm, 1986). Its time grows with the
length times the number of edits, so that number is bounded.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

# Two sequences that are further apart than this are not looked into: all that lies
# between their common beginning and end counts as replaced.
MOST_EDITS = 256

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
    steps = _shortest(old, new)
    middle = [Hunk(removed=tuple(old), added=tuple(new))] if steps is None else _gathered(steps)
    return _joined(
        [Hunk(kept=tuple(before[:start])), *middle, Hunk(kept=tuple(before[len(before) - end :]))]
    )


def _common(one: Sequence[T], other: Sequence[T]) -> int:
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))


def _shortest(old: Sequence[T], new: Sequence[T]) -> list[Hunk[T]] | None:
    """Return one step (a hunk of one item) after the other, None beyond MOST_EDITS."""
    furthest = {1: 0}  # diagonal (place in old − place in new) → how far old was followed
    trace: list[dict[int, int]] = []
    for edits in range(min(len(old) + len(new), MOST_EDITS) + 1):
        trace.append(furthest.copy())
        for diagonal in range(-edits, edits + 1, 2):
            adds = _adds(diagonal, edits, furthest)
            x = furthest[diagonal + 1] if adds else furthest[diagonal - 1] + 1
            y = x - diagonal
            while x < len(old) and y < len(new) and old[x] == new[y]:
                x, y = x + 1, y + 1
            furthest[diagonal] = x
            if x >= len(old) and y >= len(new):
                return list(_back(trace, old, new))[::-1]
    return None


def _adds(diagonal: int, edits: int, furthest: dict[int, int]) -> bool:
    """Return whether the best way onto *diagonal* is an addition, and not a removal."""
    if diagonal in {-edits, edits}:
        return diagonal == -edits
    return furthest[diagonal - 1] < furthest[diagonal + 1]


def _back(trace: list[dict[int, int]], old: Sequence[T], new: Sequence[T]) -> Iterator[Hunk[T]]:
    """Yield the steps of the way that *trace* found, the last one first."""
    x, y = len(old), len(new)
    for edits in range(len(trace) - 1, -1, -1):
        furthest, diagonal = trace[edits], x - y
        adds = _adds(diagonal, edits, furthest)
        entered = furthest[diagonal + 1] if adds else furthest[diagonal - 1] + 1
        while x > entered:
            x, y = x - 1, y - 1
            yield Hunk(kept=(old[x],))
        if edits and adds:
            y -= 1
            yield Hunk(added=(new[y],))
        elif edits:
            x -= 1
            yield Hunk(removed=(old[x],))


def _gathered(steps: Iterable[Hunk[T]]) -> Iterator[Hunk[T]]:
    kept: list[T] = []
    removed: list[T] = []
    added: list[T] = []
    for step in steps:
        if step.kept and (removed or added):
            yield Hunk(kept=tuple(kept), removed=tuple(removed), added=tuple(added))
            kept, removed, added = [], [], []
        kept += step.kept
        removed += step.removed
        added += step.added
    yield Hunk(kept=tuple(kept), removed=tuple(removed), added=tuple(added))


def _joined(parts: Iterable[Hunk[T]]) -> list[Hunk[T]]:
    """Return *parts* with none empty, and kept items together."""
    out: list[Hunk[T]] = []
    for part in parts:
        if out and not (out[-1].removed or out[-1].added):
            kept = out.pop().kept + part.kept
            out.append(Hunk(kept=kept, removed=part.removed, added=part.added))
        elif part.kept or part.removed or part.added:
            out.append(part)
    return out
