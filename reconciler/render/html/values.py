"""What a field was and will be, as pieces of text that went, came or stayed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reconciler.planning.plan import Change, Edit, Kind
from reconciler.render.plan.values import TEXTS, detail, is_told_by_item, items_of, mapped
from reconciler.render.shorten import shorten, value
from reconciler.render.word_diff import Part, Token, has_common_word, hunks, word_diff

# A description is shown whole; base64 of an image, or a book, is not.
_LONGEST = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Sides:
    """How the two values are called: before each of them, and for those who see no colour."""

    before: str
    between: str
    gone: str
    come: str


PLANNED = Sides(before="", between=" → ", gone="removed", come="added")
DRIFTED = Sides(before="git ", between=" · live ", gone="only in git", come="only in live")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A difference: a running text, or item by item. Only one of the two is there."""

    sides: Sides
    text: tuple[Token, ...] = ()
    items: tuple[Token, ...] = ()


def shown(change: Change) -> Shown:
    """Return what *change* is about: its values, or what is told of a whole element."""
    return _shown(change, PLANNED)


def shown_drift(change: Change) -> Shown:
    """Return the same with git's value first, for live went away from it."""
    if change.field is None:
        return _shown(change, DRIFTED)
    return _shown(replace(change, before=change.after, after=change.before), DRIFTED)


def _shown(change: Change, sides: Sides) -> Shown:
    if change.field is None:
        return _whole(change, sides)
    if is_told_by_item(change):
        return Shown(sides=sides, items=tuple(_items(change)))
    return Shown(sides=sides, text=tuple(_cut(_texts(change, sides))))


def _whole(change: Change, sides: Sides) -> Shown:
    raw = change.after if change.action is Edit.ADD else change.before
    if change.kind is Kind.MAPPING and isinstance(raw, Mapping):
        selector = f"selector {value(raw.get('selector'))}"
        attributes = raw.get("attributesMapping")
        return Shown(sides=sides, items=_kept([selector, *map(mapped, attributes or ())]))
    told = detail(change)
    return Shown(sides=sides, text=_kept([told] if told else []))


def _kept(texts: Iterable[str]) -> tuple[Token, ...]:
    return tuple(Token(Part.KEPT, text) for text in texts)


def _items(change: Change) -> Iterator[Token]:
    for hunk in hunks(items_of(change.before), items_of(change.after)):
        for part, items in (
            (Part.KEPT, hunk.kept),
            (Part.REMOVED, hunk.removed),
            (Part.ADDED, hunk.added),
        ):
            yield from (Token(part, shorten(item, _LONGEST)) for item in items)


def _texts(change: Change, sides: Sides) -> Iterator[Token]:
    before, after = change.before, change.after
    split = TEXTS.get(change.field or "")
    if split is not None and isinstance(before, str) and isinstance(after, str):
        tokens = word_diff(before, after, split)
        if has_common_word(tokens):
            yield from tokens
            return
    yield Token(Part.KEPT, sides.before)
    yield Token(Part.REMOVED, _value(before))
    yield Token(Part.KEPT, sides.between)
    yield Token(Part.ADDED, _value(after))


def _value(raw: Any) -> str:
    return value(raw, _LONGEST)


def _cut(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield Token(token.part, shorten(token.text, _LONGEST))
