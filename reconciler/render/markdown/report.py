"""A plan as one Markdown comment: what must be seen first, then each source to open."""

from reconciler.planning.plan import Plan
from reconciler.render.markdown.cutting import fitted, link
from reconciler.render.markdown.detail import detail_of
from reconciler.render.markdown.findings import sections
from reconciler.render.markdown.headline import counts_tables, verdict_line
from reconciler.render.markdown.length import SEPARATOR, length, placed
from reconciler.render.markdown.marker import Marker
from reconciler.render.plan.view import plan_view

_ANYWHERE = "`reconciler plan` and `reconciler show PLAN` print it"


def plan_markdown(plan: Plan, *, directory: str, limit: int, whole: str | None) -> str:
    """Return *plan* in at most *limit* UTF-16 units, its hidden marker on the first line.

    *directory* is the project's in the repository; *whole* says where the uncut plan is,
    as a text or an http link. Verdict, counts and digest stay even under a *limit* that
    is too small for them (2,000 always holds what is not the environment's or directory's name).
    """
    view = plan_view(plan)
    head = SEPARATOR.join(
        (f"{Marker.of(plan, directory)}\n{verdict_line(view)}", counts_tables(plan))
    )
    foot = f"Digest `{plan.digest}`\n"
    room = limit - length(head) - placed(foot)
    where = f"The whole plan: {link(whole) if whole else _ANYWHERE}."
    blocks = fitted(sections(view), list(map(detail_of, view.sources)), room, where)
    return SEPARATOR.join((head, *blocks, foot))
