"""What a field was and will be, as pieces of text that went, came or stayed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.planning.plan import Change, Kind
from reconciler.render.plan.values import Contrast, detail, mapped_in, whole
from reconciler.render.shorten import shorten, value
from reconciler.render.word_diff import DiffPart, Hunk, Token

# A description is shown whole; base64 of an image, or a book, is not.
_LONGEST = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class SideLabels:
    """How the two values are called: before each of them, and for those who see no colour."""

    before: str
    between: str
    gone: str
    come: str


PLANNED = SideLabels(before="", between=" → ", gone="removed", come="added")
DRIFTED = SideLabels(before="git ", between=" · live ", gone="only in git", come="only in live")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A difference: a running text, or item by item. Only one of the two is there."""

    sides: SideLabels
    text: tuple[Token, ...] = ()
    items: tuple[Token, ...] = ()


def shown_change(change: Change, told: Contrast | None, sides: SideLabels = PLANNED) -> Shown:
    """Return what *change* is about: its values as *told*, or a whole element where there is none.

    In what has *sides* of its own, that is also the order of the two values in *told*.
    """
    if told is None:
        return _whole(change, sides)
    if told.items:
        return Shown(sides=sides, items=tuple(_items(told.items)))
    return Shown(sides=sides, text=tuple(_cut(told.words or _values(told, sides))))


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
        for part, items in (
            (DiffPart.KEPT, hunk.kept),
            (DiffPart.REMOVED, hunk.removed),
            (DiffPart.ADDED, hunk.added),
        ):
            yield from (Token(part, shorten(item, _LONGEST)) for item in items)


def _values(told: Contrast, sides: SideLabels) -> Iterator[Token]:
    yield Token(DiffPart.KEPT, sides.before)
    yield Token(DiffPart.REMOVED, _value(told.before))
    yield Token(DiffPart.KEPT, sides.between)
    yield Token(DiffPart.ADDED, _value(told.after))


def _value(raw: Any) -> str:
    return value(raw, _LONGEST)


def _cut(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield Token(token.part, shorten(token.text, _LONGEST))
