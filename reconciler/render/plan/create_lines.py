"""The compact lines of a PUT: one per object type, with the names of its attributes."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.planning.change import OF_NO_TYPE, Kind
from reconciler.render.plan.change import note_spans, whole_lines
from reconciler.render.plan.groups import ElementRows, Group
from reconciler.render.plan.symbols import ADDED, KINDS, aspect, named_label
from reconciler.render.plan.values import detail
from reconciler.render.plan.view import ChangeRow
from reconciler.render.shorten import count, first_names
from reconciler.render.terminal import BlockLine, Style

_STEP = "    "


def created_lines(groups: Sequence[Group[ChangeRow]]) -> Iterator[BlockLine]:
    """Yield the lines of everything that the PUT creates, then the counts."""
    for group in groups:
        if group.kind is Kind.OBJECT_TYPE:
            yield from _type(group, f"{_STEP}{'  ' * len(group.above)}")
        else:
            names = first_names([e.name for e in group.elements])
            yield BlockLine(_STEP, (f" {KINDS[group.kind][1]}   {names}",), sign=ADDED.span)
    if counts := ", ".join(_counts(groups)):
        yield BlockLine(_STEP, (counts,))


def _type(group: Group[ChangeRow], indent: str) -> Iterator[BlockLine]:
    of_type = group.elements[0]
    names = [e.name for e in group.of(Kind.ATTRIBUTE) if _is_sent(e)]
    mapping = "   mapped" if any(map(_is_sent, group.of(Kind.MAPPING))) else ""
    yield BlockLine(
        indent,
        (
            " ",
            *named_label(of_type.name, of_type.key),
            f"   {first_names(names)}" if names else "",
            (mapping, Style.QUIET),
            *(span for row in of_type.rows for span in note_spans(row)),
        ),
        sign=of_type.mark.span if of_type.mark else (" ", Style.QUIET),
        opens=True,
    )
    # Changes that the PUT does not simply add are shown in full.
    for row in group.rows:
        change = row.change
        if not change.verdict.takes_effect:
            name = aspect(change) or (change.names[-1] if change.names else str(change.address))
            yield from whole_lines(row, named_label(name, None), indent + _STEP, detail(change))


def _counts(groups: Iterable[Group[ChangeRow]]) -> Iterator[str]:
    elements = [element for group in groups for element in group.elements]
    for kind in (Kind.OBJECT_TYPE, Kind.ATTRIBUTE, Kind.MAPPING):
        # An attribute counts if it is sent, a type or a mapping if it is new.
        sent = [each for each in elements if each.kind is kind and _is_sent(each)]
        if number := sum(kind is Kind.ATTRIBUTE or bool(each.wholes) for each in sent):
            yield count(number, *KINDS[kind])
    for kind in OF_NO_TYPE:
        if number := sum(each.kind is kind for each in elements):
            yield count(number, *KINDS[kind])


def _is_sent(element: ElementRows[ChangeRow]) -> bool:
    return any(row.change.verdict.takes_effect for row in element.rows)
