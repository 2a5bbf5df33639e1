"""Values as JSON on one line, shortened in the middle if they are long."""

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from reconciler.model.display import count, display, first_of, quoted
from reconciler.render.word_diff import common_start

__all__ = ["WIDTH", "count", "difference", "first_names", "items_by_title", "shorten", "value"]

WIDTH = 72
_NAMES_WIDTH = 100


def shorten(text: str, width: int = WIDTH) -> str:
    """Return *text* with at most *width* characters; of a longer text the middle is left out.

    The end stays, because paths and ids differ there.
    """
    if len(text) <= width:
        return text
    tail = (width - 1) // 3
    return f"{text[: width - 1 - tail]}…{text[len(text) - tail :]}"


def value(raw: Any, width: int = WIDTH) -> str:
    """Return the JSON value *raw* on one line; `(absent)` for None."""
    return quoted(shorten(raw, width)) if isinstance(raw, str) else shorten(display(raw), width)


def value_pair(before: Any, after: Any, width: int = WIDTH) -> tuple[str, str]:
    """Return both values on one line each, long ones cut so that their first difference shows."""
    if isinstance(before, str) and isinstance(after, str):
        one, other = shorten_pair(before, after, width)
        return quoted(one), quoted(other)
    return shorten_pair(display(before), display(after), width)


def difference(before: Any, after: Any, width: int = WIDTH) -> str:
    """Return `before → after`, cut like `value_pair`."""
    return " → ".join(value_pair(before, after, width))


def shorten_pair(one: str, other: str, width: int = WIDTH) -> tuple[str, str]:
    """Return two texts that differ, both shortened so that their first difference shows."""
    if max(len(one), len(other)) > width:
        start = max(0, common_start(one, other) - width // 3)
        if start > 1:
            one, other = f"…{one[start:]}", f"…{other[start:]}"
    return shorten(one, width), shorten(other, width)


def first_names(names: Sequence[str]) -> str:
    """Return the first of *names*, whole, and the number of those that are too many for a line."""
    ends = accumulate(len(name) + len(", ") for name in names)
    shown = max(1, sum(end <= _NAMES_WIDTH for end in ends))
    return first_of([shorten(name, _NAMES_WIDTH) for name in names], shown)


def items_by_title(items: Iterable[tuple[str, int]]) -> str:
    """Return the numbers with their titles: `2 of Risk to review, 8 of Lint warnings`."""
    return ", ".join(f"{number} of {title}" for title, number in items)
