"""The changes of a source grouped by object type, with the mapping of the type.

A change is represented by a row of any kind, so that plans and drift are grouped alike.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from reconciler.planning.change import OF_NO_TYPE, Change, Kind
from reconciler.render.plan.evidence import Path
from reconciler.render.plan.symbols import KINDS, Mark, owner_mark
from reconciler.render.plan.tree import NOTHING_KNOWN, ManifestView, shown_key, type_path
from reconciler.value import Value

R = TypeVar("R")
# By kind and key; all parts of one type, or all icons, or all statuses.
_Parts = dict[tuple[Kind, str], list[Change]]
_ORDER = {kind: at for at, kind in enumerate(KINDS)}
# Kinds that contain other elements of their type.
_WITHIN = {
    Kind.OBJECT_TYPE: frozenset(Kind),
    Kind.MAPPING: frozenset({Kind.MAPPING, Kind.ATTRIBUTE_MAPPING}),
}


class ElementRows(Value, Generic[R]):
    """A type, attribute, mapping, icon or status with its own rows; `key` is its id.

    `wholes` are the rows of its addition or removal: one, unless several elements share the
    name. `mark` also covers the elements inside of it; it is None if neither has rows.
    """

    kind: Kind
    name: str
    key: str | None
    mark: Mark | None
    wholes: tuple[R, ...]
    fields: tuple[R, ...]

    @property
    def rows(self) -> tuple[R, ...]:
        """All rows of the element itself."""
        return (*self.wholes, *self.fields)


class Group(Value, Generic[R]):
    """One group: an object type and everything that belongs to it; all icons, or all statuses.

    Elements are in the order of `KINDS`, the type itself first. A type without rows is included
    if types below it have some. `same_attributes` and `same_mapped` count the unchanged
    attributes and mapped attributes of a type with changes.
    """

    above: Path
    elements: tuple[ElementRows[R], ...]
    same_attributes: int = 0
    same_mapped: int = 0

    @property
    def kind(self) -> Kind:
        """The kind of its first element."""
        return self.elements[0].kind

    @property
    def rows(self) -> tuple[R, ...]:
        """All rows, in that order."""
        return tuple(row for each in self.elements for row in each.rows)

    def of(self, kind: Kind) -> tuple[ElementRows[R], ...]:
        """Return the elements of one kind."""
        return tuple([element for element in self.elements if element.kind is kind])


class _Node:
    """One object type while its changes are collected; `label` is its key in addresses."""

    def __init__(self, path: Path, key: str | None) -> None:
        self.path, self.key, self.label = path, key, ""
        self.parts: _Parts = {}
        self.children: _Siblings = {}


# By name: two of the same name differ by id, as a wanted type and an orphan do.
_Siblings = dict[str, list[_Node]]


def grouped(
    changes: Iterable[Change],
    row: Callable[[Change], R],
    manifest: ManifestView = NOTHING_KNOWN,
) -> tuple[Group[R], ...]:
    """Return the *changes* of a source in groups; *row* is called in that order.

    Types come before their descendants, icons and statuses last. Unchanged elements are counted
    if *manifest* is known.
    """
    types: _Siblings = {}
    nodes: dict[tuple[str, Path], _Node] = {}
    loose: dict[Kind, _Parts] = {kind: {} for kind in OF_NO_TYPE}
    for change in changes:
        kind, address = change.kind, change.address
        parts = loose.get(kind)
        if parts is None:
            label = address.owner_label
            path = type_path(change, label)
            node = nodes.get((label, path))
            if node is None:
                node = nodes[label, path] = _node(types, change, manifest)
            parts = node.parts
            if kind is Kind.ATTRIBUTE_MAPPING:
                parts.setdefault((Kind.MAPPING, node.key or ""), [])
        parts.setdefault((kind, address.key), []).append(change)
    return (
        *(_type(node, manifest, row) for node in _walk(types)),
        *(Group(above=(), elements=tuple(_elements(p, row))) for p in loose.values() if p),
    )


def _node(siblings: _Siblings, change: Change, manifest: ManifestView) -> _Node:
    """Return the type of *change*; it and its ancestors are added."""
    key = change.address.owner_key
    path = type_path(change, key)
    for depth in range(1, len(path)):
        above = siblings.setdefault(path[depth - 1], [])
        if not above:
            above.append(_Node(path[:depth], manifest.ids.get(path[:depth])))
        siblings = above[0].children
    nodes = siblings.setdefault(path[-1], [])
    node = next((n for n in nodes if n.key in {None, key}), None)
    if node is None:
        node = _Node(path, key)
        nodes.append(node)
    node.key, node.label = key, change.address.owner_label
    return node


def _walk(siblings: _Siblings) -> Iterator[_Node]:
    """Yield the types, parents before children; without recursion, as foreign names nest deeply."""
    stack = _reversed(siblings)
    while stack:
        node = stack.pop()
        yield node
        stack += _reversed(node.children)


def _reversed(siblings: _Siblings) -> list[_Node]:
    return [node for nodes in siblings.values() for node in nodes][::-1]


def _type(node: _Node, manifest: ManifestView, row: Callable[[Change], R]) -> Group[R]:
    key = node.key or ""
    parts = {(Kind.OBJECT_TYPE, key): [], **node.parts}
    mapping = parts.get((Kind.MAPPING, key))
    # Adding or removing a mapping adds or removes everything that it maps.
    is_same = mapping is not None and all(change.field is not None for change in mapping)
    return Group(
        above=node.path[:-1],
        elements=tuple(_elements(parts, row, node.path)),
        same_attributes=manifest.same_attributes(node.label) if node.parts else 0,
        same_mapped=manifest.same_mapped(node.label) if is_same else 0,
    )


def _elements(
    parts: _Parts, row: Callable[[Change], R], path: Path = ()
) -> Iterator[ElementRows[R]]:
    """Yield the elements of *parts*; *path* is that of the type that they belong to."""
    for (kind, key), own in sorted(parts.items(), key=lambda part: _ORDER[part[0][0]]):
        within = _WITHIN.get(kind)
        inside: Iterable[Change] = own
        if within:  # looked at where the element itself is neither added nor removed
            inside = (c for at, those in parts.items() if at[0] in within for c in those)
        names = path if within else own[0].names
        yield ElementRows(
            kind=kind,
            name=names[-1] if names else key,
            key=shown_key(key, names),
            mark=owner_mark(own, inside),
            wholes=tuple([row(change) for change in own if change.field is None]),
            fields=tuple([row(change) for change in own if change.field is not None]),
        )
