"""The schema operations of a source: numbered, in order, apart from what the PATCH changes."""

from collections import Counter
from collections.abc import Iterator, Sequence

from reconciler.planning.change import Edit, Kind
from reconciler.planning.object_schema.operation import Phase, SchemaKind, SchemaOperation
from reconciler.render.plan.change import note_spans, text_lines
from reconciler.render.plan.operation_words import nameless_place, place_of, way_back_of
from reconciler.render.plan.symbols import KINDS, whole_name
from reconciler.render.plan.values import value_lines, value_spans
from reconciler.render.plan.view import ChangeRow, SourceView
from reconciler.render.shorten import count
from reconciler.render.terminal import BlockLine, Span, Style

_STEP = "    "
# The field that goes without saying.
_FIELDS = {SchemaKind.RENAME: "name", SchemaKind.MOVE: "parent"}


def operation_lines(view: SourceView, indent: str) -> Iterator[BlockLine]:
    """Yield the lines of the schema operations, the PATCH in its place; none without any."""
    if not view.operations:
        return
    width = max(len(each.kind) for each, _ in view.operations)
    digits = len(f"{len(view.operations)}.")
    steps = [(f"{at}.".rjust(digits), *each) for at, each in enumerate(view.operations, 1)]
    for number, operation, rows in steps:
        if operation.phase is Phase.BEFORE:
            yield from _lines(number, operation, rows, indent, width)
    if (sent := view.planned.operation) is not None:
        changes = sum(change.verdict.is_sent for change in view.planned.changes)
        text = f"{sent.method:<{width}}   {count(changes, 'change')}"
        yield BlockLine(indent, (f"{'':{digits}} {text}",))
    for number, operation, rows in steps:
        if operation.phase is Phase.AFTER:
            yield from _lines(number, operation, rows, indent, width)


def _lines(
    number: str, operation: SchemaOperation, rows: Sequence[ChangeRow], indent: str, width: int
) -> Iterator[BlockLine]:
    """Yield the line of *operation*, with its one change; those of several changes below it."""
    alone = rows[0] if len(rows) == 1 else None
    values = _values(alone, _FIELDS.get(operation.kind)) if alone else ()
    first, names = rows[0], rows[0].change.names
    is_named = alone is not None and operation.kind is SchemaKind.RENAME
    place = nameless_place(operation, names) if is_named else place_of(operation, names)
    lost = ((f"   LOSES {operation.loses.text}", Style.STOP),) if operation.loses.total else ()
    back = Style.STOP if operation.is_final else Style.QUIET
    # An element that goes is first: what goes with it has the same to say.
    noted = first if first.change.field is None else alone
    yield BlockLine(
        indent,
        (
            f" {operation.kind:<{width}}   ",
            *values,
            place,
            *lost,
            (f"   {way_back_of(operation)}", back),
            *(note_spans(noted) if noted else ()),
        ),
        sign=(number, Style.REMOVE if operation.is_final else Style.CHANGE),
        opens=True,
    )
    yield from _below(rows, noted, indent + _STEP)


def _below(rows: Sequence[ChangeRow], noted: ChangeRow | None, indent: str) -> Iterator[BlockLine]:
    """Yield what there is to say of the changes, but for the one that is *noted* above."""
    is_deletion = rows[0].change.action is Edit.REMOVE
    if is_deletion and (more := _along(rows[1:])) is not None:
        yield from text_lines(more, indent)
    fields = [row for row in rows if row.change.field is not None]
    is_one = len({row.change.address.element for row in fields}) == 1
    for row in fields:
        if row is not noted:
            name = row.change.field if is_one else whole_name(row.change)
            yield BlockLine(indent, (f"{name}   ", *_spans(row), *note_spans(row)))
        if row.contrast is not None:
            yield from value_lines(row.contrast, indent)
    # What several changes say of one element is said once.
    for text in dict.fromkeys(text for row in rows for text in _said(row, noted)):
        yield from text_lines(text, indent)


def _said(row: ChangeRow, noted: ChangeRow | None) -> Iterator[str]:
    goes_along = row.change.field is None and row is not noted
    there = None if goes_along else row.change.in_assets_text
    yield from filter(None, (row.consequence, there))


def _values(row: ChangeRow, unsaid: str | None) -> tuple[Span, ...]:
    """Return the values of a field, after its name unless that is *unsaid*, before its place."""
    if row.change.field is None:
        return ()
    name = () if row.change.field == unsaid else (f"{row.change.field}   ",)
    values = _spans(row)
    return (*name, *values, "   ") if values else name


def _spans(row: ChangeRow) -> tuple[Span, ...]:
    return value_spans(row.contrast) if row.contrast is not None else ()


def _along(rows: Sequence[ChangeRow]) -> str | None:
    """Return what goes with an element that goes, None for nothing."""
    kinds = Counter(row.change.kind for row in rows if row.change.field is None)
    parts = [count(kinds[kind], *KINDS[kind]) for kind in Kind if kinds[kind]]
    return f"and with it {', '.join(parts)}" if parts else None
