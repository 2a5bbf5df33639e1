"""Reads the tree of a text from libyaml's events.

The events are read in a loop: libyaml's composer would be shorter, but it recurses in C, and a
deeply nested file would end the process.
"""

import json
import re
import sys
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from reconciler.lifetime import collector_paused
from reconciler.manifest.text.line_breaks import LineBreaks
from reconciler.manifest.text.tree import DuplicateKey, Node, PartStyle, Place, Tree
from reconciler.manifest.text.value import DEEPEST
from reconciler.regex import regex

# JSON may hold what libyaml refuses or counts as a line break: halves of surrogate pairs as
# escapes, characters that YAML does not print, tabs before the root. The stand-ins keep every
# column.
_ESCAPE = regex(r"\\(?:(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)
# Not by what YAML prints: it takes `re` as long to compile all of Unicode as a plan to be made.
_STRANGE = regex("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def read_tree(text: str, *, is_json: bool) -> Tree:
    """Return the tree of *text*; JSON must parse."""
    builder = _Builder(text, is_json=is_json)
    with collector_paused():
        builder.read()
        return builder.tree()


def read_root(text: str, *, is_json: bool) -> Node:
    """Return the root of *text*, which must parse."""
    root = read_tree(text, is_json=is_json).root
    assert root is not None, "a text that parses has a root"  # noqa: S101 - so says the docstring
    return root


# The text of a key, None if it is not a scalar; its start, line, column and end.
_Key = tuple[str | None, int, int, int, int]


@dataclass(slots=True)
class _Open:
    """A collection that is not closed yet; for an object, also the key without a value so far.

    `end` is the end of the part that was read last.
    """

    event: Any
    entries: "dict[str, Node] | list[Node]"
    end: int = 0
    key: _Key | None = None


class _Builder:
    """Builds the tree from a stream of events."""

    def __init__(self, text: str, *, is_json: bool) -> None:
        self._text = text
        self._breaks = LineBreaks("" if is_json else text)
        self._readable = (
            _STRANGE.sub("?", _ESCAPE.sub(_stand_in, text)).replace("\t", " ")
            if is_json
            else self._breaks.readable
        )
        self._has_stand_ins = is_json and self._readable != text
        self._roots: list[Node] = []  # of all documents
        self._open = [_Open(None, self._roots)]
        self._anchors: dict[str, Node] = {}
        self._has_anchors = False
        self._duplicates: list[DuplicateKey] = []
        self._tags: list[tuple[str, Place]] = []
        self._odd_keys: list[Place] = []
        self._documents: list[Place] = []  # each with its root, if the text is readable so far
        self._too_deep: Place | None = None

    def read(self) -> None:
        """Read libyaml's events, as far as the text is readable."""
        import yaml  # noqa: PLC0415 - 23 ms that a run without faults need not spend

        take = {
            yaml.ScalarEvent: self._scalar,
            yaml.AliasEvent: self._alias,
            yaml.MappingStartEvent: lambda event: self._begin(event, {}),
            yaml.SequenceStartEvent: lambda event: self._begin(event, []),
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
                    self._too_deep = _place(event)
                    return  # libyaml's time is quadratic in the depth
        except yaml.YAMLError:
            return  # The parts that were read so far have their places.

    def tree(self) -> Tree:
        """Return the tree of the parts read; collections that a bad text leaves open end there."""
        while len(self._open) > 1:
            self._close(0)
        return Tree(
            root=self._roots[0] if self._roots else None,
            duplicates=sorted(self._duplicates, key=lambda duplicate: duplicate.again),
            tags=self._tags,
            odd_keys=sorted(self._odd_keys),
            more_documents=[
                place
                for place, root in zip(self._documents, self._roots, strict=False)
                if root is not self._roots[0] and not _is_nothing(root)
            ],
            has_anchors=self._has_anchors,
            too_deep=self._too_deep,
        )

    def _document(self, event: Any) -> None:
        self._documents.append(_place(event))

    def _scalar(self, event: Any) -> None:
        end, style, text = event.end_mark.index, event.style, self._breaks.restored(event.value)
        if style in _TEXT_BLOCKS:
            start = event.start_mark.index
            end = start + len(self._readable[start:end].rstrip())
        elif self._has_stand_ins and style == '"':
            text = json.loads(self._text[event.start_mark.index : end])
        if event.tag is not None:
            self._tags.append((event.tag, _place(event)))
        self._put(event, end, _STYLES[style], text)

    def _alias(self, event: Any) -> None:
        meant = self._anchors.get(event.anchor)
        self._put(event, event.end_mark.index, PartStyle.ALIAS, None, meant=meant)

    def _begin(self, event: Any, entries: "dict[str, Node] | list[Node]") -> None:
        if event.tag is not None:
            self._tags.append((event.tag, _place(event)))
        self._open.append(_Open(event, entries, event.start_mark.index))

    def _close(self, end: int) -> None:
        opened = self._open.pop()
        event, entries = opened.event, opened.entries
        style, end = (PartStyle.FLOW, end) if event.flow_style else (PartStyle.BLOCK, opened.end)
        frozen = MappingProxyType(entries) if isinstance(entries, dict) else tuple(entries)
        self._put(event, end, style, None, entries=frozen)

    def _put(
        self,
        event: Any,
        end: int,
        style: PartStyle,
        text: str | None,
        *,
        entries: MappingProxyType[str, Node] | tuple[Node, ...] | None = None,
        meant: Node | None = None,
    ) -> None:
        """Add a part to the open collection, or store it as the key of the next value."""
        opened, mark, anchor = self._open[-1], event.start_mark, event.anchor
        start, line, column, key = mark.index, mark.line, mark.column, opened.key
        is_key = key is None and isinstance(opened.entries, dict)
        if start == end and key is not None and self._text[start - 1] != ":":
            start = end = key[-1] + 1  # of `? key` without a value: libyaml looks further
        opened.end = end
        if is_key:
            if text is None:
                self._odd_keys.append(_place(event))
            else:
                text = sys.intern(text)  # a text has few keys, many times each
            opened.key = text, start, line, column, end
            if anchor is None:
                return
        node = Node(
            start,
            end,
            line,
            column,
            style,
            anchor,
            text,
            entries,
            meant,
            *(key or (None, start, line, column, start)),
        )
        if anchor is not None and style is not PartStyle.ALIAS:
            self._anchors[anchor] = node
        if not is_key:
            self._has_anchors = self._has_anchors or anchor is not None
            opened.key = None
            if isinstance(opened.entries, list):
                opened.entries.append(node)
            elif node.name is not None:
                first = opened.entries.setdefault(node.name, node)
                if first is not node:
                    self._duplicates.append(
                        DuplicateKey(key=node.name, first=first.begin_place, again=node.begin_place)
                    )


_TEXT_BLOCKS = frozenset({"|", ">"})
_STYLES = {style.value: style for style in PartStyle} | {None: PartStyle.PLAIN}


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _is_nothing(root: Node) -> bool:
    is_empty = root.style is PartStyle.PLAIN and root.text == "" and root.start == root.end
    return is_empty and root.anchor is None


def _stand_in(escape: re.Match[str]) -> str:
    return "\\u0020" if escape[1] else escape[0]
