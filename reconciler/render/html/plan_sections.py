"""A source as the page tells it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from reconciler.planning.plan import Action, Risk, Verdict
from reconciler.render.html.body import Request, request
from reconciler.render.html.drawing import Drawing, drawing
from reconciler.render.html.effects import DataTold, told_data_effect
from reconciler.render.html.frame import MOST_OPEN, Alert
from reconciler.render.html.groups import Group, page_groups
from reconciler.render.html.plan_rows import anchor, plan_row
from reconciler.render.plan.view import PlanView, SourceView
from reconciler.render.plan_names import whole_name
from reconciler.render.plan_symbols import risk_note


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Everything about one source; `sentences` say what could be sent, and what is proved."""

    number: int
    view: SourceView
    opened: bool
    groups: tuple[Group, ...]
    sentences: tuple[str, ...]
    request: Request | None
    drawing: Drawing | None
    alerts: tuple[Alert, ...]
    data: DataTold | None = None


def sections(view: PlanView) -> tuple[Section, ...]:
    """Return the sections of all sources; of many, the first that are to be acted on are open."""
    wanted = (Action.BLOCKED, Action.CREATE, Action.UPDATE)
    sources = view.plan.sources
    acted_on = [s for action in wanted for s in sources if s.action is action]
    opened = {source.source for source in acted_on[:MOST_OPEN]}
    return tuple(
        _section(source, number, opened=source.planned.source in opened)
        for number, source in enumerate(view.sources, 1)
    )


def _section(view: SourceView, number: int, *, opened: bool) -> Section:
    source = view.planned
    return Section(
        number=number,
        view=view,
        opened=opened,
        groups=tuple(_groups(view, number)),
        sentences=tuple(filter(None, (view.allowance, view.unchanged, view.proof))),
        request=request(source.operation) if source.operation else None,
        drawing=drawing(source),
        alerts=tuple(_alerts(view, number)),
        data=told_data_effect(source.data_effect) if source.data_effect else None,
    )


def _groups(view: SourceView, number: int) -> Iterator[Group]:
    """Yield the groups in the order of the manifest, what cannot be reached last."""
    row = partial(plan_row, number=number, file=view.planned.file)
    yield from page_groups(view.groups, row)
    if view.out_of_reach:
        title = f"{view.left[:1].upper()}{view.left[1:]}"
        yield Group(title=title, rows=tuple(map(row, view.out_of_reach)))


def _alerts(view: SourceView, number: int) -> Iterator[Alert]:
    for row in view.rows:
        change = row.change
        impossible = change.verdict is Verdict.IMPOSSIBLE
        risk = risk_note(change)
        if impossible or risk is not None:
            yield Alert(
                anchor=anchor(number, row),
                mark=row.mark,
                source=view.planned.source,
                text=whole_name(change),
                why="impossible" if impossible or risk is None else risk.text,
                rank=0 if impossible else 1 if change.risk is Risk.DATA else 2,
            )
