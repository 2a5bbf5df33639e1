"""The object schema itself as a target: its name and description are those of all its sources."""

from collections.abc import Iterator

from reconciler.model.document import Document
from reconciler.planning.object_schema.operation import ElementKind, SchemaElement, SchemaKind
from reconciler.planning.object_schema.reading import SchemaReading
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.value import replace


def object_schema_target(
    reading: SchemaReading, live: Document, desired: Document
) -> Iterator[SchemaTarget]:
    """Yield the object schema of *reading* if *desired* wants it otherwise than *live* shows it."""
    is_as_wanted = desired.schema_texts.items() <= live.schema_texts.items()
    if reading.content is None or is_as_wanted:
        return
    schema = reading.content.schema
    yield SchemaTarget(
        element=SchemaElement(
            kind=ElementKind.OBJECT_SCHEMA, id=schema.id, name=schema.name, schema_id=schema.id
        ),
        live_name=live.name,
        is_confirmed=bool(reading.join.confirmed),
        definition={"description": schema.description},
    )


def with_rival(target: SchemaTarget, rival: str | None) -> SchemaTarget:
    """Return *target*, if it is the object schema with what a *rival* source has for it."""
    if target.element.kind is not ElementKind.OBJECT_SCHEMA or rival is None:
        return target
    return replace(target, obstacles={**target.obstacles, SchemaKind.OBJECT_SCHEMA: rival})
