"""What nobody may miss: blocked, impossible and risky, and what is wrong, item by item."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.diagnostics import Diagnostic, Severity, in_reading_order
from reconciler.planning.plan import Action, Plan, Risk, Verdict
from reconciler.render.markdown.data_items import effect_items, found_item
from reconciler.render.markdown.prose import code, prose
from reconciler.render.plan.view import PlanView, Row, SourceView
from reconciler.render.plan_data import told_data
from reconciler.render.plan_symbols import MOTIONS
from reconciler.render.preview_words import losses
from reconciler.render.shorten import difference


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Items under one heading, in the order in which they matter."""

    title: str
    items: tuple[str, ...]

    def first(self, number: int) -> str:
        """Return the heading with its first items; the heading counts them all."""
        return "\n".join((f"#### {self.title} ({len(self.items)})\n", *self.items[:number]))


def sections(view: PlanView) -> tuple[Section, ...]:
    """Return what stands above the fold of a plan, the gravest first; none is empty."""
    plan = view.plan
    rows = [row for source in view.sources for row in source.rows]
    impossible = (row for row in rows if row.change.verdict is Verdict.IMPOSSIBLE)
    found = (
        ("Blocked", (_blocked(s) for s in view.sources if s.planned.action is Action.BLOCKED)),
        ("Impossible", _grouped(impossible, _impossibility)),
        ("Errors", _diagnostics(plan, Severity.ERROR)),
        ("Risk to data", _risks(rows, Risk.DATA)),
        ("Effect on data", _effects(plan)),
        ("Risk to review", _risks(rows, Risk.REVIEW)),
        ("Warnings", _diagnostics(plan, Severity.WARNING)),
    )
    made = (Section(title=title, items=tuple(items)) for title, items in found)
    return tuple(section for section in made if section.items)


def _blocked(view: SourceView) -> str:
    said = f"- {code(view.planned.source)}: {prose(view.planned.reason.text)}"
    return " · ".join((said, prose(view.allowance))) if view.allowance else said


def _impossibility(row: Row) -> str:
    return " · ".join(map(prose, row.why))


def _risks(rows: Iterable[Row], risk: Risk) -> Iterator[str]:
    return _grouped((row for row in rows if row.change.risk is risk), _consequence)


def _consequence(row: Row) -> str:
    change = row.change
    named = code(change.risk_code) if change.risk_code else "of a kind without a name"
    return f"{named}: {prose(change.risk_text)}" if change.risk_text else named


def _effects(plan: Plan) -> Iterator[str]:
    for source in plan.sources:
        if (known := source.data_effect) is not None:
            yield f"- {code(source.source)} on {code(known.data)}: {prose(told_data(known))}"
            if known.effect is not None:
                yield from (f"  {item}" for item in effect_items(known.effect))
            if known.preview is not None:
                for _, found in losses(known.preview):
                    yield f"  {found_item(found, known.preview)}"


def _grouped(rows: Iterable[Row], shared: Callable[[Row], str]) -> Iterator[str]:
    """Yield an item for each row; the first of those that share a sentence brings it."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(shared(row), []).append(row)
    for sentence, group in groups.items():
        items = [f"  - {code(row.change.address)}{_what(row)}" for row in group]
        yield f"- {sentence}\n{items[0]}"
        yield from items[1:]


def _what(row: Row) -> str:
    change = row.change
    if change.field is not None:
        return f": {code(difference(change.before, change.after))}"
    return f" {MOTIONS[change.action]}"


def _diagnostics(plan: Plan, severity: Severity) -> Iterator[str]:
    held: Sequence[Diagnostic] = in_reading_order(plan.diagnostics)
    return (diagnostic_item(d) for d in held if d.severity is severity)


def diagnostic_item(diagnostic: Diagnostic) -> str:
    """Return the item that tells *diagnostic*, on one line."""
    place = ":".join(
        str(part)
        for part in (diagnostic.file, diagnostic.line, diagnostic.column)
        if part is not None
    )
    where = place or diagnostic.source
    at = f" at {code(where)}" if where else ""
    parts = [f"- {code(diagnostic.code)}{at}: {prose(diagnostic.text)}"]
    if diagnostic.hint:
        parts.append(prose(diagnostic.hint))
    if diagnostic.api_code:
        grade = f" ({diagnostic.confidence})" if diagnostic.confidence else ""
        parts.append(f"the API would answer {code(diagnostic.api_code)}{grade}")
    return " · ".join(parts)
