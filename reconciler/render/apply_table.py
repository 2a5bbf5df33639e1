"""How each source of an apply ended, as a table: source, action, result, time, attempts."""

from collections.abc import Iterator, Sequence

from reconciler.outcome.results import ApplyReport, Outcome, SourceResult
from reconciler.render.apply_words import MARKS
from reconciler.render.escape import escape
from reconciler.render.terminal import Line, Style

_HEADINGS = ("source", "action", "result", "time", "attempts")
_NUMBERS = {"time", "attempts"}
_NONE = "–"
_GAP = "   "
# A sentence of at most this many characters stands in the table, a longer one below it.
_FITS = 40


def table_lines(report: ApplyReport) -> Iterator[Line]:
    """Yield the heading and a line per source; nothing for a report of none."""
    if not report.results:
        return
    rows = [_row(result) for result in report.results]
    widths = [max(map(len, column)) for column in zip(_HEADINGS, *rows, strict=True)]
    yield ("    ", (_padded(_HEADINGS, widths), Style.QUIET))
    for result, row in zip(report.results, rows, strict=True):
        name, *others = row
        yield (
            "  ",
            MARKS[result.outcome],
            " ",
            (name.ljust(widths[0]), Style.STRONG),
            _GAP,
            _padded(others, widths[1:], _HEADINGS[1:]),
        )


def is_told_by_the_table(result: SourceResult) -> bool:
    """Whether the table says all there is to say of *result*."""
    if result.error or result.remaining or result.moved:
        return False
    match result.outcome:
        case Outcome.DONE:
            return _fits(result)
        case Outcome.UNCHANGED | Outcome.SKIPPED | Outcome.NOT_STARTED:
            return True
        case _:
            return False


def _row(result: SourceResult) -> tuple[str, ...]:
    is_done = result.outcome is Outcome.DONE and result.message and _fits(result)
    return (
        escape(result.source),
        result.method or _NONE,
        f"{result.outcome}, {escape(result.message)}" if is_done else str(result.outcome),
        f"{result.seconds:.1f} s" if result.method and result.seconds else _NONE,
        str(result.attempts),
    )


def _fits(result: SourceResult) -> bool:
    return len(result.message) <= _FITS


def _padded(
    cells: Sequence[str], widths: Sequence[int], headings: Sequence[str] = _HEADINGS
) -> str:
    return _GAP.join(
        cell.rjust(width) if heading in _NUMBERS else cell.ljust(width)
        for cell, width, heading in zip(cells, widths, headings, strict=True)
    )
