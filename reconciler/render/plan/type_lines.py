"""The changes of one source, grouped under their object types."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.planning.change import Kind
from reconciler.render.plan.change import field_lines, whole_lines
from reconciler.render.plan.groups import ElementRows, Group
from reconciler.render.plan.symbols import KINDS, named_label
from reconciler.render.plan.values import detail, mapped_in, selector
from reconciler.render.plan.view import ChangeRow
from reconciler.render.shorten import count
from reconciler.render.terminal import BlockLine, Style

_STEP = "    "


def tree_lines(groups: Iterable[Group[ChangeRow]]) -> Iterator[BlockLine]:
    """Yield the lines of all changes: types with their elements, then icons and statuses."""
    for group in groups:
        if group.kind is Kind.OBJECT_TYPE:
            yield from _type(group, _STEP * (1 + len(group.above)))
        else:
            for element in group.elements:
                yield from _element(element, _STEP, f"{KINDS[element.kind][0]} ")


def _type(group: Group[ChangeRow], indent: str) -> Iterator[BlockLine]:
    """Yield the lines of the type, its attributes and the mapping that fills it."""
    inner = indent + _STEP
    yield from _element(group.elements[0], indent)
    for element in group.of(Kind.ATTRIBUTE):
        yield from _element(element, inner)
    yield from _unchanged(group.same_attributes, "attribute", inner)
    for element in group.of(Kind.MAPPING):
        yield from _mapping(element, inner)
    for element in group.of(Kind.ATTRIBUTE_MAPPING):
        yield from _element(element, inner + _STEP)
    yield from _unchanged(group.same_mapped, "attribute mapping", inner + _STEP)


def _element(element: ElementRows[ChangeRow], indent: str, prefix: str = "") -> Iterator[BlockLine]:
    called = named_label(prefix + element.name, element.key)
    for row in element.wholes:
        yield from whole_lines(row, called, indent, detail(row.change))
    if not element.wholes:
        sign = element.mark.span if element.mark else (" ", Style.QUIET)
        yield BlockLine(indent, (" ", *called), sign=sign, opens=True)
    if element.fields:
        yield from _fields(element.fields, indent + _STEP)


def _mapping(element: ElementRows[ChangeRow], indent: str) -> Iterator[BlockLine]:
    for row in element.wholes:
        yield from whole_lines(row, ("mapping",), indent, selector(row.change), opens=False)
        yield from (BlockLine(indent + _STEP, (mapped,)) for mapped in mapped_in(row.change))
    if not element.wholes and element.mark is not None:
        yield BlockLine(indent, (" mapping",), sign=element.mark.span)
    yield from _fields(element.fields, indent + _STEP)


def _fields(rows: Sequence[ChangeRow], indent: str) -> Iterator[BlockLine]:
    width = max([len(row.change.field or "") for row in rows], default=0)
    for row in rows:
        yield from field_lines(row, indent, width)


def _unchanged(number: int, noun: str, indent: str) -> Iterator[BlockLine]:
    if number:
        yield BlockLine(indent, ((f"({count(number, noun)} unchanged)", Style.QUIET),))
