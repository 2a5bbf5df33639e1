"""The residual, apart from the changes to send: each with address, reason and remedy."""

from collections import Counter
from collections.abc import Iterator, Sequence

from reconciler.planning.change import OF_NO_TYPE, Change, Edit, Kind, Verdict
from reconciler.render.plan.change import moved_spans, text_lines
from reconciler.render.plan.symbols import KINDS, aspect, name_path, named_label
from reconciler.render.plan.tree import type_path
from reconciler.render.plan.values import value_lines, value_spans
from reconciler.render.plan.view import ChangeRow, SourceView
from reconciler.render.shorten import count, first_names
from reconciler.render.terminal import BlockLine, Span, Style

_STEP = "    "
# What few read stays out of the way of what matters.
_MOST_OWNERS = 10
_VERDICTS = (Verdict.IMPOSSIBLE, Verdict.IGNORED)


def residual_lines(view: SourceView, indent: str, orphans_in: str | None) -> Iterator[BlockLine]:
    """Yield the block of the residual, nothing if there is none.

    Of many orphans it says that *orphans_in* lists them all; it does so itself where that is None.
    """
    if not view.out_of_reach:
        return
    yield BlockLine(indent, (view.left,))
    for group in _groups(view.out_of_reach):
        first = group[0].change
        if len(group) > 1 and first.verdict is Verdict.ORPHAN and not first.is_hidden:
            yield from _orphans(group, indent + _STEP, orphans_in)
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


def _orphans(group: Sequence[ChangeRow], indent: str, elsewhere: str | None) -> Iterator[BlockLine]:
    text = f" {count(len(group), 'orphan')}, in live only: {_counts(group)}"
    yield BlockLine(indent, (text,), sign=group[0].mark.span)
    inner = indent + _STEP
    if elsewhere is None:
        yield from (BlockLine(inner, _orphan(row), opens=True) for row in group)
        return
    owners: dict[str, list[ChangeRow]] = {}
    for row in group:
        owners.setdefault(row.change.address.owner_label, []).append(row)
    folded = [_of_owner(rows) for rows in owners.values()]
    yield from (BlockLine(inner, spans, opens=True) for spans in folded[:_MOST_OWNERS])
    if len(folded) > _MOST_OWNERS:
        more = f"… and of {count(len(folded) - _MOST_OWNERS, 'more object type')}"
        yield BlockLine(inner, (f"{more} ({elsewhere} lists them)",))


def _orphan(row: ChangeRow) -> tuple[Span, ...]:
    """Return an orphan with its address, by which `explain` and `ignore` know it."""
    change = row.change
    called = (name_path(change), Style.STRONG), f"  {aspect(change)}".rstrip()
    return (*called, (f"   {change.address}", Style.QUIET), *moved_spans(row))


def _of_owner(rows: Sequence[ChangeRow]) -> tuple[Span, ...]:
    """Return all orphans of one object type: itself, or what is inside it by name."""
    first = rows[0].change
    alone = next((row for row in rows if row.change.kind is Kind.OBJECT_TYPE), None)
    if alone is not None:
        inside = _counts([row for row in rows if row is not alone])
        called = named_label(name_path(alone.change), alone.key)
        return (*called, f"   with {inside}" if inside else "", *moved_spans(alone))
    if len(rows) == 1:
        what = f"  {aspect(first)}".rstrip()
        return ((name_path(first), Style.STRONG), what, *moved_spans(rows[0]))
    names = first_names([row.change.names[-1] for row in rows if row.change.names])
    of_type = () if first.kind in OF_NO_TYPE else type_path(first, first.address.owner_key)
    return (f"{' / '.join(of_type)}   ".lstrip(), Style.STRONG), f"{_counts(rows)}: {names}"


def _counts(rows: Sequence[ChangeRow]) -> str:
    kinds = Counter(row.change.kind for row in rows)
    return ", ".join(count(kinds[kind], *noun) for kind, noun in KINDS.items() if kinds[kind])


def _reasons(group: Sequence[ChangeRow], indent: str) -> Iterator[BlockLine]:
    """Yield each reason once, then each remedy once."""
    listed = len(group) > 1 and group[0].change.verdict is not Verdict.ORPHAN
    shared = f"these {len(group)}: " if listed else ""
    reasons = [f"{shared}{row.why[0]}" for row in group]
    remedies = [row.change.remedy or "" for row in group]
    for text in (*dict.fromkeys(reasons), *dict.fromkeys(remedies)):
        yield from text_lines(text, indent)
