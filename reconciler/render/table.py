"""Rows under headings: in columns, or where a terminal is too narrow, each as a list of its own."""

from collections.abc import Collection, Iterator, Sequence

from reconciler.render.escape import escape
from reconciler.render.terminal import Line, Screen, Span, Style
from reconciler.render.wrapping import cells

_GAP = "   "
_STEP = "    "


def write_table(headings: Sequence[str], rows: Sequence[Sequence[str]], screen: Screen) -> None:
    """Write *rows* under *headings*."""
    screen.lines(table_lines(headings, rows, screen.columns))


def table_lines(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    columns: int | None,
    *,
    marks: Sequence[Span] = (),
    numbers: Collection[str] = (),
) -> Iterator[Line]:
    """Yield the lines of *rows*, of at most *columns* columns if there is a terminal.

    *marks* stand before the rows, and *numbers* are headings of what is aligned to the right.
    """
    shown = [[escape(cell) for cell in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(headings, *shown, strict=True)]
    margin = _STEP if marks else ""
    leads: list[Line] = [("  ", mark, " ") for mark in marks] or [()] * len(shown)
    whole = len(margin) + sum(widths) + len(_GAP) * (len(widths) - 1)
    if columns is not None and whole > columns:
        for lead, row in zip(leads, shown, strict=True):
            yield from _listed(headings, row, lead, margin)
        return

    def padded(row: Sequence[str]) -> Iterator[str]:
        for cell, heading, width in zip(row, headings, widths, strict=True):
            blanks = " " * (width - cells(cell))
            yield f"{blanks}{cell}" if heading in numbers else f"{cell}{blanks}"

    yield (margin, (_GAP.join(padded(headings)), Style.QUIET))
    for lead, row in zip(leads, shown, strict=True):
        name, *others = padded(row)
        yield (*lead, (name, Style.STRONG), *(f"{_GAP}{cell}" for cell in others))


def _listed(headings: Sequence[str], row: Sequence[str], lead: Line, margin: str) -> Iterator[Line]:
    """Yield a row below its first cell, with a heading before each of the others."""
    name, *others = zip(headings, row, strict=True)
    width = max((cells(heading) for heading, cell in others if cell), default=0)
    yield (*lead, (name[1], Style.STRONG))
    for heading, cell in others:
        if cell:
            yield (f"{margin}{_STEP}", (heading.ljust(width), Style.QUIET), f"{_GAP}{cell}")
