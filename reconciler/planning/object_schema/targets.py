"""The targets of a source: what its manifest wants otherwise than live has it, or not at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.model.document import Attribute, Document, ObjectType, walk_types
from reconciler.model.object_schema import SchemaAttribute, SchemaType
from reconciler.planning.inputs import Baseline
from reconciler.planning.object_schema.definition import without_name
from reconciler.planning.object_schema.deletions import no_longer_wanted
from reconciler.planning.object_schema.destination import Destination, destination
from reconciler.planning.object_schema.itself import object_schema_target
from reconciler.planning.object_schema.kinds import WAYS
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Requirement,
    SchemaElement,
    SchemaKind,
)
from reconciler.planning.object_schema.reading import SchemaReading
from reconciler.planning.object_schema.rules import named_beside, unmet_by
from reconciler.planning.object_schema.seen import Found, Seen, has_name
from reconciler.planning.object_schema.target import SchemaTarget

Element = ObjectType | Attribute


def targets_of(
    reading: SchemaReading,
    live: Document,
    desired: Document,
    *,
    baseline: Baseline | None = None,
    beside: Iterable[Document] = (),
) -> tuple[SchemaTarget, ...]:
    """Return the elements that *desired* wants otherwise than *live*, as far as they are joined.

    Of those that it does not want any more only what is the source's, by *baseline* or its
    mapping. *beside* is live of the other sources that may be in the object schema.
    """
    if reading.content is None or reading.join.stop is not None:
        return ()
    seen = Seen(content=reading.content, live=live, beside=tuple(beside))
    return (
        *object_schema_target(reading, live, desired),
        *_wanted_otherwise(reading, seen, desired),
        *no_longer_wanted(reading.join, seen, desired, baseline),
    )


def _wanted_otherwise(
    reading: SchemaReading, seen: Seen, desired: Document
) -> Iterator[SchemaTarget]:
    shown, wanted = _by_id(seen.live), _by_id(desired)
    selectors = dict(_selectors(seen.live) & _selectors(desired))
    for external_id, (in_live, left) in shown.items():
        there = reading.join.types.get(external_id) or reading.join.attributes.get(external_id)
        if not isinstance(there, SchemaType | SchemaAttribute) or external_id not in wanted:
            continue
        element, under = wanted[external_id]
        goes = None
        if isinstance(there, SchemaType) and left != under:
            into, reads = reading.join.types.get(under or ""), selectors.get(external_id)
            goes = destination(seen, there, left, into, reads)
        if element.name != in_live.name or goes is not None:
            yield _target(reading, seen, there, in_live, element, goes=goes)


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


def _target(
    reading: SchemaReading,
    seen: Seen,
    there: SchemaType | SchemaAttribute,
    in_live: Element,
    wanted: Element,
    *,
    goes: Destination | None,
) -> SchemaTarget:
    type_id = there.owner_id if isinstance(there, SchemaAttribute) else None
    element = SchemaElement(
        kind=ElementKind.OBJECT_TYPE if type_id is None else ElementKind.ATTRIBUTE,
        id=there.id,
        name=there.name,
        schema_id=seen.content.schema.id,
        type_id=type_id,
        external_id=in_live.external_id,
    )
    among: Sequence[Found] = ()
    if wanted.name != in_live.name:
        among = named_beside(seen, element)
    elif goes is not None:
        among = seen.children(goes.parent_id)
    return SchemaTarget(
        element=element,
        live_name=in_live.name,
        is_confirmed=(type_id or there.id) in reading.join.confirmed,
        obstacles=dict(_obstacles(element, seen)),
        holders=tuple(sorted(has_name(wanted.name, but=element, among=among))),
        definition=without_name(there) if isinstance(there, SchemaAttribute) else {},
        destination=goes,
    )


def _obstacles(element: SchemaElement, seen: Seen) -> Iterator[tuple[SchemaKind, str]]:
    for (kind, of), way in WAYS.items():
        if of is element.kind and kind is not SchemaKind.DELETE:
            required = (Requirement(rule=rule) for rule in way.rules)
            if (why := unmet_by(required, element, seen)) is not None:
                yield kind, why
