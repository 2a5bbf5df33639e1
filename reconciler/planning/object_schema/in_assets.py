"""What the changes of a plan are about in Assets: where, and how many objects they concern."""

from collections.abc import Iterator, Mapping

from reconciler.model.address import Address
from reconciler.model.object_schema import SchemaAttribute, SchemaContent, SchemaType
from reconciler.model.policy import Risk
from reconciler.planning.change import Change, InAssets, Kind, Verdict
from reconciler.planning.object_schema.object_values import filled
from reconciler.planning.object_schema.operation import ElementKind
from reconciler.planning.object_schema.reading import SchemaReading
from reconciler.planning.plan import SourcePlan
from reconciler.value import Value, replace

_OF_TYPE = frozenset({Kind.OBJECT_TYPE, Kind.MAPPING})
_OF_ATTRIBUTE = frozenset({Kind.ATTRIBUTE, Kind.ATTRIBUTE_MAPPING})


class ToCount(Value):
    """An element that changes are about, and the query for its objects, None if they are known."""

    element: InAssets
    aql: str | None = None


def to_count(plan: SourcePlan, reading: SchemaReading) -> Mapping[Address, ToCount]:
    """Return, by address, the elements of changes that stay open, or put data at risk."""
    content = reading.content
    if content is None or reading.join.stop is not None:
        return {}
    found = {c.address.element: c for c in _worth_counting(plan)}
    counted = {
        target.element.id: target.deletion.loses.total
        for target in plan.evidence.targets
        if target.element.kind is ElementKind.ATTRIBUTE
        and target.deletion is not None
        and target.deletion.loses is not None
    }
    elements = (
        (address, _element(change, reading, content, counted)) for address, change in found.items()
    )
    return {address: element for address, element in elements if element is not None}


def with_objects(plan: SourcePlan, elements: Mapping[Address, InAssets]) -> SourcePlan:
    """Return *plan* whose changes say what they are about, as far as *elements* has it."""

    def told(changes: tuple[Change, ...]) -> tuple[Change, ...]:
        return tuple(
            replace(each, in_assets=elements.get(each.address.element))
            if _is_worth_counting(each)
            else each
            for each in changes
        )

    return replace(plan, changes=told(plan.changes), residual=told(plan.residual))


def _worth_counting(plan: SourcePlan) -> Iterator[Change]:
    yield from filter(_is_worth_counting, (*plan.changes, *plan.residual))


def _is_worth_counting(change: Change) -> bool:
    is_open = change.verdict in {Verdict.IMPOSSIBLE, Verdict.ORPHAN}
    return is_open or change.risk is not Risk.NONE


def _element(
    change: Change, reading: SchemaReading, content: SchemaContent, counted: Mapping[str, int]
) -> ToCount | None:
    """Return what *change* is about; what deletions of attributes lose was *counted*, by id."""
    join, objects, aql = reading.join, None, None
    if change.kind in _OF_TYPE:
        there = join.types.get(change.address.owner_key)
        if not isinstance(there, SchemaType):
            return None
        found_id, type_id, objects = there.id, there.id, there.objects
    elif change.kind in _OF_ATTRIBUTE:
        found = join.attributes.get(change.address.key)
        if not isinstance(found, SchemaAttribute):
            return None
        found_id, type_id, objects = found.id, found.owner_id, counted.get(found.id)
        aql = filled(type_id, found.name) if objects is None else None
    else:
        return None
    element = InAssets(
        id=found_id,
        type_id=type_id,
        schema_id=content.schema.id,
        is_confirmed=type_id in join.confirmed,
        objects=objects,
        sees_all=content.schema.is_managed is True,
    )
    return ToCount(element=element, aql=aql)
