"""The tree of a YAML or JSON text: each part with its span, its place and its style.

Diagnostics use the places, edits and `fmt` the spans.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from reconciler.manifest.text.parsers.yaml_composer import plain_value
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.text.value import whole_number
from reconciler.value import Value

Place = tuple[int, int]  # line and column, from 1


class PartStyle(Enum):
    """The style of a part."""

    PLAIN = ""
    SINGLE = "'"
    DOUBLE = '"'
    LITERAL = "|"
    FOLDED = ">"
    ALIAS = "*"
    FLOW = "flow"
    BLOCK = "block"


class Span(Protocol):
    """What edits in flow style ask of a part: of a node, or of one found by its pointer."""

    @property
    def begin(self) -> int: ...  # noqa: D102 - as of a node
    @property
    def key_end(self) -> int: ...  # noqa: D102
    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def end(self) -> int: ...  # noqa: D102
    @property
    def name(self) -> str | None: ...  # noqa: D102
    @property
    def style(self) -> PartStyle: ...  # noqa: D102
    @property
    def is_object(self) -> bool: ...  # noqa: D102
    @property
    def entries(self) -> "Mapping[str, Span] | tuple[Span, ...] | None": ...  # noqa: D102
    @property
    def children(self) -> "tuple[Span, ...]": ...  # noqa: D102
    @property
    def value(self) -> Any: ...  # noqa: D102


class Node(NamedTuple):  # a tuple, for there are many, and a frozen dataclass is slow to make
    """A scalar, alias, object or list, from the offset *start* to the offset *end*.

    The span of a collection in block style ends with its last scalar; it does not include the
    comments and blank lines after it. The span of a list in block style starts at the first
    dash. `begin` is the start of the entry: of its key, if any, which is `name` and ends at
    `key_end`. Lines and columns are counted from 0.

    Scalars have `text`, collections `entries`, and aliases `meant`.
    """

    start: int
    end: int
    line: int
    column: int
    style: PartStyle
    anchor: str | None
    text: str | None
    entries: "MappingProxyType[str, Node] | tuple[Node, ...] | None"
    meant: "Node | None"
    name: str | None
    begin: int
    begin_line: int
    begin_column: int
    key_end: int

    @property
    def place(self) -> Place:
        """Line and column of the start, from 1."""
        return self.line + 1, self.column + 1

    @property
    def begin_place(self) -> Place:
        """Line and column of the start of the entry, from 1."""
        return self.begin_line + 1, self.begin_column + 1

    @property
    def is_object(self) -> bool:
        """Whether it is an object."""
        return isinstance(self.entries, MappingProxyType)

    @property
    def children(self) -> "tuple[Node, ...]":
        """The values or items, in their order."""
        entries = self.entries
        return tuple(entries.values()) if isinstance(entries, MappingProxyType) else entries or ()

    @property
    def is_text_block(self) -> bool:
        """Whether it is a scalar in literal or folded style."""
        return self.style is PartStyle.LITERAL or self.style is PartStyle.FOLDED

    @property
    def value(self) -> Any:
        """The value of the part, in a text that parses."""
        if self.meant is not None:
            return self.meant.value
        if isinstance(self.entries, MappingProxyType):
            return {name: child.value for name, child in self.entries.items()}
        if self.entries is not None:
            return [child.value for child in self.entries]
        return self.text if self.style is not PartStyle.PLAIN else _plain_value(self.text or "")


class DuplicateKey(Value):
    """A duplicate key of an object, with both places."""

    key: str
    first: Place
    again: Place


class Tree(Value):
    """The parts of a text, and what its value lacks; of an invalid text, the readable parts.

    The first of duplicate keys counts. `odd_keys` are keys that are objects or lists,
    `more_documents` the starts of the YAML documents after the first that hold something.
    `has_anchors` is whether there are aliases, or values or items with an anchor. `too_deep` is
    the start of the first collection that is nested more than DEEPEST levels; nothing after it
    was read.
    """

    root: Node | None
    duplicates: Sequence[DuplicateKey]
    tags: Sequence[tuple[str, Place]]
    odd_keys: Sequence[Place]
    more_documents: Sequence[Place]
    has_anchors: bool
    too_deep: Place | None


def path(root: Node, at: Pointer) -> Iterator[Node]:
    """Yield the parts from *root* to *at*, as far as the text has them, following aliases.

    An index may be a number or its digits.
    """
    node = root
    yield node
    for token in map(str, at):
        entries = (node.meant or node).entries
        if isinstance(entries, MappingProxyType) and token in entries:
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


def _plain_value(text: str) -> Any:
    value = plain_value(text)
    return whole_number(value) if isinstance(value, float) else value
