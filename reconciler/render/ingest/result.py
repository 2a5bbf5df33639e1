"""The result of a data execution or ingestion, as text and as JSON.

The text has a row per object type, the totals, the losses and the errors.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from reconciler.model.json_form import to_json
from reconciler.outcome.imports import Count, ImportResult, TypeResult
from reconciler.outcome.results import IngestEnding, IngestReport
from reconciler.render.errors import write_error
from reconciler.render.ingest.words import (
    count_cell,
    import_entries,
    import_seconds,
    import_state,
    moment,
    narrow,
)
from reconciler.render.shorten import count
from reconciler.render.terminal import Line, Screen, Span, Style

_COLUMNS = 80
_SOURCE_WIDTH = 36
_NAME_WIDTH = 24
_ERROR_WIDTH = 400
_MOST_ERRORS = 5
_GAP = "  "
_SHOWN = (
    *(Count.ENTRIES, Count.CREATED, Count.UPDATED, Count.IDENTICAL, Count.DUPLICATES),
    Count.FAILED,
)
# Losses and unexpected results of an import: singular and plural.
_TOLD = {
    Count.EMPTY_LABELS: ("entry without a label", "entries without a label"),
    Count.EMPTY_IDS: ("entry without an external id", "entries without an external id"),
    Count.UNRESOLVED_REFERENCES: (
        "reference that found no object",
        "references that found no object",
    ),
    Count.FILTERED: ("object left out by a query", "objects left out by a query"),
    Count.MISSING_UPDATED: (
        "object that the data lack updated",
        "objects that the data lack updated",
    ),
    Count.MISSING_DELETED: (
        "object that the data lack deleted",
        "objects that the data lack deleted",
    ),
}


def write_import_result(source: str, result: ImportResult, screen: Screen) -> None:
    """Write the result of the execution of *source*."""
    screen.report(_lines(source, result))


def import_error_lines(errors: Sequence[str], indent: str, owner: str = "") -> Iterator[Line]:
    """Yield the first of *errors*, cut, after the name of their *owner*."""
    for error in errors[:_MOST_ERRORS]:
        yield (indent, ("error", Style.STOP), f": {owner}{narrow(error, _ERROR_WIDTH)}")
    if len(errors) > _MOST_ERRORS:
        yield (f"{indent}… and {count(len(errors) - _MOST_ERRORS, 'more error')}",)


def _lines(source: str, result: ImportResult) -> Iterator[Line]:
    yield ((narrow(source, _SOURCE_WIDTH), Style.STRONG), "  ", import_state(result))
    if text := _extent(result):
        yield (f"  {text}",)
    if result.remark:
        yield (f"  Assets remarks: {narrow(result.remark, _ERROR_WIDTH)}",)
    yield from import_error_lines(result.errors, "  ")
    if result.types:
        yield from _table(result)
    for each in result.types:
        name = _name(each)
        if text := _lost(each):
            yield (f"  {name}: {text}",)
        yield from import_error_lines(each.errors, "  ", f"{name}: ")


def _extent(result: ImportResult) -> str:
    """Return `3 entries from 2023-06-15 12:13:03Z to 2023-06-15 12:13:05Z (1.2 s)`."""
    took = import_seconds(result)
    parts = (
        import_entries(result),
        f"from {moment(result.started)}" if result.started else None,
        f"to {moment(result.ended)}" if result.ended else None,
        None if took is None else f"({took:.1f} s)",
    )
    return " ".join(part for part in parts if part)


def _table(result: ImportResult) -> Iterator[Line]:
    shown = [c for c in _SHOWN if result.total(c) is not None]
    cells = [[count_cell(getattr(each, c)) for c in shown] for each in result.types]
    total = [count_cell(result.total(c)) for c in shown]
    widths = [max(map(len, column)) for column in zip(shown, total, *cells, strict=True)]
    room = _COLUMNS - sum(len(_GAP) + width for width in (0, *widths))
    names = [narrow(each.name or each.type_id, min(_NAME_WIDTH, room)) for each in result.types]
    widths.insert(0, max(map(len, ("object type", *names))))
    yield ("  ", (_padded("object type", shown, widths), Style.QUIET))
    for name, row in zip(names, cells, strict=True):
        yield ("  ", _padded(name, row, widths))
    if len(cells) > 1:
        yield ("  ", (_padded("total", total, widths), Style.STRONG))


def _padded(name: str, cells: Sequence[str], widths: Sequence[int]) -> str:
    numbers = (cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))
    return _GAP.join((name.ljust(widths[0]), *numbers))


def _name(each: TypeResult) -> str:
    return narrow(each.name or each.type_id, _NAME_WIDTH)


def _lost(each: TypeResult) -> str:
    parts = ((getattr(each, c), words) for c, words in _TOLD.items())
    return ", ".join(f"{count_cell(n)} {one if n == 1 else many}" for n, (one, many) in parts if n)


def import_result_json(source: str, result: ImportResult) -> dict[str, Any]:
    """Return the result of the execution of *source*; every field is present, null if unknown.

    `ended_well` and `has_errors` are null until it has ended.
    """
    return {
        "source": source,
        "ended_well": result.ended_well if result.is_ended else None,
        "has_errors": result.has_errors if result.is_ended else None,
        **to_json(result),
        "totals": {count.value: result.total(count) for count in Count},
    }


_MARKS: dict[IngestEnding, Span] = {
    IngestEnding.DONE: ("✓", Style.ADD),
    IngestEnding.WITH_ERRORS: ("!", Style.STOP),
    IngestEnding.FAILED: ("✗", Style.STOP),
    IngestEnding.CANCELLED: ("-", Style.QUIET),
    IngestEnding.OPEN: ("?", Style.ODD),
    IngestEnding.INTERRUPTED: ("-", Style.QUIET),
}


def write_ingest_end(report: IngestReport, *, out: Screen, err: Screen) -> None:
    """Write the result to *out* and what went wrong to *err*."""
    if report.result is not None:
        write_import_result(report.source, report.result, out)
    if report.error is not None:
        write_error(report.error, err, source=report.source)
    sent = f", {count(report.sent, 'entry', 'entries')} sent" if report.sent else ""
    took = f" in {report.seconds:.1f} s" if report.seconds else ""
    is_as_asked = report.ending in {IngestEnding.DONE, IngestEnding.CANCELLED}
    where = out if is_as_asked and report.error is None else err
    where.line(
        _MARKS[report.ending], " ", (report.source, Style.STRONG), f"   {report.ending}{sent}{took}"
    )
    where.report(("    ", line) for line in (report.note or "").splitlines())


def write_whole_end(report: IngestReport, screen: Screen) -> None:
    """Write the result and what went wrong."""
    write_ingest_end(report, out=screen, err=screen)
