"""The lines of a single change, and what stands behind them: moves, risk, grade, remedy.

What a change that will be sent can do to data at the next import.

Mappings that moved, as a note on both lines: where to, and where from.

Why a change is not sent, how well that is known, and what to do instead.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.diagnostics import Confidence
from reconciler.model.address import Address
from reconciler.model.policy import Risk
from reconciler.planning.diff.relocations import moves
from reconciler.planning.plan import Attribution, Change, Edit, Kind, SourcePlan, Verdict
from reconciler.planning.verdict.rules import RULES
from reconciler.render.plan.symbols import label, path_label, symbol
from reconciler.render.plan.tree import shown_key
from reconciler.render.plan.values import value_lines, value_spans
from reconciler.render.shorten import difference, folded, value
from reconciler.render.terminal import Line, Span, Style
from reconciler.semantics.rules import RuleCode


def risk_note(change: Change) -> tuple[Span, ...]:
    """Return what stands on the line of the change: `risk data: selector-changed`."""
    if change.risk is Risk.NONE:
        return ()
    code = f": {change.risk_code}" if change.risk_code else ""
    style = Style.STOP if change.risk is Risk.DATA else Style.CHANGE
    return ((f"   risk {change.risk}{code}", style),)


class Consequences:
    """The sentences behind the risk codes of one source, each given the first time only."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self._said: set[str] = set()

    def lines(self, change: Change, indent: str) -> Iterator[Line]:
        """Yield what happens at the next import, unless it was said before."""
        code = change.risk_code or ""
        if change.risk_text is None or code in self._said:
            return
        self._said.add(code)
        for line in folded(change.risk_text, indent):
            yield (indent, line)


MoveNotes = Mapping[Address, tuple[Span, ...]]


def move_notes(source: SourcePlan) -> MoveNotes:
    """Return, by address, `moved to Owner  a/owner` or `moved from …`."""
    moved = moves(source.changes)
    if not moved:
        return {}
    ends = moved.keys() | set(moved.values())
    changes = {c.address: c for c in source.changes if c.address in ends and c.field is None}
    notes: dict[Address, tuple[Span, ...]] = {}
    for old, new in moved.items():
        gone, come = changes[old], changes[new]
        notes[old] = (("   moved to ", Style.CHANGE), *_other(come, seen_from=gone))
        notes[new] = (("   moved from ", Style.CHANGE), *_other(gone, seen_from=come))
    return notes


def _other(change: Change, *, seen_from: Change) -> tuple[Span, ...]:
    """Return the other end: by its name alone where both are of one type."""
    if change.kind is Kind.ATTRIBUTE_MAPPING and change.names[:-1] == seen_from.names[:-1]:
        return label(change.names[-1], shown_key(change.address.key, change.names))
    return path_label(change)


def why_lines(change: Change, indent: str) -> Iterator[Line]:
    """Yield address, reason and remedy of a change that is impossible; nothing for others."""
    if change.verdict is Verdict.IMPOSSIBLE:
        yield (indent, (str(change.address), Style.QUIET))
        for text in (reason(change), change.remedy or ""):
            for line in folded(text, indent):
                yield (indent, line)


def reason(change: Change) -> str:
    """Return what keeps a change from being sent, with its grade."""
    if change.predicted_code:
        return f"the API would answer {change.predicted_code} ({change.confidence})"
    text = f"{RULES[change.rule].text} ({change.confidence})"
    if change.rule == RuleCode.NOT_DRIFTED:
        return RuleCode.NOT_DRIFTED.sentence
    if change.verdict is Verdict.IGNORED and change.rule != RuleCode.UNKNOWN_KEY:
        return f"skipped, as policy.undocumented has it: {text}"
    return text


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
