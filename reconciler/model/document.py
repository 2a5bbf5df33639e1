"""One *schema and mapping* document as frozen values.

The shapes are those of the official payload schemas (2021-09-15, 2023-10-19);
`reconciler.model.wire` reads and writes their JSON. Every list is in canonical order, by
identity: order carries no meaning except inside `attributeLocators`
(api.md#order-means-nothing), so two documents that differ only in order are equal, and so is
everything planned from them.

`None` means that the key was absent (or null). Keys unknown to the payload schema are kept in
`extra`, so that nothing a person wrote is lost.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

NO_EXTRA: Mapping[str, Any] = MappingProxyType({})
SYSTEM_ATTRIBUTE = "Key"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribute:
    """An attribute of an object type."""

    external_id: str | None = None
    name: str
    description: str | None = None
    type: str
    type_values: tuple[str, ...] | None = None
    label: bool | None = None
    reference_name: str | None = None
    reference_external_id: str | None = None
    minimum_cardinality: int | None = None
    maximum_cardinality: int | None = None
    unique: bool | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)

    @property
    def is_system(self) -> bool:
        """Whether this is the `Key` that Assets adds to each type (api.md#system-attributes)."""
        return self.name == SYSTEM_ATTRIBUTE


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectType:
    """An object type with its attributes (the system `Key` included) and child types."""

    external_id: str | None = None
    name: str
    description: str | None = None
    icon_key: str | None = None
    attributes: tuple[Attribute, ...] = ()
    children: tuple["ObjectType", ...] = ()
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)


@dataclass(frozen=True, kw_only=True, slots=True)
class Icon:
    """An icon: `png48` is base64 of a 48×48 PNG."""

    key: str
    name: str | None = None
    png48: str | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """A status that attributes of type status may take; the name is its identity."""

    name: str
    description: str | None = None
    category: str | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)


@dataclass(frozen=True, kw_only=True, slots=True)
class AttributeMapping:
    """How data fill one attribute."""

    attribute_external_id: str | None = None
    attribute_name: str | None = None
    external_id_part: bool | None = None
    locators: tuple[str, ...] = ()
    iql: str | None = None
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeMapping:
    """How data fill one object type."""

    object_type_external_id: str | None = None
    object_type_name: str | None = None
    selector: str | None = None
    description: str | None = None
    attributes: tuple[AttributeMapping, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=lambda: NO_EXTRA)


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A whole schema and mapping. `extra` holds unknown keys by the dotted path of their object."""

    name: str = ""
    description: str = ""
    object_types: tuple[ObjectType, ...] = ()
    icons: tuple[Icon, ...] = ()
    statuses: tuple[Status, ...] = ()
    mappings: tuple[TypeMapping, ...] = ()
    extra: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NO_EXTRA)


def walk_types(roots: Iterable[ObjectType]) -> Iterator[tuple[ObjectType, tuple[ObjectType, ...]]]:
    """Yield each type with its ancestors (root first), parents before children."""
    stack: list[tuple[ObjectType, tuple[ObjectType, ...]]] = [(t, ()) for t in roots]
    stack.reverse()
    while stack:
        object_type, ancestors = stack.pop()
        yield object_type, ancestors
        below = (*ancestors, object_type)
        stack.extend((child, below) for child in reversed(object_type.children))
