"""Edits of objects and lists in YAML's block style, line by line.

Comment lines directly above an element, in its column, belong to it and are removed with it.
So are comments directly below that are indented deeper than the element.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.manifest.minimal_form import rank
from reconciler.manifest.text.flow_editor import FlowEditor, in_style, is_flat, predecessor
from reconciler.manifest.text.layout import Layout, Splice
from reconciler.manifest.text.list_steps import list_steps
from reconciler.manifest.text.tree import Node, PartStyle
from reconciler.manifest.text.yaml_writer import (
    block_lines,
    entry_lines,
    flow,
    is_literal,
    literal_lines,
)
from reconciler.regex import regex

_COMMENT = regex(r"[ \t]+#[^\r\n]*")


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
                yield from self._replaced(old, puts[name])
            else:
                new.setdefault(predecessor(name, left), []).append(name)
        column = self._column(part)
        first = part.children[0]
        dash = self._text[self._layout.line_start(first.begin) : first.begin].strip(" ")
        if dash == "-" and first.name not in drops and first.name is not None:
            # Directly behind its dash an object may get a key that is read before all others.
            for name in [name for name in puts if name not in part.entries]:
                if rank(name) < min(map(rank, left)):
                    new[predecessor(name, left)].remove(name)
                    entry = self._indented(
                        entry_lines(name, puts[name], self._layout.habits), column
                    )
                    yield Splice(first.begin, first.begin, f"{entry.lstrip(' ')}{' ' * column}")
        for before, names in new.items():
            at = self._after(left[before].end, column)
            lines = (
                line
                for name in names
                for line in entry_lines(name, puts[name], self._layout.habits)
            )
            yield Splice(at, at, self._indented(lines, column))
        spans = [(child.begin, child.end) for child in part.children]
        yield from self._without(spans, [name in drops for name in part.entries], part, column)

    def items(self, part: Node, adds: Sequence[Any], drops: Sequence[int]) -> Iterator[Splice]:
        """Yield the splices of the edits of items in the list *part*."""
        items = part.children
        if len(drops) == len(items) and not adds:
            yield from self._replaced(part, [])
            return
        spans = [(dash, item.end) for dash, item in zip(self._dashes(part), items, strict=True)]
        yield from self._without(spans, [i in drops for i in range(len(items))], part, part.column)
        if adds:
            yield self._added(items[-1], part.column, adds)

    def _added(self, item: Node, column: int, adds: Sequence[Any]) -> Splice:
        at = self._after(item.end, column)
        lines = block_lines(list(adds), self._layout.habits)
        return Splice(at, at, self._indented(lines, column))

    def _replaced(self, old: Node, value: Any) -> Iterator[Splice]:
        if not isinstance(value, dict | list):
            yield self._scalar(old, value)
        elif isinstance(value, list) and is_flat(old, value):
            yield from self._merged(old, value)
        elif value and old.style is PartStyle.BLOCK:
            yield Splice(old.start, old.end, self._lines(value, old.column).lstrip(" "))
        elif value and old.style is PartStyle.FLOW and old.entries:
            yield Splice(old.start, old.end, flow(value))
        else:
            yield self._behind_key(old, value)

    def _merged(self, old: Node, value: Sequence[Any]) -> Iterator[Splice]:
        """Yield the edits of the items of the list of scalars *old* that make it *value*."""
        if old.style is PartStyle.FLOW:
            yield from FlowEditor(self._layout).merged(old, value)
            return
        steps = list_steps(old.value, value)
        items, column = old.children, old.column
        yield from (self._scalar(items[i], new) for i, new in steps.puts.items())
        spans = [(dash, item.end) for dash, item in zip(self._dashes(old), items, strict=True)]
        yield from self._without(spans, [i in steps.drops for i in range(len(items))], old, column)
        for i, adds in steps.adds.items():
            if i >= 0:
                yield self._added(items[i], column, adds)
                continue
            lines = self._indented(block_lines(adds, self._layout.habits), column)
            start = self._layout.line_start(old.start)
            if self._text[start : old.start].strip():  # behind another dash
                at, lines = old.start, f"{lines.lstrip(' ')}{' ' * column}"
            else:
                at = self._with_comments(start, column)
            yield Splice(at, at, lines)

    def _behind_key(self, old: Node, value: Any) -> Splice:
        """Return the edit that puts *value* behind the key of *old*, whose comment stays."""
        assert old.name is not None  # noqa: S101 - items are not put one by one
        newline = self._layout.newline
        at = self._layout.behind_colon(old)
        lead = "" if at is not None else f"{newline}{' ' * self._key_column(old)}:"
        at = old.key_end if at is None else at
        comment = _COMMENT.match(self._text, at)
        is_list = isinstance(value, list)
        habits = self._layout.habits
        column = self._key_column(old) + (habits.offset if is_list and value else habits.step)
        end = max(at, old.end) if lead == "" else at
        if comment is not None and comment.end() <= end:
            at = comment.end()
        elif not value:
            return Splice(at, end, f"{lead} {flow(value)}")
        return Splice(at, end, f"{lead}{newline}{self._lines(value, column)}")

    def _scalar(self, old: Node, value: Any) -> Splice:
        if old.is_text_block:
            header = self._text[old.start : old.end].partition("\n")[0]
            comment = _COMMENT.search(header)
            behind = comment[0].rstrip("\r") if comment is not None else ""
            if old.name is not None and isinstance(value, str) and is_literal(value):
                head, *lines = literal_lines(
                    value, indent=old.begin_column + self._layout.habits.step
                )
                made = self._layout.newline.join((f"{head}{behind}", *lines))
            else:
                made = f"{in_style(value, old.style)}{behind}"
            return Splice(old.start, old.end, made)
        if old.start == old.end and old.name is not None:
            if self._layout.behind_colon(old) is None:
                lead = f"{self._layout.newline}{' ' * self._key_column(old)}: "
                return Splice(old.key_end, old.key_end, lead + in_style(value, old.style))
            return Splice(old.start, old.end, f" {in_style(value, old.style)}")
        space = " " if old.start == old.end else ""
        return Splice(old.start, old.end, space + in_style(value, old.style))

    def _without(
        self, spans: Sequence[tuple[int, int]], removed: list[bool], part: Node, column: int
    ) -> Iterator[Splice]:
        """Yield the splices that remove entries of *part*, which begin and end at *spans*."""
        first_stays = removed.index(False) if False in removed else len(removed)
        if first_stays and self._text[self._layout.line_start(part.start) : part.start].strip():
            # The first entry follows a dash, which the first remaining one takes over.
            begin = spans[first_stays][0]
            between = self._text[self._after(spans[first_stays - 1][1], column) : begin]
            stays = len(between.lstrip()) if "#" in between else 0
            marks = begin - self._line_text_start(begin)
            yield Splice(part.start, begin - max(stays, marks), "")
            removed = [False] * first_stays + removed[first_stays:]
        for (begin, end), goes in zip(spans, removed, strict=True):
            if goes:
                yield self._without_lines(begin, end, column)

    def _line_text_start(self, at: int) -> int:
        """Return where `? ` begins if the key at *at* stands behind it, else *at*."""
        return at - 2 if self._text[max(0, at - 2) : at] == "? " else at

    def _without_lines(self, begin: int, end: int, column: int) -> Splice:
        start = self._with_comments(self._layout.line_start(begin), column)
        stop = self._after(end, column)
        # One of two blank lines that would become adjacent is removed.
        above = self._layout.line_start(start - 1) if start else 0
        if start and self._is_blank(above) and (stop == len(self._text) or self._is_blank(stop)):
            start = above
        return Splice(start, stop, "")

    def _with_comments(self, start: int, column: int) -> int:
        """Return the start of the comments in *column* that stand right above the line *start*."""
        while start and self._comment_column(above := self._layout.line_start(start - 1)) == column:
            start = above
        return start

    def _after(self, end: int, column: int) -> int:
        """Return the end of the lines of an element in *column* whose last scalar ends at *end*."""
        at = self._layout.next_line(end)
        while self._comment_column(at) > column:
            at = self._layout.next_line(at)
        return at

    def _dashes(self, part: Node) -> Iterator[int]:
        """Yield the position of the dash of each item of the list *part*."""
        dash, lead = part.start, " " * part.column + "-"
        yield dash
        for before in part.children[:-1]:
            # An item without a value ends where libyaml found the next dash.
            at = max(self._layout.next_line(dash), self._layout.line_start(before.end))
            while at < len(self._text) and not self._text.startswith(lead, at):
                at = self._layout.next_line(at)
            dash = at + part.column
            yield dash

    def _column(self, part: Node) -> int:
        return self._key_column(part.children[0]) if part.is_object else part.column

    def _key_column(self, entry: Node) -> int:
        return entry.begin_column - (entry.begin - self._line_text_start(entry.begin))

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
