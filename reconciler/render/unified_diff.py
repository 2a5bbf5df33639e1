"""The changes of a file as a unified diff."""

from collections.abc import Iterator
from difflib import unified_diff

from reconciler.render.terminal import Line, Style

_NOWHERE = "/dev/null"
_STYLES = {"+": Style.ADD, "-": Style.REMOVE, "@": Style.QUIET}


def diff_lines(file: str, before: str | None, after: str) -> Iterator[Line]:
    """Yield the lines of the diff of *file*; *before* is None if it is new."""
    lines = unified_diff(
        _lines(before or ""),
        _lines(after),
        _NOWHERE if before is None else f"a/{file}",
        f"b/{file}",
        lineterm="",
    )
    for i, line in enumerate(lines):
        style = Style.STRONG if i < 2 else _STYLES.get(line[:1])  # noqa: PLR2004 - two names
        yield (line,) if style is None else ((line, style),)


def _lines(text: str) -> list[str]:
    # Not splitlines, which also splits at characters that are no line end in YAML or JSON.
    return text.removesuffix("\n").split("\n") if text else []
