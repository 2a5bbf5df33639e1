"""The edits that make a manifest say what is live, so that nothing is left to plan.

They settle the differences that the planner finds, each with live's value. An optional field
that only live has stays unmanaged; values that live does not show stay as in the manifest
(design.md#write-only).
"""

from collections.abc import Iterator
from typing import Any

from reconciler.manifest.minimal_form import MinimalForm, minimal_icon
from reconciler.manifest.outline import ManifestElement, Outline
from reconciler.manifest.text.edits import Drop, Edit, Put
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.planning import plan
from reconciler.planning.adopt.adoption import Adoption, index_elements, list_edits, put_fields
from reconciler.planning.adopt.element_edits import MappingEdits, TypeEdits
from reconciler.planning.diff.align import SYSTEM_KEY, align
from reconciler.planning.diff.difference import Difference, Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.diff.unknown_keys import contradictions
from reconciler.value import Value, replace


def icon_edits(adoption: Adoption) -> Iterator[Edit]:
    """Yield the edits of the icons; an icon that only live has is added if live shows all of it."""
    names = _of(adoption, plan.Kind.ICON, plan.Edit.REMOVE)
    icons = (minimal_icon(adoption.sides.live.icons[name]) for name in names)
    adds = [icon for icon in icons if icon is not None]
    yield from _edits(adoption, plan.Kind.ICON, adds, schema="iconSchema", key="icons")


def status_edits(adoption: Adoption) -> Iterator[Edit]:
    """Yield the edits of the statuses; a status that only live has may belong to the whole site."""
    yield from _edits(adoption, plan.Kind.STATUS, [], schema="statusSchema", key="statuses")


def _edits(
    adoption: Adoption, kind: plan.Kind, adds: list[dict[str, Any]], *, schema: str, key: str
) -> Iterator[Edit]:
    located = adoption.index.icons if kind is plan.Kind.ICON else adoption.index.statuses
    drops = [located[name] for name in _of(adoption, kind, plan.Edit.ADD)]
    if not adds and drops and len(drops) == len(located):
        yield Drop(at=("schema", schema))
        return
    for element in located.values():
        yield from _fields(adoption, kind, element)
    if schema in adoption.raw["schema"]:
        at = "schema", schema, key
        yield from list_edits(at, adoption.raw["schema"][schema], drops=drops, adds=adds)
    elif adds:
        yield Put(at=("schema", schema), value={key: adds})


def _fields(adoption: Adoption, kind: plan.Kind, element: ManifestElement) -> Iterator[Edit]:
    fields = adoption.changed(kind, element.name or "")
    yield from put_fields(element, {k: v for k, v in fields.items() if v is not None})


def _of(adoption: Adoption, kind: plan.Kind, edit: plan.Edit) -> list[str]:
    """Return the names of the elements that only one side has, as far as live shows them."""
    return [d.names[0] for d in adoption.found if d.kind is kind and d.edit is edit]


class ManifestEdits(Value):
    """The edits that make a manifest equal to live, and the differences that they settle."""

    edits: tuple[Edit, ...]
    settled: tuple[Difference, ...]


def edits_to_live(
    source: str, manifest: Outline, document: Document, live: LiveDocument
) -> ManifestEdits:
    """Return the edits of the *manifest* of *source*, which says *document*."""
    sides = _sides(source, document, live, by_ids=manifest.has_ids)
    found = tuple(_differences(sides))
    adoption = Adoption(
        raw=manifest.raw,
        sides=sides,
        index=index_elements(manifest, sides.desired),
        form=MinimalForm(live.document, by_ids=sides.desired.by_ids),
        found=found,
    )
    edits = (
        *TypeEdits(adoption).edits(),
        *MappingEdits(adoption).edits(),
        *icon_edits(adoption),
        *status_edits(adoption),
    )
    return ManifestEdits(edits=edits, settled=found)


def remaining_differences(
    source: str, document: Document, live: LiveDocument, *, by_ids: bool
) -> tuple[Difference, ...]:
    """Return the differences that remain between live and the *document* of a manifest.

    An icon is not counted if live does not show everything that a manifest requires of it.
    """
    return tuple(_differences(_sides(source, document, live, by_ids=by_ids)))


def with_mappings_of(source: str, document: Document, live: Document, *, by_ids: bool) -> Document:
    """Return *live* with the mappings of a manifest's *document*, for the types that it has."""
    desired, there = align(document, live, seed=source, by_ids=by_ids)
    known = {SYSTEM_KEY} | {key for node in there.types.values() for key in node.attributes}
    mappings = (
        replace(
            node.element,
            attributes=tuple(entry for key, entry in node.entries.items() if key in known),
        )
        for key, node in desired.mappings.items()
        if key in there.types
    )
    return replace(live, mappings=tuple(mappings))


def _sides(source: str, document: Document, live: LiveDocument, *, by_ids: bool) -> Sides:
    desired, live_side = align(document, live.document, seed=source, by_ids=by_ids)
    return Sides(source=source, desired=desired, live=live_side, shown=live.shown)


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
