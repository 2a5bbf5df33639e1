"""The result of a pull, one line per source, and its dry run as a diff."""

from collections.abc import Sequence

from reconciler.outcome.command_results import PulledManifest
from reconciler.render.report import Pulled
from reconciler.render.shorten import count
from reconciler.render.terminal import Line, Screen, Style
from reconciler.render.unified_diff import diff_lines


def write_pull(report: Pulled, screen: Screen) -> None:
    """Write what was done, of a dry run the differences."""
    if report.is_done:
        write_pulled(report.manifests, screen)
    else:
        _write_diffs(report.manifests, screen)


def write_pulled(
    manifests: Sequence[PulledManifest], screen: Screen, *, is_done: bool = True
) -> None:
    """Write a line per source: what was done, or what would be done."""
    width = max((len(each.source) for each in manifests), default=0)
    screen.lines(_summary(each, width, "" if is_done else "would be ") for each in manifests)


def write_what_is_hidden(manifests: Sequence[PulledManifest], screen: Screen) -> None:
    """Write what new manifests lack because live does not show it."""
    if any(each.is_partial for each in manifests):
        screen.line(
            "Live does not show icons and statuses, nor which of them an element has, nor "
            "attributes of type User and settings of a mapping in the UI: new manifests are "
            "without."
        )


def _write_diffs(manifests: Sequence[PulledManifest], screen: Screen) -> None:
    """Write a unified diff of each file that differs."""
    screen.lines(
        line
        for manifest in manifests
        for each in manifest.changed
        for line in diff_lines(each.file, each.before, each.after)
    )


def _summary(manifests: PulledManifest, width: int, would_be: str) -> Line:
    name = f" {manifests.source.ljust(width)}   "
    if manifests.before is None:
        parts = (
            f"{manifests.file} {would_be}written",
            count(manifests.object_types, "object type"),
            count(manifests.attributes, "attribute"),
            count(manifests.mappings, "mapping"),
        )
        return ("+", Style.ADD), name, ", ".join(parts)
    if not manifests.differs:
        return ".", name, "already as live"
    changes = count(manifests.settled, "change")
    files = ", ".join(each.file for each in manifests.changed)
    conflict = f", {number} of them in conflict with git" if (number := manifests.conflicts) else ""
    text = f"{files}: {changes} {would_be}taken over from live{conflict}"
    return ("~", Style.CHANGE), name, text
