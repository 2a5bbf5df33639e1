"""A plan as one Markdown comment: verdict, counts and findings, then sources to open."""

from collections.abc import Sequence

from reconciler.diagnostics import errors_in
from reconciler.planning.plan import Plan
from reconciler.render.markdown.detail import detail_of
from reconciler.render.markdown.findings import lint_of, sections
from reconciler.render.markdown.marker import Marker
from reconciler.render.markdown.prose import SEPARATOR, code, length, length_as_block
from reconciler.render.markdown.truncation import fit_into, more_link
from reconciler.render.plan.view import PlanOutcome, PlanView, by_urgency, plan_view
from reconciler.render.shorten import count, shorten


def verdict_line(view: PlanView) -> str:
    """Return the heading: errored, blocked, changes or nothing to do, and where."""
    workspace = "" if view.workspace is None else f", workspace {code(view.workspace)}"
    return f"### {_verdict(view)}\n\nEnvironment {code(shorten(view.plan.environment))}{workspace}"


def counts_tables(plan: Plan) -> str:
    """Return the tables of sources by action, changes by verdict, and risks."""
    s = plan.summary
    sources = _table(
        "Sources",
        (
            ("create", s.create),
            ("update", s.update),
            ("unchanged", s.no_op),
            ("blocked", s.blocked),
        ),
    )
    changes = _table(
        "Changes",
        (
            ("add", s.add),
            ("change", s.change),
            ("remove", s.remove),
            ("impossible", s.impossible),
            ("orphan", s.orphan),
            ("not shown by live", s.write_only),
            ("ignored", s.ignored),
            ("risk data", s.risk_data),
            ("risk review", s.risk_review),
            *((("schema operations", s.schema_operations),) if s.schema_operations else ()),
        ),
    )
    return f"{sources}\n\n{changes}"


def _verdict(view: PlanView) -> str:
    summary, of = view.plan.summary, count(len(view.sources), "source")
    besides = "".join(f"; {said}" for said in (view.headline, view.overwrites) if said)
    match view.outcome:
        case PlanOutcome.ERRORED:
            errors = len(errors_in(view.plan.diagnostics))
            return f"Errored: {count(errors, 'error')}, and nothing can be applied"
        case PlanOutcome.BLOCKED:
            verb = "is" if summary.blocked == 1 else "are"
            return f"Blocked: {summary.blocked} of {of} {verb} blocked{besides}"
        case PlanOutcome.CHANGES:
            changed, impossible = summary.create + summary.update, summary.impossible
            left = f", {count(impossible, 'change')} left open" if impossible else ""
            return f"Changes: {changed} of {of} will be changed{left}{besides}"
        case PlanOutcome.STAYS | PlanOutcome.NOTHING:
            return view.idle


def _table(head: str, columns: Sequence[tuple[str, int]]) -> str:
    names = " | ".join(name for name, _ in columns)
    rule = "|".join("--:" for _ in columns)
    numbers = " | ".join(str(number) for _, number in columns)
    return f"| {head} | {names} |\n|---|{rule}|\n| | {numbers} |"


_ANYWHERE = "`reconciler plan` and `reconciler show PLAN` print it"


def plan_markdown(plan: Plan, *, directory: str, limit: int, whole: str | None) -> str:
    """Return *plan* in at most *limit* UTF-16 units, with its hidden marker on the first line.

    *directory* is the project's in the repository; *whole* says where the uncut plan is,
    as a text or an http link. Verdict, counts and digest stay even if *limit* is too small
    for them (2,000 is always enough, names of environment and directory aside).
    """
    view = plan_view(plan)
    head = SEPARATOR.join(
        (f"{Marker.of(plan, directory)}\n{verdict_line(view)}", counts_tables(plan))
    )
    foot = f"Digest `{plan.digest}`\n"
    room = limit - length(head) - length_as_block(foot)
    where = f"The whole plan: {more_link(whole) if whole else _ANYWHERE}."
    details = [detail_of(source) for source in by_urgency(view.sources) if not source.is_unchanged]
    blocks = fit_into(sections(view), details, room, where, lint_of(plan.diagnostics))
    return SEPARATOR.join((head, *blocks, foot))
