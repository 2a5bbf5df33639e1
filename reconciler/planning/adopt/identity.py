"""The external ids that a manifest takes over from live, for what lives under another id.

A new id for a name that lives under another one is refused (api.md#refusal-codes): the manifest
keeps its element, with live's id, wherever it names it.
"""

from collections.abc import Iterator

from reconciler.manifest.outline import ManifestElement, MappingElement, Outline, TypeElement
from reconciler.manifest.text.edits import Edit, Put
from reconciler.model.document import Document
from reconciler.planning.surroundings import elements

_Element = ManifestElement | TypeElement | MappingElement
_IDS = (
    "externalId",
    "referenceObjectTypeExternalId",
    "objectTypeExternalId",
    "attributeExternalId",
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
        path = _path(object_type)
        named: list[tuple[ManifestElement | TypeElement, tuple[str, ...]]] = [(object_type, path)]
        if not living.issuperset(object_type.ids):
            elements_in = (a for a in object_type.attributes if not a.is_system)
            named += [(a, (*path, "", a.name or "")) for a in elements_in]
        for each, names in named:
            if each.external_id is not None and each.external_id not in living and names in free:
                yield each.external_id, free[names]


def _path(object_type: TypeElement) -> tuple[str, ...]:
    above = () if object_type.parent is None else _path(object_type.parent)
    return (*above, object_type.name or "")
