"""Which differences a plan covers: the selected ones that can be sent on their own."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model.address import Address
from reconciler.planning.change import Edit, Kind
from reconciler.planning.diff.align import Side
from reconciler.planning.diff.difference import Difference


def selection(
    found: Sequence[Difference], only: frozenset[Address] | None, desired: Side
) -> frozenset[Address]:
    """Return the addresses of *found* that may be sent, restricted to *only* if it is given.

    The contents of a new element of *desired* depend on it: nothing can be sent into a type, or
    fill an attribute, that does not exist. Elements that a sent one carries
    (design.md#the-patch-body: its icon, its statuses) are included.
    """
    if only is None:
        return frozenset(d.address for d in found)
    left_out = [d for d in found if d.edit is Edit.ADD and d.address not in only]
    new_types = (d.type_key for d in left_out if d.kind is Kind.OBJECT_TYPE)
    types = _with_children(new_types, desired)
    attributes = {(d.type_key, d.attribute_key) for d in left_out if d.kind is Kind.ATTRIBUTE}
    sent = [
        d
        for d in found
        if d.address in only
        and d.type_key not in types
        and (d.type_key, d.attribute_key) not in attributes
    ]
    carried = {companion for d in sent for companion in _carried(d, desired)}
    along = (d for d in found if (d.kind, d.names[-1]) in carried and d.edit is not Edit.REMOVE)
    return frozenset(d.address for d in (*sent, *along))


def _with_children(keys: Iterable[str | None], desired: Side) -> set[str | None]:
    within = set(keys)
    for key, node in desired.types.items():  # parents before their children
        if node.parent is not None and node.parent in within:
            within.add(key)
    return within


def _carried(difference: Difference, desired: Side) -> Iterator[tuple[Kind, str]]:
    """Yield the icons and statuses that the body contains because of *difference*."""
    node = desired.types.get(difference.type_key or "")
    if node is None or difference.edit is Edit.REMOVE:
        return
    if difference.kind is Kind.OBJECT_TYPE and difference.field in {None, "iconKey"}:
        yield Kind.ICON, node.element.icon_key or ""
    if difference.kind is Kind.ATTRIBUTE:
        attribute = node.attributes[difference.attribute_key or ""]
        yield from ((Kind.STATUS, name) for name in attribute.type_values or ())
