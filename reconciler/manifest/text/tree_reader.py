"""From libyaml's events to the tree of a text.

They are read in a loop: composing nodes would be shorter, but recurses in C, and a
deeply nested file would end the process.
"""

import json
import re
import sys
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from reconciler.manifest.collector import collector_paused
from reconciler.manifest.text.tree import DuplicateKey, Node, Place, Style, Tree
from reconciler.manifest.text.value import DEEPEST

# JSON may hold what libyaml refuses or counts as a line break: halves of surrogate pairs
# as escapes, and characters that YAML does not print. The stand-ins keep every column.
_ESCAPE = re.compile(r"\\(?:(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)
_STRANGE = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_tree(text: str, *, is_json: bool) -> Tree:
    """Return the tree of *text*; if it is JSON, it parses."""
    builder = _Builder(text, is_json=is_json)
    with collector_paused():
        builder.read()
        return builder.tree()


def read_root(text: str, *, is_json: bool) -> Node:
    """Return the root of *text*, which parses."""
    root = read_tree(text, is_json=is_json).root
    assert root is not None, "a text that parses has a root"  # noqa: S101 - so says the docstring
    return root


@dataclass(slots=True)
class _Open:
    """A collection that is not closed yet, with its parts so far; of an object, also the keys.

    `waiting` is the key that waits for its value.
    """

    event: Any
    key: Node | None
    is_object: bool
    parts: list[Node] = field(default_factory=list)
    waiting: Node | None = None


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

        take = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: lambda event: self._begin(event, is_object=True),
            yaml.SequenceStartEvent: lambda event: self._begin(event, is_object=False),
            yaml.MappingEndEvent: lambda event: self._close(event.end_mark.index),
            yaml.SequenceEndEvent: lambda event: self._close(event.end_mark.index),
            yaml.DocumentStartEvent: self._document,
        }
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            for event in iter(loader(self._readable).get_event, None):
                if (taken := take.get(event.__class__)) is not None:
                    taken(event)
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
            has_anchors=bool(self._anchors),
        )

    def _document(self, event: Any) -> None:
        self._documents.append((event.start_mark.line + 1, event.start_mark.column + 1))

    def _scalar(self, event: Any) -> None:
        opened = self._open[-1]
        key = opened.waiting
        mark, end, style, text = event.start_mark, event.end_mark.index, event.style, event.value
        if style in _TEXT_BLOCKS:
            end = mark.index + len(self._text[mark.index : end].rstrip())
        elif self._has_stand_ins and style == '"':
            text = json.loads(self._text[mark.index : end])
        if key is None and opened.is_object:
            text = sys.intern(text)  # a text has few keys, many times each
        anchor = event.anchor
        node = Node(mark.index, end, mark.line, mark.column, _STYLES[style], key, anchor, text)
        # As `_put` does; a call for each scalar would be a tenth of the time.
        opened.parts.append(node)
        opened.waiting = node if key is None and opened.is_object else None
        if anchor is not None or event.tag is not None:
            self._note(node, event.tag)

    def _alias(self, event: Any) -> None:
        mark, end, key = event.start_mark, event.end_mark.index, self._open[-1].waiting
        meant = self._anchors.get(event.anchor)
        self._put(Node(mark.index, end, mark.line, mark.column, Style.ALIAS, key, meant=meant))

    def _begin(self, event: Any, *, is_object: bool) -> None:
        self._open.append(_Open(event, self._open[-1].waiting, is_object))

    def _close(self, end: int) -> None:
        opened = self._open.pop()
        event, parts, mark = opened.event, opened.parts, opened.event.start_mark
        entries = self._entries(parts) if opened.is_object else tuple(parts)
        style = Style.FLOW if event.flow_style else Style.BLOCK
        if style is Style.BLOCK:
            end = parts[-1].end if parts else mark.index
        key, anchor = opened.key, event.anchor
        node = Node(mark.index, end, mark.line, mark.column, style, key, anchor, entries=entries)
        self._put(node)
        self._note(node, event.tag)

    def _put(self, node: Node) -> None:
        opened = self._open[-1]
        opened.parts.append(node)
        opened.waiting = node if opened.is_object and node.key is None else None

    def _note(self, node: Node, tag: str | None) -> None:
        if node.anchor is not None:
            self._anchors[node.anchor] = node
        if tag is not None:
            self._tags.append((tag, node.place))

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


_TEXT_BLOCKS = frozenset({"|", ">"})
_STYLES = {style.value: style for style in Style} | {None: Style.PLAIN}


def _stand_in(escape: re.Match[str]) -> str:
    return "\\u0020" if escape[1] else escape[0]
