"""Changes grouped as people think of them: by object type, its mapping beside it.

The plan lists changes flat, by address; here they stand under the type that they touch,
types under their parents, so that a reader follows the manifest's own shape.

The document that a plan carries, read for show: it may be anything, so leniently.

What the manifest holds beside the changes: ids of types, and how much stays as it is.

Read from the raw document that the plan carries, which may be anything: lenient.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.wire import has_external_ids
from reconciler.planning.plan import Change, Edit, Kind, SourcePlan

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


def types_in(document: Mapping[str, Any]) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Yield each object type with its name path, parents before children, in their order."""
    roots = _inside(_inside(document, "schema"), "objectSchema").get("objectTypes")
    stack: list[tuple[Path, Mapping[str, Any]]] = [((), raw) for raw in objects(roots)[::-1]]
    while stack:
        above, object_type = stack.pop()
        path = (*above, text(object_type.get("name")) or "")
        yield path, object_type
        stack += [(path, raw) for raw in objects(object_type.get("children"))[::-1]]


def mappings_in(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the mappings of object types."""
    return objects(_inside(document, "mapping").get("objectTypeMappings"))


def objects(raw: Any) -> list[Mapping[str, Any]]:
    """Return the objects of the list *raw*, nothing where it is none."""
    return [each for each in raw if isinstance(each, Mapping)] if isinstance(raw, list) else []


def text(raw: Any) -> str | None:
    """Return *raw* where it is a text."""
    return raw if isinstance(raw, str) else None


def _inside(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}


_INSIDE = {Kind.ATTRIBUTE, Kind.ATTRIBUTE_MAPPING}
_SYSTEM = "Key"


@dataclass(frozen=True, kw_only=True, slots=True)
class ManifestView:
    """External ids by name path, and unchanged elements by the key of their type.

    The key is what stands in the brackets of an address: the id, else the name path.
    """

    ids: Mapping[Path, str]
    attributes: Mapping[str, int]
    attribute_mappings: Mapping[str, int]


def manifest_view(source: SourcePlan) -> ManifestView:
    """Return what the manifest of *source* holds, its changes counted off."""
    desired = source.evidence.desired
    by_ids = has_external_ids(desired)
    ids: dict[Path, str] = {}
    by_name: dict[str, str] = {}
    attributes: Counter[str] = Counter()
    for path, raw in types_in(desired):
        external_id = text(raw.get("externalId")) if by_ids else None
        if external_id:
            ids[path] = external_id
        key = external_id or (path[-1] if by_ids else "/".join(path))
        by_name.setdefault(path[-1], key)
        attributes[key] = sum(a.get("name") != _SYSTEM for a in objects(raw.get("attributes")))
    mapped: Counter[str] = Counter()
    for raw in mappings_in(desired):
        name = text(raw.get("objectTypeName")) or ""
        key = text(raw.get("objectTypeExternalId")) or by_name.get(name, name)
        mapped[key] += len(objects(raw.get("attributesMapping")))
    changed = _changed(source)
    return ManifestView(
        ids=ids,
        attributes=attributes - changed[Kind.ATTRIBUTE],
        attribute_mappings=mapped - changed[Kind.ATTRIBUTE_MAPPING],
    )


def _changed(source: SourcePlan) -> Mapping[Kind, Counter[str]]:
    """Return how many of the manifest's own elements change, by the key of their type."""
    elements: dict[Kind, set[tuple[str, str]]] = {kind: set() for kind in _INSIDE}
    for change in source.changes:
        if change.kind in _INSIDE and not _is_live_only(change):
            elements[change.kind].add((change.address.owner_key, change.address.key))
    return {kind: Counter(owner for owner, _ in found) for kind, found in elements.items()}


def _is_live_only(change: Change) -> bool:
    return change.field is None and change.action is Edit.REMOVE
