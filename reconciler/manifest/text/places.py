"""The place of each part of a value in its text, which is read at the first query."""

from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.text.tree import Node, Place, Tree, path
from reconciler.manifest.text.tree_reader import read_tree


class Places:
    """The places of one text."""

    def __init__(self, text: str, *, is_json: bool) -> None:
        """Store the text; the tree is read later."""
        self._text = text
        self._is_json = is_json
        self._tree: Tree | None = None

    @property
    def tree(self) -> Tree:
        """The tree, with duplicate keys and tags."""
        if self._tree is None:
            self._tree = read_tree(self._text, is_json=self._is_json)
            self._text = ""
        return self._tree

    def of(self, at: Pointer) -> Place | None:
        """Return the place of *at*: of a scalar or an item itself, of a collection its key.

        If *at* is not in the text, the place of the nearest part above; None if the text has
        no tree.
        """
        node = self._nearest(at)
        if node is None:
            return None
        is_collection = (node.meant or node).entries is not None
        return node.begin_place if is_collection else node.place

    def of_key(self, at: Pointer) -> Place | None:
        """Return the place of the last key of *at*."""
        node = self._nearest(at)
        return None if node is None else node.begin_place

    def file_of(self, at: Pointer) -> str | None:  # noqa: ARG002 - it is one text
        """Return the file where *at* was written, None where all of the value is of one file."""
        return None

    def _nearest(self, at: Pointer) -> Node | None:
        root = self.tree.root
        return None if root is None else [*path(root, at)][-1]
