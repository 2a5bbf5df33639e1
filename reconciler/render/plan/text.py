"""A plan as text, in Terraform's manner (design.md#the-plan).

It has one block per source: the action and its reason, the changes by object type, then
the residual and what to do about it; digest, count and next step follow.
"""

from collections.abc import Iterator

from reconciler.planning.plan import Action, Plan
from reconciler.planning.reasons import LEAVING_OUT, ReasonCode
from reconciler.planning.shown_plan import without_prefix
from reconciler.render.plan.create_lines import created_lines
from reconciler.render.plan.residual import residual_lines
from reconciler.render.plan.type_lines import tree_lines
from reconciler.render.plan.view import PlanOutcome, PlanView, SourceView, by_urgency, plan_view
from reconciler.render.report import PlanReport
from reconciler.render.shorten import count
from reconciler.render.terminal import BlockLine, Line, Screen, Style
from reconciler.value import Value

_STEP = "    "
_NAME_WIDTH = 40
# `sha256:` and 12 digits; JSON and the comment have all of them.
_DIGEST = len("sha256:") + 12


class NextSteps(Value):
    """What the reader of a plan may do next: the command that sends it, None if none can.

    `lists` is the option with which the command lists what is folded, None for no option.
    """

    command: str | None = None
    lists: str | None = None


NO_STEPS = NextSteps()


def write_plan_report(report: PlanReport, screen: Screen) -> None:
    """Write the plan of *report* as people read it, and the next step."""
    steps = NextSteps(command=report.next_command, lists="--all")
    plan = without_prefix(report.plan)
    screen.report(plan_lines(plan, steps, lists_all=report.lists_all))


def write_shown_plan(plan: Plan, screen: Screen) -> None:
    """Write *plan* as people read it."""
    write_plan_text(without_prefix(plan), screen)


def write_plan_text(plan: Plan, screen: Screen) -> None:
    """Write *plan*; its diagnostics are not part of it (`write_diagnostics`)."""
    screen.report(plan_lines(plan))


def plan_lines(
    plan: Plan, steps: NextSteps = NO_STEPS, *, lists_all: bool = False
) -> Iterator[Line]:
    """Yield the lines of the whole plan: sources by urgency, those without differences in one line.

    The last lines are the count and the next step.
    """
    view = plan_view(plan)
    yield (f"Environment {plan.environment} · {count(len(plan.sources), 'source')}",)
    if view.workspace is not None:
        yield ((f"Workspace {view.workspace}", Style.QUIET),)
    yield ()
    sources = by_urgency(view.sources)
    shown = [source for source in sources if lists_all or not source.is_unchanged]
    width = min(_NAME_WIDTH, max((len(s.planned.source) for s in shown), default=0))
    for source in shown:
        yield _head(source, width)
        for word, each in source.ids:
            yield (_STEP, (f"{word} {each}", Style.QUIET))
        yield from (each.line for each in block_lines(source, None if lists_all else "--all"))
        yield ()
    if folded := len(sources) - len(shown):
        option = f" ({steps.lists} lists {'it' if folded == 1 else 'them'})" if steps.lists else ""
        verb = "has" if folded == 1 else "have"
        yield (f"{count(folded, 'source')} {verb} no differences{option}",)
        yield ()
    if shown and view.outcome in {PlanOutcome.STAYS, PlanOutcome.NOTHING}:
        yield (f"{view.idle}.",)
        yield ()
    yield (f"digest {plan.digest[:_DIGEST]}",)
    yield (view.count_line,)
    yield from _next_lines(view, steps)


def _next_lines(view: PlanView, steps: NextSteps) -> Iterator[Line]:
    """Yield the command that sends what can be, and what helps where something is blocked."""
    blocked = [s for s in view.sources if s.planned.action is Action.BLOCKED]
    if steps.command is not None and view.plan.has_changes:
        those = "the blocked source waits" if len(blocked) == 1 else "the blocked sources wait"
        yield ("Next: ", (steps.command, Style.COMMAND), f"   ({those})" if blocked else "")
    if steps.lists:
        codes = {source.planned.reason.code for source in blocked}
        leaves_out = any(source.allowance for source in blocked)
        for remedy in (each.remedy or "" for each in ReasonCode if each in codes):
            yield (f"Blocked: {remedy if leaves_out else remedy.removesuffix(LEAVING_OUT)}.",)


def block_lines(source: SourceView, orphans_in: str | None) -> Iterator[BlockLine]:
    """Yield the lines of one source below its first line; *orphans_in* is for `residual_lines`."""
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
    yield from residual_lines(source, _STEP, orphans_in)
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
