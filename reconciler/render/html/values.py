"""What a field was and will be, as pieces of text that went, came or stayed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.planning.plan import Change, Edit, Kind
from reconciler.render.edit_script import hunks
from reconciler.render.plan_detail import detail, mapped
from reconciler.render.plan_values import TEXTS, is_told_by_item, items_of
from reconciler.render.shorten import shorten, value
from reconciler.render.word_diff import Part, Token, has_common_word, word_diff

# A description is shown whole; base64 of an image, or a book, is not.
_LONGEST = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A difference: a running text, or item by item. Only one of the two is there."""

    text: tuple[Token, ...] = ()
    items: tuple[Token, ...] = ()


def shown(change: Change) -> Shown:
    """Return what *change* is about: its values, or what is told of a whole element."""
    if change.field is None:
        return _whole(change)
    if is_told_by_item(change):
        return Shown(items=tuple(_items(change)))
    return Shown(text=tuple(_cut(_texts(change))))


def _whole(change: Change) -> Shown:
    raw = change.after if change.action is Edit.ADD else change.before
    if change.kind is Kind.MAPPING and isinstance(raw, Mapping):
        selector = f"selector {value(raw.get('selector'))}"
        attributes = raw.get("attributesMapping")
        return Shown(items=_kept([selector, *map(mapped, attributes or ())]))
    told = detail(change)
    return Shown(text=_kept([told] if told else []))


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


def _texts(change: Change) -> tuple[Token, ...]:
    before, after = change.before, change.after
    split = TEXTS.get(change.field or "")
    if split is not None and isinstance(before, str) and isinstance(after, str):
        tokens = word_diff(before, after, split)
        if has_common_word(tokens):
            return tokens
    return (
        Token(Part.REMOVED, _value(before)),
        Token(Part.KEPT, " → "),
        Token(Part.ADDED, _value(after)),
    )


def _value(raw: Any) -> str:
    return value(raw, _LONGEST)


def _cut(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield Token(token.part, shorten(token.text, _LONGEST))
