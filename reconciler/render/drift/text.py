"""Drift as text: a block for each source, by urgency; those in sync are one line."""

from collections.abc import Iterable, Iterator

from reconciler.planning.drift.report import AcknowledgementUse, DriftReport, Standing
from reconciler.render.drift.importance import of_source_drift
from reconciler.render.drift.view import DriftRow, SourceDriftView, drift_views
from reconciler.render.drift.words import CANNOT_REVERT, closing, to_do_about
from reconciler.render.importance import by_importance
from reconciler.render.plan.symbols import whole_name
from reconciler.render.shorten import count
from reconciler.render.terminal import Line, Screen, Span, Style

_STEP = "    "
_NAME_WIDTH = 40
_MOST_ROWS = 100


def write_drift_text(report: DriftReport, screen: Screen, *, lists_all: bool = False) -> None:
    """Write *report*; its diagnostics are not part of it. Sources in sync may be listed, too."""
    screen.report(_lines(report, lists_all=lists_all))


def _lines(report: DriftReport, *, lists_all: bool) -> Iterator[Line]:
    views = by_importance(drift_views(report), lambda view: of_source_drift(view.drift))
    shown = [view for view in views if lists_all or not view.is_in_sync]
    width = min(_NAME_WIDTH, max((len(s.drift.source) for s in shown), default=0))
    for view in shown:
        yield from _source_lines(view, width, lists_all=lists_all)
    calm = [] if lists_all else [view for view in views if view.is_in_sync]
    if calm:
        noted = sum(bool(view.drift.findings) for view in calm)
        known = f", {noted} of them with known differences" if noted else ""
        verb, them = ("is", "it") if len(calm) == 1 else ("are", "them")
        yield (f"{count(len(calm), 'source')} {verb} in sync{known} (--all lists {them})",)
    yield from _acknowledgement_lines(report.to_look_at)
    yield (closing(report),)


def _source_lines(view: SourceDriftView, width: int, *, lists_all: bool) -> Iterator[Line]:
    source = view.drift
    yield (view.mark.span, " ", (source.source.ljust(width), Style.STRONG), f"   {view.said}")
    yield from _row_lines(view.alarming if lists_all else view.alarming[:_MOST_ROWS])
    if (more := len(view.alarming) - _MOST_ROWS) > 0 and not lists_all:
        yield (_STEP, f"… and {more:,} more (--all lists them)")
    for address in source.settled:
        yield (_STEP, (f"settled: {address}", Style.QUIET))
    if view.alarming:
        if source.base is None:
            yield (_STEP, ("no base is known: every difference counts", Style.QUIET))
        if view.back_to_git is not None:
            yield (
                _STEP,
                ("undo in Assets:          ", Style.QUIET),
                (view.back_to_git, Style.COMMAND),
            )
        yield (_STEP, ("keep it in the manifest: ", Style.QUIET), (view.into_git, Style.COMMAND))


def _row_lines(rows: Iterable[DriftRow]) -> Iterator[Line]:
    """Yield the lines of *rows*; what apply cannot do about several is said once."""
    told = set[str]()
    for row in rows:
        yield (_STEP, row.mark.span, " ", *_row_spans(row))
        # What `ignore` of the project file takes.
        yield (2 * _STEP, (str(row.change.address), Style.QUIET))
        if row.rest is not None:
            rest = CANNOT_REVERT if row.rest in told else row.rest
            yield from ((2 * _STEP, (line, Style.QUIET)) for line in rest.splitlines())
            told.add(row.rest)


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
