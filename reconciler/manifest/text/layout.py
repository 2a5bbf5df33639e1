"""The layout of a text, so that additions look like the rest of it."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from reconciler.manifest.text.json_part import JsonPart, has_short_lists
from reconciler.manifest.text.tree import Node, PartStyle, Span, walk
from reconciler.manifest.text.yaml_writer import DEFAULT, Habits
from reconciler.regex import regex
from reconciler.value import Value


class Splice(NamedTuple):
    """A replacement of the characters from *start* to *end* by *text*."""

    start: int
    end: int
    text: str


_COLON = regex(r"(?:[ \t]*(?:(?<=[ \t])#[^\n]*)?\r?\n)*[ \t]*:")


class Layout(Value):
    """The layout of one text.

    `habits` are those of YAML's block style. For JSON, `unit` is one level of indentation,
    None if it is on one line; `comma` and `colon` include the white space after them.
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
        """Return the start of the line of *at*."""
        return self.text.rfind("\n", 0, at) + 1

    def next_line(self, at: int) -> int:
        """Return the start of the line after that of *at*."""
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1

    def indentation(self, at: int) -> str:
        """Return the white space at the start of the line of *at*."""
        line = self.text[self.line_start(at) : self.next_line(at)]
        return line[: len(line) - len(line.lstrip())].rstrip("\r\n")

    def behind_colon(self, part: Span) -> int | None:
        """Return where the value of the entry *part* may start, None if no colon follows its key.

        The colon need not touch the key, and stands on a line of its own behind `? key`.
        """
        found = _COLON.match(self.text, part.key_end)
        return None if found is None else found.end()

    def is_one_line(self, part: Span) -> bool:
        """Return whether *part* is on a single line."""
        return "\n" not in self.text[part.start : part.end]

    def json(self, value: Any, base: str | None) -> str:
        """Return *value* as JSON, indented by *base* after the first line; None for one line."""
        if base is None or self.unit is None:
            separators = (self.comma, self.colon)
            return json.dumps(value, ensure_ascii=self.ascii_only, separators=separators)
        encode = json.JSONEncoder(ensure_ascii=self.ascii_only).encode
        return self._lines(value, f"{self.newline}{base}", encode)

    def _lines(self, value: Any, line_break: str, encode: Callable[[Any], str]) -> str:
        if self.habits.fits_a_line(value):
            return encode(value)
        inner = f"{line_break}{self.unit}"
        if isinstance(value, dict):
            entries = [
                f"{encode(key)}: {self._lines(below, inner, encode)}"
                for key, below in value.items()
            ]
            return f"{{{inner}{f',{inner}'.join(entries)}{line_break}}}"
        entries = [self._lines(item, inner, encode) for item in value]
        return f"[{inner}{f',{inner}'.join(entries)}{line_break}]"


def json_layout(text: str, root: JsonPart) -> Layout:
    """Return the layout of the JSON *text*, whose outermost part is *root*."""
    indented = next((c for _, c in root.read() if "\n" in text[root.start : c.begin]), None)
    unit = None
    if indented is not None:
        line = text.rfind("\n", 0, indented.begin) + 1
        unit = text[line : indented.begin]
    has_space = '": ' in text
    return Layout(
        text=text,
        newline=newline_of(text),
        is_json=True,
        habits=Habits(short_lists=unit is not None and has_short_lists(text)),
        unit=unit,
        comma=", " if has_space else ",",
        colon=": " if has_space else ":",
        ascii_only=text.isascii() and "\\u" in text,
    )


def yaml_layout(text: str, root: Node) -> Layout:
    """Return the layout of the YAML *text*, whose tree is *root*."""
    return Layout(text=text, newline=newline_of(text), is_json=False, habits=_habits(text, root))


def newline_of(text: str) -> str:
    """Return how the lines of *text* end."""
    return "\r\n" if "\r" in text and "\r\n" in text else "\n"


def _habits(text: str, root: Node) -> Habits:
    """Return the indentation of objects and lists below their keys, by the first of each."""
    columns: dict[bool, int] = {}
    for part in walk(root):
        if part.style is PartStyle.BLOCK and part.name is not None and part.anchor is None:
            columns.setdefault(part.is_object, part.column - part.begin_column)
    return Habits(
        step=columns.get(True, DEFAULT.step),
        offset=columns.get(False, DEFAULT.offset),
        short_lists=any(_is_short_list(part, text) for part in walk(root)),
    )


def _is_short_list(part: Node, text: str) -> bool:
    return (
        part.style is PartStyle.FLOW
        and not part.is_object
        and any(item.entries is None for item in part.children)
        and "\n" not in text[part.start : part.end]
    )
