"""Where in its text each part of a value stands; the text is outlined when first asked."""

from reconciler.manifest.text.place_tree import Node, Place, PlaceTree, read_places
from reconciler.manifest.text.pointer import Pointer


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
