"""A plan as one self-contained HTML page, which needs no network, and no script to be read.

The page permits only its own style and script, by their digests, so that a name that got past
the escaping would still do nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from urllib.parse import urlencode

from reconciler.model.policy import Risk
from reconciler.model.wire import canonical_bytes
from reconciler.planning.change import Verdict
from reconciler.planning.object_schema.operation import Phase, SchemaOperation
from reconciler.planning.plan import Action, Operation, Plan, SourcePlan
from reconciler.render.html import page
from reconciler.render.html.diagram import Drawing, drawings
from reconciler.render.html.effects import DataEffectView, data_effect
from reconciler.render.html.groups import PageGroup, page_groups
from reconciler.render.html.page import MOST_OPEN, Alert, Choice, Figure, Filter
from reconciler.render.html.rows import PageRow, place, subject
from reconciler.render.html.values import shown_change
from reconciler.render.importance import Importance, by_importance, of_change, of_source
from reconciler.render.json_line import indented_json
from reconciler.render.plan.footer import byte_count
from reconciler.render.plan.operation_words import (
    body_size,
    call_of,
    operations_of,
    place_of,
    way_back_of,
)
from reconciler.render.plan.symbols import ATTRIBUTIONS, Note, risk_note, whole_name
from reconciler.render.plan.view import (
    ChangeRow,
    PlanOutcome,
    PlanView,
    SourceView,
    by_urgency,
    plan_view,
)
from reconciler.render.report import PlanOrigin
from reconciler.render.shorten import count
from reconciler.render.terminal import Style
from reconciler.value import Value


def anchor(number: int, row: ChangeRow) -> str:
    """Return the id, on the page, of a change of the *number*th source.

    It contains no foreign text.
    """
    return f"change-{number}-{row.number}"


def plan_row(row: ChangeRow, name: str | None = None, *, number: int, file: str | None) -> PageRow:
    """Return the row of the page, labelled *name*, or with its path if there is no name.

    *file* is the manifest of its source, which is the *number*th on the page.
    """
    change = row.change
    sentences = tuple(_sentences(row))
    at = place(file, change)
    return PageRow(
        anchor=anchor(number, row),
        data={"verdict": change.verdict, "risk": change.risk},
        mark=row.mark,
        subject=subject(change, row.key, name),
        shown=shown_change(change, row.contrast),
        notes=tuple(_notes(row)),
        sentences=sentences,
        place=at,
        address=str(change.address) if at or sentences else None,
    )


def _notes(row: ChangeRow) -> Iterator[Note]:
    if row.moved:
        yield Note("".join(said for said, _ in row.moved), Style.CHANGE)
    yield from row.notes


def _sentences(row: ChangeRow) -> Iterator[str]:
    """Yield why the change stays open, again for each to act on, and a risk the first time."""
    if row.change.verdict is Verdict.IMPOSSIBLE or not row.repeats:
        yield from row.why
    if row.consequence is not None:
        yield row.consequence
    if row.change.in_assets_text:
        yield row.change.in_assets_text


class Request(Value):
    """One call, for the page."""

    line: str
    size: str
    digest: str
    body: str


def schema_request(operation: SchemaOperation) -> Request:
    """Return the view of a schema operation, likewise."""
    return Request(
        line=call_of(operation),
        size=byte_count(body_size(operation)),
        digest=operation.body_digest or "",
        body=indented_json(operation.body or {}),
    )


def request(operation: Operation) -> Request:
    """Return the view of *operation*, with its body indented for people."""
    query = f"?{urlencode(operation.query)}" if operation.query else ""
    return Request(
        line=f"{operation.method} {operation.path}{query}",
        size=byte_count(len(canonical_bytes(operation.body))),
        digest=operation.body_digest,
        body=indented_json(dict(operation.body)),
    )


class PlanSection(Value):
    """Everything about one source; `sentences` say what could be sent and what is proved.

    Of several `drawings` the last is on demand.
    """

    number: int
    view: SourceView
    opened: bool
    groups: tuple[PageGroup, ...]
    sentences: tuple[str, ...]
    requests: tuple[Request, ...]
    drawings: tuple[Drawing, ...]
    alerts: tuple[Alert, ...]
    data: DataEffectView | None = None


def sections(view: PlanView) -> tuple[PlanSection, ...]:
    """Return the sections of all sources; of those to act on, the first are open."""
    acted_on = [s for s in view.plan.sources if s.action is not Action.NO_OP]
    opened = {source.source for source in by_importance(acted_on, of_source)[:MOST_OPEN]}
    return tuple(
        _section(source, number, opened=source.planned.source in opened)
        for number, source in enumerate(by_urgency(view.sources), 1)
    )


def _section(view: SourceView, number: int, *, opened: bool) -> PlanSection:
    source = view.planned
    return PlanSection(
        number=number,
        view=view,
        opened=opened,
        groups=tuple(_groups(view, number)),
        sentences=tuple(filter(None, (view.allowance, *view.sentences))),
        requests=tuple(_requests(source)),
        drawings=drawings(source),
        alerts=tuple(_alerts(view, number)),
        data=data_effect(source.data_effect) if source.data_effect else None,
    )


def _requests(source: SourcePlan) -> Iterator[Request]:
    """Yield the calls in the order in which they are sent."""
    calls = source.schema_operations
    yield from (schema_request(each) for each in calls if each.phase is Phase.BEFORE)
    yield from map(request, filter(None, (source.operation,)))
    yield from (schema_request(each) for each in calls if each.phase is Phase.AFTER)


def _groups(view: SourceView, number: int) -> Iterator[PageGroup]:
    """Yield the groups in the order of the manifest, the residual last."""
    row = partial(plan_row, number=number, file=view.planned.file)
    for at, (operation, rows) in enumerate(view.operations, 1):
        place = place_of(operation, rows[0].change.names)
        title = f"{at}. {operation.kind.noun} of {place}, {_end_of(operation)}"
        yield PageGroup(title=title, rows=tuple(map(row, rows)))
    yield from page_groups(view.groups, row)
    if view.out_of_reach:
        title = f"{view.left[:1].upper()}{view.left[1:]}"
        yield PageGroup(title=title, rows=tuple(map(row, view.out_of_reach)), remains=True)


def _end_of(operation: SchemaOperation) -> str:
    lost = f"LOSES {operation.loses.text}, " if operation.loses.total else ""
    return f"{lost}{way_back_of(operation)}"


def _alerts(view: SourceView, number: int) -> Iterator[Alert]:
    final = {rows[0].number: each for each, rows in view.operations if each.is_final}
    for row in view.rows:
        change = row.change
        if (operation := final.get(row.number)) is not None:
            yield Alert(
                anchor=anchor(number, row),
                mark=row.mark,
                source=view.planned.source,
                text=f"{operation.kind.noun} of {place_of(operation, change.names)}",
                why=_end_of(operation),
                importance=Importance.FINAL,
            )
            continue
        impossible = change.verdict is Verdict.IMPOSSIBLE
        moved = ATTRIBUTIONS[change.attribution] if change.attribution else None
        said = [risk_note(change), moved if view.planned.overwrites(change) else None]
        why = "; ".join(note.text for note in said if note is not None)
        if impossible or why:
            yield Alert(
                anchor=anchor(number, row),
                mark=row.mark,
                source=view.planned.source,
                text=whole_name(change),
                why="impossible" if impossible else why,
                importance=of_change(change),
            )


_VERDICTS: Mapping[Verdict, str] = {
    Verdict.PUT: "created (PUT)",
    Verdict.PATCH: "sent (PATCH)",
    Verdict.PATCH_UNDOCUMENTED: "sent, undocumented",
    Verdict.SCHEMA_OPERATION: "by schema operations",
    Verdict.IMPOSSIBLE: "impossible",
    Verdict.ORPHAN: "orphans, in live only",
    Verdict.WRITE_ONLY: "not shown by live",
    Verdict.IGNORED: "ignored",
}


def plan_html(plan: Plan, origin: PlanOrigin | None = None) -> str:
    """Return *plan* as one HTML page, with its *origin* in the head.

    It shows the diagnostics if the plan is errored.
    """
    view = plan_view(plan)
    page_sections = sections(view)
    return page.fill_page(
        "plan.html",
        title=f"Plan for {plan.environment}",
        verdict=_verdict(view),
        alerts=(alert for section in page_sections for alert in section.alerts),
        diagnostics=plan.diagnostics,
        tool_version=plan.tool_version,
        plan=plan,
        count_line=view.count_line,
        figures=_figures(view),
        filters=_filters(plan),
        risks=sum(c.risk is not Risk.NONE for s in plan.sources for c in s.changes),
        origin=origin,
        sections=[section for section in page_sections if not section.view.is_unchanged],
        calm=[section for section in page_sections if section.view.is_unchanged],
    )


def _verdict(view: PlanView) -> page.PageVerdict:
    match view.outcome:
        case PlanOutcome.ERRORED:
            text = "The plan could not be made: see the diagnostics."
            return page.PageVerdict(text=text, tone="stop")
        case PlanOutcome.BLOCKED:
            number = count(view.plan.summary.blocked, "source")
            text = f"Blocked: {number} cannot be applied as planned."
            return page.PageVerdict(text=text, tone="stop")
        case PlanOutcome.CHANGES:
            number = count(sum(s.sends for s in view.plan.sources), "source")
            return page.PageVerdict(text=f"Changes: {number}.", tone="change")
        case PlanOutcome.STAYS | PlanOutcome.NOTHING:
            return page.PageVerdict(text=f"{view.idle}.", tone="add")


def _figures(view: PlanView) -> tuple[Figure, ...]:
    summary = view.plan.summary
    every: tuple[tuple[int, str, str], ...] = (
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
    if number := summary.schema_operations:
        words = "schema operation" if number == 1 else "schema operations"
        final = sum(each.is_final for each in operations_of(view.plan))
        every = (*every, (number, words, "change"), (final, "cannot be undone", "stop"))
    return tuple(Figure(number=number, words=words, tone=tone) for number, words, tone in every)


def _filters(plan: Plan) -> tuple[Filter, ...]:
    numbers = Counter(change.verdict for source in plan.sources for change in source.changes)
    choices = tuple(
        Choice(value=verdict, words=_VERDICTS[verdict], number=numbers[verdict])
        for verdict in Verdict
        if numbers[verdict]
    )
    return (Filter(name="verdict", legend="Show changes", choices=choices),) if choices else ()
