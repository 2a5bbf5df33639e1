"""Mappings that moved, as a note on both lines: where to, and where from."""

from collections.abc import Mapping

from reconciler.planning.moves import moves
from reconciler.planning.plan import Change, Kind, SourcePlan
from reconciler.render.plan_names import label, name_path
from reconciler.render.plan_tree import key_of
from reconciler.render.terminal import Style

# `moved to `, then the other end as a label.
Move = tuple[tuple[str, Style], ...]


def move_notes(source: SourcePlan) -> Mapping[str, Move]:
    """Return, by address, where a mapping moved to, or from: `moved to Owner  a/owner`."""
    moved = moves(source.changes)
    ends = moved.keys() | set(moved.values())
    changes = {c.address: c for c in source.changes if c.address in ends and c.field is None}
    notes: dict[str, Move] = {}
    for old, new in moved.items():
        gone, come = changes[old], changes[new]
        notes[old] = _move("moved to ", source.source, come, seen_from=gone)
        notes[new] = _move("moved from ", source.source, gone, seen_from=come)
    return notes


def _move(way: str, source: str, change: Change, *, seen_from: Change) -> Move:
    """Return the other end: by its name alone where both are of one type."""
    of_one_type = change.names[:-1] == seen_from.names[:-1]
    alone = change.kind is Kind.ATTRIBUTE_MAPPING and of_one_type
    name = change.names[-1] if alone else name_path(change)
    return (way, Style.CHANGE), *label(name, key_of(source, change))
