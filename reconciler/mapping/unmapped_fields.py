"""Fields of the data that no mapping reads."""

from collections.abc import Iterable
from heapq import nsmallest
from typing import Any

from reconciler.mapping.paths import below, flat, splits
from reconciler.mapping.placeholders import UnreadablePlaceholder, pieces_of
from reconciler.mapping.spec import AttributeSpec, TypeSpec

MOST_FIELDS = 1000
_ALL = ""  # the path ends here, so everything below is read
_ITSELF = "\0"  # no real member: the selected element is read even if none of its fields are


class UnreadFields:
    """Counts the elements that have a field which nothing reads, by the field's path.

    Data may have any number of fields (ids as names, say): the first thousand paths in sort
    order are kept, whatever the order of the entries.
    """

    def __init__(self, types: Iterable[TypeSpec]) -> None:
        """Start without data; *types* say what is read."""
        self._types = tuple(types)
        self._roots: dict[str, _Node | None] = {}
        self._counts: dict[str, int] = {}

    def take(self, root: str, entry: Any) -> None:
        """Record one entry of *root*."""
        node = self._roots.get(root)
        if node is None:
            node = self._node_of(root)
            if node is None:
                self._count(root)
                return
            self._roots[root] = node
        self._walk(node, entry)

    def counts(self) -> dict[str, int]:
        """Return the number of elements that have each unread field, by path."""
        return {path: self._counts[path] for path in nsmallest(MOST_FIELDS, self._counts)}

    def _node_of(self, root: str) -> "_Node | None":
        paths = {
            path
            for spec in self._types
            if spec.selector is not None and (rest := below(root, spec.selector)) is not None
            for path in _read_below(rest, spec.attributes)
        }
        return _Node(root, paths) if paths else None

    def _walk(self, node: "_Node", value: Any) -> None:
        for each in (value,) if type(value) is dict else flat(value):
            if type(each) is not dict:
                continue
            if not node.names.issuperset(each):
                for name in each.keys() - node.names:
                    if flat(each[name]):
                        self._count(f"{node.path}.{name}")
            for name in node.inner:
                if name in each:
                    self._walk(node.below(name), each[name])

    def _count(self, path: str) -> None:
        self._counts[path] = self._counts.get(path, 0) + 1
        if len(self._counts) > 2 * MOST_FIELDS:
            self._counts = self.counts()


def _read_below(rest: str, attributes: Iterable[AttributeSpec]) -> set[str]:
    """Return the paths below the root that a selector traverses and its locators read."""
    begin = f"{rest}." if rest else ""
    read = {f"{begin}{locator}" for a in attributes for locator in locators_of(a)}
    return read | {f"{begin}{_ITSELF}"}


def locators_of(attribute: AttributeSpec) -> tuple[str, ...]:
    """Return the locators of *attribute*, including those in its expression."""
    try:
        pieces = pieces_of(attribute.iql or "")
    except UnreadablePlaceholder:
        pieces = ()
    named = (p.locator for p in pieces if not isinstance(p, str))
    return tuple(dict.fromkeys((*attribute.locators, *named)))


class _Node:
    """What is read below the place *path* of the data: `inner` are the members to descend into."""

    __slots__ = ("_below", "_paths", "inner", "names", "path")

    def __init__(self, path: str, paths: Iterable[str]) -> None:
        self.path = path
        self._paths: dict[str, set[str]] = {}
        for each in paths:
            for name, rest in splits(each):
                self._paths.setdefault(name, set()).add(_ALL if rest is None else rest)
        self._below: dict[str, _Node] = {}
        self.names = frozenset(self._paths)
        self.inner = tuple(name for name, rests in self._paths.items() if _ALL not in rests)

    def below(self, name: str) -> "_Node":
        """Return what is read below the member *name*."""
        node = self._below.get(name)
        if node is None:
            node = self._below[name] = _Node(f"{self.path}.{name}", self._paths[name])
        return node
