"""The context of adopting live: both sides, the differences, and the manifest's JSON by element."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reconciler.manifest.minimal_form import MinimalForm
from reconciler.manifest.outline import ManifestElement, MappingElement, Outline, TypeElement
from reconciler.manifest.text.edits import Add, Drop, Edit, Put
from reconciler.manifest.text.pointer import Pointer
from reconciler.planning import change
from reconciler.planning.diff.align import Side
from reconciler.planning.diff.difference import Difference, Sides

_Key = tuple[change.Kind, str | None, str | None]


@dataclass(frozen=True, kw_only=True)
class ElementIndex:
    """The position of each element of a side in the JSON; without the system `Key` of types.

    What is in a type or in a mapping is indexed when it is asked for.
    """

    side: Side
    types: Mapping[str, TypeElement]
    mappings: Mapping[str, MappingElement]
    icons: Mapping[str | None, ManifestElement]
    statuses: Mapping[str | None, ManifestElement]
    _below: dict[tuple[type, str], Mapping[str, ManifestElement]] = field(
        default_factory=dict, init=False
    )

    def attribute(self, type_key: str, key: str) -> ManifestElement:
        """Return the attribute *key* of the type *type_key*."""
        at = TypeElement, type_key
        if at not in self._below:
            self._below[at] = _attributes(self.types[type_key], self.side, type_key)
        return self._below[at][key]

    def entry(self, mapping_key: str, key: str) -> ManifestElement:
        """Return the entry *key* of the mapping *mapping_key*."""
        at = MappingElement, mapping_key
        if at not in self._below:
            self._below[at] = _entries(self.mappings[mapping_key], self.side, mapping_key)
        return self._below[at][key]


def index_elements(outline: Outline, side: Side) -> ElementIndex:
    """Return the positions of the elements of *side* in the manifest that *outline* describes."""
    return ElementIndex(
        side=side,
        types=_types(outline, side),
        mappings=_mappings(outline, side),
        icons={icon.name: icon for icon in outline.icons},
        statuses={status.name: status for status in outline.statuses},
    )


def _types(outline: Outline, side: Side) -> dict[str, TypeElement]:
    keys = {node.names: key for key, node in side.types.items()}
    found: dict[str, TypeElement] = {}
    for element in outline.types:
        key = element.external_id if side.by_ids else keys.get(name_path(element))
        if key is not None:
            found[key] = element
    return found


def _attributes(element: TypeElement, side: Side, key: str) -> dict[str, ManifestElement]:
    keys = {
        (a.external_id if side.by_ids else None, a.name): attribute_key
        for attribute_key, a in side.types[key].attributes.items()
    }
    return _keyed(element.attributes, side, keys)


def _mappings(outline: Outline, side: Side) -> dict[str, MappingElement]:
    keys = {
        (node.element.object_type_external_id, node.element.object_type_name): key
        for key, node in side.mappings.items()
    }
    found = (
        (keys.get((each.external_id if side.by_ids else None, each.name)), each)
        for each in outline.mappings
    )
    return {key: each for key, each in found if key is not None}


def _entries(element: MappingElement, side: Side, key: str) -> dict[str, ManifestElement]:
    keys = {
        (e.attribute_external_id, e.attribute_name): entry_key
        for entry_key, e in side.mappings[key].entries.items()
    }
    return _keyed(element.attributes, side, keys)


def _keyed(
    elements: Iterable[ManifestElement],
    side: Side,
    keys: Mapping[Any, str],
) -> dict[str, ManifestElement]:
    found = ((keys.get((e.external_id if side.by_ids else None, e.name)), e) for e in elements)
    return {key: each for key, each in found if key is not None}


def name_path(element: TypeElement) -> tuple[str, ...]:
    """Return the names of the types above *element*, and its own."""
    above = () if element.parent is None else name_path(element.parent)
    return (*above, element.name or "")


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """The adoption of live by one manifest."""

    raw: Mapping[str, Any]
    sides: Sides
    index: ElementIndex
    form: MinimalForm
    found: Sequence[Difference]
    _changed: dict[_Key, dict[str, Any]] = field(default_factory=dict, init=False)
    _changed_in: dict[_Key, set[str]] = field(default_factory=dict, init=False)
    new_type_names: dict[str, str] = field(default_factory=dict, init=False)
    new_attribute_names: dict[str, str] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for d in self.found:
            if d.field is None:
                continue
            key = d.kind, d.type_key or d.names[0], d.attribute_key
            self._changed.setdefault(key, {})[d.field] = d.before
            if d.attribute_key is not None:
                self._changed_in.setdefault((d.kind, d.type_key, None), set()).add(d.attribute_key)
            if d.field == "name" and d.kind is change.Kind.OBJECT_TYPE and d.type_key:
                self.new_type_names[d.type_key] = d.before
            if d.field == "name" and d.kind is change.Kind.ATTRIBUTE and d.attribute_key:
                self.new_attribute_names[d.attribute_key] = d.before

    @cached_property
    def _live_names(self) -> Counter[str]:
        return Counter(node.element.name for node in self.sides.live.types.values())

    def needs_id(self, key: str) -> bool:
        """Return whether the name of live's type *key* alone does not say which one is meant."""
        node = self.sides.live.types.get(key)
        return (
            self.sides.desired.by_ids
            and node is not None
            and (self._live_names[node.element.name] > 1)
        )

    def changed(self, kind: change.Kind, key: str, attribute: str | None = None) -> dict[str, Any]:
        """Return live's values of the fields in which an element differs."""
        return dict(self._changed.get((kind, key, attribute), {}))

    def changed_in(self, kind: change.Kind, key: str) -> Collection[str]:
        """Return the keys of what differs in an element, of its attributes or entries."""
        return self._changed_in.get((kind, key, None), ())


def put_fields(
    element: ManifestElement | TypeElement | MappingElement, fields: Mapping[str, Any]
) -> Iterator[Edit]:
    """Yield the edits that set these values in *element*; None removes the key."""
    for key, value in fields.items():
        if value is not None:
            yield Put(at=(*element.at, key), value=value)
        elif key in element.raw:
            yield Drop(at=(*element.at, key))


def list_edits(
    at: Pointer,
    raw: Mapping[str, Any],
    *,
    drops: Sequence[ManifestElement | TypeElement | MappingElement],
    adds: Sequence[Any],
    may_go: bool = True,
) -> Iterator[Edit]:
    """Yield the edits of the list at *at* in *raw*; if left empty it is removed if it *may_go*."""
    present = raw.get(str(at[-1])) or ()
    if adds and not present:
        yield Put(at=at, value=list(adds))
    elif drops and not adds and len(drops) == len(present):
        yield Drop(at=at) if may_go else Put(at=at, value=[])
    else:
        yield from (Drop(at=element.at) for element in drops)
        yield from (Add(at=at, value=value) for value in adds)
