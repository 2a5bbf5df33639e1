"""What a reviewer must see: what is blocked or impossible, what risks data, what is at fault."""

from collections.abc import Iterator

from reconciler.diagnostics import Severity, in_reading_order
from reconciler.planning.plan import Action, Change, Plan, Risk, SourcePlan, Verdict
from reconciler.render.diagnostics_text import diagnostic_lines
from reconciler.render.plan_names import path_label
from reconciler.render.plan_values import value_lines, value_spans
from reconciler.render.plan_why import why_lines
from reconciler.render.shorten import folded
from reconciler.render.terminal import Line, plain

_STEP = "    "
_RISKS = (Risk.DATA, Risk.REVIEW)


def blocked_items(plan: Plan) -> Iterator[list[str]]:
    """Yield the lines of each source that is blocked, and of each change that is impossible."""
    for source in plan.sources:
        if source.action is Action.BLOCKED:
            yield [plain(("! ", source.source, "   ", source.reason.text))]
        for change in source.changes:
            if change.verdict is Verdict.IMPOSSIBLE:
                yield _lines(_impossible(source, change))


def risk_items(plan: Plan) -> Iterator[list[str]]:
    """Yield the lines of each risk, those for data first; what it means is said once."""
    said: set[str] = set()
    for risk in _RISKS:
        for source in plan.sources:
            for change in source.changes:
                if change.risk is risk:
                    yield _lines(_risky(source, change, said))


def diagnostic_items(plan: Plan) -> Iterator[list[str]]:
    """Yield the lines of each error and warning."""
    for diagnostic in in_reading_order(plan.diagnostics):
        if diagnostic.severity is not Severity.INFO:
            yield _lines(diagnostic_lines(diagnostic))


def _impossible(source: SourcePlan, change: Change) -> Iterator[Line]:
    yield _head("!", source, change)
    yield from value_lines(change, _STEP)
    yield from why_lines(change, _STEP)


def _risky(source: SourcePlan, change: Change, said: set[str]) -> Iterator[Line]:
    code = change.risk_code or ""
    yield (*_head(f"risk {change.risk}", source, change), f"   {code}")
    yield from value_lines(change, _STEP)
    if change.risk_text is not None and code not in said:
        said.add(code)
        for line in folded(change.risk_text, _STEP):
            yield (_STEP, line)


def _head(mark: str, source: SourcePlan, change: Change) -> Line:
    named = (mark, " ", source.source, ": ", *path_label(source.source, change))
    if change.field is None:
        return named
    return (*named, f"   {change.field}   ", *value_spans(change))


def _lines(lines: Iterator[Line]) -> list[str]:
    return [plain(line) for line in lines]
