"""A manifest's text in the one layout that `fmt` gives it; the value stays what it was.

JSON is written anew. Of YAML in block style each entry is written anew with its comments.
A YAML text with anchors, or in flow style as a whole, keeps its layout.

A tree of blocks as text: two spaces a level, lists in by two, quotes only where needed.

What fills several lines keeps its lines: they move with their entry.

The keys of each object in the order that people read, each with its comments.

Comments, and the blank line that parts an entry from the one before, go where the entry
goes. What stands on top of the file is about the file, and stays there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reconciler.errors import ManifestError, ReconcilerError
from reconciler.manifest.draft import parse_manifest
from reconciler.manifest.load import collector_paused
from reconciler.manifest.minimal_form import rank
from reconciler.manifest.text.comments import Block, Entry, read_blocks
from reconciler.manifest.text.editor import says
from reconciler.manifest.text.spans import Layout, Part, Style, read_parts, walk
from reconciler.manifest.text.write import HIDDEN, UNPRINTABLE, Habits, flow, scalar

FREE = "labels"  # its keys are the user's own


@dataclass(frozen=True, kw_only=True, slots=True)
class Ordered:
    """The tree, and the lines on top of the file."""

    head: tuple[str, ...]
    root: Block


def ordered(root: Block) -> Ordered:
    """Return *root*, its keys brought into their order in place."""
    first = root.entries[0]
    lines = _without_lead(first.above)
    # A blank line parts what is about the file from what is about the first key.
    blank = max((i for i, line in enumerate(lines) if not line), default=-1)
    if blank >= 0:
        head, first.above = (*lines[:blank], ""), lines[blank + 1 :]
    else:
        head, first.above = tuple(lines), []
    _order(root)
    return Ordered(head=head, root=root)


def _order(block: Block, key: str | None = None) -> None:
    for entry in block.entries:
        if entry.block is not None:
            _order(entry.block, entry.key)
            if entry.key is None:  # nothing stands between a dash and the first key
                inner = entry.block.entries[0]
                entry.above += inner.above
                inner.above = []
    # What was first had nothing to be parted from: it is like the one that followed.
    first, *others = block.entries
    parted = {id(entry) for entry in others if _has_lead(entry)}
    if others and id(others[0]) in parted:
        parted.add(id(first))
    for entry in block.entries:
        entry.above = _without_lead(entry.above)
    if first.key is not None and key != FREE:
        block.entries.sort(key=lambda entry: rank(entry.key or ""))
    for entry in block.entries[1:]:
        if id(entry) in parted:
            entry.above.insert(0, "")


def _has_lead(entry: Entry) -> bool:
    return entry.above[:1] == [""]


def _without_lead(lines: list[str]) -> list[str]:
    return lines[1:] if lines[:1] == [""] else lines


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


_START = re.compile(r"^---(?=\s|$).*\n", re.MULTILINE)
_END = re.compile(r"^\.\.\.(?=\s|$)", re.MULTILINE)


def canonical_text(text: str, *, file: str) -> str | None:
    """Return *text* in the canonical layout, None where it is no manifest.

    JSON where *file* ends so, else YAML. Raises ManifestError where it does not parse,
    ReconcilerError where it cannot be written in that layout without changing its value.
    """
    with collector_paused():
        return _canonical(text, file)


def _canonical(text: str, file: str) -> str | None:
    parsed = parse_manifest(text, file=file)
    if parsed is None:
        return None
    if parsed.faults:
        raise ManifestError(parsed.faults)
    is_json = file.lower().endswith(".json")
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    candidates = [_json(parsed.value)] if is_json else _yaml(lines, parsed.value)
    for candidate in candidates:
        if says(candidate, parsed.value, file=file):
            return candidate
    raise ReconcilerError(
        f"{file} was left as it is: in the canonical layout it would not say the same",
        hint="this is a shortcoming of reconciler; please report it with the file",
    )


def _json(value: Any) -> str:
    layout = Layout(text="", newline="\n", is_json=True, habits=Habits(short_lists=True), unit="  ")
    return HIDDEN.sub(_escaped, layout.json(in_rank(value), "")) + "\n"


def _escaped(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))


def _yaml(text: str, value: Any) -> Iterator[str]:
    whole = text if text.endswith("\n") else f"{text}\n"
    # libyaml, which finds the parts, takes some characters for line breaks and others not at all.
    root = None if UNPRINTABLE.search(whole) else read_parts(whole, is_json=False)
    if root is not None and root.style is Style.BLOCK and not _has_anchors(root):
        yield _block_text(whole, root, value)
        return
    yield f"{whole.rstrip()}\n"
    yield whole
    yield text


def _has_anchors(root: Part) -> bool:
    return any(part.anchor is not None or part.style is Style.ALIAS for part in walk(root))


def _block_text(text: str, root: Part, value: Any) -> str:
    start = max((found.end() for found in _START.finditer(text, 0, root.start)), default=0)
    last = max(part.end for part in walk(root))
    found = _END.search(text, last)
    end = len(text) if found is None else found.start()
    tree = ordered(read_blocks(text, root, value, start=start, end=end))
    writer = BlockWriter(text)
    writer.lines += [line.rstrip() for line in text[:start].split("\n")[:-1]]
    writer.lines += tree.head
    writer.write(tree.root)
    writer.lines += [line.rstrip() for line in text[end:].rstrip().split("\n") if text[end:]]
    return "".join(f"{line}\n" for line in writer.lines)
