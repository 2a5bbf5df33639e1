"""A plan as one HTML page that needs nothing else: no network, and no script to be read.

The page allows itself its own style and script by their digests and nothing more, so
that a name that got past the escaping would still do nothing.
"""

from collections import Counter
from dataclasses import dataclass

from reconciler.diagnostics import Diagnostic, errors_in, in_reading_order
from reconciler.planning.plan import Action, Plan, Risk, Verdict
from reconciler.render.html.sections import Alert, sections
from reconciler.render.html.template import fill
from reconciler.render.plan_text import count_line
from reconciler.render.shorten import count

_MOST_ALERTS = 20
_FEW_REMARKS = 10
_VERDICTS = {
    Verdict.PUT: "created (PUT)",
    Verdict.PATCH: "sent (PATCH)",
    Verdict.PATCH_UNDOCUMENTED: "sent, undocumented",
    Verdict.IMPOSSIBLE: "impossible",
    Verdict.ORPHAN: "orphans, in live only",
    Verdict.WRITE_ONLY: "not shown by live",
    Verdict.IGNORED: "ignored",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """A checkbox that shows or hides the changes of one verdict."""

    verdict: Verdict
    words: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One count of the summary."""

    number: int
    words: str
    tone: str


def plan_html(plan: Plan) -> str:
    """Return *plan* as one HTML page; that of an errored plan shows its diagnostics."""
    told = sections(plan)
    alerts = sorted((a for s in told for a in s.alerts), key=_rank)
    return fill(
        "page.html",
        plan=plan,
        verdict=_verdict(plan),
        count_line=count_line(plan),
        figures=_figures(plan),
        filters=_filters(plan),
        risks=sum(c.risk is not Risk.NONE for s in plan.sources for c in s.changes),
        alerts=alerts[:_MOST_ALERTS],
        more_alerts=max(0, len(alerts) - _MOST_ALERTS),
        diagnostics=[(d, _place(d)) for d in in_reading_order(plan.diagnostics)],
        diagnostics_open=bool(errors_in(plan.diagnostics)) or len(plan.diagnostics) <= _FEW_REMARKS,
        sections=told,
    )


def _rank(alert: Alert) -> int:
    return alert.rank


def _verdict(plan: Plan) -> tuple[str, str]:
    """Return the one sentence that says it, and the class that colours it."""
    if plan.errored:
        return "The plan could not be made: see the diagnostics.", "stop"
    if plan.blocked:
        number = sum(s.action is Action.BLOCKED for s in plan.sources)
        return f"Blocked: {count(number, 'source')} cannot be applied as planned.", "stop"
    if plan.has_changes:
        return (
            f"Changes: {count(sum(s.operation is not None for s in plan.sources), 'source')}.",
            "change",
        )
    return "Nothing to send.", "add"


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
    return tuple(
        Filter(verdict=verdict, words=words, number=numbers[verdict])
        for verdict, words in _VERDICTS.items()
        if numbers[verdict]
    )


def _place(diagnostic: Diagnostic) -> str:
    parts = (diagnostic.file, diagnostic.line, diagnostic.column)
    return ":".join(str(p) for p in parts if p is not None) or diagnostic.source or ""
