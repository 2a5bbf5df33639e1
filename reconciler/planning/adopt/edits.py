"""A manifest moved to live: the edits after which nothing is left to plan.

What differs is what the planner says differs. Of each difference live's side is taken;
an optional field that only live has stays unmanaged, and what live does not show stays
as the manifest has it (design.md#write-only).

Icons and statuses moved to live, as far as live shows them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.manifest.minimal_form import MinimalForm, minimal_icon
from reconciler.manifest.outline import Element, outline
from reconciler.manifest.text.edits import Drop, Edit, Put
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.model.wire import has_external_ids, read_document
from reconciler.planning import plan
from reconciler.planning.adopt.adoption import Moving, listed, put_fields
from reconciler.planning.adopt.element_index import locate
from reconciler.planning.adopt.mapping_edits import MappingMover
from reconciler.planning.adopt.type_edits import TypeMover
from reconciler.planning.diff.align import align
from reconciler.planning.diff.difference import Difference, Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.diff.unknown_keys import contradictions


def icon_edits(moving: Moving) -> Iterator[Edit]:
    """Yield the edits of the icons; live's own are added as far as it shows them whole."""
    names = _of(moving, plan.Kind.ICON, plan.Edit.REMOVE)
    icons = (minimal_icon(moving.sides.live.icons[name]) for name in names)
    adds = [icon for icon in icons if icon is not None]
    yield from _edits(moving, plan.Kind.ICON, adds, schema="iconSchema", key="icons")


def status_edits(moving: Moving) -> Iterator[Edit]:
    """Yield the edits of the statuses; one that only lives may belong to the whole site."""
    yield from _edits(moving, plan.Kind.STATUS, [], schema="statusSchema", key="statuses")


def _edits(
    moving: Moving, kind: plan.Kind, adds: list[dict[str, Any]], *, schema: str, key: str
) -> Iterator[Edit]:
    located = moving.located.icons if kind is plan.Kind.ICON else moving.located.statuses
    drops = [located[name] for name in _of(moving, kind, plan.Edit.ADD)]
    if not adds and drops and len(drops) == len(located):
        yield Drop(at=("schema", schema))
        return
    for element in located.values():
        yield from _fields(moving, kind, element)
    if schema in moving.raw["schema"]:
        at = "schema", schema, key
        yield from listed(at, moving.raw["schema"][schema], drops=drops, adds=adds)
    elif adds:
        yield Put(at=("schema", schema), value={key: adds})


def _fields(moving: Moving, kind: plan.Kind, element: Element) -> Iterator[Edit]:
    fields = moving.changed(kind, element.name or "")
    yield from put_fields(element, {k: v for k, v in fields.items() if v is not None})


def _of(moving: Moving, kind: plan.Kind, edit: plan.Edit) -> list[str]:
    """Return the names of the elements that are on one side alone, and of which live tells."""
    return [d.names[0] for d in moving.found if d.kind is kind and d.edit is edit]


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
