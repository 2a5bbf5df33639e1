"""The old and the new value of a field, as pieces of text that are removed, added or kept."""

from collections.abc import Iterable, Iterator

from reconciler.planning.change import Change, Kind
from reconciler.render.plan.values import Contrast, detail, item_pairs, mapped_in, whole
from reconciler.render.shorten import shorten, value, value_pair
from reconciler.render.word_diff import DiffPart, Hunk, Token
from reconciler.value import Value

# Enough for any description, but not for the base64 of an image.
_LONGEST = 2_000


class SideLabels(Value):
    """The labels of the two values: before each of them, and for people who see no colour."""

    before: str
    between: str
    gone: str
    come: str


PLANNED = SideLabels(before="", between=" → ", gone="removed", come="added")
DRIFTED = SideLabels(before="git ", between=" · live ", gone="only in git", come="only in live")


class Shown(Value):
    """A difference, either as a running text or item by item."""

    sides: SideLabels
    text: tuple[Token, ...] = ()
    items: tuple[Token, ...] = ()


def shown_change(change: Change, told: Contrast | None, sides: SideLabels = PLANNED) -> Shown:
    """Return the difference of *change*: its values as *told*, or a whole element if that is None.

    With *sides*, the two values in *told* are in the order of the sides.
    """
    if told is None:
        return _whole(change, sides)
    if told.items:
        return Shown(sides=sides, items=tuple(_items(told.items)))
    words = (Token(each.part, each.text.replace("\\", "\\\\")) for each in told.words)
    return Shown(sides=sides, text=tuple(_cut(words if told.words else _values(told, sides))))


def _whole(change: Change, sides: SideLabels) -> Shown:
    raw = whole(change)
    if change.kind is Kind.MAPPING and raw is not None:
        selector = f"selector {value(raw.get('selector'))}"
        return Shown(sides=sides, items=_kept([selector, *mapped_in(change)]))
    text = detail(change)
    return Shown(sides=sides, text=_kept([text] if text else []))


def _kept(texts: Iterable[str]) -> tuple[Token, ...]:
    return tuple(Token(DiffPart.KEPT, text) for text in texts)


def _items(found: Iterable[Hunk[str]]) -> Iterator[Token]:
    for hunk in found:
        removed, added = item_pairs(hunk, _LONGEST)
        yield from (Token(DiffPart.KEPT, shorten(item, _LONGEST)) for item in hunk.kept)
        yield from (Token(DiffPart.REMOVED, item) for item in removed)
        yield from (Token(DiffPart.ADDED, item) for item in added)


def _values(told: Contrast, sides: SideLabels) -> Iterator[Token]:
    before, after = value_pair(told.before, told.after, _LONGEST)
    yield Token(DiffPart.KEPT, sides.before)
    yield Token(DiffPart.REMOVED, before)
    yield Token(DiffPart.KEPT, sides.between)
    yield Token(DiffPart.ADDED, after)


def _cut(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield Token(token.part, shorten(token.text, _LONGEST))
