"""One *schema and mapping* document as frozen values.

The shapes are those of the official payload schemas (2021-09-15, 2023-10-19);
`reconciler.model.wire` reads and writes their JSON. Every list is in canonical order, by
identity: order carries no meaning except inside `attributeLocators`
(api.md#order-means-nothing), so two documents that differ only in order are equal, and so is
everything planned from them.

`None` means that the key was absent (or null). Keys unknown to the payload schema are kept in
`extra`, so that nothing a person wrote is lost.

A document is rewritten by `amended` and `each`: what a rule does not touch stays the same object.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import is_
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from reconciler.value import Meta, Value, field, replace

if TYPE_CHECKING:
    Extra = Mapping[str, Any]
else:  # of no JSON, so that reading in C refuses a key of the name below
    Extra = MappingProxyType[str, Any]

NO_EXTRA: Extra = MappingProxyType({})
SYSTEM_ATTRIBUTE = "Key"
UNKNOWN_KEYS = "\x7funknown keys"  # under which no element writes any


# Larger ones are not read in C: the parsers tell, and the loops of `wire` read them.
_LARGEST = 2**53
_Number = Annotated[int, Meta(ge=-_LARGEST, le=_LARGEST)]

_T = TypeVar("_T", bound="Part")


class Part(Value, forbid_unknown_fields=True, omit_defaults=True):
    """A document or an element of it: `reconciler.model.wire` reads and writes it in C if it can.

    The fields are in the order in which their JSON is written (`reconciler.model.fields`). `extra`
    has no JSON of its own: what has any is read and written key by key.
    """

    extra: Extra = field(default=NO_EXTRA, name=UNKNOWN_KEYS)


class Attribute(Part):
    """An attribute of an object type."""

    name: str
    description: str | None = None
    type: str
    label: bool | None = None
    reference_name: str | None = field(default=None, name="referenceObjectTypeName")
    external_id: str | None = field(default=None, name="externalId")
    type_values: tuple[str, ...] | None = field(default=None, name="typeValues")
    reference_external_id: str | None = field(default=None, name="referenceObjectTypeExternalId")
    minimum_cardinality: _Number | None = field(default=None, name="minimumCardinality")
    maximum_cardinality: _Number | None = field(default=None, name="maximumCardinality")
    unique: bool | None = None

    @property
    def is_system(self) -> bool:
        """Whether this is the `Key` that Assets adds to each type (api.md#system-attributes)."""
        return self.name == SYSTEM_ATTRIBUTE


class ObjectType(Part):
    """An object type with its attributes (the system `Key` included) and child types."""

    external_id: str | None = field(default=None, name="externalId")
    name: str
    description: str | None = None
    icon_key: str | None = field(default=None, name="iconKey")
    attributes: tuple[Attribute, ...] = ()
    children: tuple["ObjectType", ...] = ()

    @property
    def own(self) -> tuple[Attribute, ...]:
        """Its attributes without the system `Key`."""
        own = [a for a in self.attributes if a.name != SYSTEM_ATTRIBUTE]
        return self.attributes if len(own) == len(self.attributes) else tuple(own)


class Icon(Part):
    """An icon: `png48` is base64 of a 48×48 PNG."""

    key: str
    name: str | None = None
    png48: str | None = None


class Status(Part):
    """A status that attributes of type status may take; the name is its identity."""

    name: str
    description: str | None = None
    category: str | None = None


class AttributeMapping(Part):
    """How data fill one attribute."""

    attribute_name: str | None = field(default=None, name="attributeName")
    external_id_part: bool | None = field(default=None, name="externalIdPart")
    # Not simply `()`: an empty list is written.
    locators: tuple[str, ...] = field(default_factory=lambda: (), name="attributeLocators")
    iql: str | None = field(default=None, name="objectMappingIQL")
    attribute_external_id: str | None = field(default=None, name="attributeExternalId")


class TypeMapping(Part):
    """How data fill one object type."""

    object_type_name: str | None = field(default=None, name="objectTypeName")
    selector: str | None = None
    description: str | None = None
    object_type_external_id: str | None = field(default=None, name="objectTypeExternalId")
    attributes: tuple[AttributeMapping, ...] = field(default=(), name="attributesMapping")


class Document(Part, dict=True, gc=True):
    """A whole schema and mapping. `extra` holds unknown keys by the dotted path of their object."""

    name: str = ""
    description: str = ""
    object_types: tuple[ObjectType, ...] = ()
    icons: tuple[Icon, ...] = ()
    statuses: tuple[Status, ...] = ()
    mappings: tuple[TypeMapping, ...] = ()

    @property
    def schema_texts(self) -> dict[str, str]:
        """The object schema's name, if it has one, and description, by field."""
        named = {"name": self.name} if self.name else {}
        return {**named, "description": self.description}


def amended(element: _T, **values: Any) -> _T:
    """Return *element* with these *values*: itself if it has them."""
    for name, value in values.items():
        if getattr(element, name) is not value:
            return replace(element, **values)
    return element


def each(rule: Callable[[_T], _T], elements: tuple[_T, ...]) -> tuple[_T, ...]:
    """Return what *rule* makes of the *elements*: the same tuple if it touches none."""
    made = tuple(map(rule, elements))
    return elements if all(map(is_, made, elements)) else made


def each_type(
    rule: Callable[[ObjectType], ObjectType], roots: tuple[ObjectType, ...]
) -> tuple[ObjectType, ...]:
    """Return what *rule* makes of each type and of the types below, parents first."""

    def whole(object_type: ObjectType) -> ObjectType:
        made = rule(object_type)
        return amended(made, children=each(whole, made.children)) if made.children else made

    return each(whole, roots)


def walk_types(roots: Iterable[ObjectType]) -> Iterator[tuple[ObjectType, tuple[ObjectType, ...]]]:
    """Yield each type with its ancestors (root first), parents before children."""
    stack: list[tuple[ObjectType, tuple[ObjectType, ...]]] = [(t, ()) for t in roots]
    stack.reverse()
    while stack:
        object_type, ancestors = stack.pop()
        yield object_type, ancestors
        if object_type.children:
            below = (*ancestors, object_type)
            stack += [(child, below) for child in reversed(object_type.children)]
