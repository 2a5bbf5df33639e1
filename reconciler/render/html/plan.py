"""A plan as one HTML page that needs nothing else: no network, and no script to be read.

The page allows itself its own style and script by their digests and nothing more, so
that a name that got past the escaping would still do nothing.
"""

from collections import Counter
from collections.abc import Mapping

from reconciler.planning.plan import Plan, Risk, Verdict
from reconciler.render.html import frame
from reconciler.render.html.frame import Choice, Figure, Filter
from reconciler.render.html.plan_sections import sections
from reconciler.render.plan.view import Outcome, PlanView, plan_view
from reconciler.render.shorten import count

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
    view = plan_view(plan)
    told = sections(view)
    return frame.filled(
        "plan.html",
        title=f"Plan for {plan.environment}",
        verdict=_verdict(view),
        alerts=(alert for section in told for alert in section.alerts),
        diagnostics=plan.diagnostics,
        tool_version=plan.tool_version,
        plan=plan,
        count_line=view.count_line,
        figures=_figures(plan),
        filters=_filters(plan),
        risks=sum(c.risk is not Risk.NONE for s in plan.sources for c in s.changes),
        sections=told,
    )


def _verdict(view: PlanView) -> frame.Verdict:
    match view.outcome:
        case Outcome.ERRORED:
            text = "The plan could not be made: see the diagnostics."
            return frame.Verdict(text=text, tone="stop")
        case Outcome.BLOCKED:
            number = count(view.plan.summary.blocked, "source")
            text = f"Blocked: {number} cannot be applied as planned."
            return frame.Verdict(text=text, tone="stop")
        case Outcome.CHANGES:
            number = count(sum(s.operation is not None for s in view.plan.sources), "source")
            return frame.Verdict(text=f"Changes: {number}.", tone="change")
        case Outcome.STAYS | Outcome.NOTHING:
            return frame.Verdict(text="Nothing to send.", tone="add")


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
        Choice(value=verdict, words=_VERDICTS[verdict], number=numbers[verdict])
        for verdict in Verdict
        if numbers[verdict]
    )
    return (Filter(name="verdict", legend="Show changes", choices=choices),) if choices else ()
