"""How a source's block ends: what could be sent, what is as it should be, and what is proved.

What a source's operation does to data, below the source's changes.
"""

from collections.abc import Iterator

from reconciler.mapping.preview import DataEffect
from reconciler.model.canonical import canonical_json
from reconciler.planning.plan import (
    Action,
    Convergence,
    Operation,
    SourcePlan,
    Verdict,
)
from reconciler.render.preview.text import effect_lines, found_line
from reconciler.render.preview.words import losses, summary
from reconciler.render.shorten import count
from reconciler.render.terminal import Line, Style

_INDENT = "    "
_KILO = 1000


def allowance_lines(source: SourcePlan) -> Iterator[Line]:
    """Yield what --allow-residual would do for a source that impossible changes block."""
    stopped = sum(c.verdict is Verdict.IMPOSSIBLE for c in source.changes)
    others = sum(c.verdict.is_sent for c in source.changes)
    if source.action is not Action.BLOCKED or not stopped:
        return
    sent = (
        f"{'the other change is' if others == 1 else f'the other {others} changes are'} sent"
        if others
        else "nothing is sent"
    )
    stays = f"{count(stopped, 'change')} {'stays' if stopped == 1 else 'stay'} open"
    yield (_INDENT, f"With --allow-residual {sent} and {stays}.")


def closing_lines(source: SourcePlan) -> Iterator[Line]:
    """Yield how much of *source* is unchanged, and what is known of live after the operation."""
    unchanged = source.unchanged
    if unchanged.object_types or unchanged.attributes or unchanged.mappings:
        counts = (
            f"({count(unchanged.object_types, 'object type')}, "
            f"{count(unchanged.attributes, 'attribute')}, "
            f"{count(unchanged.mappings, 'mapping')} unchanged)"
        )
        yield (_INDENT, (counts, Style.QUIET))
    if source.operation is not None:
        yield (_INDENT, _convergence(source, source.operation))


def _convergence(source: SourcePlan, operation: Operation) -> str:
    after = f"after this {operation.method} ({size(len(canonical_json(operation.body)))})"
    if source.convergence is Convergence.PROVED:
        beyond = ", up to what live does not show" if source.action is Action.CREATE else ""
        return f"proved: {after} nothing remains to change{beyond}"
    if source.convergence is Convergence.PARTIAL:
        beside = any(c.verdict is not Verdict.ORPHAN for c in source.residual)
        return (
            f"partial: {after} only {'the residual' if beside else 'what live alone has'} remains"
        )
    rules = ", ".join(source.certificate.rests_on) if source.certificate else ""
    rests = f" of what nobody has documented ({rules})" if rules else ""
    return f"unknown: {after} live is read back to see what took effect{rests}"


def size(number: int) -> str:
    """Return *number* of bytes as people read it: `612 bytes`, `3.4 kB`."""
    if number < _KILO:
        return count(number, "byte")
    if number < _KILO * _KILO:
        return f"{number / _KILO:.1f} kB"
    return f"{number / _KILO / _KILO:.1f} MB"


_DATA_INDENT = "    "


def data_lines(source: SourcePlan) -> Iterator[Line]:
    """Yield what happens to the data, nothing where none were given."""
    known = source.data_effect
    if known is None:
        return
    yield (_DATA_INDENT, f"on {known.data}: {told_data(known)}")
    if known.effect is not None:
        yield from effect_lines(known.effect, _DATA_INDENT * 2)
    if known.preview is not None:
        for topic, found in losses(known.preview):
            yield (_DATA_INDENT * 2, *found_line(found, known.preview, topic))


def told_data(known: DataEffect) -> str:
    """Return what the data are: how many entries, and what they make or are compared with."""
    if known.preview is not None:
        return summary(known.preview)
    return f"{count(known.entries, 'entry', 'entries')}, by the new mapping against live's"
