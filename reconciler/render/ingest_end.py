"""How an ingestion ended: what the API tells of the import, and what became of the execution."""

from reconciler.outcome.ingest_report import IngestEnding, IngestReport
from reconciler.render.error_text import write_error
from reconciler.render.import_text import write_import_result
from reconciler.render.shorten import count, folded
from reconciler.render.terminal import Screen, Span, Style

_MARKS: dict[IngestEnding, Span] = {
    IngestEnding.DONE: ("✓", Style.ADD),
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
    for line in folded(report.note or "", "    "):
        where.line("    ", line)
