"""Two documents aligned: every element keyed by what identifies it in both.

With external ids the key is the id. A manifest without ids is matched by name path, takes
live's ids, and gives new elements the deterministic id of design.md#ids; a mapping that names
its target by name alone is keyed by that target.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import NAMESPACE_URL, uuid5

from msgspec.structs import replace

from reconciler.model.address import Key
from reconciler.model.canonical import canonical_json
from reconciler.model.document import (
    SYSTEM_ATTRIBUTE,
    Attribute,
    AttributeMapping,
    Document,
    Icon,
    ObjectType,
    Status,
    TypeMapping,
    walk_types,
)

# Prefix of names that replace ids; no id begins with it.
_BY_NAME = "\0"
SYSTEM_KEY = _BY_NAME + SYSTEM_ATTRIBUTE


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeNode:
    """An object type: its place in the tree, and its attributes by key, without the system `Key`.

    `label` is its name in addresses, `attribute_ids` the keys of the attributes that are known
    by their external ids there: all of them, or in a manifest without ids those in live whose
    name another one has too.
    """

    key: str
    element: ObjectType
    parent: str | None
    names: tuple[str, ...]
    label: Key
    attributes: Mapping[str, Attribute]
    attribute_ids: Container[str] = frozenset()

    def attribute_label(self, key: str) -> str:
        """Return the name in addresses of its attribute with this key."""
        attribute = self.attributes[key]
        return (key in self.attribute_ids and attribute.external_id) or attribute.name

    @property
    def identity(self) -> str:
        """The external id, otherwise the name."""
        return self.element.external_id or self.element.name


@dataclass(frozen=True, kw_only=True, slots=True)
class MappingNode:
    """A type's mapping, and the mappings of its attributes by the attribute's key."""

    element: TypeMapping
    entries: Mapping[str, AttributeMapping]


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One of two aligned documents. `by_ids`: the labels in addresses are external ids."""

    document: Document
    by_ids: bool
    types: Mapping[str, TypeNode] = field(default_factory=dict)
    keys_by_name: Mapping[str, str] = field(default_factory=dict)
    mappings: Mapping[str, MappingNode] = field(default_factory=dict)
    icons: Mapping[str, Icon] = field(default_factory=dict)
    statuses: Mapping[str, Status] = field(default_factory=dict)

    def reference(self, attribute: Attribute) -> str | None:
        """Return the key of the type that *attribute* refers to; the external id decides."""
        if attribute.reference_external_id is not None:
            return attribute.reference_external_id
        if attribute.reference_name is None:
            return None
        return self.keys_by_name.get(attribute.reference_name, _BY_NAME + attribute.reference_name)


def align(
    desired: Document, live: Document | None, *, seed: str, by_ids: bool
) -> tuple[Side, Side]:
    """Return *desired* and *live* (an empty side for None) with common keys.

    *by_ids* tells whether the manifest has external ids. *seed* is the seed of the
    deterministic ids of new elements: the import source id, otherwise the source's name.
    """
    live_side = _live_side(live or Document(), by_ids=by_ids)
    if by_ids or live is None:
        return _side(desired, keyed_types(desired), by_ids=by_ids, other=live_side), live_side
    identified = _identified(desired, live_side, seed)
    return _side(identified, keyed_types(identified), by_ids=by_ids, other=live_side), live_side


def keyed_types(document: Document) -> list[tuple[str, ObjectType, tuple[ObjectType, ...]]]:
    """Return each type with its key (external id, otherwise name path) and its ancestors."""
    return [
        (t.external_id or _path_key([*(a.name for a in ancestors), t.name]), t, ancestors)
        for t, ancestors in walk_types(document.object_types)
    ]


def attribute_key(attribute: Attribute) -> str:
    """Return the key of an attribute within its type: the external id, otherwise the name."""
    return attribute.external_id or _BY_NAME + attribute.name


def _path_key(names: Sequence[str]) -> str:
    return _BY_NAME + canonical_json(names).decode()


def _live_side(document: Document, *, by_ids: bool) -> Side:
    return _side(document, keyed_types(document), by_ids=by_ids, other=None)


def _side(
    document: Document,
    keyed: list[tuple[str, ObjectType, tuple[ObjectType, ...]]],
    *,
    by_ids: bool,
    other: Side | None,
) -> Side:
    keys = {id(t): key for key, t, _ in keyed}
    paths = [(*(a.name for a in ancestors), t.name) for _, t, ancestors in keyed]
    # Live may have elements of one name. One is matched by it, the others keep their ids.
    matched = dict(zip(paths, (key for key, _, _ in keyed), strict=True))
    types: dict[str, TypeNode] = {}
    for (key, object_type, ancestors), names in zip(keyed, paths, strict=True):
        attributes = {attribute_key(a): a for a in object_type.attributes if not a.is_system}
        by_own_id = by_ids or matched[names] != key
        types[key] = TypeNode(
            key=key,
            element=object_type,
            parent=keys[id(ancestors[-1])] if ancestors else None,
            names=names,
            label=(by_own_id and object_type.external_id) or names,
            attributes=attributes,
            attribute_ids=attributes if by_ids else _namesakes(attributes),
        )
    keys_by_name: dict[str, str] = {}
    for key, node in types.items():
        keys_by_name.setdefault(node.element.name, key)
    return Side(
        document=document,
        by_ids=by_ids,
        types=types,
        keys_by_name=keys_by_name,
        mappings=_mappings(document, types, keys_by_name, other),
        icons={i.key: i for i in document.icons},
        statuses={s.name: s for s in document.statuses},
    )


def _namesakes(attributes: Mapping[str, Attribute]) -> frozenset[str]:
    """Return the keys of the attributes whose name a later one has, too."""
    matched = {a.name: key for key, a in attributes.items()}
    if len(matched) == len(attributes):
        return frozenset()
    return frozenset(attributes.keys() - matched.values())


def _mappings(
    document: Document,
    types: Mapping[str, TypeNode],
    keys_by_name: Mapping[str, str],
    other: Side | None,
) -> dict[str, MappingNode]:
    by_name = {**(other.keys_by_name if other else {}), **keys_by_name}
    nodes: dict[str, MappingNode] = {}
    for mapping in document.mappings:
        name = mapping.object_type_name or ""
        key = mapping.object_type_external_id or by_name.get(name, _BY_NAME + name)
        entries = _entries(mapping, types.get(key), other.types.get(key) if other else None)
        nodes[key] = MappingNode(element=mapping, entries=entries)
    return nodes


def _entries(
    mapping: TypeMapping, node: TypeNode | None, other: TypeNode | None
) -> dict[str, AttributeMapping]:
    names: dict[str, str] = {}
    system: set[str | None] = set()
    for side in (node, other):
        if side is not None:
            for key, attribute in side.attributes.items():
                names.setdefault(attribute.name, key)
            system |= {a.external_id for a in side.element.attributes if a.is_system}
    entries: dict[str, AttributeMapping] = {}
    for entry in mapping.attributes:
        name, external_id = entry.attribute_name or "", entry.attribute_external_id
        if name == SYSTEM_ATTRIBUTE or (external_id is not None and external_id in system):
            key = SYSTEM_KEY
        else:
            key = external_id or names.get(name, _BY_NAME + name)
        entries[key] = entry
    return entries


def _identified(desired: Document, live: Side, seed: str) -> Document:
    """Return *desired* with live's ids where the name path matches, and new ids elsewhere."""
    if live.types and all(n.element.external_id is None for n in live.types.values()):
        return desired
    by_path = {node.names: node for node in live.types.values()}
    held = _held_ids(desired, by_path)

    def fresh(*names: str, within: tuple[str, ...] | None = None) -> str:
        # What was renamed in Assets keeps the id that was made of its old name.
        while (made := new_id(seed, names)) in held and held[made] != within:
            names = (*names, "")
        return made

    def of_type(object_type: ObjectType, above: tuple[str, ...]) -> ObjectType:
        names = (*above, object_type.name)
        node = by_path.get(names)
        known = {a.name: a.external_id for a in node.attributes.values()} if node else {}

        def of_attribute(attribute: Attribute) -> Attribute:
            if attribute.is_system:
                return attribute
            if attribute.name in known:
                return replace(attribute, external_id=known[attribute.name])
            return replace(attribute, external_id=fresh(*names, attribute.name, within=names))

        return replace(
            object_type,
            external_id=node.element.external_id if node else fresh(*names),
            attributes=tuple(map(of_attribute, object_type.attributes)),
            children=tuple(of_type(c, names) for c in object_type.children),
        )

    return replace(desired, object_types=tuple(of_type(t, ()) for t in desired.object_types))


def _held_ids(
    desired: Document, by_path: Mapping[tuple[str, ...], TypeNode]
) -> dict[str | None, tuple[str, ...]]:
    """Return the ids in live that no other element of *desired* may get.

    They are those of the types that *desired* has by name path, and of all their attributes; an
    attribute that *desired* does not have comes with its type, where it may have been renamed.
    """
    held: dict[str | None, tuple[str, ...]] = {}
    for object_type, ancestors in walk_types(desired.object_types):
        names = (*(a.name for a in ancestors), object_type.name)
        if node := by_path.get(names):
            kept = {a.name for a in object_type.attributes}
            held[node.element.external_id] = ()
            for attribute in node.attributes.values():
                held[attribute.external_id] = () if attribute.name in kept else names
    return held


def new_id(seed: str, names: tuple[str, ...]) -> str:
    """Return the deterministic id of a new element of a manifest without ids (design.md#ids)."""
    return f"reconciler::{uuid5(NAMESPACE_URL, canonical_json([seed, *names]).decode())}"
