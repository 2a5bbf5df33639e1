"""The lines of a single change, and what stands behind them: moves, risk, grade, remedy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.diagnostics import Confidence
from reconciler.planning.plan import Attribution, Change, Edit, SourcePlan, Verdict
from reconciler.render.plan_moves import MoveNotes, move_notes
from reconciler.render.plan_risk import Consequences, risk_note
from reconciler.render.plan_symbols import symbol
from reconciler.render.plan_values import value_lines, value_spans
from reconciler.render.plan_why import why_lines
from reconciler.render.shorten import difference, value
from reconciler.render.terminal import Line, Span, Style

_STEP = "    "
# What is merely not applied yet is what plans are for, and is not remarked.
_MOVED: Mapping[Attribution | None, str] = {
    Attribution.DRIFT: "drift: live moved, the manifest did not",
    Attribution.CONFLICT: "conflict: the manifest and live both moved",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """What a change is told with that other changes of its source decide."""

    moved: MoveNotes = field(default_factory=dict)
    consequences: Consequences = field(default_factory=Consequences)

    @classmethod
    def of(cls, source: SourcePlan) -> "Beside":
        """Return it for *source*; for one rendering, as each sentence is said once."""
        return cls(moved=move_notes(source))


def field_lines(change: Change, indent: str, width: int, beside: Beside) -> Iterator[Line]:
    """Yield the lines of one changed field, the field's name padded to *width*."""
    (mark, style), values = symbol(change), value_spans(change)
    sent_change = change.verdict.is_sent and change.action is Edit.CHANGE
    shown = " " if sent_change else mark
    yield (
        indent,
        (shown, style),
        f" {(change.field or '').ljust(width)}   " if values else f" {change.field or ''}",
        *values,
        *notes(change),
    )
    yield from value_lines(change, indent + _STEP)
    yield from _behind(change, indent + _STEP, beside)


def whole_lines(
    change: Change, called: tuple[Span, ...], indent: str, detail: str, beside: Beside
) -> Iterator[Line]:
    """Yield the lines of an element that is added or removed; *called* is its label."""
    yield (
        indent,
        symbol(change),
        " ",
        *called,
        f"   {detail}" if detail else "",
        *beside.moved.get(change.address, ()),
        *notes(change),
    )
    yield from _behind(change, indent + _STEP, beside)


def notes(change: Change) -> tuple[Span, ...]:
    """Return what a reader should know of a change beside its values."""
    spans: list[Span] = []
    if change.verdict is Verdict.ORPHAN:
        spans.append(("   in live only", Style.ODD))
    elif change.verdict is Verdict.WRITE_ONLY:
        spans.append(("   not sent: live does not show it", Style.QUIET))
    elif change.verdict is Verdict.IGNORED:
        spans.append(("   ignored", Style.QUIET))
    elif change.verdict is Verdict.PATCH_UNDOCUMENTED:
        spans.append(("   (undocumented: sent, then verified by reading back)", Style.CHANGE))
    elif change.verdict.is_sent and change.confidence is not Confidence.DOCUMENTED:
        spans.append((f"   ({change.confidence})", Style.QUIET))
    if (whose := _MOVED.get(change.attribution)) is not None:
        spans.append((f"   {whose}", Style.ODD))
    return (*spans, *risk_note(change))


def told(change: Change) -> str:
    """Return a change on one line by its address, for lists outside of the plan."""
    place = change.address.within_source
    if change.before is not None and change.after is not None:
        return f"{place}   {difference(change.before, change.after)}"
    return f"{place}   {value(change.after if change.before is None else change.before)}"


def _behind(change: Change, indent: str, beside: Beside) -> Iterator[Line]:
    yield from why_lines(change, indent)
    yield from beside.consequences.lines(change, indent)
