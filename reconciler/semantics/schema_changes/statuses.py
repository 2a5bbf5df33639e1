"""Statuses renamed, put into another category, and deleted (api.md#companion-statuses)."""

from collections.abc import Callable, Iterator

from reconciler.model.document import Attribute, Document, ObjectType, walk_types
from reconciler.model.fields import STATUS
from reconciler.semantics.schema_changes.hierarchy import change_types
from reconciler.semantics.schema_changes.refusal import NAME_TAKEN, ChangeRefused
from reconciler.value import replace


def change_status(
    document: Document,
    name: str,
    *,
    new_name: str,
    category: str,
    description: str | None = None,
) -> Document:
    """Return *document* with the status *name* as wanted; attributes follow a rename.

    Raises KeyError without such a status, ChangeRefused for a name that is taken.
    """
    live = next((s for s in document.statuses if s.name == name), None)
    if live is None:
        raise KeyError(name)
    others = tuple(s for s in document.statuses if s.name != name)
    if not new_name or new_name.casefold() in {s.name.casefold() for s in others}:
        raise ChangeRefused("name", NAME_TAKEN if new_name else "Name is mandatory")
    changed = replace(
        live,
        name=new_name,
        category=category,
        description=live.description if description is None else description,
    )
    document = replace(document, statuses=STATUS.ordered((changed, *others)))
    if new_name == name:
        return document
    return _with_type_values(document, lambda each: new_name if each == name else each)


def delete_status(document: Document, name: str) -> Document:
    """Return *document* without the status, which no attribute may have any more.

    Raises KeyError without such a status.
    """
    left = tuple(s for s in document.statuses if s.name != name)
    if len(left) == len(document.statuses):
        raise KeyError(name)
    document = replace(document, statuses=left)
    return _with_type_values(document, lambda each: None if each == name else each)


def attributes_with_status(document: Document, name: str) -> Iterator[Attribute]:
    """Yield the attributes that allow the status *name* explicitly."""
    for object_type, _ in walk_types(document.object_types):
        yield from (a for a in object_type.attributes if name in (a.type_values or ()))


def _with_type_values(document: Document, change: Callable[[str], str | None]) -> Document:
    def of_attribute(attribute: Attribute) -> Attribute:
        if attribute.type_values is None:
            return attribute
        made = (change(each) for each in attribute.type_values)
        return replace(attribute, type_values=tuple(sorted(v for v in made if v is not None)))

    def of_type(object_type: ObjectType) -> ObjectType:
        return replace(object_type, attributes=tuple(map(of_attribute, object_type.attributes)))

    return change_types(document, of_type)
