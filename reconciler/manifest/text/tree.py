"""The tree of a YAML or JSON text: each part with its span, its place and how it is written.

Diagnostics take places from it, edits and `fmt` the spans. It is built from libyaml's
events in a loop: composing nodes would be shorter, but recurses in C, and a deeply
nested file would end the process.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple

from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.text.value import DEEPEST, whole_number

Place = tuple[int, int]  # line and column, from 1

# JSON may hold what libyaml refuses or counts as a line break: halves of surrogate pairs
# as escapes, and characters that YAML does not print. The stand-ins keep every column.
_ESCAPE = re.compile(r"\\(?:(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)
_STRANGE = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Style(Enum):
    """How a part is written."""

    PLAIN = ""
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"
    FOLDED = ">"
    ALIAS = "*"
    FLOW = "flow"
    BLOCK = "block"


class Node(NamedTuple):  # a tuple, for there are many, and a frozen dataclass is slow to make
    """A scalar, alias, object or list, from the offset *start* to the offset *end*.

    Of a collection in block style the span ends where its last scalar does: comments and
    blank lines behind it belong to nobody. `line` and `column`, from 0, are those of the
    start; that of a list in block style is the first dash. `key` is the key as a part,
    where this is the value of one; `text` is there of a scalar; `meant` is what an alias
    stands for.
    """

    start: int
    end: int
    line: int
    column: int
    style: Style
    key: "Node | None" = None
    anchor: str | None = None
    text: str | None = None
    entries: "MappingProxyType[str, Node] | tuple[Node, ...] | None" = None
    meant: "Node | None" = None

    @property
    def place(self) -> Place:
        """Line and column, from 1."""
        return self.line + 1, self.column + 1

    @property
    def begin(self) -> int:
        """Where the entry begins: the key, where there is one."""
        return self.start if self.key is None else self.key.start

    @property
    def is_object(self) -> bool:
        """Whether it is an object, which has its values by their keys."""
        return isinstance(self.entries, MappingProxyType)

    @property
    def children(self) -> "tuple[Node, ...]":
        """The values or items, in their order."""
        entries = self.entries
        return tuple(entries.values()) if isinstance(entries, Mapping) else entries or ()

    @property
    def is_text_block(self) -> bool:
        """Whether it is a text in literal or folded style."""
        return self.style is Style.LITERAL or self.style is Style.FOLDED

    @property
    def value(self) -> Any:
        """What the part says, in a text that parses."""
        if self.meant is not None:
            return self.meant.value
        if isinstance(self.entries, Mapping):
            return {name: child.value for name, child in self.entries.items()}
        if self.entries is not None:
            return [child.value for child in self.entries]
        return _plain_value(self.text) if self.style is Style.PLAIN else self.text


@dataclass(frozen=True, kw_only=True, slots=True)
class DuplicateKey:
    """A key that an object has twice, and both places."""

    key: str
    first: Place
    again: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """The parts of a text, and what its value does not tell. Of a bad text, what is readable.

    Of a key that is there twice, the first one counts. `odd_keys` are keys that are objects
    or lists, `documents` where each YAML document starts.
    """

    root: Node | None
    duplicates: Sequence[DuplicateKey]
    tags: Sequence[tuple[str, Place]]
    odd_keys: Sequence[Place]
    documents: Sequence[Place]


def read_tree(text: str, *, is_json: bool) -> Tree:
    """Return the tree of *text*; if it is JSON, it parses."""
    builder = _Builder(text, is_json=is_json)
    builder.read()
    return builder.tree()


def read_root(text: str, *, is_json: bool) -> Node:
    """Return the root of *text*, which parses."""
    root = read_tree(text, is_json=is_json).root
    assert root is not None, "a text that parses has a root"  # noqa: S101 - so says the docstring
    return root


def path(root: Node, at: Pointer) -> Iterator[Node]:
    """Yield the parts from *root* to *at*, as far as the text has them, aliases followed.

    An index may be a number or its digits.
    """
    node = root
    yield node
    for token in map(str, at):
        entries = (node.meant or node).entries
        if isinstance(entries, Mapping) and token in entries:
            node = entries[token]
        elif isinstance(entries, tuple) and token.isdecimal() and int(token) < len(entries):
            node = entries[int(token)]
        else:
            return
        yield node


def walk(root: Node) -> Iterator[Node]:
    """Yield every part, parents first."""
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(node.children)


@dataclass(slots=True)
class _Open:
    """A collection that is not closed yet, with its parts so far; of an object, also the keys."""

    event: Any
    key: Node | None
    is_object: bool
    parts: list[Node] = field(default_factory=list)


class _Builder:
    """From a stream of events to the tree."""

    def __init__(self, text: str, *, is_json: bool) -> None:
        self._text = text
        self._readable = _STRANGE.sub("?", _ESCAPE.sub(_stand_in, text)) if is_json else text
        self._has_stand_ins = self._readable != text
        self._open = [_Open(event=None, key=None, is_object=False)]  # the roots of all documents
        self._anchors: dict[str, Node] = {}
        self._duplicates: list[DuplicateKey] = []
        self._tags: list[tuple[str, Place]] = []
        self._odd_keys: list[Place] = []
        self._documents: list[Place] = []

    def read(self) -> None:
        """Take libyaml's events, as far as the text can be read."""
        import yaml  # noqa: PLC0415 - 23 ms that a run without faults need not spend

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            for event in yaml.parse(self._readable, Loader=loader):
                self._take(event, event.__class__.__name__)
                if len(self._open) > DEEPEST + 1:
                    return  # no value goes deeper, and libyaml's time is quadratic in the depth
        except yaml.YAMLError:
            return  # What was read until here has its places.

    def tree(self) -> Tree:
        """Return the tree of what was read; what a bad text leaves open ends there."""
        while len(self._open) > 1:
            self._close(0)
        roots = self._open[0].parts
        return Tree(
            root=roots[0] if roots else None,
            duplicates=sorted(self._duplicates, key=lambda duplicate: duplicate.again),
            tags=sorted(self._tags, key=lambda tag: tag[1]),
            odd_keys=sorted(self._odd_keys),
            documents=self._documents,
        )

    def _take(self, event: Any, kind: str) -> None:
        opened = self._open[-1]
        parts = opened.parts
        key = parts[-1] if opened.is_object and len(parts) % 2 else None
        mark, end = event.start_mark, event.end_mark.index
        if kind == "ScalarEvent":
            start, style, text = mark.index, event.style, event.value
            if style in _TEXT_BLOCKS:
                end = start + len(self._text[start:end].rstrip())
            elif self._has_stand_ins and style == '"':
                text = json.loads(self._text[start:end])
            node = Node(start, end, mark.line, mark.column, _STYLES[style], key, event.anchor, text)
            parts.append(node)
            if event.anchor is not None or event.tag is not None:
                self._note(node, event)
        elif kind in _ENDS:
            self._close(end)
        elif kind in _STARTS:
            self._open.append(_Open(event, key, kind == "MappingStartEvent"))
        elif kind == "AliasEvent":
            meant = self._anchors.get(event.anchor)
            parts.append(
                Node(mark.index, end, mark.line, mark.column, Style.ALIAS, key, meant=meant)
            )
        elif kind == "DocumentStartEvent":
            self._documents.append((mark.line + 1, mark.column + 1))

    def _close(self, end: int) -> None:
        opened = self._open.pop()
        event, parts = opened.event, opened.parts
        entries = self._entries(parts) if opened.is_object else tuple(parts)
        style, mark = Style.FLOW if event.flow_style else Style.BLOCK, event.start_mark
        if style is Style.BLOCK:
            end = parts[-1].end if parts else mark.index
        node = Node(
            mark.index, end, mark.line, mark.column, style, opened.key, event.anchor, None, entries
        )
        self._open[-1].parts.append(node)
        self._note(node, event)

    def _entries(self, parts: list[Node]) -> MappingProxyType[str, Node]:
        entries: dict[str, Node] = {}
        for key, node in zip(parts[::2], parts[1::2], strict=False):
            if key.text is None:
                continue
            first = entries.setdefault(key.text, node)
            if first is not node and first.key is not None:
                self._duplicates.append(
                    DuplicateKey(key=key.text, first=first.key.place, again=key.place)
                )
        self._odd_keys += [key.place for key in parts[::2] if key.text is None]
        return MappingProxyType(entries)

    def _note(self, node: Node, event: Any) -> None:
        if node.anchor is not None:
            self._anchors[node.anchor] = node
        if event.tag is not None:
            self._tags.append((event.tag, node.place))


_STARTS = frozenset({"MappingStartEvent", "SequenceStartEvent"})
_ENDS = frozenset({"MappingEndEvent", "SequenceEndEvent"})
_TEXT_BLOCKS = frozenset({"|", ">"})
_STYLES = {style.value: style for style in Style} | {None: Style.PLAIN}


def _stand_in(escape: re.Match[str]) -> str:
    return "\\u0020" if escape[1] else escape[0]


def _plain_value(text: str | None) -> Any:
    import ryaml  # noqa: PLC0415 - only where there is YAML

    # Not in the first column, where `---` would begin a document.
    value = ryaml.loads(f" {text}")  # type: ignore[attr-defined]  # its stub forgets to export it
    return whole_number(value) if isinstance(value, float) else value
