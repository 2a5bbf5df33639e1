"""What apply cannot reach: apart from what it will do, each with address, reason and remedy."""

from collections import Counter
from collections.abc import Iterator, Sequence

from reconciler.planning.plan import Action, Change, Edit, Kind, SourcePlan, Verdict
from reconciler.render.plan.change import MoveNotes, reason
from reconciler.render.plan.symbols import aspect, name_path, path_label, symbol
from reconciler.render.plan.values import value_lines, value_spans
from reconciler.render.shorten import count, folded
from reconciler.render.terminal import Line, Span, Style

_STEP = "    "
_MOST_ORPHANS = 20
_NOUNS = {
    Kind.OBJECT_TYPE: ("object type", None),
    Kind.ATTRIBUTE: ("attribute", None),
    Kind.MAPPING: ("mapping", None),
    Kind.ATTRIBUTE_MAPPING: ("attribute mapping", None),
    Kind.ICON: ("icon", None),
    Kind.STATUS: ("status", "statuses"),
}
_OF_NO_TYPE = {Kind.ICON, Kind.STATUS}
_ORDER = list(_NOUNS)
_VERDICTS = (Verdict.IMPOSSIBLE, Verdict.IGNORED)


def out_of_reach(source: SourcePlan) -> tuple[Change, ...]:
    """Return the residual that is told apart.

    What blocks a source is not: it stays where it stands, for that is what to act on.
    """
    blocked = source.action is Action.BLOCKED
    return tuple(c for c in source.residual if not (blocked and c.verdict is Verdict.IMPOSSIBLE))


def within_reach(source: SourcePlan) -> tuple[Change, ...]:
    """Return the changes that `out_of_reach` does not tell."""
    apart = {(c.address, c.verdict) for c in out_of_reach(source)}
    return tuple(c for c in source.changes if (c.address, c.verdict) not in apart)


def residual_lines(source: SourcePlan, indent: str, moved: MoveNotes) -> Iterator[Line]:
    """Yield the block of what stays different, nothing where all can be reached."""
    left = out_of_reach(source)
    if not left:
        return
    stay = "stays" if len(left) == 1 else "stay"
    yield (indent, f"out of reach: {count(len(left), 'difference')} {stay} (residual)")
    for group in _groups(left):
        if len(group) > 1 and group[0].verdict is Verdict.ORPHAN:
            yield from _orphans(group, indent + _STEP, moved)
        else:
            yield from _each(group, indent + _STEP, moved)
        yield from _reasons(group, indent + _STEP * 2)


def _groups(changes: Sequence[Change]) -> list[list[Change]]:
    """Return the changes by what they share: reason and remedy, or being of orphaned types."""
    orphans = [c for c in changes if c.verdict is Verdict.ORPHAN]
    gone = {c.address.owner_key for c in orphans if c.kind is Kind.OBJECT_TYPE}
    groups: dict[tuple[str | None, ...], list[Change]] = {}
    for change in changes:
        key: tuple[str | None, ...] = (change.verdict, reason(change), change.remedy)
        of_a_type = change.verdict is Verdict.ORPHAN and change.kind not in _OF_NO_TYPE
        if of_a_type and change.address.owner_key in gone:
            key = (change.verdict,)
        groups.setdefault(key, []).append(change)
    return sorted(groups.values(), key=lambda group: _rank(group[0]))


def _rank(change: Change) -> int:
    return _VERDICTS.index(change.verdict) if change.verdict in _VERDICTS else len(_VERDICTS)


def _each(group: Sequence[Change], indent: str, moved: MoveNotes) -> Iterator[Line]:
    for change in group:
        yield (
            indent,
            symbol(change),
            " ",
            *path_label(change),
            "   ",
            *_what_differs(change),
            *moved.get(change.address, ()),
        )
        yield from value_lines(change, indent + _STEP)
        yield (indent + _STEP, str(change.address))


def _what_differs(change: Change) -> tuple[Span, ...]:
    of = f"{aspect(change)} ".lstrip()
    if change.field is not None:
        return (f"{of}{change.field}   ", *value_spans(change))
    if change.action is Edit.REMOVE:
        return ((f"{of}in live only", Style.ODD),)
    return (f"{of}in the manifest only",)


def _orphans(group: Sequence[Change], indent: str, moved: MoveNotes) -> Iterator[Line]:
    kinds = Counter(c.kind for c in group)
    counts = ", ".join(count(kinds[kind], *_NOUNS[kind]) for kind in _ORDER if kinds[kind])
    yield (indent, symbol(group[0]), f" {len(group)} orphans, in live only: {counts}")
    # Types first: where there are too many, the attributes of a few say less.
    shown = sorted(group, key=lambda c: _ORDER.index(c.kind))[:_MOST_ORPHANS]
    for change in shown:
        yield (
            indent + _STEP,
            (name_path(change), Style.STRONG),
            f"  {aspect(change)}".rstrip(),
            (f"   {change.address}", Style.QUIET),
            *moved.get(change.address, ()),
        )
    if len(group) > len(shown):
        more = f"… and {len(group) - len(shown)} more; --format json lists them"
        yield (indent + _STEP, more)


def _reasons(group: Sequence[Change], indent: str) -> Iterator[Line]:
    """Yield each reason once, then each remedy once."""
    shared = f"these {len(group)}: " if _is_listed_one_by_one(group) else ""
    reasons = [shared + text for text in dict.fromkeys(map(reason, group))]
    for text in (*reasons, *dict.fromkeys(c.remedy or "" for c in group)):
        for line in folded(text, indent):
            yield (indent, line)


def _is_listed_one_by_one(group: Sequence[Change]) -> bool:
    return len(group) > 1 and group[0].verdict is not Verdict.ORPHAN
