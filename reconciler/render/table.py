"""Rows with a heading: rich's table where a person watches, padded columns elsewhere."""

from collections.abc import Sequence

from reconciler.render.escape import escape
from reconciler.render.terminal import Screen


def write_table(headings: Sequence[str], rows: Sequence[Sequence[str]], screen: Screen) -> None:
    """Write *rows* under *headings*."""
    if screen.interactive:
        _write_rich(headings, rows, screen)
    else:
        _write_plain(headings, rows, screen)


def _write_plain(headings: Sequence[str], rows: Sequence[Sequence[str]], screen: Screen) -> None:
    lines = [[escape(cell) for cell in row] for row in (headings, *rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(headings))]
    screen.lines(
        ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)),)
        for line in lines
    )


def _write_rich(headings: Sequence[str], rows: Sequence[Sequence[str]], screen: Screen) -> None:
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - rich only where it is seen
    from rich.table import Table  # noqa: PLC0415 - same
    from rich.text import Text  # noqa: PLC0415 - same

    table = Table(*headings, box=SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(escape(cell)) for cell in row))
    screen.draw(table)
