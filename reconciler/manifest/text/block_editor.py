"""Edits of objects and lists in YAML's block style, line by line.

Comment lines directly above an element, in its column, belong to it and are removed with it.
So are comments directly below that are indented deeper than the element.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.manifest.minimal_form import rank
from reconciler.manifest.text.layout import Layout, Splice
from reconciler.manifest.text.tree import Node, PartStyle
from reconciler.manifest.text.yaml_writer import (
    block_lines,
    entry_lines,
    flow,
    is_literal,
    literal_lines,
    quoted_scalar,
    scalar,
)


class BlockEditor:
    """Builds the splices for the collections in block style of one text."""

    def __init__(self, layout: Layout) -> None:
        """Edit the text of *layout*."""
        self._layout = layout
        self._text = layout.text

    def entries(
        self, part: Node, puts: Mapping[str, Any], drops: Sequence[str]
    ) -> Iterator[Splice]:
        """Yield the splices of the edits of keys in the object *part*."""
        assert isinstance(part.entries, Mapping)  # noqa: S101 - an object, says the caller
        left = {name: child for name, child in part.entries.items() if name not in drops}
        new: dict[str, list[str]] = {}
        for name in sorted(puts, key=rank):
            if (old := part.entries.get(name)) is not None:
                yield self._replaced(old, puts[name])
            else:
                new.setdefault(predecessor(name, left), []).append(name)
        column = _column(part)
        for before, names in new.items():
            at = self._after(left[before].end, column)
            lines = (
                line
                for name in names
                for line in entry_lines(name, puts[name], self._layout.habits)
            )
            yield Splice(at, at, self._indented(lines, column))
        yield from self._without_keys(part, drops, column)

    def items(self, part: Node, adds: Sequence[Any], drops: Sequence[int]) -> Iterator[Splice]:
        """Yield the splices of the edits of items in the list *part*."""
        items = part.children
        if len(drops) == len(items) and not adds:
            yield self._replaced(part, [])
            return
        for i in drops:
            dash = part.start if i == 0 else self._dash(items[i - 1], part.column)
            yield self._without_lines(dash, items[i].end, part.column)
        if adds:
            at = self._after(items[-1].end, part.column)
            lines = block_lines(list(adds), self._layout.habits)
            yield Splice(at, at, self._indented(lines, part.column))

    def _replaced(self, old: Node, value: Any) -> Splice:
        if not isinstance(value, dict | list):
            return self._scalar(old, value)
        if value and old.style is PartStyle.BLOCK:
            return Splice(old.start, old.end, self._lines(value, old.column).lstrip(" "))
        if value and old.style is PartStyle.FLOW and old.entries:
            return Splice(old.start, old.end, flow(value))
        assert old.name is not None  # noqa: S101 - items are not put one by one
        if not value:
            return Splice(old.key_end + 1, old.end, f" {flow(value)}")
        indent = self._layout.habits.step if isinstance(value, dict) else self._layout.habits.offset
        lines = self._lines(value, old.begin_column + indent)
        return Splice(old.key_end + 1, old.end, f"{self._layout.newline}{lines}")

    def _scalar(self, old: Node, value: Any) -> Splice:
        is_block = old.style in {PartStyle.LITERAL, PartStyle.FOLDED}
        if is_block and old.name is not None and isinstance(value, str) and is_literal(value):
            header, *lines = literal_lines(
                value, indent=old.begin_column + self._layout.habits.step
            )
            return Splice(old.start, old.end, self._layout.newline.join((header, *lines)))
        space = " " if old.start == old.end else ""
        return Splice(old.start, old.end, space + in_style(value, old.style))

    def _without_keys(self, part: Node, drops: Sequence[str], column: int) -> Iterator[Splice]:
        children = part.children
        names = [*part.entries] if isinstance(part.entries, Mapping) else []
        removed = [name in drops for name in names]
        first_stays = removed.index(False) if False in removed else len(removed)
        if first_stays and self._text[self._layout.line_start(part.start) : part.start].strip():
            # The first key follows a dash, which the first remaining key takes over.
            yield Splice(part.start, children[first_stays].begin, "")
            removed[:first_stays] = [False] * first_stays
        for child, goes in zip(children, removed, strict=True):
            if goes:
                yield self._without_lines(child.begin, child.end, column)

    def _without_lines(self, begin: int, end: int, column: int) -> Splice:
        start, stop = self._layout.line_start(begin), self._after(end, column)
        while start and self._comment_column(above := self._layout.line_start(start - 1)) == column:
            start = above
        # One of two blank lines that would become adjacent is removed.
        above = self._layout.line_start(start - 1) if start else 0
        if start and self._is_blank(above) and (stop == len(self._text) or self._is_blank(stop)):
            start = above
        return Splice(start, stop, "")

    def _after(self, end: int, column: int) -> int:
        """Return the end of the lines of an element in *column* whose last scalar ends at *end*."""
        at = self._layout.next_line(end)
        while self._comment_column(at) > column:
            at = self._layout.next_line(at)
        return at

    def _dash(self, before: Node, column: int) -> int:
        """Return the position of the dash, in *column*, of the item that follows *before*."""
        at = self._layout.next_line(before.end)
        while self._text[at : at + column + 1] != " " * column + "-":
            at = self._layout.next_line(at)
        return at + column

    def _comment_column(self, at: int) -> int:
        """Return the column of the comment that fills the line at *at*, -1 if there is none."""
        line = self._text[at : self._layout.next_line(at)]
        stripped = line.lstrip(" ")
        return len(line) - len(stripped) if stripped.startswith("#") else -1

    def _is_blank(self, at: int) -> bool:
        return not self._text[at : self._layout.next_line(at)].strip()

    def _lines(self, value: Any, column: int) -> str:
        lines = block_lines(value, self._layout.habits)
        return self._indented(lines, column).removesuffix(self._layout.newline)

    def _indented(self, lines: Iterator[str], column: int) -> str:
        return "".join(
            f"{' ' * column}{line}{self._layout.newline}" if line else self._layout.newline
            for line in lines
        )


def predecessor(name: str, present: Mapping[str, Node]) -> str:
    """Return the key of *present* after which the new key *name* is inserted."""
    known = [other for other in present if rank(other) <= rank(name)]
    return max(reversed(known), key=rank) if known else [*present][-1]


def in_style(value: Any, style: PartStyle) -> str:
    """Return the scalar *value* on one line, quoted like the scalar that it replaces."""
    if not isinstance(value, str) or style not in {PartStyle.SINGLE, PartStyle.DOUBLE}:
        return scalar(value)
    return quoted_scalar(value, style.value)


def _column(part: Node) -> int:
    return part.children[0].begin_column if part.is_object else part.column
