"""What GET returns, made comparable with what was sent (api.md#what-get-returns).

Each rule is a function of its own; `normalise` applies them all. After it, a document that was
sent and read back is equal. One rule needs no function here: reading
(`reconciler.model.wire`) drops `$schema`.
"""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

from reconciler.model.answer import mapping_in_order, plain_unsorted, type_in_order
from reconciler.model.document import (
    SYSTEM_ATTRIBUTE,
    Attribute,
    AttributeMapping,
    Document,
    ObjectType,
    TypeMapping,
    amended,
    each,
    each_type,
    walk_types,
)
from reconciler.model.fields import (
    ATTRIBUTE,
    ATTRIBUTE_MAPPING,
    ICON,
    OBJECT_TYPE,
    TYPE_MAPPING,
    Table,
)
from reconciler.model.wire import read_document
from reconciler.value import Value, alter, replace


class LiveDocument(Value):
    """A normalised GET answer.

    `shown` names the parts of `fields.WRITE_ONLY` that this answer shows nevertheless: absent
    is not null.
    """

    document: Document
    shown: frozenset[str] = frozenset()


def normalise(raw: Mapping[str, Any]) -> LiveDocument:
    """Return the live document of the GET answer *raw*, whose shape has been checked."""
    return LiveDocument(document=_normal(read_document(raw)), shown=parts_shown(raw))


def normalise_text(text: str | bytes) -> LiveDocument | None:
    """Return the live document of the GET answer *text*, None if it is not a plain one."""
    if (unsorted := plain_unsorted(text)) is None:
        return None
    document = _normal(unsorted)
    return LiveDocument(document=document, shown=_parts_in(document))


def _normal(unsorted: Document) -> Document:
    """Return *unsorted* in order and with all rules applied.

    Each type and mapping is looked at once: to come back to it takes longer than a rule.
    """
    keys = SystemKeys()
    halves: list[ObjectType] = []

    def of_type(object_type: ObjectType) -> ObjectType:
        made = whole_type_with_defaults(type_in_order(keys.left_out_of(object_type)))
        if names_by_half(made):
            halves.append(made)
        return made

    def of_mapping(mapping: TypeMapping) -> TypeMapping:
        return whole_mapping_with_defaults(keys.named_in(mapping_in_order(mapping)))

    types = each_type(of_type, unsorted.object_types)
    document = amended(unsorted, object_types=types, mappings=each(of_mapping, unsorted.mappings))
    return with_both_reference_keys(document) if halves else document


class SystemKeys:
    """The `Key` that Assets adds to each type, in either of its forms.

    It is left out of all types first. A mapping that fills it then names it by name alone, since
    its id is generated in one form of the answer and absent in the other.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self.ids: set[str | None] = set()

    def left_out_of(self, object_type: ObjectType) -> ObjectType:
        """Return *object_type* without it, and note its id."""
        if (own := object_type.own) is object_type.attributes:
            return object_type
        self.ids.update([a.external_id for a in object_type.attributes if a.is_system])
        self.ids.discard(None)
        return replace(object_type, attributes=own)

    def named_in(self, mapping: TypeMapping) -> TypeMapping:
        """Return *mapping* with what fills it by name alone."""
        entries = mapping.attributes
        if SYSTEM_ATTRIBUTE not in [e.attribute_name for e in entries] and (
            self.ids.isdisjoint([e.attribute_external_id for e in entries])
        ):
            return mapping
        return mapping_in_order(amended(mapping, attributes=each(self._named, entries)))

    def _named(self, entry: AttributeMapping) -> AttributeMapping:
        if entry.attribute_name == SYSTEM_ATTRIBUTE or entry.attribute_external_id in self.ids:
            return amended(entry, attribute_external_id=None, attribute_name=SYSTEM_ATTRIBUTE)
        return entry


def _filling(table: Table) -> Callable[[Any], Any]:
    """Return what fills the defaults in an element of *table*: the same if it states them all.

    It is compiled, as the methods of a value are: what names its fields takes a third of the time
    of what is told them, and is called for each attribute of both documents.
    """
    defaults = {f.attribute: f.default for f in table.fields if f.default is not None}
    made = {n: f"{n}(e)" if callable(value) else repr(value) for n, value in defaults.items()}
    stated = " and ".join(f"e.{name} is not None" for name in made)
    values = ", ".join(f"{n}={value} if e.{n} is None else e.{n}" for n, value in made.items())
    filled: Callable[[Any], Any] = eval(  # noqa: S307 - of the table alone
        f"lambda e: e if {stated} else alter(e, {values})", {"alter": alter, **defaults}
    )
    return filled


# Each fills the server's defaults in place of absent fields.
attribute_with_defaults = _filling(ATTRIBUTE)
type_with_defaults = _filling(OBJECT_TYPE)
mapping_with_defaults = _filling(TYPE_MAPPING)
entry_with_defaults = _filling(ATTRIBUTE_MAPPING)


def with_both_reference_keys(document: Document) -> Document:
    """Name a reference's target by name and by external id, whichever was sent."""
    by_id: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for object_type, _ in walk_types(document.object_types):
        if object_type.external_id:
            by_id[object_type.external_id] = object_type.name
            by_name.setdefault(object_type.name, object_type.external_id)

    def full(attribute: Attribute) -> Attribute:
        name, external_id = attribute.reference_name, attribute.reference_external_id
        if (name is None) == (external_id is None):
            return attribute
        if name is None:
            return amended(attribute, reference_name=by_id.get(external_id or ""))
        return amended(attribute, reference_external_id=by_name.get(name))

    def of_type(object_type: ObjectType) -> ObjectType:
        if not names_by_half(object_type):
            return object_type
        return replace(object_type, attributes=each(full, object_type.attributes))

    return amended(document, object_types=each_type(of_type, document.object_types))


def names_by_half(object_type: ObjectType) -> bool:
    """Return whether an attribute refers by name or by external id alone."""
    attributes = object_type.attributes
    by_id = [a.reference_external_id is None for a in attributes]
    return [a.reference_name is None for a in attributes] != by_id


def parts_shown(raw: Mapping[str, Any]) -> frozenset[str]:
    """Return which write-only parts the answer *raw* shows (design.md#write-only).

    An empty icon list shows nothing: it has been seen where icons existed.
    """
    schema = raw["schema"]
    icons = (schema.get("iconSchema") or {}).get("icons") or ()
    statuses = (schema.get("statusSchema") or {}).get("statuses") or ()
    shown = {key for key, elements in (("icons", icons), ("statuses", statuses)) if elements}
    shown |= _fields_shown(ICON, icons)
    stack = list(schema["objectSchema"].get("objectTypes") or ())
    while stack:
        object_type = stack.pop()
        shown |= _fields_shown(OBJECT_TYPE, (object_type,))
        shown |= _fields_shown(ATTRIBUTE, object_type.get("attributes") or ())
        stack.extend(object_type.get("children") or ())
    return frozenset(shown)


def _fields_shown(table: Table, elements: Iterable[Mapping[str, Any]]) -> set[str]:
    return {f.key for f in table.write_only if any(f.key in each for each in elements)}


def _parts_in(document: Document) -> frozenset[str]:
    """Return as `parts_shown` does which parts a *document* has of which no key is null."""
    types = [each for each, _ in walk_types(document.object_types)]
    attributes = [attribute for each in types for attribute in each.attributes]
    shown = {"icons"} if document.icons else set[str]()
    shown |= {"statuses"} if document.statuses else set()
    for table, elements in ((ICON, document.icons), (OBJECT_TYPE, types), (ATTRIBUTE, attributes)):
        stated = ((f.key, map(attrgetter(f.attribute), elements)) for f in table.write_only)
        shown |= {key for key, values in stated if any(v is not None for v in values)}
    return frozenset(shown)


def whole_type_with_defaults(object_type: ObjectType) -> ObjectType:
    """Fill in what the server fills in of a type and its attributes."""
    attributes = each(attribute_with_defaults, object_type.attributes)
    filled: ObjectType = type_with_defaults(amended(object_type, attributes=attributes))
    return filled


def whole_mapping_with_defaults(mapping: TypeMapping) -> TypeMapping:
    """Fill in what the server fills in of a mapping and its entries."""
    entries = each(entry_with_defaults, mapping.attributes)
    filled: TypeMapping = mapping_with_defaults(amended(mapping, attributes=entries))
    return filled
