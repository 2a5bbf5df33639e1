"""Drift as a document of Jira: alarming drift first; items that do not fit are counted."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.diagnostics import Diagnostic, written_place
from reconciler.planning.drift.report import DriftReport
from reconciler.render.adf.nodes import (
    Node,
    bullets,
    code_node,
    heading,
    node_size,
    paragraph,
    text_node,
)
from reconciler.render.drift.view import DriftRow, SourceDriftView, drift_views, rows_by_standing
from reconciler.render.drift.words import TITLES, closing, source_errors
from reconciler.render.shorten import items_by_title
from reconciler.value import Value

_LEFT_OUT = "Left out to fit: {}. `reconciler drift` prints all of it."
# The length of the sentence above as a paragraph, with all titles and numbers of any size.
_ROOM_FOR_LEFT_OUT = 400


class AdfSection(Value):
    """Items under a heading that counts them all."""

    title: str
    items: tuple[Node, ...]

    def first(self, number: int) -> tuple[Node, Node]:
        """Return the heading and the first *number* items, at least one."""
        return heading(f"{self.title} ({len(self.items)})"), bullets(self.items[:number])


def drift_nodes(report: DriftReport, *, limit: int) -> tuple[Node, ...]:
    """Return *report* in nodes whose JSON has at most *limit* UTF-16 units."""
    head = (
        heading(closing(report)),
        paragraph(text_node("Environment "), code_node(report.environment)),
    )
    room = limit - sum(map(node_size, head)) - _ROOM_FOR_LEFT_OUT
    return (*head, *_fitted([s for s in _sections(report) if s.items], room))


def _fitted(sections: Sequence[AdfSection], room: int) -> Iterator[Node]:
    left: list[tuple[str, int]] = []
    for section in sections:
        number = 0
        while not left and number < len(section.items):
            if sum(map(node_size, section.first(number + 1))) > room:
                break
            number += 1
        if number:
            shown = section.first(number)
            room -= sum(map(node_size, shown))
            yield from shown
        if number < len(section.items):
            left.append((section.title, len(section.items) - number))
    if left:
        yield paragraph(text_node(_LEFT_OUT.format(items_by_title(left))))


def _sections(report: DriftReport) -> tuple[AdfSection, ...]:
    views = drift_views(report)
    unread = [(s.source, s.error) for s in report.sources if s.error is not None]
    return (
        _section("Errors", map(_fault, source_errors(report))),
        _section(
            "Could not be read",
            (paragraph(code_node(s), text_node(f": {why}")) for s, why in unread),
        ),
        *(
            _section(TITLES[standing], _differences(row for _, row in rows))
            for standing, rows in rows_by_standing(views)
        ),
        _section("What to do", (_next_step(view) for view in views if view.alarming)),
    )


def _section(title: str, items: Iterable[Node]) -> AdfSection:
    return AdfSection(title=title, items=tuple(items))


def _fault(diagnostic: Diagnostic) -> Node:
    where = written_place(diagnostic.file, diagnostic.line) or diagnostic.source
    at = (text_node(" at "), code_node(where)) if where else ()
    return paragraph(code_node(diagnostic.code), *at, text_node(f": {diagnostic.text}"))


def _differences(rows: Iterable[DriftRow]) -> Iterator[Node]:
    for row in rows:
        children = (*_what(row), *((text_node(f"; {row.rest}"),) if row.rest else ()))
        yield paragraph(code_node(str(row.change.address)), text_node(": "), *children)


def _what(row: DriftRow) -> tuple[Node, ...]:
    if row.side is not None:
        return (text_node(row.side),)
    return (text_node("git "), code_node(row.git), text_node(" · live "), code_node(row.live))


def _next_step(view: SourceDriftView) -> Node:
    back = view.back_to_git
    return paragraph(
        code_node(view.drift.source),
        text_node(": "),
        *((text_node("undo in Assets with "), code_node(back), text_node(", ")) if back else ()),
        text_node("keep it in the manifest with "),
        code_node(view.into_git),
    )
