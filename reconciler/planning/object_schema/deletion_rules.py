"""What a deletion requires, and what is lost with it (api.md#companion-deletions).

No count is believed of somebody who may not see all objects.
"""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from reconciler.model.object_schema import SchemaAttribute, SchemaStatus, SchemaType
from reconciler.planning.object_schema.object_values import filled, having, objects_of
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Losses,
    Requirement,
    SchemaElement,
)
from reconciler.planning.object_schema.rule import SchemaRule
from reconciler.planning.object_schema.seen import Seen
from reconciler.semantics.schema_changes.attributes import NAME_ATTRIBUTE, SYSTEM_ATTRIBUTES

_OF_EVERY_TYPE = {*SYSTEM_ATTRIBUTES, NAME_ATTRIBUTE}


def queries_of_loss(element: SchemaElement, seen: Seen) -> Iterator[str]:
    """Yield the queries for the objects that lose something with *element*.

    Types that inherit an attribute have values of it, too.
    """
    match element.kind:
        case ElementKind.OBJECT_TYPE:
            yield objects_of(element.id)
        case ElementKind.ATTRIBUTE:
            for heir in seen.with_attributes_of(element.type_id):
                yield filled(heir.id, element.name)
        case ElementKind.STATUS:
            for each in seen.content.attributes:
                if each.type == "status":
                    for heir in seen.with_attributes_of(each.owner_id):
                        yield having(heir.id, each.name, element.name)


def loss(element: SchemaElement, seen: Seen) -> Losses | None:
    """Return what is lost with *element*, None if it was not counted.

    Of the two witnesses for the objects of a type the larger counts.
    """
    numbers = [seen.counts.get(query) for query in queries_of_loss(element, seen)]
    total = sum(each for each in numbers if each is not None)
    if None in numbers:
        return None
    found = seen.find(element)
    if isinstance(found, SchemaType):
        return Losses(objects=max(total, found.objects))
    if isinstance(found, SchemaAttribute) and found.target_id is not None:
        return Losses(references=total)
    return Losses(values=total)


def stands_on(element: SchemaElement, seen: Seen) -> Iterator[SchemaElement]:
    """Yield what has to be gone before *element*, or to let go of it.

    Types below a type, attributes of other types that refer to it, and those that allow a status.
    """
    match element.kind:
        case ElementKind.OBJECT_TYPE:
            for below in seen.children(element.id):
                yield SchemaElement(
                    kind=ElementKind.OBJECT_TYPE,
                    id=below.id,
                    name=below.name,
                    schema_id=element.schema_id,
                )
            yield from _elements(seen.referring_to(element.id), element)
        case ElementKind.STATUS:
            yield from _elements(seen.allowing(element.id), element)


def _elements(found: Iterable[SchemaAttribute], beside: SchemaElement) -> Iterator[SchemaElement]:
    for each in found:
        yield SchemaElement(
            kind=ElementKind.ATTRIBUTE,
            id=each.id,
            name=each.name,
            schema_id=beside.schema_id,
            type_id=each.owner_id,
        )


def _sees_all(_: Requirement, __: SchemaElement, seen: Seen) -> str | None:
    if seen.content.schema.is_managed is True:
        return None
    return (
        "the owner of the schema credential does not manage the object schema, so counts of "
        "objects are not reliable"
    )


def _loses_at_most(requirement: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    lost = loss(element, seen)
    if lost is None:
        return f"the objects of {element.text} were not counted"
    most = int(requirement.value or 0)
    return f"{lost.text} would be lost with {element.text}" if lost.total > most else None


def _is_removable(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    found = seen.find(element)
    if isinstance(found, SchemaAttribute) and (
        found.is_system or not found.is_removable or found.name in _OF_EVERY_TYPE
    ):
        return f"Assets does not allow deletion of {element.text}"
    return None


def _is_no_label(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    found = seen.find(element)
    is_label = isinstance(found, SchemaAttribute) and found.label
    return f"{element.text} is the label of its objects" if is_label else None


def _is_no_identity(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    is_one = any(each.identify_by(element) for each in (seen.mapped, seen.mapped_beside))
    return f"imports identify objects by {element.text}" if is_one else None


def _is_unmapped(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    return still_filled(element) if seen.mapped.have(element) else None


def still_filled(element: SchemaElement) -> str:
    """Return why an attribute that its source's own mapping fills is not deleted."""
    return f"the mapping of its source still fills {element.text}"


def _is_unmapped_beside(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    is_filled = seen.mapped_beside.have(element)
    return f"the mapping of another source fills {element.text}" if is_filled else None


def _is_free(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    for each in stands_on(element, seen):
        return in_the_way(each, element)
    return None


def in_the_way(each: SchemaElement, to: SchemaElement) -> str:
    """Return why the element *to* is not deleted before *each* of `stands_on`."""
    if each.kind is ElementKind.OBJECT_TYPE:
        return f"{each.text} is below it"
    does = "allows" if to.kind is ElementKind.STATUS else "refers to"
    return f"{each.text} {does} it"


def _is_of_schema(_: Requirement, element: SchemaElement, seen: Seen) -> str | None:
    found = seen.find(element)
    is_own = isinstance(found, SchemaStatus) and found.schema_id == element.schema_id
    return None if is_own else f"{element.text} is one of the site, not of the object schema"


DELETION_RULES: Mapping[str, SchemaRule] = MappingProxyType(
    {
        "sees-all": SchemaRule(
            demand="the owner of the schema credential manages the object schema, so sees all",
            check=_sees_all,
            asks_rights=True,
        ),
        "loses-at-most": SchemaRule(
            demand="at most {} objects, values or references are lost with it",
            check=_loses_at_most,
            queries=queries_of_loss,
        ),
        "is-removable": SchemaRule(demand="Assets lets it be deleted", check=_is_removable),
        "is-no-label": SchemaRule(demand="it is no label of objects", check=_is_no_label),
        "is-no-identity": SchemaRule(
            demand="no import identifies objects by it", check=_is_no_identity, looks_beside=True
        ),
        "is-unmapped": SchemaRule(
            demand="the source's mapping fills it no more", check=_is_unmapped
        ),
        "is-unmapped-beside": SchemaRule(
            demand="no other source's mapping fills it",
            check=_is_unmapped_beside,
            looks_beside=True,
        ),
        "stands-alone": SchemaRule(
            demand="nothing is below it, refers to it or allows it", check=_is_free
        ),
        "is-of-schema": SchemaRule(
            demand="it is the object schema's own, not the site's", check=_is_of_schema
        ),
    }
)
