"""What schema operations could be about: elements that the manifest wants otherwise than live.

All that such an operation depends on in Assets is in these values, which are kept as evidence: a
saved plan makes its operations again from them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model.document import Document, walk_types
from reconciler.model.object_schema import SchemaAttribute, SchemaContent, SchemaType
from reconciler.planning.object_schema.checks import live_names, named_beside, unmet_by
from reconciler.planning.object_schema.kinds import WAYS
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Requirement,
    SchemaElement,
    SchemaKind,
)
from reconciler.planning.object_schema.reading import SchemaReading
from reconciler.semantics.attribute_definition import written_definition
from reconciler.value import Value, field


class SchemaTarget(Value):
    """An element as Assets has it, which importsource calls `live_name`.

    `holders` are the ids of the others that have the name which the manifest gives it, `obstacle`
    is why nothing may be written to it, `definition` what a PUT of an attribute sends beside its
    name.
    """

    element: SchemaElement
    live_name: str
    is_confirmed: bool
    holders: tuple[str, ...] = ()
    obstacle: str | None = None
    definition: Mapping[str, Any] = field(default_factory=dict)


def targets_of(
    reading: SchemaReading, live: Document, desired: Document
) -> tuple[SchemaTarget, ...]:
    """Return the elements that *desired* names otherwise than *live*, as far as they are joined."""
    content = reading.content
    if content is None or reading.join.stop is not None:
        return ()
    return tuple(_named_otherwise(reading, content, live, desired))


def _named_otherwise(
    reading: SchemaReading, content: SchemaContent, live: Document, desired: Document
) -> Iterator[SchemaTarget]:
    names = live_names(live)
    for object_type, _ in walk_types(desired.object_types):
        external_id = object_type.external_id or ""
        there = reading.join.types.get(external_id)
        shown = names.get(external_id, object_type.name)
        if isinstance(there, SchemaType) and shown != object_type.name:
            yield _target(reading, content, there, (external_id, shown), object_type.name)
        for attribute in object_type.attributes:
            external_id = attribute.external_id or ""
            found = reading.join.attributes.get(external_id)
            shown = names.get(external_id, attribute.name)
            if isinstance(found, SchemaAttribute) and shown != attribute.name:
                yield _target(reading, content, found, (external_id, shown), attribute.name)


def _target(
    reading: SchemaReading,
    content: SchemaContent,
    there: SchemaType | SchemaAttribute,
    in_live: tuple[str, str],
    wanted: str,
) -> SchemaTarget:
    external_id, live_name = in_live
    type_id = there.owner_id if isinstance(there, SchemaAttribute) else None
    element = SchemaElement(
        kind=ElementKind.OBJECT_TYPE if type_id is None else ElementKind.ATTRIBUTE,
        id=there.id,
        name=there.name,
        schema_id=content.schema.id,
        type_id=type_id,
        external_id=external_id,
    )
    way = WAYS[SchemaKind.RENAME, element.kind]
    required = tuple(Requirement(rule=rule) for rule in way.requires)
    beside = named_beside(content, element)
    return SchemaTarget(
        element=element,
        live_name=live_name,
        is_confirmed=(type_id or there.id) in reading.join.confirmed,
        holders=tuple(
            sorted(
                each.id
                for each in beside
                if each.name.casefold() == wanted.casefold() and each.id != there.id
            )
        ),
        obstacle=unmet_by(required, element, content),
        definition=_without_name(there) if isinstance(there, SchemaAttribute) else {},
    )


def _without_name(attribute: SchemaAttribute) -> Mapping[str, Any]:
    written = written_definition(attribute.definition)
    return {key: value for key, value in written.items() if key != "name"}
