"""Mappings of types and attributes that were deleted, whose fate is unknown.

(api.md#companion-deletions)
"""

from collections.abc import Iterator

from reconciler.model.document import Document, TypeMapping, walk_types
from reconciler.value import replace


def without_lost_mappings(document: Document) -> Document:
    """Return *document* with the mappings of what it has, those of deleted elements left out."""
    types = {t.external_id for t, _ in walk_types(document.object_types)}
    gone = set(lost_mappings(document))

    def left(mapping: TypeMapping) -> TypeMapping:
        owner = mapping.object_type_external_id
        entries = (e for e in mapping.attributes if (owner, e.attribute_external_id) not in gone)
        return replace(mapping, attributes=tuple(entries))

    kept = (m for m in document.mappings if m.object_type_external_id in types)
    return replace(document, mappings=tuple(map(left, kept)))


def lost_mappings(document: Document) -> Iterator[tuple[str | None, str | None]]:
    """Yield the external ids of the types, and of their attributes, that are mapped and gone.

    The second is None where the type itself is gone. A mapping may fill what ancestors own.
    """
    known = {
        t.external_id: {a.external_id for each in (*above, t) for a in each.attributes}
        for t, above in walk_types(document.object_types)
    }
    for mapping in document.mappings:
        owner = mapping.object_type_external_id
        if owner not in known:
            yield owner, None
            continue
        for entry in mapping.attributes:
            attribute = entry.attribute_external_id
            if attribute is not None and attribute not in known[owner]:
                yield owner, attribute
