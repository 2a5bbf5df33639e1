"""The comments and blank lines about each part of a YAML text in block style.

A comment at the end of a line belongs to the entry on that line. A comment on its own line
belongs to the entry that follows in its column, or to the one above if it is indented deeper.
A comment at the end of an object or list stays there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reconciler.manifest.text.tree import Node, PartStyle
from reconciler.regex import regex

_COMMENT = regex(r"(?:^|(?<=[ \t]))#.*")


@dataclass(kw_only=True, slots=True)
class Comments:
    """The comment lines about a value or item, "" for a blank line.

    `column` is the column of its key or dash. `below` are comments that are indented deeper,
    `tail` those at the end of an object or list, in the column of its entries.
    """

    column: int
    above: list[str] = field(default_factory=list)
    beside: str = ""
    below: list[str] = field(default_factory=list)
    tail: list[str] = field(default_factory=list)


def read_comments(text: str, root: Node, *, start: int, end: int) -> Mapping[int, Comments]:
    """Return the comments of *text* from *start* to *end*, by the start of the value or item.

    *root* is in block style, without anchors.
    """
    reader = _Reader(text, start)
    reader.block(root, Comments(column=root.column))
    reader.gap(end, None)
    return reader.found


class _Reader:
    """Reads the text once, from one key or scalar to the next."""

    def __init__(self, text: str, start: int) -> None:
        self.found: dict[int, Comments] = {}
        self._text = text
        self._at = start
        self._last: Comments | None = None  # of the entry whose key or scalar was the last one
        self._is_key = False
        self._keeps_blank_lines = False  # blank lines after it belong to the value (`|+`)
        self._closed: list[tuple[int, list[str]]] = []  # since then, the innermost first
        self._begun: Comments | None = None  # of the outermost entry without a key or scalar yet

    def block(self, part: Node, about: Comments) -> None:
        """Read the object or list *part*."""
        self.found[part.start] = about
        for child in part.children:
            entry = Comments(column=part.column if child.name is None else child.begin_column)
            self._begun = self._begun or entry
            if child.name is not None:
                self._key(child, entry)
            if child.style is PartStyle.BLOCK:
                self.block(child, entry)
            else:
                self.found[child.start] = entry
                self._leaf(child, entry)
        self._closed.append((part.column, about.tail))

    def _key(self, part: Node, entry: Comments) -> None:
        self.gap(part.begin, self._begun)
        self._passed(entry, part.key_end, is_key=True)

    def _leaf(self, part: Node, entry: Comments) -> None:
        if self._begun is not None:
            self.gap(part.start, self._begun)
        elif "#" in self._text[self._at : part.start]:  # between a key and its scalar
            entry.above += [c for _, c, _ in self._lines(part.start) if c]
        self._passed(entry, part.end, is_key=False)
        if part.is_text_block:
            self._keeps_blank_lines = (part.text or "").endswith("\n\n")
            header = self._text[part.start : part.end].partition("\n")[0]
            entry.beside = _comment_in(header)[1]

    def _passed(self, entry: Comments, end: int, *, is_key: bool) -> None:
        self._begun = None
        self._closed = []
        self._last, self._is_key = entry, is_key
        self._keeps_blank_lines = False
        self._at = max(self._at, end)

    def gap(self, end: int, following: Comments | None) -> None:
        """Assign the comments before *end* to an entry already read, or to *following*."""
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
        """Return the possible targets of a comment that is indented at least that far."""
        if self._last is None or self._is_key:
            return []
        return [(self._last.column + 1, self._last.below), *self._closed]

    def _lines_of(
        self, targets: list[tuple[int, list[str]]], level: int, following: Comments | None
    ) -> list[str]:
        if level < len(targets):
            return targets[level][1]
        return targets[-1][1] if following is None else following.above

    def _lines(self, end: int) -> Iterator[tuple[int, str, bool]]:
        """Yield column and comment of each line up to *end*, and whether a dash is there.

        The part of the last line before *end* does not count as a line.
        """
        if end < self._at:
            return
        lines = self._text[self._at : end].split("\n")
        if self._last is None or len(lines) > 1:
            del lines[-1]
        if self._keeps_blank_lines:
            first, *rest = lines
            while rest and not rest[0].strip():
                del rest[0]
            lines = [first, *rest]
        for line in lines:
            column, comment = _comment_in(line)
            has_mark = bool(line[: column if comment else None].strip())
            yield column, comment, has_mark


def _comment_in(line: str) -> tuple[int, str]:
    found = _COMMENT.search(line)
    return (len(line), "") if found is None else (found.start(), found[0].rstrip())
