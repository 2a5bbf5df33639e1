"""The edits that make a manifest say what is live, so that nothing is left to plan.

They settle the differences that the planner finds, each with live's value. An optional field
that only live has stays unmanaged; values that live does not show stay as in the manifest
(design.md#write-only). Before them, what lives under another external id is given that one: a new
id for a name that lives is refused (api.md#refusal-codes), so the manifest keeps its element, with
live's id, wherever it names it.
"""

from collections.abc import Iterator
from typing import Any

from reconciler.manifest.minimal_form import MinimalForm, minimal_icon
from reconciler.manifest.outline import ManifestElement, MappingElement, Outline, TypeElement
from reconciler.manifest.text.edits import Drop, Edit, Put
from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument
from reconciler.planning import change
from reconciler.planning.adopt.adoption import (
    Adoption,
    index_elements,
    list_edits,
    name_path,
    put_fields,
)
from reconciler.planning.adopt.element_edits import MappingEdits, TypeEdits
from reconciler.planning.diff.align import SYSTEM_KEY, align
from reconciler.planning.diff.difference import Difference, Sides
from reconciler.planning.diff.differences import differences
from reconciler.planning.diff.unknown_keys import contradictions
from reconciler.planning.surroundings import elements
from reconciler.value import Value, replace

_Element = ManifestElement | TypeElement | MappingElement
_IDS = (
    "externalId",
    "referenceObjectTypeExternalId",
    "objectTypeExternalId",
    "attributeExternalId",
)


def icon_edits(adoption: Adoption) -> Iterator[Edit]:
    """Yield the edits of the icons; an icon that only live has is added if live shows all of it."""
    names = _of(adoption, change.Kind.ICON, change.Edit.REMOVE)
    icons = (minimal_icon(adoption.sides.live.icons[name]) for name in names)
    adds = [icon for icon in icons if icon is not None]
    yield from _edits(adoption, change.Kind.ICON, adds, schema="iconSchema", key="icons")


def status_edits(adoption: Adoption) -> Iterator[Edit]:
    """Yield the edits of the statuses; a status that only live has may belong to the whole site."""
    yield from _edits(adoption, change.Kind.STATUS, [], schema="statusSchema", key="statuses")


def _edits(
    adoption: Adoption, kind: change.Kind, adds: list[dict[str, Any]], *, schema: str, key: str
) -> Iterator[Edit]:
    located = adoption.index.icons if kind is change.Kind.ICON else adoption.index.statuses
    drops = [located[name] for name in _of(adoption, kind, change.Edit.ADD)]
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


def _fields(adoption: Adoption, kind: change.Kind, element: ManifestElement) -> Iterator[Edit]:
    fields = adoption.changed(kind, element.name or "")
    yield from put_fields(element, {k: v for k, v in fields.items() if v is not None})


def _of(adoption: Adoption, kind: change.Kind, edit: change.Edit) -> list[str]:
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
        difference.kind is change.Kind.ICON
        and difference.edit is change.Edit.REMOVE
        and minimal_icon(sides.live.icons[difference.names[0]]) is None
    )


def identity_edits(manifest: Outline, live: Document) -> Iterator[Edit]:
    """Yield the edits that give each element of *manifest* the id under which it lives.

    An element that lives under its own id keeps it, and no id is taken that the manifest has.
    """
    taken = {i: new for i, new in _taken_over(manifest, live) if i != new}
    if not taken:
        return
    owners: list[TypeElement | MappingElement] = [*manifest.types, *manifest.mappings]
    found: list[_Element] = [*owners, *(a for each in owners for a in each.attributes)]
    for each in found:
        for key in _IDS:
            if isinstance(old := each.raw.get(key), str) and old in taken:
                yield Put(at=(*each.at, key), value=taken[old])


def _taken_over(manifest: Outline, live: Document) -> Iterator[tuple[str, str]]:
    lives = [(names, external_id) for names, external_id in elements(live) if external_id]
    living = {external_id for _, external_id in lives}
    stated = {i for t in manifest.types for i in (t.external_id, *t.ids)}
    free = {names: i for names, i in lives if i not in stated}
    if not free:
        return
    for object_type in manifest.types:
        path = name_path(object_type)
        named: list[tuple[ManifestElement | TypeElement, tuple[str, ...]]] = [(object_type, path)]
        if not living.issuperset(object_type.ids):
            elements_in = (a for a in object_type.attributes if not a.is_system)
            named += [(a, (*path, "", a.name or "")) for a in elements_in]
        for each, names in named:
            if each.external_id is not None and each.external_id not in living and names in free:
                yield each.external_id, free[names]
