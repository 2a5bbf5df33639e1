"""A manifest moved to live: the edits after which nothing is left to plan.

What differs is what the planner says differs. Of each difference live's side is taken;
an optional field that only live has stays unmanaged, and what live does not show stays
as the manifest has it (design.md section 6, Write-only).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.manifest.minimal_form import MinimalForm, minimal_icon
from reconciler.manifest.outline import outline
from reconciler.manifest.text.edits import Edit
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import has_external_ids, read_document
from reconciler.planning import plan
from reconciler.planning.align import align
from reconciler.planning.difference import Difference, Sides
from reconciler.planning.differences import differences
from reconciler.planning.located import locate
from reconciler.planning.moved_icons import icon_edits, status_edits
from reconciler.planning.moved_mappings import MappingMover
from reconciler.planning.moved_types import TypeMover
from reconciler.planning.moving import Moving
from reconciler.planning.unknown_keys import contradictions


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """The edits that take a manifest to live, and the differences that they settle."""

    edits: tuple[Edit, ...]
    settled: tuple[Difference, ...]


def moved_to_live(source: str, payload: Mapping[str, Any], live: LiveDocument) -> Moved:
    """Return the edits of the manifest of *source*, whose JSON is *payload* and valid."""
    sides = _sides(source, payload, live)
    found = tuple(_differences(sides))
    moving = Moving(
        raw=payload,
        sides=sides,
        located=locate(outline(payload), sides.desired),
        form=MinimalForm(live.document, by_ids=sides.desired.by_ids),
        found=found,
    )
    edits = (
        *TypeMover(moving).edits(),
        *MappingMover(moving).edits(),
        *icon_edits(moving),
        *status_edits(moving),
    )
    return Moved(edits=edits, settled=found)


def left_open(
    source: str, payload: Mapping[str, Any], live: LiveDocument
) -> tuple[Difference, ...]:
    """Return what still differs between live and the manifest whose JSON is *payload*.

    That may be an icon of which live does not show all that a manifest must say: it is not
    counted.
    """
    return tuple(_differences(_sides(source, payload, live)))


def _sides(source: str, payload: Mapping[str, Any], live: LiveDocument) -> Sides:
    document: Document = read_document(payload)
    want, have = align(document, live.document, seed=source, by_ids=has_external_ids(payload))
    return Sides(source=source, desired=want, live=have, shown=live.shown)


def _differences(sides: Sides) -> Iterator[Difference]:
    for difference in differences(sides):
        if not difference.write_only and not _is_half_an_icon(difference, sides):
            yield difference
    yield from contradictions(sides)


def _is_half_an_icon(difference: Difference, sides: Sides) -> bool:
    return (
        difference.kind is plan.Kind.ICON
        and difference.edit is plan.Edit.REMOVE
        and minimal_icon(sides.live.icons[difference.names[0]]) is None
    )
