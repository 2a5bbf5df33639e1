"""The block style parts of a YAML text with the comments and blank lines of each.

A comment behind something on its line is that entry's. One on a line of its own is about
what follows in its column, or belongs to what stands above where it stands in deeper. At
the end of an object or list it stays there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.manifest.text.spans import Part, Style

_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#.*")


@dataclass(kw_only=True, slots=True)
class Entry:
    """A key with its value, or an item; the lines of comment about it, "" for a blank line.

    `column` is that of its key or dash in the text. `below` are comments that stand in
    deeper. `block` is there where its value is in block style.
    """

    part: Part
    key: str | None
    value: Any
    column: int
    above: list[str] = field(default_factory=list)
    beside: str = ""
    below: list[str] = field(default_factory=list)
    block: "Block | None" = None


@dataclass(kw_only=True, slots=True)
class Block:
    """An object or list in block style, and the comments at its end."""

    column: int
    entries: list[Entry] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)


def read_blocks(text: str, root: Part, value: Any, *, start: int, end: int) -> Block:
    """Return the tree of *text* from *start* to *end*; *root* is in block style, without anchors.

    *value* is what the text says.
    """
    return _Reader(text, start).read(root, value, end)


class _Reader:
    """Goes through the text once, from one key or scalar to the next."""

    def __init__(self, text: str, start: int) -> None:
        self._text = text
        self._at = start
        self._last: Entry | None = None  # whose key or scalar was the last one
        self._is_key = False
        self._closed: list[Block] = []  # since then, the innermost first
        self._begun: Entry | None = None  # the outermost entry without a key or scalar yet

    def read(self, root: Part, value: Any, end: int) -> Block:
        block = self._block(root, value)
        self._gap(end, None)
        return block

    def _block(self, part: Part, value: Any) -> Block:
        block = Block(column=part.column)
        for entry in _entries(part, value):
            block.entries.append(entry)
            self._begun = self._begun or entry
            if (key := entry.part.key) is not None:
                self._leaf(key, entry, is_key=True)
            if entry.part.style is Style.BLOCK:
                entry.block = self._block(entry.part, entry.value)
            else:
                self._leaf(entry.part, entry, is_key=False)
        self._closed.append(block)
        return block

    def _leaf(self, part: Part, entry: Entry, *, is_key: bool) -> None:
        if self._begun is None and not is_key:  # between a key and its scalar
            if "#" in self._text[self._at : part.start]:
                entry.above += [c for _, c, _ in self._lines(part.start) if c]
        else:
            self._gap(part.start, self._begun)
        self._begun = None
        self._closed = []
        self._last, self._is_key = entry, is_key
        self._at = max(self._at, part.end)
        if part.is_text_block and not is_key:
            header = self._text[part.start : part.end].partition("\n")[0]
            entry.beside = _comment_in(header)[1]

    def _gap(self, end: int, following: Entry | None) -> None:
        """Give the comments before *end* to what was read, or to the entry *following*."""
        gap = self._text[self._at : end]
        if "#" not in gap and gap.count("\n") <= (self._last is not None):
            return
        targets = self._targets()
        level, is_blank = 0, False
        floor = -1 if following is None else following.column
        for i, (column, comment, has_mark) in enumerate(self._lines(end)):
            if i == 0 and self._last is not None:
                self._last.beside = comment or self._last.beside
                continue
            if has_mark or (comment and column <= floor):
                level = len(targets)
            if not comment:
                is_blank = is_blank or not has_mark
                continue
            while level < len(targets) and targets[level][0] > column:
                level += 1
            lines = self._lines_of(targets, level, following)
            lines += ["", comment] if is_blank else [comment]
            is_blank = False
        if is_blank and following is not None:
            following.above.append("")

    def _targets(self) -> list[tuple[int, list[str]]]:
        """Return where a comment may go that stands in at least so far."""
        if self._last is None or self._is_key:
            return []
        own = (self._last.column + 1, self._last.below)
        return [own, *((block.column, block.tail) for block in self._closed)]

    def _lines_of(
        self, targets: list[tuple[int, list[str]]], level: int, following: Entry | None
    ) -> list[str]:
        if level < len(targets):
            return targets[level][1]
        return targets[-1][1] if following is None else following.above

    def _lines(self, end: int) -> Iterator[tuple[int, str, bool]]:
        """Yield column and comment of each line up to *end*, and whether a dash is there.

        Of the last line, what stands before *end* is no line of its own.
        """
        if end < self._at:
            return
        lines = self._text[self._at : end].split("\n")
        last = self._last
        if last is None or len(lines) > 1:
            del lines[-1]
        if last is not None and not self._is_key and _keeps_blank_lines(last):
            first, *rest = lines
            while rest and not rest[0].strip():
                del rest[0]
            lines = [first, *rest]
        for line in lines:
            column, comment = _comment_in(line)
            has_mark = bool(line[: column if comment else None].strip())
            yield column, comment, has_mark


def _entries(part: Part, value: Any) -> Iterator[Entry]:
    if isinstance(part.entries, dict):
        for name, child in part.entries.items():
            column = part.column if child.key is None else child.key.column
            yield Entry(part=child, key=name, value=value[name], column=column)
    else:
        for child, item in zip(part.children, value, strict=True):
            yield Entry(part=child, key=None, value=item, column=part.column)


def _comment_in(line: str) -> tuple[int, str]:
    found = _COMMENT.search(line)
    return (len(line), "") if found is None else (found.start(), found[0].rstrip())


def _keeps_blank_lines(entry: Entry) -> bool:
    """Whether blank lines behind *entry* belong to its value (`|+`)."""
    return entry.part.is_text_block and entry.value.endswith("\n\n")
