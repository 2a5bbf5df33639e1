"""The old and the new value of a field: by word for texts, by item for lists, else both values.

`contrast` decides which, for every format; the rest writes lines of text. A word diff uses git's
marks, which colour repeats: `Path of [-the-]{+a+} file`. Long unchanged stretches are shortened
so that the changes show; changes beyond a screenful are counted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.model.display import ABSENT, display
from reconciler.model.fields import TABLES
from reconciler.planning.change import Change, Edit, Kind
from reconciler.regex import regex
from reconciler.render.shorten import WIDTH, count, difference, shorten, shorten_pair
from reconciler.render.terminal import BlockLine, Span, Style
from reconciler.render.word_diff import (
    DiffPart,
    Hunk,
    Token,
    has_common_word,
    hunks,
    iql_words,
    word_diff,
    words,
)
from reconciler.value import Value

_CONTEXT = 24
_SCREENFUL = 1600
_MARKS = {
    DiffPart.REMOVED: ("[-", "-]", Style.REMOVE),
    DiffPart.ADDED: ("{+", "+}", Style.ADD),
}
# Could be taken for a mark; the last two only together with the marks beside them.
_LIKE_A_MARK = regex(r"\\|\[(?=-)|-(?=\])|\{(?=\+)|\+(?=\})")
_CUT_WORD_AT_END = regex(r"(?<=\s)\S*\Z")
_CUT_WORD_AT_START = regex(r"\A\S*(?=\s)")
_AT_THE_EDGE = regex(r"\A[\]}]|[\[{]\Z")


def word_spans(tokens: Sequence[Token]) -> Iterator[Span]:
    """Yield the spans of the difference *tokens*.

    Characters of the texts that look like a mark, and backslashes, are escaped by a backslash.
    """
    differ = sum(len(t.text) for t in tokens if t.part is not DiffPart.KEPT)
    room, last = _SCREENFUL, len(tokens) - 1
    for at, token in enumerate(tokens):
        if token.part is DiffPart.KEPT:
            shown = _context(token.text, begins=at == 0, ends=at == last)
            yield _guarded(shown)
        else:
            shown = token.text[:room]
            differ -= len(shown)
            opening, closing, style = _MARKS[token.part]
            text = _guarded(shown) + ("…" if shown != token.text else "")
            yield (f"{opening}{_AT_THE_EDGE.sub(_escaped, text)}{closing}", style)
        room -= len(shown)
        if room <= 0 and differ:
            yield f" … {count(differ, 'more character differs', 'more characters differ')}"
            return


def _context(text: str, *, begins: bool, ends: bool) -> str:
    """Return the shown part of an unchanged stretch: its ends next to changes."""
    head, tail = (0 if begins else _CONTEXT), (0 if ends else _CONTEXT)
    if len(text) <= head + tail + 1:
        return text
    first = _CUT_WORD_AT_END.sub("", text[:head])
    return f"{first}…{_CUT_WORD_AT_START.sub('', text[len(text) - tail :])}"


def _guarded(text: str) -> str:
    return _LIKE_A_MARK.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    return f"\\{match.group()}"


# How to split the texts that are compared word by word.
_TEXTS = {"description": words, "objectMappingIQL": iql_words}
_LISTS = {field.key for table in TABLES for field in table.fields if field.items}
_ITEM_WIDTH = 240
_MOST_KEPT = 5


class Contrast(Value):
    """Two values of a field and how to show them: item by item, word by word, or unchanged.

    `items` are hunks of JSON for a list that is shown by item, `words` the tokens of a word
    diff; at most one of them is set.
    """

    before: Any
    after: Any
    items: tuple[Hunk[str], ...] = ()
    words: tuple[Token, ...] = ()


def contrast(field: str | None, before: Any, after: Any) -> Contrast | None:
    """Return how to show the difference of *field*, None for a whole element."""
    if field is None:
        return None
    if field in _LISTS and _is_list(before) and _is_list(after):
        old, new = _items(before), _items(after)
        if (old or new) and not _fit_on_a_line(old, new):
            return Contrast(before=before, after=after, items=tuple(hunks(old, new)))
    split = _TEXTS.get(field)
    if split is not None and isinstance(before, str) and isinstance(after, str):
        tokens = word_diff(before, after, split)
        if has_common_word(tokens):
            return Contrast(before=before, after=after, words=tokens)
    return Contrast(before=before, after=after)


def value_spans(told: Contrast) -> tuple[Span, ...]:
    """Return the spans on the line of the field itself, none if `value_lines` show everything."""
    if told.words:
        return tuple(word_spans(told.words))
    if not told.items:
        return (difference(told.before, told.after),)
    if told.before is None:
        return (f"{ABSENT} →",)
    return (f"→ {ABSENT}",) if told.after is None else ()


def value_lines(told: Contrast, indent: str) -> Iterator[BlockLine]:
    """Yield a line for each item of a changed list: removed, added and kept, in order."""
    for hunk in told.items:
        yield from _kept(hunk.kept, indent)
        removed, added = item_pairs(hunk, _ITEM_WIDTH)
        for item in removed:
            yield BlockLine(indent, (), sign=(f"- {item}", Style.REMOVE))
        for item in added:
            yield BlockLine(indent, (), sign=(f"+ {item}", Style.ADD))


def item_pairs(hunk: Hunk[str], width: int) -> tuple[list[str], list[str]]:
    """Return the removed and the added items, long ones cut so that a replaced one differs."""
    pairs = [shorten_pair(*pair, width) for pair in zip(hunk.removed, hunk.added, strict=False)]
    removed, added = ([*side] for side in zip(*pairs, strict=True)) if pairs else ([], [])
    removed += (shorten(item, width) for item in hunk.removed[len(pairs) :])
    added += (shorten(item, width) for item in hunk.added[len(pairs) :])
    return removed, added


def _is_list(raw: Any) -> bool:
    return raw is None or isinstance(raw, list | tuple)


def _items(raw: Any) -> list[str]:
    return [*map(display, raw or ())]


def _fit_on_a_line(old: list[str], new: list[str]) -> bool:
    return len(old) == len(new) == 1 and len("[]") + max(len(old[0]), len(new[0])) <= WIDTH


def _kept(items: tuple[str, ...], indent: str) -> Iterator[BlockLine]:
    hidden = len(items) - _MOST_KEPT + 1
    first = items if hidden <= 1 else items[: _MOST_KEPT // 2]
    for item in first:
        yield BlockLine(indent, (f"  {shorten(item, _ITEM_WIDTH)}",))
    if hidden > 1:
        yield BlockLine(indent, ((f"  ({count(hidden, 'item')} unchanged)", Style.QUIET),))
        for item in items[len(first) + hidden :]:
            yield BlockLine(indent, (f"  {shorten(item, _ITEM_WIDTH)}",))


_WIDTH = 120


def detail(change: Change) -> str:
    """Return what identifies an added or removed element beside its name."""
    raw = whole(change)
    if raw is None:
        return ""
    if change.kind is Kind.ATTRIBUTE:
        return _attribute(raw)
    if change.kind is Kind.ATTRIBUTE_MAPPING:
        return _attribute_mapping(raw)
    if change.kind is Kind.STATUS:
        return shorten(str(raw.get("category") or ""))
    if change.kind is Kind.OBJECT_TYPE and raw.get("iconKey"):
        return f"icon {shorten(str(raw['iconKey']))}"
    return ""


def selector(change: Change) -> str:
    """Return the selector of an added or removed mapping."""
    return shorten(str((whole(change) or {}).get("selector") or ""))


def mapped_in(change: Change) -> Iterator[str]:
    """Yield `Path ← path` for each attribute of an added or removed mapping."""
    for raw in (whole(change) or {}).get("attributesMapping") or ():
        name = str(raw.get("attributeName") or raw.get("attributeExternalId") or "?")
        yield f"{shorten(name)} {_attribute_mapping(raw)}"


def whole(change: Change) -> Mapping[str, Any] | None:
    """Return the added or removed element in the API's JSON; None if it is not an object."""
    raw = change.after if change.action is Edit.ADD else change.before
    return raw if isinstance(raw, Mapping) else None


def _attribute(raw: Mapping[str, Any]) -> str:
    target = raw.get("referenceObjectTypeName") or raw.get("referenceObjectTypeExternalId")
    parts = [f"{raw.get('type') or '?'}{f' to {target}' if target else ''}"]
    least, most = raw.get("minimumCardinality"), raw.get("maximumCardinality")
    if least is not None or most is not None:
        parts.append(f"{least or 0}..{'*' if most == -1 else 1 if most is None else most}")
    parts += [word for word in ("label", "unique") if raw.get(word) is True]
    return shorten(", ".join(parts), _WIDTH)


def _attribute_mapping(raw: Mapping[str, Any]) -> str:
    locators = raw.get("attributeLocators") or ()
    parts = [", ".join(map(str, locators))] if locators else []
    if iql := raw.get("objectMappingIQL"):
        parts.append(f"IQL {iql}")
    if raw.get("externalIdPart") is True:
        parts.append("identity")
    return shorten(f"← {' · '.join(parts)}", _WIDTH)
