"""The issue about drift as Markdown: the report, and by what it is found again."""

from reconciler.planning.drift import DriftReport
from reconciler.render.drift_issue import faults
from reconciler.render.markdown.cutting import fitted, link
from reconciler.render.markdown.drift import WHOLE, drift_markdown
from reconciler.render.markdown.findings import Section, diagnostic_item
from reconciler.render.markdown.length import SEPARATOR, placed


def drift_issue(report: DriftReport, *, limit: int) -> str:
    """Return what an issue says of *report*, in at most *limit* UTF-16 units.

    Errors come first, and leave the sources half of the room at least.
    """
    items = tuple(map(diagnostic_item, faults(report)))
    sections = [Section(title="Errors", items=items)] if items else []
    blocks = fitted(sections, (), limit // 2, WHOLE)
    room = limit - sum(map(placed, blocks))
    return SEPARATOR.join((*blocks, drift_markdown(report, limit=room)))


def seen_in(run: str) -> str:
    """Return the line that says where *run* is: a URL, or whatever names it."""
    return f"Seen in {link(run)}\n"
