"""The findings of a plan as items of Markdown: risky, blocked and impossible changes.

Diagnostics, and effects on data, are items too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from reconciler.diagnostics import Diagnostic, Severity, in_reading_order
from reconciler.mapping.preview import Effect, FindingCount, Preview
from reconciler.model.policy import Risk
from reconciler.planning.change import Verdict
from reconciler.planning.plan import Action, Plan
from reconciler.render.fold import fold_text, folded
from reconciler.render.importance import Importance, by_importance, of_change, of_diagnostic
from reconciler.render.markdown.prose import code, prose
from reconciler.render.plan.data_effect import data_summary
from reconciler.render.plan.operation_words import place_of
from reconciler.render.plan.symbols import ATTRIBUTIONS, MOTIONS
from reconciler.render.plan.view import ChangeRow, PlanView, SourceView
from reconciler.render.preview.words import (
    NO_EFFECT,
    affected,
    effect_sentences,
    losses,
    numbers,
    sentence,
    value_sentences,
    where,
)
from reconciler.render.shorten import count, difference, shorten
from reconciler.value import Value

_NAME_WIDTH = 120
# Of what overwrites an edit: each stands in its source as well.
_MOST_OVERWRITING = 10
_OVERWRITES = "Overwrites edits made in Assets"


def effect_items(effect: Effect) -> Iterator[str]:
    """Yield the effects as items, one for each object type and each of its attributes."""
    types = affected(effect)
    if not types:
        yield f"- {NO_EFFECT}"
    for each in types:
        text = " · ".join((numbers(each), *(said for said, _ in effect_sentences(each))))
        name = short_code(" / ".join(each.names))
        yield f"- {name}: {text}{_examples(each.examples)}"
        for name, changed, _ in value_sentences(each, effect):
            yield f"  - {short_code(name)}: {changed}"


def found_item(found: FindingCount, preview: Preview) -> str:
    """Return a finding with its place and examples on one line."""
    about = where(found, preview)
    place = f"{short_code(about)}: " if about else ""
    return f"- {place}{prose(sentence(found))}{_examples(found.examples)}"


def short_code(text: str) -> str:
    """Return *text* as a code span, shortened if it is long."""
    return code(shorten(text, _NAME_WIDTH))


def _examples(examples: tuple[str, ...]) -> str:
    return f" · for example {', '.join(map(short_code, examples))}" if examples else ""


class MarkdownSection(Value):
    """Items under one heading, the most important first; `number` counts what they stand for."""

    title: str
    items: tuple[str, ...]
    number: int | None = None

    def first(self, number: int) -> str:
        """Return the heading with its first items; the heading counts them all."""
        of = len(self.items) if self.number is None else self.number
        return "\n".join((f"#### {self.title} ({of})\n", *self.items[:number]))


def sections(view: PlanView) -> tuple[MarkdownSection, ...]:
    """Return the sections above the fold of a plan by their importance; none is empty."""
    plan = view.plan
    rows = [row for source in view.sources for row in source.rows]
    impossible = (row for row in rows if row.change.verdict is Verdict.IMPOSSIBLE)
    overwriting = [row for source in view.sources for row in source.overwriting]
    found = (
        ("Cannot be undone", _final(view)),
        ("Risk to data", _risks(rows, Risk.DATA)),
        ("Blocked", (_blocked(s) for s in view.sources if s.planned.action is Action.BLOCKED)),
        ("Impossible", _grouped(impossible, _impossibility)),
        ("Errors", _diagnostics(plan, Importance.ERROR)),
        (_OVERWRITES, _overwriting(overwriting)),
        ("Effect on data", _effects(plan)),
        ("Risk to review", _risks(rows, Risk.REVIEW)),
        ("Warnings", _diagnostics(plan, Importance.REMARK)),
    )
    numbers = {_OVERWRITES: len(overwriting)}
    made = (
        MarkdownSection(title=title, items=tuple(items), number=numbers.get(title))
        for title, items in found
    )
    return tuple(section for section in made if section.items)


def _final(view: PlanView) -> Iterator[str]:
    for source in view.sources:
        for operation, rows in source.operations:
            if operation.is_final:
                place = place_of(operation, rows[0].change.names)
                lost = f" · loses {operation.loses.text}" if operation.loses.total else ""
                what = f"{operation.kind.noun} of {code(place)}"
                yield f"- {code(source.planned.source)}: {what}{lost}"


def _blocked(view: SourceView) -> str:
    text = f"- {code(view.planned.source)}: {prose(view.planned.reason.text)}"
    return " · ".join((text, prose(view.allowance))) if view.allowance else text


def _impossibility(row: ChangeRow) -> str:
    return " · ".join(map(prose, row.why))


def _risks(rows: Iterable[ChangeRow], risk: Risk) -> Iterator[str]:
    return _grouped((row for row in rows if row.change.risk is risk), _consequence)


def _overwriting(rows: Sequence[ChangeRow]) -> Iterator[str]:
    ranked = by_importance(rows, lambda row: of_change(row.change))
    yield from _grouped(ranked[:_MOST_OVERWRITING], _whose)
    if more := len(ranked[_MOST_OVERWRITING:]):
        yield f"- and {more} more, in the sources below"


def _whose(row: ChangeRow) -> str:
    note = ATTRIBUTIONS[row.change.attribution] if row.change.attribution else None
    return note.text if note else ""


def _consequence(row: ChangeRow) -> str:
    change = row.change
    named = code(change.risk_code) if change.risk_code else "of a kind without a name"
    return f"{named}: {prose(change.risk_text)}" if change.risk_text else named


def _effects(plan: Plan) -> Iterator[str]:
    for source in plan.sources:
        if (known := source.data_effect) is not None:
            yield f"- {code(source.source)} on {code(known.data)}: {prose(data_summary(known))}"
            if known.effect is not None:
                yield from (f"  {item}" for item in effect_items(known.effect))
            if known.preview is not None:
                for _, found in losses(known.preview):
                    yield f"  {found_item(found, known.preview)}"


def _grouped(rows: Iterable[ChangeRow], shared: Callable[[ChangeRow], str]) -> Iterator[str]:
    """Yield an item for each row; a shared sentence is in the first of its items."""
    groups: dict[str, list[ChangeRow]] = {}
    for row in rows:
        groups.setdefault(shared(row), []).append(row)
    for why, group in groups.items():
        items = [f"  - {code(str(row.change.address))}{_what(row)}" for row in group]
        yield f"- {why}\n{items[0]}"
        yield from items[1:]


def _what(row: ChangeRow) -> str:
    change = row.change
    there = f" · {prose(text)}" if (text := change.in_assets_text) else ""
    if change.field is not None:
        return f": {code(difference(change.before, change.after))}{there}"
    return f" {MOTIONS[change.action]}{there}"


def _diagnostics(plan: Plan, importance: Importance) -> Iterator[str]:
    held = (d for d in plan.diagnostics if d.severity is not Severity.INFO)
    return (diagnostic_item(d) for d in in_reading_order(held) if of_diagnostic(d) is importance)


class LintBlock(Value):
    """The lint warnings below a report: `text`, and `short`, where not all of the report fits."""

    text: str
    short: str


def lint_of(diagnostics: Iterable[Diagnostic]) -> LintBlock | None:
    """Return the lint among *diagnostics*, an item for those of one code in a manifest."""
    shown = (d for d in diagnostics if d.severity is not Severity.INFO)
    held = [d for d in in_reading_order(shown) if of_diagnostic(d) is Importance.LINT]
    if not held:
        return None
    items = tuple(map(_folded_item, folded(held, of_diagnostic)))
    section = MarkdownSection(title="Lint warnings", items=items, number=len(held))
    said = count(len(held), Importance.LINT.value)
    return LintBlock(
        text=section.first(len(items)), short=f"{said}: `reconciler validate` lists them."
    )


def _folded_item(group: list[Diagnostic]) -> str:
    others = fold_text(group)
    return " · ".join(filter(None, (diagnostic_item(group[0]), others and prose(others))))


def diagnostic_item(diagnostic: Diagnostic) -> str:
    """Return the item of *diagnostic*, on one line."""
    where = diagnostic.place or diagnostic.source
    at = f" at {code(where)}" if where else ""
    parts = [f"- {code(diagnostic.code)}{at}: {prose(diagnostic.text)}"]
    if diagnostic.hint:
        parts.append(prose(diagnostic.hint))
    if diagnostic.api_code:
        grade = f" ({diagnostic.confidence})" if diagnostic.confidence else ""
        parts.append(f"the API would answer {code(diagnostic.api_code)}{grade}")
    return " · ".join(parts)
