"""What schema operations make of live, by the rules that the emulator answers by."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from reconciler.model.document import Document
from reconciler.planning.object_schema.operation import ElementKind, SchemaKind, SchemaOperation
from reconciler.semantics.schema_changes.attributes import (
    AttributeChange,
    change_attribute,
    find_attribute,
)
from reconciler.semantics.schema_changes.hierarchy import find_type
from reconciler.semantics.schema_changes.object_types import TypeChange, change_type
from reconciler.semantics.schema_changes.refusal import ChangeRefused


def effect(document: Document, operation: SchemaOperation) -> Document:
    """Return *document* as *operation* leaves it, which may have been done already.

    Raises KeyError if its element is not there, ChangeRefused if the API would refuse it.
    """
    return _EFFECTS[operation.kind, operation.object.kind](document, operation)


def after_operations(document: Document, operations: Iterable[SchemaOperation]) -> Document:
    """Return *document* as *operations* leave it; those that cannot be done are left out."""
    for operation in operations:
        with suppress(KeyError, ChangeRefused):
            document = effect(document, operation)
    return document


def _type_renamed(document: Document, operation: SchemaOperation) -> Document:
    key, name = operation.object.external_id or "", wanted_name(operation)
    found, _ = find_type(document, key)
    if found.name == name:  # its own name is refused
        return document
    return change_type(document, key, TypeChange(name=name))


def _attribute_renamed(document: Document, operation: SchemaOperation) -> Document:
    key = operation.object.external_id or ""
    owner, _ = find_attribute(document, key)
    wanted = AttributeChange(name=wanted_name(operation))
    return change_attribute(document, owner.external_id or "", key, wanted)


def wanted_name(operation: SchemaOperation) -> str:
    """Return the name that a rename gives."""
    return str((operation.body or {})["name"])


_Effect = Callable[[Document, SchemaOperation], Document]
_EFFECTS: Mapping[tuple[SchemaKind, ElementKind], _Effect] = {
    (SchemaKind.RENAME, ElementKind.OBJECT_TYPE): _type_renamed,
    (SchemaKind.RENAME, ElementKind.ATTRIBUTE): _attribute_renamed,
}
