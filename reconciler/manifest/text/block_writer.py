"""Rewrites a YAML text in block style: two spaces per level, quotes only where needed.

Keys are put in the usual reading order. Values of several lines keep their lines and move with
their entry; so do comments and the blank line before an entry. Comments at the top of the file
are about the file and stay there.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.manifest.minimal_form import rank
from reconciler.manifest.text.comments import Comments, read_comments
from reconciler.manifest.text.tree import Node, PartStyle
from reconciler.manifest.text.yaml_writer import HIDDEN, flow, scalar
from reconciler.regex import regex

STEP = 2
FREE = frozenset({"labels", "renamedStatuses"})  # their keys are the user's own
_START = regex(r"^---(?=\s|$).*\n", re.MULTILINE)
_END = regex(r"^(?:\.\.\.|---)(?=\s|$)", re.MULTILINE)
# Where nothing follows it, other readers of YAML see a second document behind it.
_NOTHING = r"[ \t]*+(?:#[^\n]*+)?\n"
_EMPTY_DOCUMENT = regex(
    rf"^---(?=\s)(?={_NOTHING}(?:(?:(?:---|\.\.\.)(?=\s))?+{_NOTHING})*+\Z)[ \t]*+\n?", re.MULTILINE
)
# A blank after a backslash may be escaped.
_TRAILING = regex(r"(?<!\\)[ \t]+$")


def in_rank(value: Any, *, is_free: bool = False) -> Any:
    """Return *value* with the keys of each object in the usual reading order, unless it *is_free*.

    What is in it may be nevertheless.
    """
    if isinstance(value, dict):
        keys = value if is_free else sorted(value, key=rank)
        return {name: in_rank(value[name], is_free=name in FREE) for name in keys}
    return [*map(in_rank, value)] if isinstance(value, list) else value


def block_text(text: str, root: Node) -> str:
    """Return *text* rewritten; its *root* is in block style, without anchors."""
    text = text[: root.end] + _EMPTY_DOCUMENT.sub("", text[root.end :])
    start = max((found.end() for found in _START.finditer(text, 0, root.start)), default=0)
    found = _END.search(text, root.end)
    end = len(text) if found is None else found.start()
    comments = read_comments(text, root, start=start, end=end)
    head = _head(comments[root.children[0].start])
    above, lines = _Writer(text, comments).block(root, 0)
    before, behind = text[:start].split("\n")[:-1], text[end:].rstrip().split("\n")
    return "".join(
        f"{line}\n"
        for line in (
            *map(str.rstrip, before),
            *head,
            *above,
            *lines,
            *(map(str.rstrip, behind) if text[end:] else ()),
        )
    )


def _head(first: Comments) -> list[str]:
    """Return the comments about the file, which are removed from those above its *first* entry."""
    lines = _without_lead(first.above)
    # A blank line separates the comments about the file from those about the first key.
    blank = max((i for i, line in enumerate(lines) if not line), default=len(lines))
    first.above = lines[blank + 1 :]
    return lines[: blank + 1]


class _Writer:
    """Writes the parts of one text."""

    def __init__(self, text: str, comments: Mapping[int, Comments]) -> None:
        self._text = text
        self._comments = comments
        self._leads: dict[str | None, str] = {None: "-"}  # a text has few keys, many times each

    def block(self, part: Node, column: int) -> tuple[list[str], list[str]]:
        """Return the comments above the first entry of *part*, and the lines from there on."""
        entries = part.children
        parted = [self._comments[entry.start].above[:1] == [""] for entry in entries]
        # No blank line precedes the first entry: it is treated like the second one.
        parted[0] = parted[1] if len(entries) > 1 else False
        order = [*zip(entries, parted, strict=True)]
        if part.is_object and part.name not in FREE:
            order.sort(key=lambda each: rank(each[0].name or ""))
        first: list[str] = []
        lines: list[str] = []
        for i, (entry, is_parted) in enumerate(order):
            above, own = self._entry(entry, column)
            if i == 0:
                first = above
            elif is_parted or above:
                lines += _indented([""] * is_parted + above, column)
            lines += own
        return first, lines + _indented(self._comments[part.start].tail, column)

    def _entry(self, part: Node, column: int) -> tuple[list[str], list[str]]:
        """Return the comments above *part*, and the lines from its key or dash on."""
        about, name = self._comments[part.start], part.name
        above = _without_lead(about.above)
        if (lead := self._leads.get(name)) is None:
            lead = self._leads[name] = f"{scalar(name)}:"
        lead = f"{' ' * column}{lead}"
        beside = f" {about.beside}" if about.beside else ""
        if part.style is PartStyle.BLOCK:
            inner, lines = self.block(part, column + STEP)
            if name is None:  # nothing comes between a dash and the first key
                lines[0] = f"{lead} {lines[0][column + STEP :]}"
                return above + inner, lines
            return above, [f"{lead}{beside}", *_indented(inner, column + STEP), *lines]
        first, *rest = self._value(part, about, column)
        if rest and not _stays_text_block(part):
            rest[-1] += beside
            beside = ""
        # A comment indented by two more, below a text block, would become part of the block.
        below = column + (1 if _stays_text_block(part) else STEP)
        return above, [f"{lead} {first}{beside}", *rest, *_indented(about.below, below)]

    def _value(self, part: Node, about: Comments, column: int) -> list[str]:
        written = self._text[part.start : part.end]
        if _stays_text_block(part):
            return self._text_block(part, column)
        if part.is_text_block:
            return [scalar(part.value)]
        if "\n" not in written:
            if part.style is not PartStyle.FLOW:
                return [scalar(part.value)]
            return [flow(in_rank(part.value, is_free=part.name in FREE))]
        first, *rest = [_TRAILING.sub("", line) for line in written.split("\n")]
        if part.style is PartStyle.FLOW:
            by = column - about.column
            return [first, *(_indented_by(line, by, column) for line in rest)]
        return [first, *_indented((line.lstrip(" \t") for line in rest), column + STEP)]

    def _text_block(self, part: Node, column: int) -> list[str]:
        """Return the header and the lines of a scalar in literal or folded style."""
        value = part.value
        content = value.rstrip("\n")
        kept = len(value) - len(content)
        if part.style is PartStyle.LITERAL:
            lines = content.split("\n")
        else:
            lines = self._folded_lines(part, content)
        starts_in = content.lstrip("\n")[0] in " \t"
        chomping = ("-", "", "+")[min(kept, 2)]
        header = f"{part.style.value}{STEP if starts_in else ''}{chomping}"
        return [header, *_indented(lines, column + STEP), *([""] * (kept - 1))]

    def _folded_lines(self, part: Node, content: str) -> list[str]:
        end = self._text.find("\n", part.end)
        written = self._text[part.start : len(self._text) if end < 0 else end].split("\n")[1:]
        first = next(line for line in written if line.strip())
        own = content.lstrip("\n")
        indent = (len(first) - len(first.lstrip(" "))) - (len(own) - len(own.lstrip(" ")))
        return [line[indent:] for line in written]


def _stays_text_block(part: Node) -> bool:
    """Return whether a scalar in literal or folded style can stay one."""
    text = part.text or ""
    if not part.is_text_block or not text.strip() or HIDDEN.search(text):
        return False
    # If a folded text begins or ends with blanks, its lines do not show its indentation.
    lines = text.strip("\n").split("\n")
    is_clear = lines[0].strip() != "" and lines[-1] == lines[-1].rstrip()
    return is_clear or part.style is PartStyle.LITERAL


def _without_lead(lines: list[str]) -> list[str]:
    return lines[1:] if lines[:1] == [""] else lines


def _indented(lines: Iterable[str], column: int) -> list[str]:
    return [f"{' ' * column}{line}" if line else "" for line in lines]


def _indented_by(line: str, by: int, column: int) -> str:
    """Return *line* indented by that much more, but never less than its entry in *column*."""
    blanks = len(line) - len(line.lstrip(" "))
    return " " * max(blanks + by, column) + line[blanks:] if line else ""
