"""What people want that no PATCH can do: a row for each way of schema operations.

Who adds a way to `WAYS` adds its row here. The laws of schema operations and the stateful machine
read the rows, and try each.
"""

from collections.abc import Mapping
from typing import NamedTuple

from reconciler.model.policy import Permission, Policy, SchemaPolicy
from reconciler.planning.change import Kind
from reconciler.planning.object_schema.operation import ElementKind, SchemaKind
from reconciler.value import field_names
from tests.support.strategies.mapping_edits import drop_status, rename_status
from tests.support.strategies.picking import Edit
from tests.support.strategies.schema_edits import (
    drop_attribute,
    drop_type,
    move_type,
    name_schema,
    relabel,
    rename_attribute,
    rename_type,
    set_cardinality,
    set_type_values,
    toggle_unique,
)

Way = tuple[SchemaKind, ElementKind]


class Row(NamedTuple):
    """Edits of a manifest that ask for an operation, and the differences that it settles.

    `settles` are keys of `CAPABILITIES`: a kind with a field, "+" or "-".
    """

    edits: tuple[Edit, ...]
    settles: frozenset[tuple[Kind, str]]


OPERATION_EDITS: Mapping[Way, Row] = {
    (SchemaKind.OBJECT_SCHEMA, ElementKind.OBJECT_SCHEMA): Row(
        edits=(name_schema,),
        settles=frozenset({(Kind.OBJECT_SCHEMA, "name"), (Kind.OBJECT_SCHEMA, "description")}),
    ),
    (SchemaKind.RENAME, ElementKind.OBJECT_TYPE): Row(
        edits=(rename_type,), settles=frozenset({(Kind.OBJECT_TYPE, "name")})
    ),
    (SchemaKind.RENAME, ElementKind.ATTRIBUTE): Row(
        edits=(rename_attribute,), settles=frozenset({(Kind.ATTRIBUTE, "name")})
    ),
    (SchemaKind.RENAME, ElementKind.STATUS): Row(
        edits=(rename_status,), settles=frozenset({(Kind.STATUS, "+")})
    ),
    (SchemaKind.MOVE, ElementKind.OBJECT_TYPE): Row(
        edits=(move_type,), settles=frozenset({(Kind.OBJECT_TYPE, "parent")})
    ),
    (SchemaKind.DELETE, ElementKind.OBJECT_TYPE): Row(
        edits=(drop_type,), settles=frozenset({(Kind.OBJECT_TYPE, "-")})
    ),
    (SchemaKind.DELETE, ElementKind.ATTRIBUTE): Row(
        edits=(drop_attribute,), settles=frozenset({(Kind.ATTRIBUTE, "-")})
    ),
    (SchemaKind.DELETE, ElementKind.STATUS): Row(
        edits=(drop_status,), settles=frozenset({(Kind.STATUS, "-")})
    ),
    (SchemaKind.LABEL, ElementKind.ATTRIBUTE): Row(
        edits=(relabel,), settles=frozenset({(Kind.ATTRIBUTE, "label")})
    ),
    (SchemaKind.SETTINGS, ElementKind.ATTRIBUTE): Row(
        edits=(set_cardinality, toggle_unique, set_type_values),
        settles=frozenset(),
    ),
}

ASKING = tuple(edit for row in OPERATION_EDITS.values() for edit in row.edits)

# Ways that no edit of one manifest asks for, each with the reason.
WITHOUT_EDIT: Mapping[Way, str] = {}

ALL_ALLOWED = Policy(
    schema=SchemaPolicy(**dict.fromkeys(field_names(SchemaPolicy), Permission.ALLOW))
)
