"""A source as the page tells it."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.planning.plan import Action, Change, Risk, SourcePlan, Verdict
from reconciler.render.html.body import Request, request
from reconciler.render.html.drawing import Drawing, drawing
from reconciler.render.html.groups import Group, groups
from reconciler.render.html.rows import Mark, RowMaker
from reconciler.render.plan_closing import allowance_lines, closing_lines
from reconciler.render.plan_names import aspect, name_path
from reconciler.render.plan_symbols import ACTION_SYMBOLS, symbol, verb
from reconciler.render.terminal import plain


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """A change to look at before all others, and where on the page it is."""

    anchor: str
    mark: Mark
    source: str
    text: str
    why: str
    rank: int


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


def section(source: SourcePlan, number: int) -> Section:
    """Return the section of the source that stands at *number* in the plan."""
    make = RowMaker(source, number)
    lines = (*allowance_lines(source), *closing_lines(source))
    return Section(
        number=number,
        plan=source,
        mark=Mark.of(ACTION_SYMBOLS[source.action]),
        verb=verb(source),
        opened=source.action is not Action.NO_OP,
        groups=groups(source, make),
        sentences=tuple(plain(line).strip() for line in lines),
        request=request(source.operation) if source.operation else None,
        drawing=drawing(source),
        alerts=tuple(_alerts(source, make)),
    )


def _alerts(source: SourcePlan, make: RowMaker) -> Iterator[Alert]:
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
