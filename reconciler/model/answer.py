"""The text of a GET answer, read in C where it is plain: most are.

Plain is JSON with ids, of known keys alone, each once and none null or empty. What is not may be
valid nevertheless: then the parsers tell, slower, what it is.
"""

from operator import attrgetter

from reconciler.model.document import (
    Attribute,
    Document,
    Icon,
    ObjectType,
    Status,
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
    STATUS,
    TYPE_MAPPING,
)
from reconciler.model.json_form import from_json_text
from reconciler.model.wire import DocumentJson, is_all, read_known
from reconciler.value import Value, field, replace

_MOST_LEVELS = 32  # of types; the parsers bound how deep JSON may be nested


class _Envelope(Value, forbid_unknown_fields=True, omit_defaults=True, rename="camel"):
    """An object around the elements (`fields.ENVELOPE`)."""


class _ObjectSchema(_Envelope):
    object_types: tuple[ObjectType, ...]
    name: str | None = None
    description: str | None = None


class _IconSchema(_Envelope):
    icons: tuple[Icon, ...] = ()


class _StatusSchema(_Envelope):
    statuses: tuple[Status, ...] = ()


class _Schema(_Envelope):
    object_schema: _ObjectSchema
    icon_schema: _IconSchema = _IconSchema()
    status_schema: _StatusSchema = _StatusSchema()


class _Mapping(_Envelope):
    object_type_mappings: tuple[TypeMapping, ...]


class Answer(_Envelope):
    """What GET returns, or whatever has a document in such an object."""

    schema: _Schema
    mapping: _Mapping
    version: str | None = field(default=None, name="$schema")

    @property
    def is_plain(self) -> bool:
        """Whether types have ids and are not too deep, and locators there."""
        types = walk_types(self.schema.object_schema.object_types)
        if not all(each.external_id and len(above) < _MOST_LEVELS for each, above in types):
            return False
        # Without locators an entry is written with an empty list of them.
        mappings = self.mapping.object_type_mappings
        return all(all(map(_LOCATORS, each.attributes)) for each in mappings)

    @property
    def document(self) -> Document:
        """Its document, if it is plain."""
        document = self.unsorted
        return replace(
            document,
            object_types=each_type(type_in_order, document.object_types),
            mappings=each(mapping_in_order, document.mappings),
        )

    @property
    def unsorted(self) -> Document:
        """Its document, if it is plain, the lists in types and mappings as they are written.

        Who looks at each of them anyway puts them in order as well, while they are near.
        """
        schema = self.schema
        return Document(
            name=schema.object_schema.name or "",
            description=schema.object_schema.description or "",
            object_types=OBJECT_TYPE.ordered(schema.object_schema.object_types),
            icons=ICON.ordered(schema.icon_schema.icons),
            statuses=STATUS.ordered(schema.status_schema.statuses),
            mappings=TYPE_MAPPING.ordered(self.mapping.object_type_mappings),
        )


def plain_unsorted(text: str | bytes) -> Document | None:
    """Return the unsorted document of the answer *text*, None if it is not plain."""
    answer = read_known(text, Answer)
    if answer is None or not is_all(answer, text):
        return None
    return answer.unsorted if answer.is_plain else None


def plain_json(text: str) -> DocumentJson | None:
    """Return the JSON of a document that *text* is, None if it is written otherwise than ours."""
    try:
        answer = from_json_text(text, Answer)
    except (ValueError, RecursionError):
        return None
    written = DocumentJson(answer.document) if answer.is_plain else None
    return written if written is not None and written.is_said_by(text) else None


def type_in_order(object_type: ObjectType) -> ObjectType:
    """Return *object_type* with its lists in canonical order."""
    attributes = ATTRIBUTE.ordered(object_type.attributes)
    if any(map(_TYPE_VALUES, attributes)):
        attributes = tuple(_attribute(a) if a.type_values else a for a in attributes)
    return amended(
        object_type,
        attributes=attributes,
        children=OBJECT_TYPE.ordered(object_type.children),
    )


def _attribute(attribute: Attribute) -> Attribute:
    return replace(attribute, type_values=tuple(sorted(attribute.type_values or ())))


def mapping_in_order(mapping: TypeMapping) -> TypeMapping:
    """Return *mapping* with its entries in canonical order."""
    return amended(mapping, attributes=ATTRIBUTE_MAPPING.ordered(mapping.attributes))


_LOCATORS, _TYPE_VALUES = attrgetter("locators"), attrgetter("type_values")
