"""What a field was and will be: word by word for texts, item by item for lists, else both values.

`contrast` decides which, for every format; the rest says it on lines of text.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.render.edit_script import Hunk, hunks
from reconciler.render.shorten import ABSENT, WIDTH, count, difference, shorten, value
from reconciler.render.terminal import BlockLine, Span, Style
from reconciler.render.word_diff import Token, has_common_word, iql_words, word_diff, words
from reconciler.render.word_spans import word_spans

# How to split the texts of which people want to see what words changed.
_TEXTS = {"description": words, "objectMappingIQL": iql_words}
_LISTS = {"attributeLocators", "typeValues"}
_ITEM_WIDTH = 240
_MOST_KEPT = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Contrast:
    """Two values of a field, and how they are told: item by item, word by word, or as they are.

    `items` are hunks of JSON where a list is told by item, `words` what two texts have in
    common and what not; only one of them is there.
    """

    before: Any
    after: Any
    items: tuple[Hunk[str], ...] = ()
    words: tuple[Token, ...] = ()


def contrast(field: str | None, before: Any, after: Any) -> Contrast | None:
    """Return how the difference of *field* is told, None where a whole element comes or goes."""
    if field is None:
        return None
    if field in _LISTS and _is_told_by_item(before, after):
        items = tuple(hunks(_items(before), _items(after)))
        return Contrast(before=before, after=after, items=items)
    split = _TEXTS.get(field)
    if split is not None and isinstance(before, str) and isinstance(after, str):
        tokens = word_diff(before, after, split)
        if has_common_word(tokens):
            return Contrast(before=before, after=after, words=tokens)
    return Contrast(before=before, after=after)


def value_spans(told: Contrast) -> tuple[Span, ...]:
    """Return what stands on the line of the field itself, nothing where `value_lines` tell all."""
    if told.words:
        return tuple(word_spans(told.words))
    if not told.items:
        return (difference(told.before, told.after),)
    if told.before is None:
        return (f"{ABSENT} →",)
    return (f"→ {ABSENT}",) if told.after is None else ()


def value_lines(told: Contrast, indent: str) -> Iterator[BlockLine]:
    """Yield a line for each item of a list that changes: what goes, comes and stays, in order."""
    for hunk in told.items:
        yield from _kept(hunk.kept, indent)
        for item in hunk.removed:
            yield BlockLine(indent, (), sign=(f"- {shorten(item, _ITEM_WIDTH)}", Style.REMOVE))
        for item in hunk.added:
            yield BlockLine(indent, (), sign=(f"+ {shorten(item, _ITEM_WIDTH)}", Style.ADD))


def _is_told_by_item(before: Any, after: Any) -> bool:
    if not (_is_list(before) and _is_list(after) and (before or after)):
        return False
    short = len(_items(before)) == len(_items(after)) == 1 and all(
        len(value(items, 2 * WIDTH)) <= WIDTH for items in (before, after)
    )
    return not short


def _is_list(raw: Any) -> bool:
    return raw is None or isinstance(raw, list | tuple)


def _items(raw: Any) -> list[str]:
    return [json.dumps(item, ensure_ascii=False) for item in raw or ()]


def _kept(items: tuple[str, ...], indent: str) -> Iterator[BlockLine]:
    hidden = len(items) - _MOST_KEPT + 1
    first = items if hidden <= 1 else items[: _MOST_KEPT // 2]
    for item in first:
        yield BlockLine(indent, (f"  {shorten(item, _ITEM_WIDTH)}",))
    if hidden > 1:
        yield BlockLine(indent, ((f"  ({count(hidden, 'item')} unchanged)", Style.QUIET),))
        for item in items[len(first) + hidden :]:
            yield BlockLine(indent, (f"  {shorten(item, _ITEM_WIDTH)}",))
