"""A tree of blocks as text: two spaces a level, lists in by two, quotes only where needed.

What fills several lines keeps its lines: they move with their entry.
"""

import re
from typing import Any

from reconciler.manifest.minimal_form import rank
from reconciler.manifest.text.block_order import FREE
from reconciler.manifest.text.block_tree import Block, Entry
from reconciler.manifest.text.text_tree import Part, Style
from reconciler.manifest.text.yaml_writer import HIDDEN, flow, scalar

STEP = 2
# A blank behind a backslash may be one that is escaped.
_TRAILING = re.compile(r"(?<!\\)[ \t]+$")


def in_rank(value: Any, key: str | None = None) -> Any:
    """Return *value* with the keys of each object in the order that people read."""
    if isinstance(value, dict):
        keys = value if key == FREE else sorted(value, key=rank)
        return {name: in_rank(value[name], name) for name in keys}
    return [*map(in_rank, value)] if isinstance(value, list) else value


class BlockWriter:
    """Collects the lines of one tree, which was read from *text*."""

    def __init__(self, text: str) -> None:
        """Begin with no line."""
        self._text = text
        self.lines: list[str] = []
        self._leads: dict[str | None, str] = {None: "-"}  # a text has few keys, many times each

    def write(self, block: Block, column: int = 0) -> None:
        """Add the lines of *block*, its keys or dashes in *column*."""
        for entry in block.entries:
            if entry.above:
                self._comments(entry.above, column)
            self._entry(entry, column)
            if not entry.below:
                continue
            # Below a text of several lines, a comment two further in would be part of it.
            self._comments(entry.below, column + (1 if _stays_text_block(entry) else STEP))
        self._comments(block.tail, column)

    def _entry(self, entry: Entry, column: int) -> None:
        if (lead := self._leads.get(entry.key)) is None:
            lead = self._leads[entry.key] = f"{scalar(entry.key)}:"
        beside = f" {entry.beside}" if entry.beside else ""
        if entry.block is None:
            first, *rest = self._value(entry, column)
            if rest and not _stays_text_block(entry):
                rest[-1] += beside
                beside = ""
            self.lines += [f"{' ' * column}{lead} {first}{beside}", *rest]
        elif entry.key is None:
            at = len(self.lines)
            self.write(entry.block, column + STEP)
            line = self.lines[at]
            self.lines[at] = f"{line[:column]}- {line[column + STEP :]}"
        else:
            self.lines.append(f"{' ' * column}{lead}{beside}")
            self.write(entry.block, column + STEP)

    def _comments(self, comments: list[str], column: int) -> None:
        self.lines += [f"{' ' * column}{line}" if line else "" for line in comments]

    def _value(self, entry: Entry, column: int) -> list[str]:
        part, value = entry.part, entry.value
        written = self._text[part.start : part.end]
        if _stays_text_block(entry):
            return self._text_block(part, value, column)
        if part.is_text_block:
            return [scalar(value)]
        if "\n" not in written:
            is_flow = part.style is Style.FLOW
            return [flow(in_rank(value, entry.key)) if is_flow else scalar(value)]
        lines = [_TRAILING.sub("", line) for line in written.split("\n")]
        if part.style is Style.FLOW:
            by = column - entry.column
            return [lines[0], *(_moved(line, by, column) for line in lines[1:])]
        return [lines[0], *(_indented(line.lstrip(" \t"), column + STEP) for line in lines[1:])]

    def _text_block(self, part: Part, value: str, column: int) -> list[str]:
        """Return the header and the lines of a text in literal or folded style."""
        content = value.rstrip("\n")
        kept = len(value) - len(content)
        if part.style is Style.LITERAL:
            lines = content.split("\n")
        else:
            lines = self._folded_lines(part, content)
        starts_in = content.lstrip("\n")[0] in " \t"
        chomping = ("-", "", "+")[min(kept, 2)]
        header = f"{part.style.value}{STEP if starts_in else ''}{chomping}"
        return [
            header,
            *(_indented(line, column + STEP) for line in lines),
            *([""] * (kept - 1)),
        ]

    def _folded_lines(self, part: Part, content: str) -> list[str]:
        end = self._text.find("\n", part.end)
        written = self._text[part.start : len(self._text) if end < 0 else end].split("\n")[1:]
        first = next(line for line in written if line.strip())
        own = content.lstrip("\n")
        indent = (len(first) - len(first.lstrip(" "))) - (len(own) - len(own.lstrip(" ")))
        return [line[indent:] for line in written]


def _stays_text_block(entry: Entry) -> bool:
    """Whether a text in literal or folded style can stay one."""
    if not entry.part.is_text_block or not entry.value.strip() or HIDDEN.search(entry.value):
        return False
    # Where a folded text begins or ends in blanks, its lines do not show how far it stands in.
    lines = entry.value.strip("\n").split("\n")
    is_clear = lines[0].strip() != "" and lines[-1] == lines[-1].rstrip()
    return is_clear or entry.part.style is Style.LITERAL


def _indented(line: str, column: int) -> str:
    return f"{' ' * column}{line}" if line else ""


def _moved(line: str, by: int, column: int) -> str:
    """Return *line* so much further in, but not further out than its entry in *column*."""
    blanks = len(line) - len(line.lstrip(" "))
    return _indented(line[blanks:], max(blanks + by, column))
