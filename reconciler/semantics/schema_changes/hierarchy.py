"""Object types in their tree: found, changed, and what they inherit."""

from collections.abc import Callable

from reconciler.model.document import Document, ObjectType, walk_types
from reconciler.model.fields import OBJECT_TYPE
from reconciler.value import replace

# The key of a type whose children have its attributes too (api.md#unknown-keys).
INHERITANCE = "inheritance"
# The key of a type that has no objects of its own.
ABSTRACT = "abstractObject"


def find_type(document: Document, external_id: str) -> tuple[ObjectType, tuple[ObjectType, ...]]:
    """Return a type with its ancestors, root first. Raises KeyError."""
    for object_type, above in walk_types(document.object_types):
        if object_type.external_id == external_id:
            return object_type, above
    raise KeyError(external_id)


def change_types(document: Document, change: Callable[[ObjectType], ObjectType | None]) -> Document:
    """Return *document* with what *change* makes of each type, children first.

    It drops a type, and all that is below, by None.
    """

    def changed(types: tuple[ObjectType, ...]) -> tuple[ObjectType, ...]:
        below = (replace(t, children=changed(t.children)) if t.children else t for t in types)
        return OBJECT_TYPE.ordered(made for t in below if (made := change(t)) is not None)

    return replace(document, object_types=changed(document.object_types))


def is_inherited(object_type: ObjectType, above: tuple[ObjectType, ...]) -> bool:
    """Return whether the type's children have its attributes (api.md#companion-types).

    Every descendant of one that passes them on does so, too.
    """
    return any(each.extra.get(INHERITANCE) is True for each in (*above, object_type))


def owners_above(above: tuple[ObjectType, ...]) -> tuple[ObjectType, ...]:
    """Return the ancestors whose attributes a type below *above* has, root first."""
    first = (i for i, each in enumerate(above) if each.extra.get(INHERITANCE) is True)
    return above[next(first, len(above)) :]
