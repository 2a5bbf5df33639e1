"""Compares two texts word by word; every format renders the same tokens.

The work is bounded: for two texts that have little in common, only the common beginning and end
are found, in time linear in their length.
"""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Generic, TypeVar

from reconciler.regex import regex
from reconciler.value import Value

# difflib's worst case is quadratic. Sequences that are longer than this between their common
# beginning and end are not compared: everything there counts as replaced.
LONGEST = 2_000

T = TypeVar("T")


class Hunk(Value, Generic[T]):
    """Items that both sides have, then those of the old side and those of the new side."""

    kept: tuple[T, ...] = ()
    removed: tuple[T, ...] = ()
    added: tuple[T, ...] = ()


def hunks(before: Sequence[T], after: Sequence[T]) -> list[Hunk[T]]:
    """Return the hunks that lead from *before* to *after*.

    Kept and removed items together are *before*, kept and added ones *after*.
    """
    start = common_start(before, after)
    most = min(len(before), len(after)) - start
    end = min(most, common_start(before[::-1], after[::-1]))
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
    """Return removed, added and then kept items, from the start to the end."""
    if not old or not new or max(len(old), len(new)) > LONGEST:
        return [(tuple(old), tuple(new), ())]
    found = []
    x = y = 0
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        same = tuple(old[block.a : block.a + block.size])
        found.append((tuple(old[x : block.a]), tuple(new[y : block.b]), same))
        x, y = block.a + block.size, block.b + block.size
    return found


def common_start(one: Sequence[T], other: Sequence[T]) -> int:
    """Return how many items both have in common at the start."""
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))


Split = Callable[[str], list[str]]

_WORDS = regex(r"\S+|\s+")
# A placeholder may hold another (`${groups.id${0}}`); the bounds keep the search linear.
_PLACEHOLDER = r"\$\{(?:[^{}]|\{[^{}]{0,80}+\}){0,200}+\}"
_IQL_WORDS = regex(rf"""\s+|{_PLACEHOLDER}|[=(),"']|[^\s=(),"'$]+|\$""")


class DiffPart(StrEnum):
    """Whether a piece of text is kept, removed or added."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


class Token(Value, kw_only=False):
    """A piece of text: some words, or the white space between them."""

    part: DiffPart
    text: str


def words(text: str) -> list[str]:
    """Return *text* split into words and white space, without loss."""
    return _WORDS.findall(text)


def iql_words(text: str) -> list[str]:
    """Return IQL split also at `=`, brackets, commas and quotes; a `${…}` is one word."""
    return _IQL_WORDS.findall(text)


def word_diff(before: str, after: str, split: Split = words) -> tuple[Token, ...]:
    """Return the tokens from *before* to *after*, with removals before additions.

    The kept and removed tokens together are *before*, the kept and added ones *after*.
    """
    return tuple(_tokens(_trimmed(_without_gaps(hunks(split(before), split(after))))))


def has_common_word(tokens: Sequence[Token]) -> bool:
    """Return whether anything except white space and punctuation was kept."""
    return any(t.part is DiffPart.KEPT and any(map(str.isalnum, t.text)) for t in tokens)


def _without_gaps(found: list[Hunk[str]]) -> list[Hunk[str]]:
    """Return the hunks, joined if only white space separates them: `[-a b-]{+c d+}`."""
    out: list[Hunk[str]] = []
    for hunk in found:
        if out and _is_gap(out[-1], hunk):
            last = out.pop()
            out.append(
                Hunk(
                    kept=last.kept,
                    removed=last.removed + hunk.kept + hunk.removed,
                    added=last.added + hunk.kept + hunk.added,
                )
            )
        else:
            out.append(hunk)
    return out


def _is_gap(left: Hunk[str], right: Hunk[str]) -> bool:
    if any(not text.isspace() for text in right.kept):
        return False
    replaces_left = bool(left.removed and left.added)
    replaces_right = bool(right.removed and right.added)
    return (replaces_left and bool(right.removed or right.added)) or (
        replaces_right and bool(left.removed or left.added)
    )


def _trimmed(found: list[Hunk[str]]) -> Iterator[Hunk[str]]:
    """Yield the hunks, with a common beginning or end of both sides moved to the kept items."""
    before: tuple[str, ...] = ()
    for hunk in found:
        start = common_start(hunk.removed, hunk.added)
        removed, added = hunk.removed[start:], hunk.added[start:]
        end = common_start(removed[::-1], added[::-1])
        yield Hunk(
            kept=before + hunk.kept + hunk.removed[:start],
            removed=removed[: len(removed) - end],
            added=added[: len(added) - end],
        )
        before = removed[len(removed) - end :]
    yield Hunk(kept=before)


def _tokens(found: Iterator[Hunk[str]]) -> Iterator[Token]:
    for hunk in found:
        for part, texts in (
            (DiffPart.KEPT, hunk.kept),
            (DiffPart.REMOVED, hunk.removed),
            (DiffPart.ADDED, hunk.added),
        ):
            if texts:
                yield Token(part, "".join(texts))
