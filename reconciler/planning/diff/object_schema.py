"""The differences of the object schema itself, which all its sources have one name for."""

from collections.abc import Iterator

from reconciler.planning.change import Kind
from reconciler.planning.diff.difference import Difference, ElementRef, Sides


def object_schema_differences(sides: Sides) -> Iterator[Difference]:
    """Yield the differences of name and description, as far as the manifest says anything."""
    live = sides.live.document
    element = ElementRef(
        kind=Kind.OBJECT_SCHEMA, address=sides.address.object_schema, names=(live.name,)
    )
    before = {"name": live.name, "description": live.description}
    yield from element.fields(before, before | sides.desired.document.schema_texts, sides)
