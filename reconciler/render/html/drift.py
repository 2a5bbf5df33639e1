"""Drift as one HTML page, in the style and by the rules of the plan's page.

Sources that need attention come first, sources in sync last.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from reconciler.model.policy import Acknowledgement
from reconciler.planning.change import Kind
from reconciler.planning.drift.report import DriftReport, Standing
from reconciler.render.drift.importance import of_source_drift
from reconciler.render.drift.view import DriftRow, SourceDriftView, drift_views
from reconciler.render.drift.words import TITLES, closing, to_do_about
from reconciler.render.html import page
from reconciler.render.html.drift_rows import DriftRows
from reconciler.render.html.groups import PageGroup, page_groups
from reconciler.render.html.page import MOST_OPEN, Alert, Choice, Figure, Filter
from reconciler.render.importance import Importance, by_importance
from reconciler.render.plan.groups import Group as PlanGroup
from reconciler.render.plan.groups import grouped
from reconciler.render.plan.symbols import KINDS, whole_name
from reconciler.value import Value, replace


class DriftBlock(Value):
    """The differences of one source that a drift job treats alike."""

    title: str
    number: int
    groups: tuple[PageGroup, ...]


class DriftSection(Value):
    """Everything about one source."""

    number: int
    view: SourceDriftView
    opened: bool
    blocks: tuple[DriftBlock, ...]
    alerts: tuple[Alert, ...]

    @property
    def is_calm(self) -> bool:
        """Whether only the name of the source is shown."""
        return not self.blocks and self.view.drift.error is None


def sections(report: DriftReport) -> tuple[DriftSection, ...]:
    """Return the sections of all sources; of those that need attention, the first are open."""
    ordered = by_importance(drift_views(report), lambda view: of_source_drift(view.drift))
    return tuple(
        _section(view, number, report, opened=number <= MOST_OPEN)
        for number, view in enumerate(ordered, 1)
    )


def _section(
    view: SourceDriftView, number: int, report: DriftReport, *, opened: bool
) -> DriftSection:
    make = DriftRows(view, number, report)
    return DriftSection(
        number=number,
        view=view,
        opened=opened and (bool(view.alarming) or view.drift.error is not None),
        blocks=tuple(_blocks(view, make)),
        alerts=tuple(_alerts(view, make)),
    )


def _blocks(view: SourceDriftView, make: DriftRows) -> Iterator[DriftBlock]:
    for standing, title in TITLES.items():
        rows = [row for row in view.rows if row.finding.standing is standing]
        if rows:
            # An added or removed element has its own row, so the heading has no mark.
            groups = (replace(group, mark=None) for group in page_groups(_by_type(rows), make))
            yield DriftBlock(title=title, number=len(rows), groups=tuple(groups))


def _by_type(rows: Sequence[DriftRow]) -> tuple[PlanGroup[DriftRow], ...]:
    found = {(row.change.address, row.change.verdict): row for row in rows}
    changes = (row.change for row in rows)
    return grouped(changes, lambda c: found[c.address, c.verdict])


def _alerts(view: SourceDriftView, make: DriftRows) -> Iterator[Alert]:
    for row in view.rows:
        if row.finding.standing is Standing.CONFLICT:
            yield Alert(
                anchor=make.anchor(row),
                mark=row.mark,
                source=view.drift.source,
                text=whole_name(row.change),
                why="conflict",
                importance=Importance.CONFLICT,
            )


_STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.CONFLICT: ("in conflict with git", "odd"),
    Standing.DRIFT: ("drifted", "stop"),
    Standing.UNAPPLIED: ("not applied yet", "change"),
    Standing.ACKNOWLEDGED: ("acknowledged", "quiet"),
    Standing.RESIDUE: ("known, unchanged", "quiet"),
}
_STATES = {
    "drifted": "drifted",
    "unreadable": "could not be read",
    "unapplied": "not applied yet",
    "in-sync": "in sync",
}


def drift_html(report: DriftReport) -> str:
    """Return *report* as one HTML page, which shows the diagnostics if manifests have errors."""
    page_sections = sections(report)
    return page.fill_page(
        "drift.html",
        title=f"Drift in {report.environment}" if report.environment else "Drift",
        verdict=_verdict(report),
        alerts=(alert for section in page_sections for alert in section.alerts),
        diagnostics=report.diagnostics,
        environment=report.environment,
        shard=report.shard,
        created_at=report.created_at,
        figures=tuple(_figures(report, page_sections)),
        kinds=tuple(_kinds(report)),
        filters=tuple(_filters(report, page_sections)),
        acknowledgements=tuple(_to_look_at(report)),
        sections=[s for s in page_sections if not s.is_calm],
        calm=[s for s in page_sections if s.is_calm],
    )


def _verdict(report: DriftReport) -> page.PageVerdict:
    tone = "stop" if report.alarms or report.errored else "add"
    return page.PageVerdict(text=closing(report), tone=tone)


def _figures(report: DriftReport, page_sections: tuple[DriftSection, ...]) -> Iterator[Figure]:
    numbers = _numbers(report)
    for standing, (words, colour) in _STANDINGS.items():
        yield Figure(number=numbers[standing], words=words, tone=colour)
    unread = sum(s.view.drift.error is not None for s in page_sections)
    yield Figure(
        number=unread, words="unreadable " + ("source" if unread == 1 else "sources"), tone="stop"
    )


def _kinds(report: DriftReport) -> Iterator[Figure]:
    numbers = Counter(
        f.change.kind for s in report.sources for f in s.findings if f.standing.alarms
    )
    for kind in Kind:
        if numbers[kind]:
            yield Figure(number=numbers[kind], words=f"in {KINDS[kind][1]}", tone="quiet")


def _filters(report: DriftReport, page_sections: tuple[DriftSection, ...]) -> Iterator[Filter]:
    standings = _numbers(report)
    states = Counter(s.view.mark.word for s in page_sections)
    for name, legend, found in (
        (
            "standing",
            "Show differences",
            [(s, words, standings[s]) for s, (words, _) in _STANDINGS.items()],
        ),
        ("state", "Show sources", [(s, words, states[s]) for s, words in _STATES.items()]),
    ):
        choices = tuple(Choice(value=v, words=w, number=n) for v, w, n in found if n)
        if choices:
            yield Filter(name=name, legend=legend, choices=choices)


def _to_look_at(report: DriftReport) -> Iterator[tuple[Acknowledgement, str]]:
    for use in report.to_look_at:
        yield use.acknowledgement, to_do_about(use)


def _numbers(report: DriftReport) -> Counter[Standing]:
    return Counter(f.standing for s in report.sources for f in s.findings)
