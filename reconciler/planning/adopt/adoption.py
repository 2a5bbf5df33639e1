"""The context of adopting live: both sides, and the differences by element."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reconciler.manifest.minimal_form import MinimalForm
from reconciler.manifest.outline import ManifestElement, MappingElement, TypeElement
from reconciler.manifest.text.edits import Add, Drop, Edit, Put
from reconciler.manifest.text.pointer import Pointer
from reconciler.planning import plan
from reconciler.planning.adopt.element_index import ElementIndex
from reconciler.planning.diff.difference import Difference, Sides

_Key = tuple[plan.Kind, str | None, str | None]


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
        """Index the fields that change and the elements that have another name in live."""
        for d in self.found:
            if d.field is None:
                continue
            key = d.kind, d.type_key or d.names[0], d.attribute_key
            self._changed.setdefault(key, {})[d.field] = d.before
            if d.attribute_key is not None:
                self._changed_in.setdefault((d.kind, d.type_key, None), set()).add(d.attribute_key)
            if d.field == "name" and d.kind is plan.Kind.OBJECT_TYPE and d.type_key:
                self.new_type_names[d.type_key] = d.before
            if d.field == "name" and d.kind is plan.Kind.ATTRIBUTE and d.attribute_key:
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

    def changed(self, kind: plan.Kind, key: str, attribute: str | None = None) -> dict[str, Any]:
        """Return live's values of the fields in which an element differs."""
        return dict(self._changed.get((kind, key, attribute), {}))

    def changed_in(self, kind: plan.Kind, key: str) -> Collection[str]:
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
