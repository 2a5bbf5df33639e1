"""The targets of a source: what its manifest wants otherwise than live has it, or not at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from reconciler.model.display import count
from reconciler.model.document import Attribute, Document, ObjectType, walk_types
from reconciler.model.fields import ATTRIBUTE
from reconciler.model.object_schema import SchemaAttribute, SchemaType
from reconciler.planning.diff.difference import managed
from reconciler.planning.inputs import Baseline
from reconciler.planning.object_schema.definition import without_name
from reconciler.planning.object_schema.deletions import no_longer_wanted
from reconciler.planning.object_schema.kinds import WAYS
from reconciler.planning.object_schema.move_rules import destination
from reconciler.planning.object_schema.named_targets import object_schema_target, to_be_renamed
from reconciler.planning.object_schema.object_values import MOST_OBJECTS, ValuesQuery
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Requirement,
    SchemaElement,
    SchemaKind,
)
from reconciler.planning.object_schema.reading import SchemaReading
from reconciler.planning.object_schema.rules import named_beside, unmet_by
from reconciler.planning.object_schema.seen import Found, Seen, has_name
from reconciler.planning.object_schema.setting_rules import values_of
from reconciler.planning.object_schema.target import Destination, LabelHolder, SchemaTarget
from reconciler.planning.object_schema.ways.settings import values_required
from reconciler.planning.surroundings import elements, ids_of
from reconciler.semantics.attribute_definition import KEYS
from reconciler.value import Value, replace

Element = ObjectType | Attribute

_read = managed(ATTRIBUTE)
_settled = attrgetter(*(ATTRIBUTE.attributes[each] for each in KEYS))
_SEES_NOT_ALL = "whether the schema credential sees all of its objects is not known"
_ANOTHER_TEAMS = dict.fromkeys(
    (SchemaKind.DELETE, SchemaKind.OBJECT_SCHEMA),
    "nothing of the manifest is live; see whether it is bound to its own import source",
)
_TWO_LABELS = "the manifest has more than one label for its object type"


def targets_of(
    reading: SchemaReading,
    live: Document,
    desired: Document,
    *,
    baseline: Baseline | None = None,
    beside: Iterable[Document] = (),
    renamed_statuses: Mapping[str, str] = MappingProxyType({}),
) -> tuple[SchemaTarget, ...]:
    """Return the elements that *desired* wants otherwise than *live*, as far as they are joined.

    Of those that it does not want any more only what is the source's, by *baseline* or its
    mapping. *beside* is live of the other sources that may be in the object schema. A status of
    *renamed_statuses* is wanted under its new name: it is not one that nobody wants any more.
    """
    if (search := _Search.of(reading, live, desired, beside)) is None:
        return ()
    renamed = tuple(to_be_renamed(search.seen, desired, renamed_statuses))
    stay = {(each.element.kind, each.element.id) for each in renamed}
    unwanted = [
        each
        for each in no_longer_wanted(reading.join, search.seen, desired, baseline)
        if (each.element.kind, each.element.id) not in stay
    ]
    whole = [*object_schema_target(reading, live, desired), *unwanted]
    if _is_another_teams(live, desired, baseline):
        whole = [replace(each, obstacles={**each.obstacles, **_ANOTHER_TEAMS}) for each in whole]
    return (*whole, *(search.target(each) for each in search.found()), *renamed)


def _is_another_teams(live: Document, desired: Document, baseline: Baseline | None) -> bool:
    """Return whether nothing of *desired* is live, nor was applied: its binding may be wrong."""
    if baseline is not None and (baseline.desired is not None or baseline.manifests):
        return False
    paths = {path: i for path, i in elements(live) if i is not None}
    return bool(paths) and not {*paths.values()} & {*ids_of(desired, paths)}


def values_asked(
    reading: SchemaReading, live: Document, desired: Document
) -> Mapping[str, ValuesQuery | str]:
    """Return what has to be asked about objects before such an element can be changed.

    By the id of the attribute in Assets; a text says why it is not asked.
    """
    if (search := _Search.of(reading, live, desired)) is None:
        return {}
    return {
        each.there.id: search.query(each)
        for each in search.found()
        if any(values_required((key, *values) for key, values in each.changes.items()))
    }


class _Found(Value):
    """An element in Assets, in live and in the manifest, with the fields that differ there.

    `owner` is the external id of its type or parent in the manifest, `goes` where a type is wanted
    that is under another one in live.
    """

    there: SchemaType | SchemaAttribute
    in_live: Element
    changes: Mapping[str, tuple[Any, Any]]
    owner: str | None
    goes: Destination | None

    @property
    def name(self) -> str:
        """The name that the manifest gives it."""
        return str(self.changes["name"][1]) if "name" in self.changes else self.in_live.name


class _Search(Value, dict=True, gc=True):
    """What a source wants otherwise in its object schema."""

    reading: SchemaReading
    seen: Seen
    desired: Document

    @classmethod
    def of(
        cls,
        reading: SchemaReading,
        live: Document,
        desired: Document,
        beside: Iterable[Document] = (),
    ) -> "_Search | None":
        if reading.content is None or reading.join.stop is not None:
            return None
        seen = Seen(content=reading.content, live=live, beside=tuple(beside))
        return cls(reading=reading, seen=seen, desired=desired)

    def found(self) -> Iterator[_Found]:
        """Yield each element that is wanted otherwise."""
        join, wanted = self.reading.join, _by_id(self.desired)
        for external_id, (in_live, left) in _by_id(self.seen.live).items():
            there = join.types.get(external_id) or join.attributes.get(external_id)
            if not isinstance(there, SchemaType | SchemaAttribute) or external_id not in wanted:
                continue
            element, owner = wanted[external_id]
            changes, goes = _changes(self.shown(in_live, there), element), None
            if isinstance(there, SchemaType) and left != owner:
                into, reads = join.types.get(owner or ""), self.selectors.get(external_id)
                goes = destination(self.seen, there, left, into, reads)
            if goes is not None or (changes and not _gives_up_the_label(changes)):
                yield _Found(there=there, in_live=in_live, changes=changes, owner=owner, goes=goes)

    def shown(self, in_live: Element, there: SchemaType | SchemaAttribute) -> Element:
        """Return *in_live* with the statuses that it takes, which importsource hides."""
        if not isinstance(in_live, Attribute) or not isinstance(there, SchemaAttribute):
            return in_live
        if there.type != "status" or in_live.type_values is not None:
            return in_live
        taken = (self.status_names[i] for i in there.status_ids if i in self.status_names)
        return replace(in_live, type_values=tuple(sorted(taken)))

    def target(self, found: _Found) -> SchemaTarget:
        """Return the target that *found* is."""
        seen, there, changes = self.seen, found.there, found.changes
        element = self.element(found)
        among: Sequence[Found] = ()
        if "name" in changes:
            among = named_beside(seen, element)
        elif found.goes is not None:
            among = seen.children(found.goes.parent_id)
        return SchemaTarget(
            element=element,
            live_name=found.in_live.name,
            is_confirmed=(element.type_id or there.id) in self.reading.join.confirmed,
            obstacles=dict(self.obstacles(element, found)),
            holders=tuple(sorted(has_name(found.name, but=element, among=among))),
            definition=without_name(there) if isinstance(there, SchemaAttribute) else {},
            destination=found.goes,
            label=self.label(element) if "label" in changes else None,
            statuses=self.statuses(changes),
        )

    def element(self, found: _Found) -> SchemaElement:
        """Return the element that *found* is in Assets."""
        there = found.there
        type_id = there.owner_id if isinstance(there, SchemaAttribute) else None
        return SchemaElement(
            kind=ElementKind.OBJECT_TYPE if type_id is None else ElementKind.ATTRIBUTE,
            id=there.id,
            name=there.name,
            schema_id=self.seen.content.schema.id,
            type_id=type_id,
            external_id=found.in_live.external_id,
        )

    def obstacles(self, element: SchemaElement, found: _Found) -> Iterator[tuple[SchemaKind, str]]:
        """Yield the kinds of operations that cannot be done to *element*, and why."""
        for (kind, of), way in WAYS.items():
            if of is element.kind and kind is not SchemaKind.DELETE:
                required = (Requirement(rule=rule) for rule in way.rules)
                if (why := unmet_by(required, element, self.seen)) is not None:
                    yield kind, why
        if "label" in found.changes and found.owner in self.with_labels:
            yield SchemaKind.LABEL, _TWO_LABELS
        if (why := self.unsuited(element, found)) is not None:
            yield SchemaKind.SETTINGS, why

    def query(self, found: _Found) -> ValuesQuery | str:
        """Return the question what objects hold of the attribute *found*, or why not to ask it."""
        element, seen = self.element(found), self.seen
        if seen.content.schema.is_managed is not True:
            return _SEES_NOT_ALL
        if (objects := seen.objects_with(element.type_id)) > MOST_OBJECTS:
            return f"it has {count(objects, 'object')}, and the values of {MOST_OBJECTS:,} are read"
        return values_of(element, seen)

    def unsuited(self, element: SchemaElement, found: _Found) -> str | None:
        """Return why what is wanted does not suit what objects hold, as far as that was asked."""
        required = list(values_required((key, *v) for key, v in found.changes.items()))
        held = self.reading.values.get(element.id)
        if held is None or isinstance(held, str) or not required:
            return held if isinstance(held, str) else None
        return unmet_by(required, element, replace(self.seen, values={element.id: held}))

    def label(self, element: SchemaElement) -> LabelHolder | None:
        """Return the attribute that is the label of the type of *element*."""
        holders = (each for each in self.seen.own(element.type_id) if each.label)
        return next((LabelHolder(id=each.id, name=each.name) for each in holders), None)

    def statuses(self, changes: Mapping[str, tuple[Any, Any]]) -> Mapping[str, str]:
        """Return the ids of the statuses, by name, that an attribute is to allow."""
        _, wanted = changes.get("typeValues", ((), ()))
        return {name: self.status_ids[name] for name in wanted if name in self.status_ids}

    @cached_property
    def with_labels(self) -> frozenset[str | None]:
        """The types, by external id, for which the manifest has several labels."""
        return frozenset(
            object_type.external_id
            for object_type, _ in walk_types(self.desired.object_types)
            if sum(each.label is True for each in object_type.attributes) > 1
        )

    @cached_property
    def selectors(self) -> Mapping[str | None, str | None]:
        """What the mappings of types read, by external id, that stay as they are."""
        live, desired = _selectors(self.seen.live), _selectors(self.desired)
        return dict(live & desired)

    @cached_property
    def status_names(self) -> Mapping[str, str]:
        """The names of statuses by id."""
        return {each.id: each.name for each in self.seen.content.statuses}

    @cached_property
    def status_ids(self) -> Mapping[str, str]:
        """The ids of statuses by name: the object schema's own, which come first, before others."""
        return {each.name: each.id for each in reversed(self.seen.content.statuses)}


def _by_id(document: Document) -> Mapping[str, tuple[Element, str | None]]:
    """Return the types and attributes with an external id, each with its parent's or owner's."""
    found: dict[str, tuple[Element, str | None]] = {}
    for object_type, above in walk_types(document.object_types):
        if object_type.external_id is not None:
            found[object_type.external_id] = object_type, above[-1].external_id if above else None
        for each in object_type.attributes:
            if each.external_id is not None:
                found[each.external_id] = each, object_type.external_id
    return found


def _selectors(document: Document) -> set[tuple[str | None, str | None]]:
    return {(each.object_type_external_id, each.selector) for each in document.mappings}


def _changes(in_live: Element, wanted: Element) -> Mapping[str, tuple[Any, Any]]:
    """Return the fields that an operation could settle, as they are and as they are wanted."""
    if not isinstance(in_live, Attribute) or not isinstance(wanted, Attribute):
        return {"name": (in_live.name, wanted.name)} if in_live.name != wanted.name else {}
    if _settled(in_live) == _settled(wanted):
        return {}
    before, after = _read(in_live, wanted), _read(wanted, wanted)
    return {
        key: (before[key], after[key])
        for key in KEYS
        if key in after and before[key] != after[key] and before[key] is not None
    }


def _gives_up_the_label(changes: Mapping[str, tuple[Any, Any]]) -> bool:
    """Return whether that is all: the attribute that takes it is the target."""
    return changes.keys() == {"label"} and not changes["label"][1]
