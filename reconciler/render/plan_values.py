"""What a field was and will be: an arrow, word by word for texts, item by item for lists."""

import json
from collections.abc import Iterator
from typing import Any

from reconciler.model.fields import TABLES
from reconciler.planning.plan import Change, Edit
from reconciler.render.edit_script import hunks
from reconciler.render.shorten import ABSENT, WIDTH, count, difference, shorten, value
from reconciler.render.terminal import Line, Span, Style
from reconciler.render.word_diff import iql_words, words
from reconciler.render.word_spans import word_spans

# How to split the texts of which people want to see what words changed.
TEXTS = {"description": words, "objectMappingIQL": iql_words}
_LISTS = {field.key for table in TABLES for field in table.fields if field.items}
_ITEM_WIDTH = 240
_MOST_KEPT = 5


def value_spans(change: Change) -> tuple[Span, ...]:
    """Return what stands on the line of the field itself, nothing where `value_lines` tell all."""
    before, after = change.before, change.after
    if change.action is not Edit.CHANGE or change.field is None:
        return (value(after if change.action is Edit.ADD else before),)
    if is_told_by_item(change):
        if before is None:
            return (f"{ABSENT} →",)
        return (f"→ {ABSENT}",) if after is None else ()
    split = TEXTS.get(change.field)
    if split is not None and isinstance(before, str) and isinstance(after, str):
        spans = word_spans(before, after, split)
        if spans is not None:
            return spans
    return (difference(before, after),)


def value_lines(change: Change, indent: str) -> Iterator[Line]:
    """Yield a line for each item of a list that changes: what goes, comes and stays, in order."""
    if not is_told_by_item(change):
        return
    for hunk in hunks(items_of(change.before), items_of(change.after)):
        yield from _kept(hunk.kept, indent)
        for item in hunk.removed:
            yield (indent, (f"- {shorten(item, _ITEM_WIDTH)}", Style.REMOVE))
        for item in hunk.added:
            yield (indent, (f"+ {shorten(item, _ITEM_WIDTH)}", Style.ADD))


def is_told_by_item(change: Change) -> bool:
    """Return whether *change* is one of a list that is told item by item."""
    before, after = change.before, change.after
    if change.action is not Edit.CHANGE or change.field not in _LISTS:
        return False
    if not (_is_list(before) and _is_list(after) and (before or after)):
        return False
    short = len(items_of(before)) == len(items_of(after)) == 1 and all(
        len(value(items, 2 * WIDTH)) <= WIDTH for items in (before, after)
    )
    return not short


def _is_list(raw: Any) -> bool:
    return raw is None or isinstance(raw, list | tuple)


def items_of(raw: Any) -> list[str]:
    """Return the items of a list, each as JSON."""
    return [json.dumps(item, ensure_ascii=False) for item in raw or ()]


def _kept(items: tuple[str, ...], indent: str) -> Iterator[Line]:
    hidden = len(items) - _MOST_KEPT + 1
    first = items if hidden <= 1 else items[: _MOST_KEPT // 2]
    for item in first:
        yield (indent, f"  {shorten(item, _ITEM_WIDTH)}")
    if hidden > 1:
        yield (indent, (f"  ({count(hidden, 'item')} unchanged)", Style.QUIET))
        for item in items[len(first) + hidden :]:
            yield (indent, f"  {shorten(item, _ITEM_WIDTH)}")
