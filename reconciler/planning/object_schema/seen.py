"""What both APIs show of an object schema at one moment, found by the ids that Assets gave."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from types import MappingProxyType

from reconciler.model.document import Document, walk_types
from reconciler.model.object_schema import (
    ObjectSchema,
    SchemaAttribute,
    SchemaContent,
    SchemaStatus,
    SchemaType,
)
from reconciler.planning.object_schema.object_values import ObjectValues
from reconciler.planning.object_schema.operation import ElementKind, SchemaElement
from reconciler.value import Value

Found = ObjectSchema | SchemaType | SchemaAttribute | SchemaStatus


class MappingTargets(Value):
    """What mappings fill: external ids of types and attributes, and names where they have no id.

    `identity` are those of the attributes that tell objects apart.
    """

    ids: frozenset[str]
    names: frozenset[str]
    identity: frozenset[str]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "MappingTargets":
        """Return what the mappings of *documents* fill."""
        mappings = [each for document in documents for each in document.mappings]
        entries = [entry for mapping in mappings for entry in mapping.attributes]
        filled = [(m.object_type_external_id, m.object_type_name) for m in mappings]
        filled += [(e.attribute_external_id, e.attribute_name) for e in entries]
        return cls(
            ids=frozenset(i for i, _ in filled if i is not None),
            names=frozenset(name for i, name in filled if i is None and name is not None),
            identity=frozenset(
                e.attribute_external_id or e.attribute_name or ""
                for e in entries
                if e.external_id_part
            ),
        )

    def have(self, element: SchemaElement) -> bool:
        """Return whether *element* is filled; where names alone say what is, it may be another."""
        return element.external_id in self.ids or element.name in self.names

    def identify_by(self, element: SchemaElement) -> bool:
        """Return whether objects are told apart by the attribute *element*."""
        return not self.identity.isdisjoint({element.external_id or "", element.name})


class Seen(Value, dict=True, gc=True):
    """The object schema's `content`, and `live`, what importsource shows of it to the source.

    `counts` are those of objects, by the query that counts them (`aql`), `values` is what objects
    hold of attributes, by their ids; `beside` is what importsource shows to the other sources of
    the object schema.
    """

    content: SchemaContent
    live: Document
    counts: Mapping[str, int] = MappingProxyType({})
    values: Mapping[str, ObjectValues] = MappingProxyType({})
    beside: tuple[Document, ...] = ()

    def find(self, element: SchemaElement) -> Found | None:
        """Return what *element* is now, by its id; an attribute is found with its type alone."""
        return self._by_id.get((element.kind, element.type_id, element.id))

    def own(self, type_id: str | None) -> Sequence[SchemaAttribute]:
        """Return the attributes of the type *type_id* itself."""
        return self._own.get(type_id, ())

    def owners(self, attribute_id: str) -> AbstractSet[str]:
        """Return the ids of the types that Assets lists the attribute *attribute_id* with."""
        return self._owners.get(attribute_id, frozenset())

    def type_of(self, type_id: str | None) -> SchemaType | None:
        """Return the object type *type_id*, None if there is none."""
        return self._types.get(type_id)

    def children(self, type_id: str | None) -> Sequence[SchemaType]:
        """Return the object types next below *type_id*; None is the root."""
        return self._children.get(type_id, ())

    def below(self, type_id: str | None) -> Iterator[SchemaType]:
        """Yield the object types below *type_id*, those next to it first."""
        level = [*self.children(type_id)]
        seen = {each.id for each in level}
        while level:
            yield from level
            level = [
                below for each in level for below in self.children(each.id) if below.id not in seen
            ]
            seen |= {each.id for each in level}

    def above(self, type_id: str | None) -> Iterator[SchemaType]:
        """Yield the object types above *type_id*, the nearest first."""
        seen = {type_id}
        here = self._types.get(type_id)
        while here is not None and here.parent_id not in seen:
            seen.add(here.parent_id)
            here = self._types.get(here.parent_id)
            if here is not None:
                yield here

    def path(self, element: SchemaElement) -> tuple[str, ...] | None:
        """Return the name path of a type or attribute, None of what is not there, or no such."""
        found = self.find(element)
        if not isinstance(found, SchemaType | SchemaAttribute):
            return None
        type_id = element.type_id or element.id
        here = self._types.get(type_id)
        if here is None:
            return None
        names = [here.name, *(each.name for each in self.above(type_id))]
        own = (found.name,) if isinstance(found, SchemaAttribute) else ()
        return (*reversed(names), *own)

    def heirs(self, type_id: str | None) -> Iterator[SchemaType]:
        """Yield the types that have the attributes of *type_id* too (api.md#companion-types)."""
        here = self._types.get(type_id)
        if here is not None and here.is_inherited:
            yield from self.below(type_id)

    def with_attributes_of(self, type_id: str | None) -> Sequence[SchemaType]:
        """Return the type *type_id*, and those that have its attributes too."""
        here = self._types.get(type_id)
        return () if here is None else (here, *self.heirs(type_id))

    def objects_with(self, type_id: str | None) -> int:
        """Return how many objects Assets counts of those types."""
        return sum(each.objects for each in self.with_attributes_of(type_id))

    @cached_property
    def mapped(self) -> MappingTargets:
        """What the mappings of the source fill."""
        return MappingTargets.of([self.live])

    @cached_property
    def mapped_beside(self) -> MappingTargets:
        """What those of the other sources fill."""
        return MappingTargets.of(self.beside)

    @cached_property
    def _types(self) -> Mapping[str | None, SchemaType]:
        return {each.id: each for each in self.content.types}

    @cached_property
    def _children(self) -> Mapping[str | None, Sequence[SchemaType]]:
        found: dict[str | None, list[SchemaType]] = {}
        for each in self.content.types:
            found.setdefault(each.parent_id, []).append(each)
        return found

    @cached_property
    def _owners(self) -> Mapping[str, AbstractSet[str]]:
        found: dict[str, set[str]] = {}
        for each in self.content.attributes:
            found.setdefault(each.id, set()).add(each.owner_id)
        return found

    @cached_property
    def _own(self) -> Mapping[str | None, Sequence[SchemaAttribute]]:
        found: dict[str | None, list[SchemaAttribute]] = {}
        for each in self.content.attributes:
            found.setdefault(each.owner_id, []).append(each)
        return found

    def referring_to(self, type_id: str) -> Sequence[SchemaAttribute]:
        """Return the attributes of other types that refer to the type *type_id*."""
        return [each for each in self._referring.get(type_id, ()) if each.owner_id != type_id]

    def allowing(self, status_id: str) -> Iterator[SchemaAttribute]:
        """Yield the attributes that allow the status *status_id* explicitly."""
        return (each for each in self.content.attributes if status_id in each.status_ids)

    @cached_property
    def _referring(self) -> Mapping[str | None, Sequence[SchemaAttribute]]:
        found: dict[str | None, list[SchemaAttribute]] = {}
        for each in self.content.attributes:
            found.setdefault(each.target_id, []).append(each)
        return found

    @cached_property
    def _by_id(self) -> Mapping[tuple[ElementKind, str | None, str], Found]:
        content = self.content
        return {
            (ElementKind.OBJECT_SCHEMA, None, content.schema.id): content.schema,
            **{(ElementKind.OBJECT_TYPE, None, each.id): each for each in content.types},
            **{(ElementKind.ATTRIBUTE, a.owner_id, a.id): a for a in content.attributes},
            **{(ElementKind.STATUS, None, each.id): each for each in content.statuses},
        }


def place_in(live: Document, external_id: str | None) -> tuple[str, ...] | None:
    """Return the name path of the type or attribute that *live* calls so, None without one."""
    for object_type, above in walk_types(live.object_types) if external_id is not None else ():
        names = (*(each.name for each in above), object_type.name)
        if object_type.external_id == external_id:
            return names
        for each in object_type.attributes:
            if each.external_id == external_id:
                return (*names, each.name)
    return None


def live_names(live: Document) -> Mapping[str, str]:
    """Return the names of the types and attributes of *live* by external id."""
    names: dict[str, str] = {}
    for object_type, _ in walk_types(live.object_types):
        if object_type.external_id is not None:
            names[object_type.external_id] = object_type.name
        names |= {a.external_id: a.name for a in object_type.attributes if a.external_id}
    return names


def has_name(name: str, *, but: SchemaElement, among: Iterable[Found]) -> Iterable[str]:
    """Yield the ids of those *among* others *but* it that have *name*, whatever its case."""
    wanted = name.casefold()
    return (e.id for e in among if e.name.casefold() == wanted and e.id != but.id)
