"""The fields of each element: one table, shared by everything that deals with fields.

A row holds the API's and the model's name of a field, what its absence means, and how it is
compared. Reading and writing, normalisation, the minimal form, the comparison, PATCH, the
last sent values, the emulator's answer and the checks of keys use it. What PATCH can do to a
field is a row of `reconciler.semantics.capabilities`; the values that the payload accepts are
in the JSON Schemas of `reconciler.manifest.schemas`.
"""

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from operator import attrgetter
from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.model.document import (
    Attribute,
    AttributeMapping,
    Document,
    Icon,
    ObjectType,
    Part,
    Status,
    TypeMapping,
)
from reconciler.value import Value


class Compared(StrEnum):
    """When a field of an element that is on both sides can make a difference."""

    # It identifies the element, repeats a name that an id overrides, or is the server's own.
    NEVER = "never"
    ALWAYS = "always"
    # Optional: unmanaged unless the manifest states it.
    IF_STATED = "if stated"


class _Names(Value, kw_only=False):
    """The API's key for a field, and the attribute of the model."""

    key: str
    attribute: str


class Field(_Names):
    """One field, by its names.

    `default` is what its absence means, or a function of the element that returns it; None if
    absence means nothing. `needs_ids` is how well it is known that the API ignores the field in
    a document without external ids (api.md#keys-that-need-ids), None if it does not. `is_id`:
    it is an external id, which the API never ignores: it refuses one that names nothing.
    `required` fields must be in the payload. `write_only` ones have never been seen in an
    answer (api.md#write-only-parts). `items` converts a list of texts to the model's value.
    """

    default: Any = None
    needs_ids: Confidence | None = None
    is_id: bool = False
    required: bool = False
    compared: Compared = Compared.NEVER
    write_only: bool = False
    items: Callable[[list[str]], tuple[str, ...]] | None = None

    def default_in(self, element: Any) -> Any:
        """Return what the absence of the field means in *element*."""
        return self.default(element) if callable(self.default) else self.default


class Table(Value, eq=False, dict=True, gc=True):
    """The fields of one kind of element, in the order in which its JSON is written.

    `kind` is its name in plans and capabilities, `noun` its name in messages. `identity` is the
    sort key of lists of such elements; `lists` are the lists of other elements in it. `seen`
    are keys outside the payload schemas that documents have nevertheless, and that the server
    keeps (api.md#unknown-keys). `needs_ids` is as for a field, for the whole element.
    """

    kind: str
    noun: str
    model: type[Part]
    fields: tuple[Field, ...]
    identity: Callable[[Any], Any]
    lists: tuple[Field, ...] = ()
    seen: frozenset[str] = frozenset()
    needs_ids: Confidence | None = None

    @cached_property
    def attributes(self) -> Mapping[str, str]:
        """The model's names of the fields by the API's keys."""
        return {field.key: field.attribute for field in self.fields}

    def values(self, element: Any, keys: Iterable[str]) -> dict[str, Any]:
        """Return the values of *element*'s fields with *keys*, by the model's names."""
        return {self.attributes[key]: getattr(element, self.attributes[key]) for key in keys}

    @cached_property
    def keys(self) -> frozenset[str]:
        """All keys of the payload schema."""
        return frozenset(field.key for field in (*self.fields, *self.lists))

    @cached_property
    def optional(self) -> tuple[Field, ...]:
        """The fields that are unmanaged unless the manifest states them."""
        return tuple(field for field in self.fields if field.compared is Compared.IF_STATED)

    def ordered(self, elements: Iterable[Any]) -> tuple[Any, ...]:
        """Return *elements* in canonical order: the same tuple if they are."""
        elements = tuple(elements)
        keys = {*map(self._first_of, elements)}
        if None in keys or len(keys) < len(elements):
            return tuple(sorted(elements, key=self.identity))
        # As nearly always, and sooner than by all that identifies them.
        made = tuple(sorted(elements, key=self._first_of))
        return elements if made == elements else made

    @cached_property
    def _first_of(self) -> Callable[[Any], Any]:
        return attrgetter(self.attributes[IDENTITIES[self.kind][0]])

    @cached_property
    def needing_ids(self) -> tuple[Field, ...]:
        """The fields that the API ignores in a document without external ids."""
        return tuple(field for field in self.fields if field.needs_ids is not None)

    @cached_property
    def unordered(self) -> tuple[Field, ...]:
        """The fields that are lists whose order means nothing."""
        return tuple(field for field in self.fields if field.items is _unordered)

    @cached_property
    def write_only(self) -> tuple[Field, ...]:
        """The fields that have never been seen in an answer."""
        return tuple(field for field in self.fields if field.write_only)


_DOCUMENTED, _INFERRED = Confidence.DOCUMENTED, Confidence.INFERRED
_ALWAYS, _IF_STATED = Compared.ALWAYS, Compared.IF_STATED


def _fewest(attribute: Attribute) -> int:
    return 1 if attribute.label else 0  # the label is mandatory


def _unordered(texts: list[str]) -> tuple[str, ...]:
    return tuple(sorted(texts))


OBJECT_SCHEMA = Table(
    kind="object_schema",
    noun="object schema",
    model=Document,
    identity=lambda d: d.name,
    fields=(
        Field("name", "name", default="", required=True),
        Field("description", "description", default="", required=True),
    ),
    lists=(
        Field("objectTypes", "object_types"),
        Field("icons", "icons"),
        Field("statuses", "statuses"),
        Field("objectTypeMappings", "mappings"),
    ),
)
OBJECT_TYPE = Table(
    kind="object_type",
    noun="object type",
    model=ObjectType,
    identity=lambda t: (t.external_id or "", t.name),
    fields=(
        Field("externalId", "external_id", is_id=True),
        Field("name", "name", required=True, compared=_ALWAYS),
        Field("description", "description", default="", required=True, compared=_ALWAYS),
        Field("iconKey", "icon_key", compared=_IF_STATED, write_only=True),
    ),
    lists=(Field("attributes", "attributes"), Field("children", "children")),
    seen=frozenset({"inheritance", "abstractObject"}),
)
ATTRIBUTE = Table(
    kind="attribute",
    noun="attribute",
    model=Attribute,
    identity=lambda a: (a.external_id or "", a.name),
    fields=(
        Field("name", "name", required=True, compared=_ALWAYS),
        Field("description", "description", default="", required=True, compared=_ALWAYS),
        Field("type", "type", required=True, compared=_ALWAYS),
        Field("label", "label", default=False, compared=_ALWAYS),
        Field("referenceObjectTypeName", "reference_name", compared=_IF_STATED),
        Field("externalId", "external_id", is_id=True),
        Field(
            "typeValues",
            "type_values",
            needs_ids=_INFERRED,
            compared=_IF_STATED,
            write_only=True,
            items=_unordered,
        ),
        Field(
            "referenceObjectTypeExternalId",
            "reference_external_id",
            is_id=True,
            compared=_IF_STATED,
        ),
        Field(
            "minimumCardinality",
            "minimum_cardinality",
            default=_fewest,
            needs_ids=_DOCUMENTED,
            compared=_ALWAYS,
        ),
        Field(
            "maximumCardinality",
            "maximum_cardinality",
            default=1,
            needs_ids=_DOCUMENTED,
            compared=_ALWAYS,
        ),
        Field("unique", "unique", default=False, needs_ids=_DOCUMENTED, compared=_ALWAYS),
    ),
)
ICON = Table(
    kind="icon",
    noun="icon",
    model=Icon,
    identity=lambda i: i.key,
    fields=(
        Field("key", "key", required=True),
        Field("name", "name", required=True, compared=_ALWAYS),
        Field("png48", "png48", required=True, compared=_ALWAYS, write_only=True),
    ),
)
STATUS = Table(
    kind="status",
    noun="status",
    model=Status,
    identity=lambda s: s.name,
    fields=(
        Field("name", "name", required=True),
        Field("description", "description", default="", required=True, compared=_ALWAYS),
        Field("category", "category", required=True, compared=_ALWAYS),
    ),
    needs_ids=_INFERRED,
)
TYPE_MAPPING = Table(
    kind="mapping",
    noun="object type mapping",
    model=TypeMapping,
    identity=lambda m: (m.object_type_external_id or "", m.object_type_name or ""),
    fields=(
        Field("objectTypeName", "object_type_name", required=True),
        Field("selector", "selector", required=True, compared=_ALWAYS),
        Field("description", "description", default="", required=True, compared=_ALWAYS),
        Field("objectTypeExternalId", "object_type_external_id", is_id=True),
    ),
    lists=(Field("attributesMapping", "attributes"),),
    seen=frozenset({"unknownValues"}),
)
ATTRIBUTE_MAPPING = Table(
    kind="attribute_mapping",
    noun="attribute mapping",
    model=AttributeMapping,
    identity=lambda e: (e.attribute_external_id or "", e.attribute_name or ""),
    fields=(
        Field("attributeName", "attribute_name", required=True),
        Field("externalIdPart", "external_id_part", default=False, compared=_ALWAYS),
        Field("attributeLocators", "locators", required=True, compared=_ALWAYS, items=tuple),
        Field("objectMappingIQL", "iql", compared=_IF_STATED),
        Field("attributeExternalId", "attribute_external_id", is_id=True),
    ),
    seen=frozenset({"valueMapping"}),
)
TABLES = (OBJECT_SCHEMA, OBJECT_TYPE, ATTRIBUTE, ICON, STATUS, TYPE_MAPPING, ATTRIBUTE_MAPPING)

# The elements in each list, by its key.
ELEMENTS: Mapping[str, Table] = {
    "objectTypes": OBJECT_TYPE,
    "children": OBJECT_TYPE,
    "attributes": ATTRIBUTE,
    "icons": ICON,
    "statuses": STATUS,
    "objectTypeMappings": TYPE_MAPPING,
    "attributesMapping": ATTRIBUTE_MAPPING,
}
# What identifies an element among its like, by the kind: the first of these keys that it has.
IDENTITIES: Mapping[str, tuple[str, ...]] = {
    OBJECT_TYPE.kind: ("externalId", "name"),
    ATTRIBUTE.kind: ("externalId", "name"),
    ICON.kind: ("key",),
    STATUS.kind: ("name",),
    TYPE_MAPPING.kind: ("objectTypeExternalId", "objectTypeName"),
    ATTRIBUTE_MAPPING.kind: ("attributeExternalId", "attributeName"),
}
# What live may hide (api.md#write-only-parts): fields, and elements by the key of their list.
WRITE_ONLY_FIELDS = frozenset(field.key for table in TABLES for field in table.write_only)
WRITE_ONLY = WRITE_ONLY_FIELDS | {"icons", "statuses"}
# The objects around the elements, by dotted path, with all their keys.
ENVELOPE: Mapping[str, tuple[str, ...]] = {
    "": ("$schema", "schema", "mapping"),
    "schema": ("objectSchema", "iconSchema", "statusSchema"),
    "schema.objectSchema": (*OBJECT_SCHEMA.attributes, "objectTypes"),
    "schema.iconSchema": ("icons",),
    "schema.statusSchema": ("statuses",),
    "mapping": ("objectTypeMappings",),
}
# The keys of any object in reading order; unknown ones are placed in between.
FIRST_KEYS = (
    "$schema", "externalId", "objectTypeExternalId", "attributeExternalId", "key",
    "name", "objectTypeName", "attributeName", "selector", "description",
    "iconKey", "type", "typeValues",
    "referenceObjectTypeExternalId", "referenceObjectTypeName",
    "label", "minimumCardinality", "maximumCardinality", "unique",
    "attributeLocators", "externalIdPart", "objectMappingIQL",
)  # fmt: skip
LAST_KEYS = (
    "png48", "objectSchema", "iconSchema", "statusSchema", "icons", "statuses",
    "attributes", "children", "objectTypes", "attributesMapping", "objectTypeMappings",
    "schema", "mapping",
)  # fmt: skip
