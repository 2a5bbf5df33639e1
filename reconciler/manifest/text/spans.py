"""The parts of a YAML or JSON text with the span of each, so that one part can be replaced.

Spans are offsets of characters. Of a collection in block style the span ends where its
last scalar does: comments and blank lines behind it belong to nobody yet.

How a text is laid out, so that what is added to it looks like what is there.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

from reconciler.manifest.text.places import events
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.text.write import DEFAULT, Habits


class Style(Enum):
    """How a part is written."""

    PLAIN = "plain"
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"
    FOLDED = ">"
    ALIAS = "*"
    FLOW = "flow"
    BLOCK = "block"


@dataclass(kw_only=True, slots=True)
class Part:
    """A scalar, alias, object or list.

    `column` is that of its first character; of a list in block style that is the first
    dash. `key` is the key as a part, where this is the value of one.
    """

    start: int
    end: int
    column: int
    style: Style
    entries: "dict[str, Part] | list[Part] | None" = None
    key: "Part | None" = None
    anchor: str | None = None

    @property
    def children(self) -> "list[Part]":
        """The values or items, in their order."""
        entries = self.entries
        return list(entries.values()) if isinstance(entries, dict) else entries or []

    @property
    def is_text_block(self) -> bool:
        """Whether it is a text in literal or folded style."""
        return self.style is Style.LITERAL or self.style is Style.FOLDED

    @property
    def begin(self) -> int:
        """Where the entry begins: the key, where there is one."""
        return self.start if self.key is None else self.key.start


def read_parts(text: str, *, is_json: bool) -> Part:
    """Return the root of *text*, which parses."""
    root: Part | None = None
    opened: list[_Open] = []
    for event in events(text, is_json=is_json):
        kind = event.__class__.__name__
        if kind in _ENDS:
            frame = opened.pop()
            frame.part.end = _end(frame.part, event)
            continue
        if (style := _style(event, kind)) is None:
            continue
        part = _part(text, event, kind, style)
        if opened:
            opened[-1].take(part, event.value if kind == "ScalarEvent" else None)
        root = root or part
        if kind in _STARTS:
            part.entries = _STARTS[kind]()
            opened.append(_Open(part))
    assert root is not None, "a text that parses has a root"  # noqa: S101 - so says the docstring
    return root


def find(root: Part, at: Pointer) -> Part | None:
    """Return what stands at *at*, None where the text does not show it (behind an alias)."""
    part: Part | None = root
    for token in at:
        entries = part.entries if part is not None else None
        if isinstance(entries, dict):
            part = entries.get(str(token))
        elif isinstance(entries, list) and isinstance(token, int) and token < len(entries):
            part = entries[token]
        else:
            return None
    return part


def walk(root: Part) -> Iterator[Part]:
    """Yield every part, parents first."""
    stack = [root]
    while stack:
        part = stack.pop()
        yield part
        stack += reversed(part.children)


@dataclass(slots=True)
class _Open:
    """A collection that is not closed yet, and of an object the key that waits for its value."""

    part: Part
    key: tuple[str, Part] | None = None

    def take(self, part: Part, text: str | None) -> None:
        entries = self.part.entries
        if isinstance(entries, list):
            entries.append(part)
        elif self.key is None:
            self.key = text or "", part
        elif entries is not None:
            name, part.key = self.key
            self.key = None
            if text == "" and part.style is Style.PLAIN:  # no value: it stands behind the colon
                part.start = part.end = part.key.end + 1
            entries[name] = part


_STARTS: dict[str, type[dict[str, Part]] | type[list[Part]]] = {
    "MappingStartEvent": dict,
    "SequenceStartEvent": list,
}
_ENDS = frozenset({"MappingEndEvent", "SequenceEndEvent"})


def _style(event: Any, kind: str) -> Style | None:
    if kind == "AliasEvent":
        return Style.ALIAS
    if kind in _STARTS:
        return Style.FLOW if event.flow_style else Style.BLOCK
    if kind == "ScalarEvent":
        return Style(event.style) if event.style else Style.PLAIN
    return None


def _part(text: str, event: Any, kind: str, style: Style) -> Part:
    start, end = event.start_mark.index, event.end_mark.index
    if style is Style.LITERAL or style is Style.FOLDED:
        end = start + len(text[start:end].rstrip())
    anchor = None if kind == "AliasEvent" else event.anchor
    return Part(start=start, end=end, column=event.start_mark.column, style=style, anchor=anchor)


def _end(part: Part, event: Any) -> int:
    if part.style is Style.FLOW:
        end: int = event.end_mark.index
        return end
    return max((child.end for child in part.children), default=part.start)


class Splice(NamedTuple):
    """What stands from *start* to *end* gives way to *text*."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """The habits of one text.

    `habits` are those of YAML's block style. Of JSON, `unit` is one level of indentation,
    None where all is on one line; `comma` and `colon` have the space that follows them.
    """

    text: str
    newline: str
    is_json: bool
    habits: Habits
    unit: str | None = None
    comma: str = ", "
    colon: str = ": "
    ascii_only: bool = False

    def line_start(self, at: int) -> int:
        """Return where the line of *at* begins."""
        return self.text.rfind("\n", 0, at) + 1

    def next_line(self, at: int) -> int:
        """Return where the line after that of *at* begins."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def indentation(self, at: int) -> str:
        """Return the white space that the line of *at* begins with."""
        line = self.text[self.line_start(at) : self.next_line(at)]
        return line[: len(line) - len(line.lstrip())].rstrip("\r\n")

    def is_one_line(self, part: Part) -> bool:
        """Return whether *part* does not go over the end of a line."""
        return "\n" not in self.text[part.start : part.end]

    def json(self, value: Any, base: str | None) -> str:
        """Return *value* as JSON; all lines but the first stand in by *base*, None for one line."""
        if base is None or self.unit is None:
            separators = (self.comma, self.colon)
            return json.dumps(value, ensure_ascii=self.ascii_only, separators=separators)
        return f"{self.newline}{base}".join(self._json_lines(value))

    def _json_lines(self, value: Any) -> Iterator[str]:
        short = (
            not isinstance(value, dict | list)
            or not value
            or (
                self.habits.short_lists
                and isinstance(value, list)
                and not any(isinstance(each, dict | list) for each in value)
            )
        )
        if short:
            yield json.dumps(value, ensure_ascii=self.ascii_only)
            return
        is_object = isinstance(value, dict)
        yield "{" if is_object else "["
        for i, each in enumerate(value):
            lead = f"{json.dumps(each, ensure_ascii=self.ascii_only)}: " if is_object else ""
            *lines, last = self._json_lines(value[each] if is_object else each)
            lines.append(last + ("," if i < len(value) - 1 else ""))
            yield f"{self.unit}{lead}{lines[0]}"
            yield from (f"{self.unit}{line}" for line in lines[1:])
        yield "}" if is_object else "]"


def layout_of(text: str, root: Part, *, is_json: bool) -> Layout:
    """Return the layout of *text*, whose parts begin at *root*."""
    newline = "\r\n" if "\r\n" in text else "\n"
    habits = _habits(text, root)
    if not is_json:
        return Layout(text=text, newline=newline, is_json=False, habits=habits)
    indented = next((c for c in root.children if "\n" in text[root.start : c.begin]), None)
    unit = None
    if indented is not None:
        line = text.rfind("\n", 0, indented.begin) + 1
        unit = text[line : indented.begin]
    has_space = '": ' in text
    return Layout(
        text=text,
        newline=newline,
        is_json=True,
        habits=habits,
        unit=unit,
        comma=", " if has_space else ",",
        colon=": " if has_space else ":",
        ascii_only=text.isascii() and "\\u" in text,
    )


def _habits(text: str, root: Part) -> Habits:
    """Return how objects and lists stand in below their keys, by the first of each."""
    columns: dict[type, int] = {}
    for part in walk(root):
        if part.style is Style.BLOCK and part.key is not None and part.anchor is None:
            columns.setdefault(type(part.entries), part.column - part.key.column)
    return Habits(
        step=columns.get(dict, DEFAULT.step),
        offset=columns.get(list, DEFAULT.offset),
        short_lists=any(_is_short_list(part, text) for part in walk(root)),
    )


def _is_short_list(part: Part, text: str) -> bool:
    return (
        isinstance(part.entries, list)
        and part.style is Style.FLOW
        and any(item.entries is None for item in part.entries)
        and "\n" not in text[part.start : part.end]
    )
