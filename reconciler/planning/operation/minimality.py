"""Whether every element of a PATCH body changes something (design.md#the-patch-body).

An element is an attribute, a type's `iconKey`, a mapping, an icon or a status. Stubs
(ancestors, reference targets, mapped types: external id, name, description) are exempt.
PATCH treats each element on its own, so one that changes nothing can be omitted, and one that
changes something cannot: comparing live before and after is equivalent to omitting each in
turn and simulating again. Random pairs of documents test that the two agree.
"""

from collections.abc import Iterator, Mapping

from reconciler.model.document import (
    Attribute,
    Document,
    ObjectType,
    TypeMapping,
    walk_types,
)
from reconciler.model.fields import OBJECT_TYPE
from reconciler.semantics.body import key_of, placed_types


def superfluous(body: Document, *, before: Document, after: Document) -> Iterator[str]:
    """Yield the JSON pointer of each element of the PATCH *body* that changes nothing.

    *before* and *after* are live without and with it.
    """
    yield from _of_types(body, _types(before), _types(after))
    yield from _same(
        "/mapping/objectTypeMappings",
        {_target(m): m for m in body.mappings},
        {_target(m): m for m in before.mappings},
        {_target(m): m for m in after.mappings},
    )
    icons, statuses = {i.key: i for i in body.icons}, {s.name: s for s in body.statuses}
    yield from _same("/schema/iconSchema/icons", icons, {i.key: i for i in before.icons}, icons)
    yield from _same(
        "/schema/statusSchema/statuses", statuses, {s.name: s for s in before.statuses}, statuses
    )


def _of_types(
    body: Document, before: Mapping[str, ObjectType], after: Mapping[str, ObjectType]
) -> Iterator[str]:
    for placed_type in placed_types(body.object_types):
        key = key_of(placed_type.object_type)
        if (live := before.get(key)) is None:
            continue
        sent = [*placed_type.attributes()]
        old, new = (_attributes(live), _attributes(after[key])) if sent else ({}, {})
        for attribute, pointer in sent:
            name = key_of(attribute)
            if name in old and old[name] == new[name]:
                yield pointer
        for field in OBJECT_TYPE.optional:
            was, is_now = getattr(live, field.attribute), getattr(after[key], field.attribute)
            if getattr(placed_type.object_type, field.attribute) is not None and was == is_now:
                yield f"{placed_type.pointer}/{field.key}"


def _same(
    pointer: str,
    sent: Mapping[str, object],
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> Iterator[str]:
    """Yield the pointers of the elements, in the body's order, that live already had."""
    for i, key in enumerate(sent):
        if key in before and before[key] == after[key]:
            yield f"{pointer}/{i}"


def _types(document: Document) -> Mapping[str, ObjectType]:
    return {key_of(t): t for t, _ in walk_types(document.object_types)}


def _attributes(object_type: ObjectType) -> Mapping[str, Attribute]:
    return {key_of(a): a for a in object_type.attributes}


def _target(mapping: TypeMapping) -> str:
    return mapping.object_type_external_id or mapping.object_type_name or ""
