"""A plan as one HTML page that needs nothing else: no network, and no script to be read.

The page allows itself its own style and script by their digests and nothing more, so
that a name that got past the escaping would still do nothing.

A source as the page tells it.

The changes of a plan as rows of its page.

The body of an operation, for people: the same value that is sent, with line ends.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from reconciler.model.canonical import canonical_json
from reconciler.model.policy import Risk
from reconciler.planning.plan import LEFT_OPEN, Action, Change, Operation, Plan, SourcePlan, Verdict
from reconciler.render.escape import escape_json
from reconciler.render.html import page
from reconciler.render.html.diagram import Drawing, drawing
from reconciler.render.html.effects import DataTold, told_data_effect
from reconciler.render.html.groups import Group, groups
from reconciler.render.html.page import MOST_OPEN, Alert, Choice, Figure, Filter
from reconciler.render.html.rows import Mark, Note, Row, place, subject, tone
from reconciler.render.html.values import shown
from reconciler.render.plan.change import Beside, notes, reason
from reconciler.render.plan.footer import allowance_lines, closing_lines, size
from reconciler.render.plan.symbols import (
    ACTION_SYMBOLS,
    aspect,
    name_path,
    owner_symbol,
    symbol,
    verb,
)
from reconciler.render.plan.text import count_line
from reconciler.render.plan.tree import TypeNode
from reconciler.render.shorten import count
from reconciler.render.terminal import Span, Style, plain


class PlanRows:
    """Makes the rows of one source; why many stay open alike is told with the first of them."""

    def __init__(self, source: SourcePlan, number: int) -> None:
        """Begin with the source that stands at *number* in the plan."""
        self._source = source
        self._number = number
        self._beside = Beside.of(source)
        self._told: set[tuple[str, ...]] = set()
        # What is residual is a change, too; read from a file they are two values.
        self._at = {(c.address, c.verdict): at for at, c in enumerate(source.changes)}

    def anchor(self, change: Change) -> str:
        """Return the id of the change on the page. It holds no text of a stranger."""
        return f"change-{self._number}-{self._at.get((change.address, change.verdict), 0)}"

    def head(self, node: TypeNode) -> Mark:
        """Return what becomes of the type itself."""
        return Mark.of(owner_symbol(node.changes, node.all_changes))

    def row(self, change: Change, name: str | None = None) -> Row:
        """Return the row of *change*, called by *name*, or by its path where there is none."""
        sentences = tuple(self._sentences(change))
        at = place(self._source.file, change)
        return Row(
            anchor=self.anchor(change),
            data={"verdict": change.verdict, "risk": change.risk},
            mark=Mark.of(symbol(change)),
            subject=subject(change, name),
            shown=shown(change),
            notes=self._notes(change),
            sentences=sentences,
            place=at,
            address=str(change.address) if at or sentences else None,
        )

    def _notes(self, change: Change) -> tuple[Note, ...]:
        moved = "".join(map(_text, self._beside.moved.get(change.address, ())))
        spans: Iterable[Span] = (*((moved, Style.CHANGE),) * bool(moved), *notes(change))
        return tuple(
            Note(
                text=_text(span).strip(" ()"), tone=tone(span[1]) if isinstance(span, tuple) else ""
            )
            for span in spans
        )

    def _sentences(self, change: Change) -> Iterator[str]:
        if change.verdict in LEFT_OPEN:
            why = tuple(filter(None, (reason(change), change.remedy)))
            if change.verdict is Verdict.IMPOSSIBLE or why not in self._told:
                yield from why
            self._told.add(why)
        if change.risk_text:
            yield change.risk_text


def _text(span: Span) -> str:
    return span if isinstance(span, str) else span[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One call as the page shows it."""

    line: str
    size: str
    digest: str
    body: str


def request(operation: Operation) -> Request:
    """Return what is shown of *operation*."""
    query = f"?{urlencode(operation.query)}" if operation.query else ""
    return Request(
        line=f"{operation.method} {operation.path}{query}",
        size=size(len(canonical_json(operation.body))),
        digest=operation.body_digest,
        body=escape_json(json.dumps(operation.body, ensure_ascii=False, indent=2)),
    )


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


_VERDICTS: Mapping[Verdict, str] = {
    Verdict.PUT: "created (PUT)",
    Verdict.PATCH: "sent (PATCH)",
    Verdict.PATCH_UNDOCUMENTED: "sent, undocumented",
    Verdict.IMPOSSIBLE: "impossible",
    Verdict.ORPHAN: "orphans, in live only",
    Verdict.WRITE_ONLY: "not shown by live",
    Verdict.IGNORED: "ignored",
}


def plan_html(plan: Plan) -> str:
    """Return *plan* as one HTML page; that of an errored plan shows its diagnostics."""
    told = sections(plan)
    return page.filled(
        "plan.html",
        title=f"Plan for {plan.environment}",
        verdict=_verdict(plan),
        alerts=(alert for section in told for alert in section.alerts),
        diagnostics=plan.diagnostics,
        tool_version=plan.tool_version,
        plan=plan,
        count_line=count_line(plan),
        figures=_figures(plan),
        filters=_filters(plan),
        risks=sum(c.risk is not Risk.NONE for s in plan.sources for c in s.changes),
        sections=told,
    )


def _verdict(plan: Plan) -> page.Verdict:
    if plan.errored:
        return page.Verdict(text="The plan could not be made: see the diagnostics.", tone="stop")
    if plan.blocked:
        number = sum(s.action is Action.BLOCKED for s in plan.sources)
        text = f"Blocked: {count(number, 'source')} cannot be applied as planned."
        return page.Verdict(text=text, tone="stop")
    if plan.has_changes:
        number = sum(s.operation is not None for s in plan.sources)
        return page.Verdict(text=f"Changes: {count(number, 'source')}.", tone="change")
    return page.Verdict(text="Nothing to send.", tone="add")


def _figures(plan: Plan) -> tuple[Figure, ...]:
    summary = plan.summary
    every = (
        (summary.add, "to add", "add"),
        (summary.change, "to change", "change"),
        (summary.remove, "to remove", "remove"),
        (summary.impossible, "impossible", "stop"),
        (summary.orphan, "orphans", "odd"),
        (summary.write_only, "not shown by live", "quiet"),
        (summary.patch_undocumented, "undocumented", "change"),
        (summary.ignored, "ignored", "quiet"),
        (summary.risk_data, "with a risk for data", "stop"),
        (summary.risk_review, "to review", "change"),
    )
    return tuple(Figure(number=number, words=words, tone=tone) for number, words, tone in every)


def _filters(plan: Plan) -> tuple[Filter, ...]:
    numbers = Counter(change.verdict for source in plan.sources for change in source.changes)
    choices = tuple(
        Choice(value=verdict, words=words, number=numbers[verdict])
        for verdict, words in _VERDICTS.items()
        if numbers[verdict]
    )
    return (Filter(name="verdict", legend="Show changes", choices=choices),) if choices else ()
