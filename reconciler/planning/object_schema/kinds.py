"""The kinds of schema operations, and which differences each settles (api.md#companion-changes)."""

from collections.abc import Mapping
from types import MappingProxyType

from reconciler.planning.diff.difference import Difference
from reconciler.planning.object_schema.operation import ElementKind, SchemaKind, SchemaOperation
from reconciler.planning.object_schema.way import Way
from reconciler.planning.object_schema.ways.move import MOVE_TYPE
from reconciler.planning.object_schema.ways.rename import RENAME_ATTRIBUTE, RENAME_TYPE
from reconciler.planning.plan import Edit, Kind

WAYS: Mapping[tuple[SchemaKind, ElementKind], Way] = MappingProxyType(
    {
        (SchemaKind.RENAME, ElementKind.OBJECT_TYPE): RENAME_TYPE,
        (SchemaKind.RENAME, ElementKind.ATTRIBUTE): RENAME_ATTRIBUTE,
        (SchemaKind.MOVE, ElementKind.OBJECT_TYPE): MOVE_TYPE,
    }
)

ELEMENTS: Mapping[Kind, ElementKind] = MappingProxyType(
    {
        Kind.OBJECT_TYPE: ElementKind.OBJECT_TYPE,
        Kind.ATTRIBUTE: ElementKind.ATTRIBUTE,
        Kind.STATUS: ElementKind.STATUS,
    }
)

# The field that differs, or "-" for an element that only live has → what settles it.
_SETTLED_BY: Mapping[str, SchemaKind] = MappingProxyType(
    {"name": SchemaKind.RENAME, "parent": SchemaKind.MOVE}
)


def kind_of(difference: Difference) -> SchemaKind | None:
    """Return the kind of operation that settles *difference*, None if none does."""
    element = ELEMENTS.get(difference.kind)
    field = "-" if difference.edit is Edit.REMOVE else difference.field
    kind = _SETTLED_BY.get(field or "")
    return kind if kind is not None and (kind, element) in WAYS else None


def way_of(operation: SchemaOperation) -> Way:
    """Return how *operation* is done and judged."""
    return WAYS[operation.kind, operation.object.kind]
