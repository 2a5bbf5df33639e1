"""The schema operations of a source: numbered, in order, apart from what the PATCH changes."""

from collections.abc import Iterator

from reconciler.model.canonical import canonical_json
from reconciler.planning.object_schema.operation import ElementKind, SchemaElement, SchemaOperation
from reconciler.planning.plan import SourcePlan
from reconciler.render.plan.change import note_spans, text_lines
from reconciler.render.plan.values import value_spans
from reconciler.render.plan.view import ChangeRow, SourceView
from reconciler.render.shorten import count, shorten
from reconciler.render.terminal import BlockLine, Style

_STEP = "    "
_NOUNS = {
    ElementKind.OBJECT_SCHEMA: "object schema",
    ElementKind.OBJECT_TYPE: "object type",
    ElementKind.ATTRIBUTE: "attribute",
    ElementKind.STATUS: "status",
}


def operation_lines(view: SourceView, indent: str) -> Iterator[BlockLine]:
    """Yield the lines of the schema operations, then that of the call after them; none for none."""
    source = view.planned
    for number, (operation, rows) in enumerate(view.operations, 1):
        for row in rows:
            yield from _lines(number, operation, row, indent)
    if view.operations and source.operation is not None:
        sent = sum(change.verdict.is_sent for change in source.changes)
        text = f"{source.operation.method:<9}{count(sent, 'change')}"
        yield BlockLine(indent, ("   ", text))


def _lines(
    number: int, operation: SchemaOperation, row: ChangeRow, indent: str
) -> Iterator[BlockLine]:
    values = value_spans(row.contrast) if row.contrast is not None else ()
    yield BlockLine(
        indent,
        (
            f" {operation.kind:<8} ",
            *values,
            f"   {place_of(operation, row.change.names)}",
            (f"   {ways_back(operation)}", Style.QUIET),
            *note_spans(row),
        ),
        sign=(f"{number}.", Style.CHANGE),
        opens=True,
    )
    if row.consequence is not None:
        yield from text_lines(row.consequence, indent + _STEP)
    if (there := row.change.in_assets_text) is not None:
        yield from text_lines(there, indent + _STEP)


def place_of(operation: SchemaOperation, names: tuple[str, ...] = ()) -> str:
    """Return what *operation* is about, of whose change *names* is the path: `object type 311`."""
    element = operation.object
    within = f" of {shorten(names[-2])}" if element.type_id is not None and len(names) > 1 else ""
    return f"{noun(element)} {element.id}{within}"


def noun(element: SchemaElement) -> str:
    """Return what kind of element it is, in words."""
    return _NOUNS[element.kind]


def ways_back(operation: SchemaOperation) -> str:
    """Return whether it can be taken back, in a word or two."""
    return "cannot be undone" if operation.reversible is None else "reversible"


def call_of(operation: SchemaOperation) -> str:
    """Return its call on one line."""
    return f"{operation.method} {operation.path}"


def body_size(operation: SchemaOperation) -> int:
    """Return the number of bytes of its body."""
    return 0 if operation.body is None else len(canonical_json(operation.body))


def listed(source: SourcePlan) -> str | None:
    """Return the schema operations of *source* in one sentence, None for none."""
    operations = source.schema_operations
    if not operations:
        return None
    first = "; ".join(
        f"{each.kind} of {place_of(each)} {shorten(each.object.name)} ({call_of(each)})"
        for each in operations[:_MOST]
    )
    more = f" and {len(operations) - _MOST} more" if len(operations) > _MOST else ""
    return f"{count(len(operations), 'schema operation')} through schemaAuth: {first}{more}"


_MOST = 10
