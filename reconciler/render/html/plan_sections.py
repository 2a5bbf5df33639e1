"""A source as the page tells it."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.model.policy import Risk
from reconciler.planning.plan import Action, Change, Plan, SourcePlan, Verdict
from reconciler.render.html.body import Request, request
from reconciler.render.html.drawing import Drawing, drawing
from reconciler.render.html.effects import DataTold, told_data_effect
from reconciler.render.html.frame import MOST_OPEN, Alert
from reconciler.render.html.groups import Group, groups
from reconciler.render.html.plan_rows import PlanRows
from reconciler.render.html.rows import Mark
from reconciler.render.plan_closing import allowance_lines, closing_lines
from reconciler.render.plan_names import aspect, name_path
from reconciler.render.plan_symbols import ACTION_SYMBOLS, symbol, verb
from reconciler.render.terminal import plain


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Everything about one source; `sentences` say what could be sent, and what is proved."""

    number: int
    plan: SourcePlan
    mark: Mark
    verb: str
    opened: bool
    groups: tuple[Group, ...]
    sentences: tuple[str, ...]
    request: Request | None
    drawing: Drawing | None
    alerts: tuple[Alert, ...]
    data: DataTold | None = None


def sections(plan: Plan) -> tuple[Section, ...]:
    """Return the sections of all sources; of many, the first that are to be acted on are open."""
    wanted = (Action.BLOCKED, Action.CREATE, Action.UPDATE)
    acted_on = [s for action in wanted for s in plan.sources if s.action is action]
    opened = {source.source for source in acted_on[:MOST_OPEN]}
    return tuple(
        _section(source, number, opened=source.source in opened)
        for number, source in enumerate(plan.sources, 1)
    )


def _section(source: SourcePlan, number: int, *, opened: bool) -> Section:
    make = PlanRows(source, number)
    lines = (*allowance_lines(source), *closing_lines(source))
    return Section(
        number=number,
        plan=source,
        mark=Mark.of(ACTION_SYMBOLS[source.action]),
        verb=verb(source),
        opened=opened,
        groups=groups(source, make),
        sentences=tuple(plain(line).strip() for line in lines),
        request=request(source.operation) if source.operation else None,
        drawing=drawing(source),
        alerts=tuple(_alerts(source, make)),
        data=told_data_effect(source.data_effect) if source.data_effect else None,
    )


def _alerts(source: SourcePlan, make: PlanRows) -> Iterator[Alert]:
    for change in source.changes:
        impossible = change.verdict is Verdict.IMPOSSIBLE
        if not impossible and change.risk is Risk.NONE:
            continue
        yield Alert(
            anchor=make.anchor(change),
            mark=Mark.of(symbol(change)),
            source=source.source,
            text=_called(change),
            why="impossible" if impossible else f"risk {change.risk}: {change.risk_code}",
            rank=0 if impossible else 1 if change.risk is Risk.DATA else 2,
        )


def _called(change: Change) -> str:
    return " ".join(filter(None, (name_path(change), aspect(change), change.field)))
