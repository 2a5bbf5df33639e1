"""Drift as text: a block for each source; sources that need attention come first."""

from collections.abc import Iterator

from reconciler.planning.drift.report import AcknowledgementUse, DriftReport, Standing
from reconciler.render.drift.view import DriftRow, SourceDriftView, drift_views
from reconciler.render.drift.words import closing, to_do_about
from reconciler.render.plan.symbols import whole_name
from reconciler.render.shorten import folded
from reconciler.render.terminal import Line, Screen, Span, Style

_STEP = "    "
_NAME_WIDTH = 40


def write_drift_text(report: DriftReport, screen: Screen) -> None:
    """Write *report*; its diagnostics are not part of it."""
    screen.lines(_lines(report))


def _lines(report: DriftReport) -> Iterator[Line]:
    width = min(_NAME_WIDTH, max((len(s.source) for s in report.sources), default=0))
    for view in drift_views(report):
        yield from _source_lines(view, width)
    yield from _acknowledgement_lines(report.to_look_at)
    yield (closing(report),)


def _source_lines(view: SourceDriftView, width: int) -> Iterator[Line]:
    source = view.drift
    yield (view.mark.span, " ", (source.source.ljust(width), Style.STRONG), f"   {view.said}")
    for row in view.alarming:
        yield (_STEP, row.mark.span, " ", *_row_spans(row))
        # What `ignore` of the project file takes.
        yield (2 * _STEP, (str(row.change.address), Style.QUIET))
        for line in folded(row.rest or "", 2 * _STEP):
            yield (2 * _STEP, (line, Style.QUIET))
    for address in source.settled:
        yield (_STEP, (f"settled: {address}", Style.QUIET))
    if view.alarming:
        if source.base is None:
            yield (_STEP, ("no base is known: every difference counts", Style.QUIET))
        if view.back_to_git is not None:
            yield (_STEP, (f"back to git: {view.back_to_git}", Style.QUIET))
        yield (_STEP, (f"into git:    {view.into_git}", Style.QUIET))


def _row_spans(row: DriftRow) -> tuple[Span, ...]:
    conflict = row.finding.standing is Standing.CONFLICT
    return (
        (whole_name(row.change, " / "), Style.STRONG),
        "   ",
        *((("conflict   ", Style.ODD),) if conflict else ()),
        row.side or f"git {row.git} · live {row.live}",
    )


def _acknowledgement_lines(uses: tuple[AcknowledgementUse, ...]) -> Iterator[Line]:
    for use in uses:
        known = use.acknowledgement
        text = f"{known.address} ({known.owner}) {to_do_about(use)}"
        yield (("acknowledgement ", Style.QUIET), text)
