"""What schema operations make of live, by the rules that the emulator answers by."""

from collections.abc import Iterable
from contextlib import suppress

from reconciler.model.document import Document
from reconciler.planning.object_schema.operation import SchemaOperation
from reconciler.semantics.schema_changes.refusal import ChangeRefused


def effect(document: Document, operation: SchemaOperation) -> Document:
    """Return *document* as *operation* leaves it, which may have been done already.

    Raises KeyError if its element is not there, ChangeRefused if the API would refuse it.
    """
    from reconciler.planning.object_schema.kinds import way_of  # noqa: PLC0415 - most plans have none

    return way_of(operation).effect(document, operation)


def after_operations(document: Document, operations: Iterable[SchemaOperation]) -> Document:
    """Return *document* as *operations* leave it; those that cannot be done are left out."""
    for operation in operations:
        with suppress(KeyError, ChangeRefused):
            document = effect(document, operation)
    return document
