"""A plan as one Markdown comment: what must be seen first, then each source to open.

What a reviewer sees first: the verdict on one line, then the counts.
"""

from collections.abc import Sequence

from reconciler.diagnostics import errors_in
from reconciler.planning.plan import Plan
from reconciler.render.markdown.detail import detail_of
from reconciler.render.markdown.findings import sections
from reconciler.render.markdown.marker import Marker
from reconciler.render.markdown.prose import SEPARATOR, code, length, placed
from reconciler.render.markdown.truncation import fitted, link
from reconciler.render.shorten import count, shorten


def verdict_line(plan: Plan) -> str:
    """Return the heading: errored, blocked, changes or nothing to do, and where."""
    return f"### {_verdict(plan)}\n\nEnvironment {code(shorten(plan.environment))}"


def counts_tables(plan: Plan) -> str:
    """Return how many sources, changes and risks there are, by what becomes of them."""
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
        ),
    )
    return f"{sources}\n\n{changes}"


def _verdict(plan: Plan) -> str:
    summary, of = plan.summary, count(len(plan.sources), "source")
    if plan.errored:
        errors = len(errors_in(plan.diagnostics))
        return f"Errored: {count(errors, 'error')}, and nothing can be applied"
    if plan.blocked:
        verb = "is" if summary.blocked == 1 else "are"
        return f"Blocked: {summary.blocked} of {of} {verb} blocked"
    if plan.has_changes:
        changed = summary.create + summary.update
        left = f", {count(summary.impossible, 'change')} left open" if summary.impossible else ""
        return f"Changes: {changed} of {of} will be changed{left}"
    if stays := sum(len(source.residual) for source in plan.sources):
        verb = "stays" if stays == 1 else "stay"
        return f"Nothing to send: {count(stays, 'difference')} {verb}"
    return "Nothing to do: live is what the manifests say"


def _table(head: str, columns: Sequence[tuple[str, int]]) -> str:
    names = " | ".join(name for name, _ in columns)
    rule = "|".join("--:" for _ in columns)
    numbers = " | ".join(str(number) for _, number in columns)
    return f"| {head} | {names} |\n|---|{rule}|\n| | {numbers} |"


_ANYWHERE = "`reconciler plan` and `reconciler show PLAN` print it"


def plan_markdown(plan: Plan, *, directory: str, limit: int, whole: str | None) -> str:
    """Return *plan* in at most *limit* UTF-16 units, its hidden marker on the first line.

    *directory* is the project's in the repository; *whole* says where the uncut plan is,
    as a text or an http link. Verdict, counts and digest stay even under a *limit* that
    is too small for them (2,000 always holds what is not the environment's or directory's name).
    """
    head = SEPARATOR.join(
        (f"{Marker.of(plan, directory)}\n{verdict_line(plan)}", counts_tables(plan))
    )
    foot = f"Digest `{plan.digest}`\n"
    room = limit - length(head) - placed(foot)
    where = f"The whole plan: {link(whole) if whole else _ANYWHERE}."
    blocks = fitted(sections(plan), [detail_of(s) for s in plan.sources], room, where)
    return SEPARATOR.join((head, *blocks, foot))
