"""A plan as text, in Terraform's manner (design.md#the-plan).

It has one block per source: the action and its reason, the changes by object type, then
the residual and what to do about it; the digest and the count follow.
"""

from collections.abc import Iterator

from reconciler.planning.plan import Action, Plan
from reconciler.planning.shown_plan import without_prefix
from reconciler.render.plan.create_lines import created_lines
from reconciler.render.plan.residual import residual_lines
from reconciler.render.plan.type_lines import tree_lines
from reconciler.render.plan.view import PlanOutcome, SourceView, plan_view
from reconciler.render.shorten import count
from reconciler.render.terminal import BlockLine, Line, Screen, Style

_STEP = "    "
_NAME_WIDTH = 40


def write_shown_plan(plan: Plan, screen: Screen) -> None:
    """Write *plan* as people read it."""
    write_plan_text(without_prefix(plan), screen)


def write_plan_text(plan: Plan, screen: Screen) -> None:
    """Write *plan*; its diagnostics are not part of it (`write_diagnostics`)."""
    screen.lines(plan_lines(plan))


def plan_lines(plan: Plan) -> Iterator[Line]:
    """Yield the lines of the whole plan; the last line is the count alone."""
    view = plan_view(plan)
    yield (f"Environment {plan.environment} · {count(len(plan.sources), 'source')}",)
    if view.workspace is not None:
        yield ((f"Workspace {view.workspace}", Style.QUIET),)
    yield ()
    width = min(_NAME_WIDTH, max((len(s.source) for s in plan.sources), default=0))
    for source in view.sources:
        yield _head(source, width)
        for word, each in source.ids:
            yield (_STEP, (f"{word} {each}", Style.QUIET))
        yield from (each.line for each in block_lines(source))
        yield ()
    if plan.sources and view.outcome in {PlanOutcome.STAYS, PlanOutcome.NOTHING}:
        yield (f"{view.idle}.",)
        yield ()
    yield (f"digest {plan.digest}",)
    yield (view.count_line,)


def block_lines(source: SourceView) -> Iterator[BlockLine]:
    """Yield the lines of one source below its first line."""
    if source.operations:
        # Few have any.
        from reconciler.render.plan.schema_operations import operation_lines  # noqa: PLC0415

        yield from operation_lines(source, _STEP)
    if source.planned.action is Action.CREATE:
        yield from created_lines(source.groups)
    else:
        yield from tree_lines(source.groups)
    if source.allowance is not None:
        yield BlockLine(_STEP, (source.allowance,))
    yield from residual_lines(source, _STEP)
    if source.planned.data_effect is not None:
        from reconciler.render.plan.data_effect import data_lines  # noqa: PLC0415 - few have any

        yield from data_lines(source.planned.data_effect)
    for sentence in source.sentences:
        quiet = sentence in {source.along, source.unchanged}
        yield BlockLine(_STEP, ((sentence, Style.QUIET) if quiet else sentence,))


def _head(source: SourceView, width: int) -> Line:
    """Return the first line of a source, its name padded to *width*."""
    return (
        source.mark.span,
        " ",
        (source.planned.source.ljust(width), Style.STRONG),
        f"   {source.verb:<9}   ",
        source.planned.reason.text,
    )
