"""The changes of a file as a unified diff."""

from collections import Counter
from collections.abc import Iterator
from difflib import unified_diff

from reconciler.render.terminal import Line, Style

MOST_STEPS = 1_000_000  # two seconds or three
_NOWHERE = "/dev/null"
_STYLES = {"+": Style.ADD, "-": Style.REMOVE, "@": Style.QUIET}


def diff_lines(file: str, before: str | None, after: str) -> Iterator[Line]:
    """Yield the lines of the diff of *file*; *before* is None if it is new."""
    old, new = _lines(before or ""), _lines(after)
    if _steps(old, new) > MOST_STEPS:
        yield ((f"{file}: too many of its lines are alike to be compared", Style.QUIET),)
        return
    lines = unified_diff(
        old,
        new,
        _NOWHERE if before is None else f"a/{file}",
        f"b/{file}",
        lineterm="",
    )
    for i, line in enumerate(lines):
        style = Style.STRONG if i < 2 else _STYLES.get(line[:1])  # noqa: PLR2004 - two names
        yield (line,) if style is None else ((line, style),)


def _steps(old: list[str], new: list[str]) -> int:
    """Return how many more lines difflib compares than there are; it does so for each hunk.

    It passes over very frequent lines.
    """
    counts = Counter(new)
    frequent = max(200, len(new)) // 100 + 1
    return sum(count - 1 for line in old if 1 < (count := counts[line]) <= frequent)


def _lines(text: str) -> list[str]:
    # Not splitlines, which also splits at characters that are no line end in YAML or JSON.
    return text.removesuffix("\n").split("\n") if text else []
