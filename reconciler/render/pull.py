"""What a pull did, one line a source; and what it would do, as a diff."""

from collections.abc import Sequence

from reconciler.outcome.command_results import Pulled
from reconciler.render.shorten import count
from reconciler.render.terminal import Line, Screen, Style
from reconciler.render.unified_diff import diff_lines


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
    screen.lines(
        line
        for each in pulled
        if each.differs
        for line in diff_lines(each.file, each.before, each.after)
    )


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
