"""A plan for people, in Terraform's manner.

One block per source: what is done and why, the changes under the object types that they
touch, and apart from them what cannot be reached and what to do about it; then the digest
and the count.
"""

from collections.abc import Iterator

from reconciler.planning.plan import Action, Plan
from reconciler.render.plan.create_lines import created_lines
from reconciler.render.plan.footer import data_lines
from reconciler.render.plan.residual import residual_lines
from reconciler.render.plan.type_lines import tree_lines
from reconciler.render.plan.view import NOTHING_TO_DO, PlanOutcome, PlanView, SourceView, plan_view
from reconciler.render.shorten import count
from reconciler.render.terminal import BlockLine, Line, Screen, Style

_STEP = "    "
_NAME_WIDTH = 40


def write_plan_text(plan: Plan, screen: Screen) -> None:
    """Write *plan*; its diagnostics are not part of it (`write_diagnostics`)."""
    screen.lines(plan_lines(plan))


def plan_lines(plan: Plan) -> Iterator[Line]:
    """Yield the lines of the whole plan. The last one is the count and nothing else."""
    view = plan_view(plan)
    yield (f"Environment {plan.environment} · {count(len(plan.sources), 'source')}",)
    yield ()
    width = min(_NAME_WIDTH, max((len(s.source) for s in plan.sources), default=0))
    for source in view.sources:
        yield _head(source, width)
        yield from (each.line for each in block_lines(source))
        yield ()
    if plan.sources and (text := _nothing_sent(view)):
        yield (text,)
        yield ()
    yield (f"digest {plan.digest}",)
    yield (view.count_line,)


def block_lines(source: SourceView) -> Iterator[BlockLine]:
    """Yield what is told of one source below its head."""
    if source.planned.action is Action.CREATE:
        yield from created_lines(source.groups)
    else:
        yield from tree_lines(source.groups)
    if source.allowance is not None:
        yield BlockLine(_STEP, (source.allowance,))
    yield from residual_lines(source, _STEP)
    yield from data_lines(source.planned)
    if source.unchanged is not None:
        yield BlockLine(_STEP, ((source.unchanged, Style.QUIET),))
    if source.proof is not None:
        yield BlockLine(_STEP, (source.proof,))


def _head(source: SourceView, width: int) -> Line:
    """Return the first line of a source, its name padded to *width*."""
    return (
        source.mark.span,
        " ",
        (source.planned.source.ljust(width), Style.STRONG),
        f"   {source.verb:<9}   ",
        source.planned.reason.text,
    )


def _nothing_sent(view: PlanView) -> str | None:
    if view.outcome is PlanOutcome.STAYS:
        return f"Nothing to send; {count(view.staying, 'difference')} will stay."
    if view.outcome is PlanOutcome.NOTHING:
        return f"{NOTHING_TO_DO}."
    return None
