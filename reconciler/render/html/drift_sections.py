"""A source as the page of drift tells it: what needs somebody first, what is in sync last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reconciler.planning.drift import DriftReport, SourceDrift, Standing
from reconciler.render.drift.view import DriftRow, SourceDriftView, drift_views
from reconciler.render.drift_words import TITLES
from reconciler.render.html.answered import Answers
from reconciler.render.html.drift_rows import DriftRows
from reconciler.render.html.frame import MOST_OPEN, Alert
from reconciler.render.html.groups import Group, page_groups
from reconciler.render.plan.groups import Group as PlanGroup
from reconciler.render.plan.groups import grouped
from reconciler.render.plan_names import whole_name

_UNREAD = tuple(TITLES).index(Standing.UNAPPLIED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """The differences of one source that are alike to a drift job."""

    title: str
    number: int
    groups: tuple[Group, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Everything about one source."""

    number: int
    view: SourceDriftView
    opened: bool
    blocks: tuple[Block, ...]
    alerts: tuple[Alert, ...]

    @property
    def is_calm(self) -> bool:
        """Whether there is nothing to say but its name."""
        return not self.blocks and self.view.drift.error is None


def sections(report: DriftReport) -> tuple[Section, ...]:
    """Return the sections of all sources; of many that need somebody, the first are open."""
    answers = Answers(report)
    ordered = sorted(drift_views(report), key=lambda view: _rank(view.drift))
    return tuple(
        _section(view, number, answers, opened=number <= MOST_OPEN)
        for number, view in enumerate(ordered, 1)
    )


def _rank(source: SourceDrift) -> int:
    """Return where the source stands: that of the first of `TITLES` that it has."""
    standings = {f.standing for f in source.findings}
    ranks = [at for at, standing in enumerate(TITLES) if standing in standings]
    if source.error is not None:
        return 2 * _UNREAD - 1
    return 2 * min(ranks, default=len(TITLES))


def _section(view: SourceDriftView, number: int, answers: Answers, *, opened: bool) -> Section:
    make = DriftRows(view, number, answers)
    return Section(
        number=number,
        view=view,
        opened=opened and (bool(view.alarming) or view.drift.error is not None),
        blocks=tuple(_blocks(view, make)),
        alerts=tuple(_alerts(view, make)),
    )


def _blocks(view: SourceDriftView, make: DriftRows) -> Iterator[Block]:
    for standing, title in TITLES.items():
        rows = [row for row in view.rows if row.finding.standing is standing]
        if rows:
            # What came or went has a row of its own: the heading has no mark.
            groups = (
                replace(group, mark=None) for group in page_groups(_by_type(view, rows), make)
            )
            yield Block(title=title, number=len(rows), groups=tuple(groups))


def _by_type(view: SourceDriftView, rows: Sequence[DriftRow]) -> tuple[PlanGroup[DriftRow], ...]:
    found = {(row.change.address, row.change.verdict): row for row in rows}
    changes = (row.change for row in rows)
    return grouped(view.drift.source, changes, lambda c: found[c.address, c.verdict])


def _alerts(view: SourceDriftView, make: DriftRows) -> Iterator[Alert]:
    for row in view.rows:
        if row.finding.standing is Standing.CONFLICT:
            yield Alert(
                anchor=make.anchor(row),
                mark=row.mark,
                source=view.drift.source,
                text=whole_name(row.change),
                why="conflict",
                rank=0,
            )
