"""Two documents aligned: every element keyed by what identifies it in both.

With external ids the key is the id. A manifest without ids is matched by name path, takes
live's ids, and gives new elements the deterministic id of design.md#ids; a mapping that names
its target by name alone is keyed by that target.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any
from uuid import NAMESPACE_URL, uuid5

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
    each,
    walk_types,
)
from reconciler.model.normalise import (
    attribute_with_defaults,
    entry_with_defaults,
)
from reconciler.value import Value, field, replace

# Prefix of names that replace ids; no id begins with it.
_BY_NAME = "\0"
SYSTEM_KEY = _BY_NAME + SYSTEM_ATTRIBUTE


class TypeNode(Value, eq=False, dict=True, gc=True):
    """An object type and its place in the tree; `label` is its name in addresses.

    Of most types nobody asks what attributes they have: they are indexed at the first question.
    """

    key: str
    element: ObjectType
    parent: str | None
    names: tuple[str, ...]
    label: Key
    by_ids: bool

    @cached_property
    def own(self) -> tuple[Attribute, ...]:
        """Its own attributes."""
        return self.element.own

    @cached_property
    def attributes(self) -> Mapping[str, Attribute]:
        """Its own attributes by key."""
        return {attribute_key(a): a for a in self.own}

    @cached_property
    def system_ids(self) -> AbstractSet[str | None]:
        """The external ids of the system `Key`."""
        if self.own is self.element.attributes:
            return frozenset()
        return {a.external_id for a in self.element.attributes if a.name == SYSTEM_ATTRIBUTE}

    @cached_property
    def attribute_ids(self) -> Container[str]:
        """The keys of the attributes that are known by their external ids in addresses.

        These are all of them, or in a manifest without ids those in live whose name another one
        has too.
        """
        if self.by_ids:
            return self.attributes
        matched = {a.name: key for key, a in self.attributes.items()}
        return self.attributes.keys() - matched.values()

    @cached_property
    def shown_if(self) -> tuple[Attribute | None, ...]:
        """What live certainly has for each of its own attributes if it shows them as they are.

        That is itself with defaults; None of one that refers by a name alone, which may be that of
        another target on either side.
        """
        own = self.own
        by_name = [a.reference_name is not None and a.reference_external_id is None for a in own]
        if True in by_name:
            pairs = zip(own, by_name, strict=True)
            return tuple(None if is_named else attribute_with_defaults(a) for a, is_named in pairs)
        shown: tuple[Attribute, ...] = each(attribute_with_defaults, own)
        return shown

    def shows(self, desired: "TypeNode") -> bool:
        """Return whether live, as which it is taken, shows all attributes of *desired* as they are.

        So it certainly is if each has an equal one in its place.
        """
        return _is_shown_by(self.element.attributes, desired)

    def touched(self, desired: "TypeNode") -> Sequence[tuple[str, Attribute, Attribute | None]]:
        """Return the attributes of *desired* that live may show otherwise: key, attribute, live's.

        All others are shown as they are.
        """
        keys = map(attribute_key, desired.own)
        return _touched(self, self.attributes, desired, desired.attributes, keys)

    def attribute_label(self, key: str) -> str:
        """Return the name in addresses of its attribute with this key."""
        attribute = self.attributes[key]
        return (key in self.attribute_ids and attribute.external_id) or attribute.name

    @property
    def identity(self) -> str:
        """The external id, otherwise the name."""
        return self.element.external_id or self.element.name


class MappingNode(Value, eq=False, dict=True, gc=True):
    """A type's mapping; `owners` are the nodes of its type on this side and the other one."""

    element: TypeMapping
    owners: tuple[TypeNode, ...]

    @cached_property
    def is_by_ids(self) -> bool:
        """Whether its entries are known by their ids, whatever their owners are called."""
        return None not in [each.attribute_external_id for each in self.element.attributes]

    @cached_property
    def keys(self) -> Sequence[str]:
        """The keys of the attributes that its entries fill."""
        return _filled_keys(self.element, self.owners, by_ids=self.is_by_ids)

    @cached_property
    def entries(self) -> Mapping[str, AttributeMapping]:
        """The mappings of its attributes by the attribute's key."""
        return dict(zip(self.keys, self.element.attributes, strict=True))

    @cached_property
    def shown_if(self) -> tuple[AttributeMapping | None, ...]:
        """What live certainly has for each of its entries if it shows them as they are.

        None for one that fills by a name alone.
        """
        entries = self.element.attributes
        if self.is_by_ids:
            shown: tuple[AttributeMapping, ...] = each(entry_with_defaults, entries)
            return shown
        return tuple(
            None if e.attribute_external_id is None else entry_with_defaults(e) for e in entries
        )

    def shows(self, desired: "MappingNode") -> bool:
        """Return whether live, as which it is taken, shows all entries of *desired* as they are."""
        return _is_shown_by(self.element.attributes, desired)

    def touched(
        self, desired: "MappingNode"
    ) -> Sequence[tuple[str, AttributeMapping, AttributeMapping | None]]:
        """Return the entries of *desired* that live may show otherwise, as for a type."""
        return _touched(self, self.entries, desired, desired.entries, desired.keys)


def _is_shown_by(live: tuple[Any, ...], desired: TypeNode | MappingNode) -> bool:
    """Return whether *live* is equal to what *desired* is shown by; it takes the place of that.

    So the next look, at the same live, compares identities.
    """
    if live != desired.shown_if:
        return False
    vars(desired)["shown_if"] = live
    return True


def _touched(
    live: TypeNode | MappingNode,
    here: Mapping[str, Any],
    desired: TypeNode | MappingNode,
    wanted: Mapping[str, Any],
    keys: Iterable[str],
) -> list[tuple[str, Any, Any]]:
    """Return what *live*, which has *here*, may show otherwise of *desired*, which has *wanted*.

    Both the comparison and the body ask for it, of the same live: it is found once.
    """
    known = vars(desired).get("touched by")
    if known is not None and known[0] is live:
        found: list[tuple[str, Any, Any]] = known[1]
        return found
    shown: Iterable[Any] = desired.shown_if
    if len(wanted) < len(desired.shown_if):  # a key twice
        by_key = dict(zip(keys, shown, strict=True))
        shown = [by_key[key] for key in wanted]
    found = [
        (key, element, old)
        for (key, element), as_shown in zip(wanted.items(), shown, strict=True)
        if (old := here.get(key)) is None or old != as_shown
    ]
    vars(desired)["touched by"] = live, found
    return found


class Side(Value):
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
    desired: Document, live: Document | None, *, seed: str, by_ids: bool, known: Side | None = None
) -> tuple[Side, Side]:
    """Return *desired* and *live* (an empty side for None) with common keys.

    *by_ids* tells whether the manifest has external ids. *seed* is the seed of the
    deterministic ids of new elements: the import source id, otherwise the source's name. *known*
    is the side of *desired* beside another live.
    """
    live_side = _live_side(live or Document(), by_ids=by_ids)
    if by_ids and known is not None:
        if all(n.is_by_ids and n.element.object_type_external_id for n in known.mappings.values()):
            return known, live_side
        mappings = _mappings(desired, known.types, known.keys_by_name, live_side)
        for key, node in known.mappings.items():
            if key in mappings and node.is_by_ids:
                mappings[key] = node
        return replace(known, mappings=mappings), live_side
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
        by_own_id = by_ids or matched[names] != key
        types[key] = TypeNode(
            key=key,
            element=object_type,
            parent=keys[id(ancestors[-1])] if ancestors else None,
            names=names,
            label=(by_own_id and object_type.external_id) or names,
            by_ids=by_ids,
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
        both = types.get(key), other.types.get(key) if other else None
        nodes[key] = MappingNode(element=mapping, owners=tuple(n for n in both if n is not None))
    return nodes


def _filled_keys(mapping: TypeMapping, owners: Sequence[TypeNode], *, by_ids: bool) -> list[str]:
    names: dict[str, str] = {}
    for owner in owners if not by_ids else ():
        for key, attribute in owner.attributes.items():
            names.setdefault(attribute.name, key)
    system = {each for owner in owners for each in owner.system_ids if each is not None}
    entries = mapping.attributes
    ids = [e.attribute_external_id or "" for e in entries]
    if all(ids) and not system and SYSTEM_ATTRIBUTE not in [e.attribute_name for e in entries]:
        return ids

    def key_of(entry: AttributeMapping) -> str:
        name, external_id = entry.attribute_name or "", entry.attribute_external_id
        if name == SYSTEM_ATTRIBUTE or external_id in system:
            return SYSTEM_KEY
        return external_id or names.get(name, _BY_NAME + name)

    return list(map(key_of, entries))


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
