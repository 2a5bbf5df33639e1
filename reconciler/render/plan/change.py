"""The lines of a single change, and its notes: moves, risk, grade, remedy."""

from collections.abc import Iterator

from reconciler.planning.change import Change, Edit, Verdict
from reconciler.render.plan.values import value_lines, value_spans
from reconciler.render.plan.view import ChangeRow
from reconciler.render.shorten import difference, value
from reconciler.render.terminal import BlockLine, Span, Style

_STEP = "    "


def field_lines(row: ChangeRow, indent: str, width: int) -> Iterator[BlockLine]:
    """Yield the lines of one changed field, with the field's name padded to *width*."""
    change = row.change
    values = value_spans(row.contrast) if row.contrast is not None else ()
    field = change.field or ""
    # The mark of a mere change is on the element above.
    is_sent_change = change.verdict.takes_effect and change.action is Edit.CHANGE
    symbol, style = row.mark.span
    yield BlockLine(
        indent,
        (f" {field.ljust(width)}   " if values else f" {field}", *values, *note_spans(row)),
        sign=(" " if is_sent_change else symbol, style),
    )
    if row.contrast is not None and row.contrast.items:
        yield from value_lines(row.contrast, indent + _STEP)
    yield from _behind(row, indent + _STEP)


def whole_lines(
    row: ChangeRow, called: tuple[Span, ...], indent: str, detail: str, *, opens: bool = True
) -> Iterator[BlockLine]:
    """Yield the lines of an added or removed element; *called* is its label."""
    yield BlockLine(
        indent,
        (
            " ",
            *called,
            f"   {detail}" if detail else "",
            *moved_spans(row),
            *note_spans(row),
        ),
        sign=row.mark.span,
        opens=opens,
    )
    yield from _behind(row, indent + _STEP)


def note_spans(row: ChangeRow) -> tuple[Span, ...]:
    """Return the notes beside the values, separated from the preceding spans."""
    return tuple([(f"   ({n.text})" if n.aside else f"   {n.text}", n.style) for n in row.notes])


def moved_spans(row: ChangeRow) -> tuple[Span, ...]:
    """Return where a mapping moved, separated from the preceding spans."""
    return tuple(
        (f"{'' if at else '   '}{said}", style) for at, (said, style) in enumerate(row.moved)
    )


def text_lines(text: str, indent: str) -> Iterator[BlockLine]:
    """Yield the lines of a sentence."""
    for line in text.splitlines():
        yield BlockLine(indent, (line,))


def change_line(change: Change) -> str:
    """Return a change on one line by its address, for lists outside of the plan."""
    place = change.address.within_source
    if change.before is not None and change.after is not None:
        return f"{place}   {difference(change.before, change.after)}"
    return f"{place}   {value(change.after if change.before is None else change.before)}"


def _behind(row: ChangeRow, indent: str) -> Iterator[BlockLine]:
    """Yield address, reason and remedy of an impossible change, then what is at risk."""
    if row.change.verdict is Verdict.IMPOSSIBLE:
        named = f"   (explain {row.story})" if row.story else ""
        yield BlockLine(indent, ((f"{row.change.address}{named}", Style.QUIET),))
        # The remedy of a whole element is that of all in it: once is enough.
        for text in row.why[:1] if row.repeats else row.why:
            yield from text_lines(text, indent)
    if row.consequence is not None:
        yield from text_lines(row.consequence, indent)
    if (there := row.change.in_assets_text) is not None:
        yield from text_lines(there, indent)
