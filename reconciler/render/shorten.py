"""Values as JSON on one line, shortened in the middle if they are long.

The sentences of the program are folded instead.
"""

import json
import textwrap
from typing import Any

WIDTH = 72
ABSENT = "(absent)"
_COLUMNS = 80
_LEAST = 40


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
    if raw is None:
        return ABSENT
    if isinstance(raw, str):
        return json.dumps(shorten(raw, width), ensure_ascii=False)
    return shorten(json.dumps(raw, ensure_ascii=False), width)


def difference(before: Any, after: Any, width: int = WIDTH) -> str:
    """Return `before → after`. Two long texts are cut so that their first difference shows."""
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > width:
        same = _common_prefix(before, after)
        start = max(0, same - width // 3)
        if start > 1:
            before, after = f"…{before[start:]}", f"…{after[start:]}"
    return f"{value(before, width)} → {value(after, width)}"


def folded(text: str, indent: str) -> list[str]:
    """Return the lines of *text*, wrapped so that they fit 80 columns after *indent*."""
    width = max(_LEAST, _COLUMNS - len(indent))
    paragraphs = (
        textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        for line in text.splitlines()
    )
    return [line for paragraph in paragraphs for line in paragraph]


def count(number: int, noun: str, plural: str | None = None) -> str:
    """Return the number with its noun: `1 change`, `2 changes`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def _common_prefix(one: str, other: str) -> int:
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))
