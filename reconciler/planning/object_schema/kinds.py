"""The kinds of schema operations, and which differences each settles (api.md#companion-changes)."""

from collections.abc import Mapping
from types import MappingProxyType

from reconciler.planning.change import Edit, Kind
from reconciler.planning.diff.difference import Difference
from reconciler.planning.object_schema.operation import ElementKind, SchemaKind, SchemaOperation
from reconciler.planning.object_schema.way import Way
from reconciler.planning.object_schema.ways.delete import (
    DELETE_ATTRIBUTE,
    DELETE_STATUS,
    DELETE_TYPE,
)
from reconciler.planning.object_schema.ways.label import LABEL_ATTRIBUTE
from reconciler.planning.object_schema.ways.move import MOVE_TYPE
from reconciler.planning.object_schema.ways.object_schema import CHANGE_OBJECT_SCHEMA
from reconciler.planning.object_schema.ways.rename import (
    RENAME_ATTRIBUTE,
    RENAME_STATUS,
    RENAME_TYPE,
)
from reconciler.planning.object_schema.ways.settings import SET_ATTRIBUTE

WAYS: Mapping[tuple[SchemaKind, ElementKind], Way] = MappingProxyType(
    {
        (SchemaKind.OBJECT_SCHEMA, ElementKind.OBJECT_SCHEMA): CHANGE_OBJECT_SCHEMA,
        (SchemaKind.RENAME, ElementKind.OBJECT_TYPE): RENAME_TYPE,
        (SchemaKind.RENAME, ElementKind.ATTRIBUTE): RENAME_ATTRIBUTE,
        (SchemaKind.RENAME, ElementKind.STATUS): RENAME_STATUS,
        (SchemaKind.MOVE, ElementKind.OBJECT_TYPE): MOVE_TYPE,
        (SchemaKind.DELETE, ElementKind.OBJECT_TYPE): DELETE_TYPE,
        (SchemaKind.DELETE, ElementKind.ATTRIBUTE): DELETE_ATTRIBUTE,
        (SchemaKind.DELETE, ElementKind.STATUS): DELETE_STATUS,
        (SchemaKind.LABEL, ElementKind.ATTRIBUTE): LABEL_ATTRIBUTE,
        (SchemaKind.SETTINGS, ElementKind.ATTRIBUTE): SET_ATTRIBUTE,
    }
)

ELEMENTS: Mapping[Kind, ElementKind] = MappingProxyType(
    {
        Kind.OBJECT_SCHEMA: ElementKind.OBJECT_SCHEMA,
        Kind.OBJECT_TYPE: ElementKind.OBJECT_TYPE,
        Kind.ATTRIBUTE: ElementKind.ATTRIBUTE,
        Kind.STATUS: ElementKind.STATUS,
    }
)

# The field that differs, or "-" for an element that only live has → what settles it.
_SETTLED_BY: Mapping[str, SchemaKind] = MappingProxyType(
    {
        "name": SchemaKind.RENAME,
        "parent": SchemaKind.MOVE,
        "-": SchemaKind.DELETE,
        "label": SchemaKind.LABEL,
        "unique": SchemaKind.SETTINGS,
        "minimumCardinality": SchemaKind.SETTINGS,
        "maximumCardinality": SchemaKind.SETTINGS,
        "typeValues": SchemaKind.SETTINGS,
    }
)


def kind_of(difference: Difference) -> SchemaKind | None:
    """Return the kind of operation that settles *difference*, None if none does."""
    return settled_by(difference.kind, difference.edit, difference.field)


def settled_by(of: Kind, edit: Edit, field: str | None) -> SchemaKind | None:
    """Return the kind of operation that settles this *edit* of an element or *field*, if any."""
    if of is Kind.OBJECT_SCHEMA:
        return SchemaKind.OBJECT_SCHEMA
    if (of, edit) == (Kind.STATUS, Edit.ADD):
        return SchemaKind.RENAME  # of the one that the manifest says it was
    kind = _SETTLED_BY.get("-" if edit is Edit.REMOVE else field or "")
    return kind if kind is not None and (kind, ELEMENTS.get(of)) in WAYS else None


def way_of(operation: SchemaOperation) -> Way:
    """Return how *operation* is done and judged."""
    return WAYS[operation.kind, operation.object.kind]
