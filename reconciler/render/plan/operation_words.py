"""The words for schema operations in every format: what they are about, what is lost for good."""

from collections.abc import Sequence

from reconciler.model.canonical import canonical_json
from reconciler.model.display import first_of, quoted
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Losses,
    SchemaKind,
    SchemaOperation,
)
from reconciler.planning.plan import Plan, SourcePlan
from reconciler.render.shorten import count, shorten

_MOST = 10


def place_of(operation: SchemaOperation, names: tuple[str, ...] = ()) -> str:
    """Return what *operation* is about: `attribute 1005 "Colour" of Notebook`.

    The name is that in Assets, *names* the path of its change. No change of a field says what a
    status is renamed to.
    """
    called, kind = [operation.object.name], operation.object.kind
    if (operation.kind, kind) == (SchemaKind.RENAME, ElementKind.STATUS) and operation.body:
        called.append(str(operation.body["name"]))
    name = " → ".join(quoted(shorten(each)) for each in called)
    return f"{_numbered(operation)} {name}{_within(operation, names)}"


def nameless_place(operation: SchemaOperation, names: tuple[str, ...]) -> str:
    """Return the same where the name is said beside it: `attribute 1005 of Notebook`."""
    return f"{_numbered(operation)}{_within(operation, names)}"


def _numbered(operation: SchemaOperation) -> str:
    return f"{operation.object.kind.noun} {operation.object.id}"


def _within(operation: SchemaOperation, names: tuple[str, ...]) -> str:
    is_of_type = operation.object.type_id is not None and len(names) > 1
    return f" of {shorten(names[-2])}" if is_of_type else ""


def way_back_of(operation: SchemaOperation) -> str:
    """Return whether it can be taken back, in a word or two."""
    return "cannot be undone" if operation.is_final else "reversible"


def call_of(operation: SchemaOperation) -> str:
    """Return its call on one line."""
    return f"{operation.method} {operation.path}"


def body_size(operation: SchemaOperation) -> int:
    """Return the number of bytes of its body."""
    return 0 if operation.body is None else len(canonical_json(operation.body))


def operations_of(plan: Plan) -> tuple[SchemaOperation, ...]:
    """Return the schema operations of all sources of *plan*."""
    return tuple(each for source in plan.sources for each in source.schema_operations)


def losses_of(operations: Sequence[SchemaOperation]) -> Losses:
    """Return what all *operations* lose together."""
    return sum((each.loses for each in operations), Losses())


def losing_verb(operations: Sequence[SchemaOperation]) -> str:
    """Return what those of *operations* do that lose something: `delete` it, or only `lose` it."""
    losing = (each.kind for each in operations if each.loses.total)
    return "delete" if all(kind is SchemaKind.DELETE for kind in losing) else "lose"


def headline(operations: Sequence[SchemaOperation]) -> str | None:
    """Return how many they are, and what is lost with them; None without any.

    As in `2 schema operations, 1 of them deletes 1,204 objects; 1 cannot be undone`.
    """
    if not operations:
        return None
    losing = sum(each.loses.total > 0 for each in operations)
    final = sum(each.is_final for each in operations)
    which = "which" if losing == len(operations) else f"{losing} of them"
    verb = f"{losing_verb(operations)}{'s' if losing == 1 else ''}"
    lost = f", {which} {verb} {losses_of(operations).text}" if losing else ""
    undone = f"; {final} cannot be undone" if final else ""
    return f"{count(len(operations), 'schema operation')}{lost}{undone}"


def listed(source: SourcePlan) -> str | None:
    """Return the schema operations of *source* in one sentence, None for none.

    Those that cannot be undone come first, for only some are named.
    """
    operations = sorted(source.schema_operations, key=lambda each: not each.is_final)
    if not operations:
        return None
    first = first_of([*map(_listed, operations)], _MOST, between="; ")
    return f"{headline(operations)} (credential schemaAuth): {first}"


def _listed(operation: SchemaOperation) -> str:
    lost = f", LOSES {operation.loses.text}" if operation.loses.total else ""
    final = f", {way_back_of(operation)}" if operation.is_final else ""
    return f"{operation.kind.noun} of {place_of(operation)} ({call_of(operation)}){lost}{final}"
