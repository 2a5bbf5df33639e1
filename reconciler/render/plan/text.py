"""A plan for people, in Terraform's manner.

One block per source: what is done and why, the changes under the object types that they
touch, and apart from them what cannot be reached and what to do about it; then the digest
and the count.

A plan as JSON (design.md#the-plan): what `plan --format json` prints and `-o` saves.
"""

import json
from collections.abc import Iterator

from reconciler.planning.plan import Action, Plan, SourcePlan
from reconciler.planning.plan_file import write_plan
from reconciler.render.escape import escape_json
from reconciler.render.plan.change import Beside
from reconciler.render.plan.create_lines import created_lines
from reconciler.render.plan.footer import allowance_lines, closing_lines, data_lines
from reconciler.render.plan.residual import residual_lines, within_reach
from reconciler.render.plan.symbols import ACTION_SYMBOLS, verb
from reconciler.render.plan.tree import grow, manifest_view
from reconciler.render.plan.type_lines import tree_lines
from reconciler.render.shorten import count
from reconciler.render.terminal import Line, Screen, Style

_NAME_WIDTH = 40


def write_plan_text(plan: Plan, screen: Screen) -> None:
    """Write *plan*; its diagnostics are not part of it (`write_diagnostics`)."""
    screen.lines(plan_lines(plan))


def plan_lines(plan: Plan) -> Iterator[Line]:
    """Yield the lines of the whole plan. The last one is the count and nothing else."""
    yield (f"Environment {plan.environment} · {count(len(plan.sources), 'source')}",)
    yield ()
    width = min(_NAME_WIDTH, max((len(s.source) for s in plan.sources), default=0))
    for source in plan.sources:
        yield from source_lines(source, width)
        yield ()
    if plan.sources and not plan.has_changes and not plan.blocked and not plan.errored:
        left = sum(len(source.residual) for source in plan.sources)
        if left:
            yield (f"Nothing to send; {count(left, 'difference')} will stay.",)
        else:
            yield ("Nothing to do: live is what the manifests say.",)
        yield ()
    yield (f"digest {plan.digest}",)
    yield (count_line(plan),)


def count_line(plan: Plan) -> str:
    """Return the last line: sources by action."""
    summary = plan.summary
    return (
        f"Plan: {summary.create} to create, {summary.update} to update, "
        f"{summary.no_op} unchanged, {summary.blocked} blocked."
    )


def source_lines(source: SourcePlan, width: int = 0) -> Iterator[Line]:
    """Yield the block of one source, its name padded to *width*."""
    yield (
        ACTION_SYMBOLS[source.action],
        " ",
        (source.source.ljust(width), Style.STRONG),
        f"   {verb(source):<9}   ",
        source.reason.text,
    )
    manifest, beside = manifest_view(source), Beside.of(source)
    tree = grow(within_reach(source), manifest.ids)
    if source.action is Action.CREATE:
        yield from created_lines(tree, beside)
    else:
        yield from tree_lines(tree, manifest, beside)
    yield from allowance_lines(source)
    yield from residual_lines(source, "    ", beside.moved)
    yield from data_lines(source)
    yield from closing_lines(source)


def plan_json(plan: Plan) -> str:
    """Return *plan* as one line of JSON, safe to print on a terminal.

    Not indented: the encoder that indents takes ten times as long, and `show` is for people.
    """
    return escape_json(json.dumps(write_plan(plan), ensure_ascii=False)) + "\n"
