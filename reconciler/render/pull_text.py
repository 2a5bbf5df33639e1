"""What a pull did, one line a source; and what it would do, as a diff."""

from collections.abc import Iterator, Sequence
from difflib import unified_diff

from reconciler.outcome.pulled import Pulled
from reconciler.render.shorten import count
from reconciler.render.terminal import Line, Screen, Style

_NOWHERE = "/dev/null"
_STYLES = {"+": Style.ADD, "-": Style.REMOVE, "@": Style.QUIET}


def write_pulled(pulled: Sequence[Pulled], screen: Screen, *, is_done: bool = True) -> None:
    """Write a line for each: what was done, or what would be."""
    width = max((len(each.source) for each in pulled), default=0)
    screen.lines(_summary(each, width, "" if is_done else "would be ") for each in pulled)


def write_what_is_hidden(pulled: Sequence[Pulled], screen: Screen) -> None:
    """Write what new manifests lack, for live does not show it."""
    if any(each.is_partial for each in pulled):
        screen.line(
            "Live does not show icons and statuses, nor which of them an element has: "
            "new manifests are without."
        )


def write_diffs(pulled: Sequence[Pulled], screen: Screen) -> None:
    """Write a unified diff of each file that differs."""
    screen.lines(line for each in pulled if each.differs for line in _diff(each))


def _summary(pulled: Pulled, width: int, would_be: str) -> Line:
    name = f" {pulled.source.ljust(width)}   "
    if pulled.before is None:
        parts = (
            f"{pulled.file} {would_be}written",
            count(pulled.object_types, "object type"),
            count(pulled.attributes, "attribute"),
            count(pulled.mappings, "mapping"),
        )
        return ("+", Style.ADD), name, ", ".join(parts)
    if not pulled.differs:
        return ".", name, "already as live"
    changes = count(pulled.settled, "change")
    return ("~", Style.CHANGE), name, f"{pulled.file}: {changes} {would_be}taken over from live"


def _diff(pulled: Pulled) -> Iterator[Line]:
    before = "" if pulled.before is None else pulled.before
    lines = unified_diff(
        _lines(before),
        _lines(pulled.after),
        _NOWHERE if pulled.before is None else f"a/{pulled.file}",
        f"b/{pulled.file}",
        lineterm="",
    )
    for i, line in enumerate(lines):
        style = Style.STRONG if i < 2 else _STYLES.get(line[:1])  # noqa: PLR2004 - two names
        yield (line,) if style is None else ((line, style),)


def _lines(text: str) -> list[str]:
    # Not splitlines: that also parts at what is no line end in YAML or JSON.
    return text.removesuffix("\n").split("\n") if text else []
