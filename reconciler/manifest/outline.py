"""The elements of a document with their places, indexed once for all checks.

They are read from the JSON as written, because the lists of the model are sorted. Values of
the wrong shape are left out; the JSON Schema reports them.

Attributes become elements when somebody asks for them: of tens of thousands a check looks at the
columns, `ids`, `names` and `objects`, and then only at the owners where something is wrong.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from reconciler.manifest.text.pointer import Pointer
from reconciler.model.document import SYSTEM_ATTRIBUTE, Attribute, Document, ObjectType
from reconciler.model.wire import has_external_ids
from reconciler.value import Value


class ManifestElement(NamedTuple):
    """An object of the document, its place and its names."""

    at: Pointer
    raw: Mapping[str, Any]
    external_id: str | None
    name: str | None

    @property
    def is_system(self) -> bool:
        """Whether this attribute is the system `Key`."""
        return self.name == SYSTEM_ATTRIBUTE


class Owner(Value, kw_only=False, eq=False, dict=True, gc=True):
    """An object of the document with others in it, which have the keys LIST, ID and NAME."""

    LIST: ClassVar[str]
    ID: ClassVar[str]
    NAME: ClassVar[str]

    at: Pointer
    raw: Mapping[str, Any]
    external_id: str | None
    name: str | None

    @cached_property
    def objects(self) -> list[Mapping[str, Any]]:
        """The JSON of what is in it."""
        written = self.raw.get(self.LIST)
        if isinstance(written, list) and {*map(type, written)} == {dict}:
            return written
        return [raw for _, raw in _objects(written)]

    @cached_property
    def ids(self) -> list[str | None]:
        """The external ids of `objects`."""
        return _column(self.objects, self.ID)

    @cached_property
    def names(self) -> list[str | None]:
        """The names of `objects`."""
        return _column(self.objects, self.NAME)

    @cached_property
    def attributes(self) -> tuple[ManifestElement, ...]:
        """The elements of `objects`."""
        return tuple(self.attributes_where(lambda _: True))

    def attributes_where(
        self, holds: Callable[[Mapping[str, Any]], bool]
    ) -> Iterator[ManifestElement]:
        """Yield the elements of those of `objects` for which *holds* is true."""
        yield from map(self._element, [n for n, raw in enumerate(self.objects) if holds(raw)])

    def named(self, external_id: str | None, name: str) -> ManifestElement | None:
        """Return its first element with *external_id*, else the first with *name*."""
        known, sought = self.ids, external_id
        if external_id is None or external_id not in known:
            known, sought = self.names, name
        return self._element(known.index(sought)) if sought in known else None

    def _element(self, n: int) -> ManifestElement:
        at: Pointer = (*self.at, self.LIST, self._indices[n])
        return ManifestElement(at, self.objects[n], self.ids[n], self.names[n])

    @cached_property
    def _indices(self) -> Sequence[int]:
        """Where each of `objects` is in its list, which may hold what is none."""
        written = self.raw[self.LIST]
        if len(written) == len(self.objects):
            return range(len(written))
        return [i for i, _ in _objects(written)]


class TypeElement(Owner, kw_only=False, eq=False):
    """An object type with its attributes and its parent."""

    LIST, ID, NAME = "attributes", "externalId", "name"

    parent: "TypeElement | None"


class MappingElement(Owner, kw_only=False, eq=False):
    """An object type mapping with its attribute mappings."""

    LIST, ID, NAME = "attributesMapping", "attributeExternalId", "attributeName"


class Outline(Value, dict=True, gc=True):
    """All elements of a document; parent types come first. If it *is_plain* no key is unknown."""

    raw: Mapping[str, Any]
    has_ids: bool
    is_plain: bool
    types: tuple[TypeElement, ...]
    mappings: tuple[MappingElement, ...]
    icons: tuple[ManifestElement, ...]
    statuses: tuple[ManifestElement, ...]

    @cached_property
    def types_by_id(self) -> Mapping[str, TypeElement]:
        """The types by external id; the first of two types with the same id."""
        return {t.external_id: t for t in reversed(self.types) if t.external_id is not None}

    @cached_property
    def types_by_name(self) -> Mapping[str, Sequence[TypeElement]]:
        """The types by name, which need not be unique."""
        out: dict[str, list[TypeElement]] = {}
        for t in self.types:
            if t.name is not None:
                out.setdefault(t.name, []).append(t)
        return out

    @cached_property
    def owners_by_attribute_id(self) -> Mapping[str, TypeElement]:
        """The type that each attribute's external id belongs to."""
        return {i: t for t in self.types for i in t.ids if i is not None}

    def target_of(self, mapping: MappingElement) -> TypeElement | None:
        """Return the object type that *mapping* fills, the first of that name without its id."""
        if mapping.external_id is not None:
            return self.types_by_id.get(mapping.external_id)
        return next(iter(self.types_by_name.get(mapping.name or "", ())), None)

    def stubs(self) -> Document:
        """Return the types and attributes with their ids and names alone, whatever else is wrong.

        What has no name is left out with all that is in it.
        """
        below: dict[Pointer, list[TypeElement]] = {}
        for each in self.types:
            below.setdefault(each.parent.at if each.parent else (), []).append(each)

        def stubs(at: Pointer) -> tuple[ObjectType, ...]:
            return tuple(
                ObjectType(
                    external_id=each.external_id,
                    name=each.name,
                    attributes=tuple(
                        Attribute(external_id=a.external_id, name=a.name, type="")
                        for a in each.attributes
                        if a.name is not None
                    ),
                    children=stubs(each.at),
                )
                for each in below.get(at, ())
                if each.name is not None
            )

        return Document(object_types=stubs(()))


def outline(raw: Mapping[str, Any], *, is_plain: bool = False) -> Outline:
    """Return the elements of the document *raw*, which has known keys alone if it *is_plain*."""
    schema = _object(raw, "schema")
    return Outline(
        raw=raw,
        has_ids=has_external_ids(raw),
        is_plain=is_plain,
        types=tuple(_types(_object(schema, "objectSchema"))),
        mappings=tuple(_mappings(_object(raw, "mapping"))),
        icons=tuple(
            _elements(_object(schema, "iconSchema"), ("schema", "iconSchema"), "icons", name="key")
        ),
        statuses=tuple(
            _elements(_object(schema, "statusSchema"), ("schema", "statusSchema"), "statuses")
        ),
    )


def _types(object_schema: Mapping[str, Any]) -> Iterator[TypeElement]:
    at: Pointer = ("schema", "objectSchema", "objectTypes")
    stack: list[tuple[Pointer, Any, TypeElement | None]] = [
        (at, object_schema.get("objectTypes"), None)
    ]
    while stack:
        at, types, parent = stack.pop()
        below: list[tuple[Pointer, Any, TypeElement | None]] = []
        for i, raw in _objects(types):
            here = (*at, i)
            element = TypeElement(
                here,
                raw,
                _text(raw, "externalId"),
                _text(raw, "name"),
                parent,
            )
            yield element
            below.append(((*here, "children"), raw.get("children"), element))
        stack += reversed(below)


def _mappings(mapping: Mapping[str, Any]) -> Iterator[MappingElement]:
    at = ("mapping", "objectTypeMappings")
    for i, raw in _objects(mapping.get("objectTypeMappings")):
        yield MappingElement(
            (*at, i), raw, _text(raw, "objectTypeExternalId"), _text(raw, "objectTypeName")
        )


def _elements(
    parent: Mapping[str, Any], at: Pointer, key: str, *, name: str = "name"
) -> Iterator[ManifestElement]:
    for i, raw in _objects(parent.get(key)):
        yield ManifestElement((*at, key, i), raw, None, _text(raw, name))


def _column(objects: Sequence[Mapping[str, Any]], key: str) -> list[str | None]:
    values = [each.get(key) for each in objects]
    if {*map(type, values)} == {str}:
        return values
    return [value if isinstance(value, str) else None for value in values]


def _objects(raw: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if isinstance(raw, list):
        for i, item in enumerate(raw):
            if isinstance(item, dict):
                yield i, item


def _object(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _text(raw: Mapping[str, Any], key: str) -> str | None:
    value = raw.get(key)
    return value if isinstance(value, str) else None
