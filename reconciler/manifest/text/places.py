"""The outline of a YAML or JSON text: each part with its place, without its value.

Built from libyaml's events in a loop. Composing nodes would be shorter, but recurses
in C, and a deeply nested file would end the process.

Where in its text each part of a value stands; the text is outlined when first asked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from reconciler.manifest.text.json_values import DEEPEST
from reconciler.manifest.text.pointer import Pointer

Place = tuple[int, int]  # line and column, from 1

# JSON may hold what libyaml refuses or counts as a line break: halves of surrogate pairs
# as escapes, and characters that YAML does not print. The stand-ins keep every column.
_ESCAPE = re.compile(r"\\(?:(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL)
_STRANGE = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(kw_only=True, slots=True)
class Node:
    """A scalar, object or list: where it starts, where its key does, and what is in it."""

    place: Place
    key: Place | None = None
    entries: "dict[str, Node] | list[Node] | None" = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DuplicateKey:
    """A key that an object has twice, and both places."""

    key: str
    first: Place
    again: Place


@dataclass(kw_only=True, slots=True)
class PlaceTree:
    """The outline, and what the value alone does not tell. Of a bad text, as much as is readable.

    `odd_keys` are keys that are objects or lists, `documents` where each YAML document starts.
    """

    root: Node | None = None
    duplicates: list[DuplicateKey] = field(default_factory=list)
    tags: list[tuple[str, Place]] = field(default_factory=list)
    odd_keys: list[Place] = field(default_factory=list)
    documents: list[Place] = field(default_factory=list)


def read_places(text: str, *, is_json: bool) -> PlaceTree:
    """Return the outline of *text*."""
    builder = _Builder()
    for event in events(text, is_json=is_json):
        builder.take(event)
        if builder.depth > DEEPEST:
            break  # no value goes deeper, and libyaml's time is quadratic in the depth
    return builder.tree


@dataclass(slots=True)
class _Frame:
    """A collection that is still open; of an object, the key that waits for its value."""

    node: Node
    key: tuple[str | None, Place] | None = None


class _Builder:
    """From a stream of events to the outline."""

    def __init__(self) -> None:
        self.tree = PlaceTree()
        self._open: list[_Frame] = []
        self._anchors: dict[str, Node] = {}

    @property
    def depth(self) -> int:
        return len(self._open)

    def take(self, event: Any) -> None:
        kind = event.__class__.__name__
        if kind in _ENDS:
            self._open.pop()
        elif kind == "DocumentStartEvent":
            self.tree.documents.append(_place(event))
        elif kind in _NODES:
            node = self._node(event, kind)
            self._put(node, event.value if kind == "ScalarEvent" else None)
            if kind in _STARTS:
                self._open.append(_Frame(node))

    def _node(self, event: Any, kind: str) -> Node:
        node = Node(place=_place(event), entries=_STARTS[kind]() if kind in _STARTS else None)
        if kind == "AliasEvent":
            if (meant := self._anchors.get(event.anchor)) is not None:
                node.entries = meant.entries
            return node
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        if event.tag is not None:
            self.tree.tags.append((event.tag, node.place))
        return node

    def _put(self, node: Node, text: str | None) -> None:
        if not self._open:
            self.tree.root = self.tree.root or node
            return
        frame = self._open[-1]
        entries = frame.node.entries
        if isinstance(entries, list):
            entries.append(node)
        elif frame.key is None:
            frame.key = (text, node.place)
            if text is None:
                self.tree.odd_keys.append(node.place)
        elif entries is not None:
            (name, node.key), frame.key = frame.key, None
            if name is not None:
                self._put_value(entries, name, node)

    def _put_value(self, entries: dict[str, Node], name: str, node: Node) -> None:
        before = entries.setdefault(name, node)
        if before is not node and before.key and node.key:
            self.tree.duplicates.append(DuplicateKey(key=name, first=before.key, again=node.key))


_STARTS: dict[str, type[dict[str, Node]] | type[list[Node]]] = {
    "MappingStartEvent": dict,
    "SequenceStartEvent": list,
}
_ENDS = frozenset({"MappingEndEvent", "SequenceEndEvent"})
_NODES = frozenset({*_STARTS, "ScalarEvent", "AliasEvent"})


def _place(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def events(text: str, *, is_json: bool) -> Iterator[Any]:
    """Yield libyaml's events of *text*, as far as it can be read."""
    import yaml  # noqa: PLC0415 - 23 ms that a run without faults need not spend

    if is_json:
        text = _STRANGE.sub("?", _ESCAPE.sub(_stand_in, text))
    try:
        yield from yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return  # What was read until here has its places.


def _stand_in(escape: re.Match[str]) -> str:
    return "\\u0020" if escape[1] else escape[0]


class Places:
    """The places of one text."""

    def __init__(self, text: str, *, is_json: bool) -> None:
        """Keep the text; nothing is read yet."""
        self._text = text
        self._is_json = is_json
        self._tree: PlaceTree | None = None

    @property
    def tree(self) -> PlaceTree:
        """The outline, with duplicate keys and tags."""
        if self._tree is None:
            self._tree = read_places(self._text, is_json=self._is_json)
            self._text = ""
        return self._tree

    def of(self, at: Pointer) -> Place | None:
        """Return where *at* stands: a scalar or an item itself, a collection by its key.

        Where *at* is not in the text it is the nearest part above; None where the text
        has no outline.
        """
        node = self._find(at)
        if node is None:
            return None
        return node.key if node.key is not None and node.entries is not None else node.place

    def of_key(self, at: Pointer) -> Place | None:
        """Return where the key stands that *at* ends in."""
        node = self._find(at)
        return None if node is None else node.key or node.place

    def _find(self, at: Pointer) -> Node | None:
        node = self.tree.root
        for token in at:
            below = None if node is None else _entry(node, str(token))
            if below is None:
                break
            node = below
        return node


def _entry(node: Node, token: str) -> Node | None:
    if isinstance(node.entries, dict):
        return node.entries.get(token)
    if isinstance(node.entries, list) and token.isdecimal() and int(token) < len(node.entries):
        return node.entries[int(token)]
    return None
