"""Changes grouped as people think of them: by object type, its mapping beside it.

The plan lists changes flat, by address; here they stand under the type that they touch,
types under their parents, so that a reader follows the manifest's own shape.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.planning.plan import Change, Kind

Path = tuple[str, ...]

_OF_ATTRIBUTES = {Kind.ATTRIBUTE, Kind.ATTRIBUTE_MAPPING}


@dataclass(kw_only=True, slots=True)
class Element:
    """One attribute, icon, status or attribute mapping with its changes; `key` is its id."""

    name: str
    key: str | None
    changes: list[Change] = field(default_factory=list)


class Siblings:
    """The types under one parent. Two of one name differ by id: a wanted one, and an orphan."""

    def __init__(self) -> None:
        """Begin without any."""
        self._by_name: dict[str, list[TypeNode]] = {}

    def __iter__(self) -> Iterator["TypeNode"]:
        """Yield them in the order in which they came."""
        for nodes in self._by_name.values():
            yield from nodes

    def ancestor(self, path: Path, identity: str | None) -> "TypeNode":
        """Return the type at *path*, named by a change below it; *identity* where known."""
        nodes = self._by_name.setdefault(path[-1], [])
        if not nodes:
            nodes.append(TypeNode(name=path[-1], path=path, identity=identity))
        return nodes[0]

    def exact(self, path: Path, identity: str) -> "TypeNode":
        """Return the type at *path* with this id."""
        nodes = self._by_name.setdefault(path[-1], [])
        for node in nodes:
            if node.identity in {None, identity}:
                node.identity = identity
                return node
        nodes.append(TypeNode(name=path[-1], path=path, identity=identity))
        return nodes[-1]


@dataclass(kw_only=True, slots=True)
class TypeNode:
    """One object type: its own changes, its attributes', its mapping's, its children.

    A type without any change stands there for its children only.
    """

    name: str
    path: Path
    identity: str | None = None
    changes: list[Change] = field(default_factory=list)
    attributes: dict[str, Element] = field(default_factory=dict)
    mapping: list[Change] = field(default_factory=list)
    attribute_mappings: dict[str, Element] = field(default_factory=dict)
    children: Siblings = field(default_factory=Siblings)

    @property
    def key(self) -> str | None:
        """The id, where it says more than the names."""
        return None if self.identity is None else shown_key(self.identity, self.path)

    @property
    def all_changes(self) -> tuple[Change, ...]:
        """What is said of the type itself, not of its children."""
        return (
            *self.changes,
            *(c for e in self.attributes.values() for c in e.changes),
            *self.mapping,
            *(c for e in self.attribute_mappings.values() for c in e.changes),
        )


@dataclass(kw_only=True, slots=True)
class PlanTree:
    """All changes of one source."""

    types: Siblings = field(default_factory=Siblings)
    icons: dict[str, Element] = field(default_factory=dict)
    statuses: dict[str, Element] = field(default_factory=dict)


def grow(changes: Iterable[Change], ids: Mapping[Path, str] | None = None) -> PlanTree:
    """Return the *changes* of a source as a tree, in the order in which they come.

    *ids* holds the external ids of types by name path, for those that do not change.
    """
    tree = PlanTree()
    for change in changes:
        owner, key = change.address.owner_key, change.address.key
        if change.kind in {Kind.ICON, Kind.STATUS}:
            elements = tree.icons if change.kind is Kind.ICON else tree.statuses
            _element(elements, change, owner).changes.append(change)
            continue
        node = _node(tree, change, owner, ids or {})
        if change.kind is Kind.OBJECT_TYPE:
            node.changes.append(change)
        elif change.kind is Kind.MAPPING:
            node.mapping.append(change)
        else:
            of_mapping = change.kind is Kind.ATTRIBUTE_MAPPING
            elements = node.attribute_mappings if of_mapping else node.attributes
            _element(elements, change, key).changes.append(change)
    return tree


def _node(tree: PlanTree, change: Change, identity: str, ids: Mapping[Path, str]) -> TypeNode:
    path = change.names or (identity,)
    if change.kind in _OF_ATTRIBUTES and len(path) > 1:
        path = path[:-1]
    siblings = tree.types
    for depth in range(1, len(path)):
        siblings = siblings.ancestor(path[:depth], ids.get(path[:depth])).children
    return siblings.exact(path, identity)


def _element(elements: dict[str, Element], change: Change, key: str) -> Element:
    name = change.names[-1] if change.names else key
    return elements.setdefault(key, Element(name=name, key=shown_key(key, change.names)))


def shown_key(key: str, names: Sequence[str]) -> str | None:
    """Return *key* unless it only repeats the names, as it does without external ids."""
    return None if key in {names[-1] if names else "", "/".join(names)} else key
