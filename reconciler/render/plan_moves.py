"""Mappings that moved, as a note on both lines: where to, and where from."""

from collections.abc import Mapping

from reconciler.model.address import Address
from reconciler.planning.moves import moves
from reconciler.planning.plan import Change, Kind, SourcePlan
from reconciler.render.plan_names import label, path_label
from reconciler.render.plan_tree import shown_key
from reconciler.render.terminal import Span, Style

MoveNotes = Mapping[Address, tuple[Span, ...]]


def move_notes(source: SourcePlan) -> MoveNotes:
    """Return, by address, `moved to Owner  a/owner` or `moved from …`."""
    moved = moves(source.changes)
    if not moved:
        return {}
    ends = moved.keys() | set(moved.values())
    changes = {c.address: c for c in source.changes if c.address in ends and c.field is None}
    notes: dict[Address, tuple[Span, ...]] = {}
    for old, new in moved.items():
        gone, come = changes[old], changes[new]
        notes[old] = (("   moved to ", Style.CHANGE), *_other(come, seen_from=gone))
        notes[new] = (("   moved from ", Style.CHANGE), *_other(gone, seen_from=come))
    return notes


def _other(change: Change, *, seen_from: Change) -> tuple[Span, ...]:
    """Return the other end: by its name alone where both are of one type."""
    if change.kind is Kind.ATTRIBUTE_MAPPING and change.names[:-1] == seen_from.names[:-1]:
        return label(change.names[-1], shown_key(change.address.key, change.names))
    return path_label(change)
