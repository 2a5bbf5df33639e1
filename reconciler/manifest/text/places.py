"""The place of each part of a value in its text."""

from functools import cached_property
from typing import TYPE_CHECKING

from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.text.tree import Node, Place, Tree, path

if TYPE_CHECKING:
    from reconciler.manifest.text.part import Part
    from reconciler.manifest.text.sliced_json import SlicedPart

_BLOCK = 8192


class Places:
    """The places of one text, which must parse if it is JSON; nothing is read before a query."""

    def __init__(self, text: str | bytes, *, is_json: bool, is_plain: bool = False) -> None:
        """Store the text, which may be in UTF-8.

        JSON that *is_plain* is nothing odd, and has no key twice.
        """
        self._stored = text
        self._is_json = is_json
        self._is_plain = is_plain

    @cached_property
    def _text(self) -> str:
        return self._stored if isinstance(self._stored, str) else self._stored.decode()

    @cached_property
    def tree(self) -> Tree:
        """The tree of the whole text, with duplicate keys and tags."""
        from reconciler.manifest.text.tree_reader import read_tree  # noqa: PLC0415 - of odd texts

        return read_tree(self._text, is_json=self._is_json)

    @property
    def need_tree(self) -> bool:
        """Whether the text has no parts that can be found alone."""
        return self._root is None

    def of(self, at: Pointer) -> Place | None:
        """Return the place of *at*: of a scalar or an item itself, of a collection its key.

        If *at* is not in the text, the place of the nearest part above; None if the text has
        no tree.
        """
        if self._root is not None:
            *_, part = self._root.path(at)
            return self._lines.place(part.start if part.is_list is None else part.begin)
        node = self._nearest(at)
        if node is None:
            return None
        is_collection = (node.meant or node).entries is not None
        return node.begin_place if is_collection else node.place

    def of_key(self, at: Pointer) -> Place | None:
        """Return the place of the last key of *at*."""
        if self._root is not None:
            *_, part = self._root.path(at)
            return self._lines.place(part.begin)
        node = self._nearest(at)
        return None if node is None else node.begin_place

    def file_of(self, at: Pointer) -> str | None:  # noqa: ARG002 - it is one text
        """Return the file where *at* was written, None where all of the value is of one file."""
        return None

    @cached_property
    def _root(self) -> "Part | SlicedPart | None":
        """The root of the parts by their pointers; None where only the tree has the places."""
        # Of most files no place is asked for.
        if self._is_json and self._is_plain:
            from reconciler.manifest.text.sliced_json import sliced_root  # noqa: PLC0415

            return sliced_root(self._text)
        if self._is_json:
            from reconciler.manifest.text.json_part import json_root  # noqa: PLC0415

            return json_root(self._text)
        from reconciler.manifest.text.yaml_part import yaml_root  # noqa: PLC0415

        return yaml_root(self._lines.text)

    @cached_property
    def _lines(self) -> "_Lines":
        return _Lines(self._text)

    def _nearest(self, at: Pointer) -> Node | None:
        root = self.tree.root
        return None if root is None else [*path(root, at)][-1]


class _Lines:
    """Finds line and column of offsets, without a list of all lines.

    A line ends with a line feed, a carriage return, or one before the other. In `text` all end
    with a line feed, and every offset is as before.
    """

    def __init__(self, text: str) -> None:
        """Store the text; its lines are counted as far as is asked for."""
        self.text = text.replace("\r\n", " \n").replace("\r", "\n") if "\r" in text else text
        # Where blocks of characters start: the number of the line there, and its own start.
        self._blocks = [(1, 0)]

    def place(self, at: int) -> tuple[int, int]:
        """Return line and column of the offset *at*, from 1."""
        while len(self._blocks) <= at // _BLOCK:
            self._blocks.append(self._line(len(self._blocks) * _BLOCK))
        number, start = self._line(at)
        return number, at - start + 1

    def _line(self, at: int) -> tuple[int, int]:
        """Return the number of the line of *at* and its start, counting from the block before."""
        block = min(at // _BLOCK, len(self._blocks) - 1)
        number, start = self._blocks[block]
        found = self.text.rfind("\n", block * _BLOCK, at) + 1
        return number + self.text.count("\n", block * _BLOCK, at), found or start
