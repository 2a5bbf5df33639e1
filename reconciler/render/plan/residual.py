"""The residual, apart from the changes to send: each with address, reason and remedy."""

from collections import Counter
from collections.abc import Iterator, Sequence

from reconciler.planning.plan import OF_NO_TYPE, Change, Edit, Kind, Verdict
from reconciler.render.plan.change import moved_spans, text_lines
from reconciler.render.plan.symbols import KINDS, aspect, name_path, named_label
from reconciler.render.plan.values import value_lines, value_spans
from reconciler.render.plan.view import ChangeRow, SourceView
from reconciler.render.shorten import count
from reconciler.render.terminal import BlockLine, Span, Style

_STEP = "    "
_MOST_ORPHANS = 20
_VERDICTS = (Verdict.IMPOSSIBLE, Verdict.IGNORED)


def residual_lines(view: SourceView, indent: str) -> Iterator[BlockLine]:
    """Yield the block of the residual, nothing if there is none."""
    if not view.out_of_reach:
        return
    yield BlockLine(indent, (view.left,))
    for group in _groups(view.out_of_reach):
        first = group[0].change
        if len(group) > 1 and first.verdict is Verdict.ORPHAN and not first.is_hidden:
            yield from _orphans(group, indent + _STEP)
        else:
            yield from _each(group, indent + _STEP)
        yield from _reasons(group, indent + _STEP * 2)


def _groups(rows: Sequence[ChangeRow]) -> list[list[ChangeRow]]:
    """Return the rows grouped by reason and remedy, or as those of orphaned types."""
    orphans = [row.change for row in rows if row.change.verdict is Verdict.ORPHAN]
    removed = {c.address.owner_label for c in orphans if c.kind is Kind.OBJECT_TYPE}
    groups: dict[tuple[str, ...], list[ChangeRow]] = {}
    for row in rows:
        change = row.change
        of_a_type = change.verdict is Verdict.ORPHAN and change.kind not in OF_NO_TYPE
        is_gone = of_a_type and change.address.owner_label in removed
        shared = (change.verdict, *(() if is_gone else row.why))
        groups.setdefault(shared, []).append(row)
    return sorted(groups.values(), key=lambda group: _rank(group[0].change))


def _rank(change: Change) -> int:
    return _VERDICTS.index(change.verdict) if change.verdict in _VERDICTS else len(_VERDICTS)


def _each(group: Sequence[ChangeRow], indent: str) -> Iterator[BlockLine]:
    for row in group:
        change = row.change
        called = named_label(name_path(change), row.key)
        text = (" ", *called, "   ", *_what_differs(row), *moved_spans(row))
        yield BlockLine(indent, text, sign=row.mark.span, opens=True)
        if row.contrast is not None:
            yield from value_lines(row.contrast, indent + _STEP)
        yield BlockLine(indent + _STEP, (str(change.address),))
        if (there := change.in_assets_text) is not None:
            yield from text_lines(there, indent + _STEP)


def _what_differs(row: ChangeRow) -> tuple[Span, ...]:
    change = row.change
    of = f"{aspect(change)} ".lstrip()
    if row.contrast is not None:
        return (f"{of}{change.field}   ", *value_spans(row.contrast))
    if change.is_hidden:
        return ("sent before, and no longer in the manifest",)
    if change.action is Edit.REMOVE:
        return ((f"{of}in live only", Style.ODD),)
    return (f"{of}in the manifest only",)


def _orphans(group: Sequence[ChangeRow], indent: str) -> Iterator[BlockLine]:
    kinds = Counter(row.change.kind for row in group)
    counts = ", ".join(count(kinds[kind], *noun) for kind, noun in KINDS.items() if kinds[kind])
    text = f" {len(group)} orphans, in live only: {counts}"
    yield BlockLine(indent, (text,), sign=group[0].mark.span)
    # Types first: if there are too many rows, they say more than the attributes of a few.
    order = list(KINDS)
    shown = sorted(group, key=lambda row: order.index(row.change.kind))[:_MOST_ORPHANS]
    for row in shown:
        change = row.change
        yield BlockLine(
            indent + _STEP,
            (
                (name_path(change), Style.STRONG),
                f"  {aspect(change)}".rstrip(),
                (f"   {change.address}", Style.QUIET),
                *moved_spans(row),
            ),
            opens=True,
        )
    if len(group) > len(shown):
        more = f"… and {len(group) - len(shown)} more; --format json lists them"
        yield BlockLine(indent + _STEP, (more,))


def _reasons(group: Sequence[ChangeRow], indent: str) -> Iterator[BlockLine]:
    """Yield each reason once, then each remedy once."""
    listed = len(group) > 1 and group[0].change.verdict is not Verdict.ORPHAN
    shared = f"these {len(group)}: " if listed else ""
    reasons = [f"{shared}{row.why[0]}" for row in group]
    remedies = [row.change.remedy or "" for row in group]
    for text in (*dict.fromkeys(reasons), *dict.fromkeys(remedies)):
        yield from text_lines(text, indent)
