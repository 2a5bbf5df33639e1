"""The elements of a document with their places, indexed once for all checks.

They are in the order in which they are written, because the lists of the model are sorted: read
from the JSON, or from the values of a manifest that was read in C. In JSON, values of the wrong
shape are left out; the JSON Schema reports them.

Attributes become elements when somebody asks for them: of tens of thousands a check looks at the
columns, and then only at the elements where something is wrong.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

from reconciler.manifest.plain import PlainManifest
from reconciler.manifest.text.pointer import Pointer
from reconciler.model.document import (
    SYSTEM_ATTRIBUTE,
    Attribute,
    Document,
    ObjectType,
    Part,
    TypeMapping,
)
from reconciler.model.fields import TABLES
from reconciler.model.wire import has_external_ids
from reconciler.value import Value

Json = Mapping[str, Any]
Root = Callable[[], Json]  # the JSON of the whole document, which may be parsed at the first call
ENVELOPE_KEYS = frozenset({"source", "importSourceId", "labels", "renamedStatuses"})

_NAMES: Mapping[Any, Mapping[str, str]] = {table.model: table.attributes for table in TABLES}


@cache
def _getter(model: Hashable, *keys: str) -> Callable[[Any], Any]:
    return attrgetter(*(_NAMES[model][key] for key in keys))


def _stated(element: Json | Part, key: str) -> Any:
    return _getter(type(element), key)(element) if isinstance(element, Part) else element.get(key)


class ManifestElement(NamedTuple):
    """An object of the document, its place and its names."""

    at: Pointer
    stated: Json | Part
    external_id: str | None
    name: str | None
    root: Root

    @property
    def raw(self) -> Json:
        """Its JSON."""
        return _raw(self)

    def get(self, key: str) -> Any:
        """Return what it states of a *key* of the payload schema, None if nothing."""
        return _stated(self.stated, key)

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
    stated: Any
    external_id: str | None
    name: str | None
    root: Root

    @property
    def raw(self) -> Json:
        """Its JSON."""
        return _raw(self)

    def get(self, key: str) -> Any:
        """Return what it states of a *key* of the payload schema, None if nothing."""
        return _stated(self.stated, key)

    @cached_property
    def objects(self) -> Sequence[Any]:
        """What is in it: JSON, or values if that is what it was read from."""
        if isinstance(self.stated, ObjectType | TypeMapping):
            return self.stated.attributes
        written = self.stated.get(self.LIST)
        if isinstance(written, list) and {*map(type, written)} == {dict}:
            return written
        return [raw for _, raw in _objects(written)]

    def column(self, key: str) -> list[Any]:
        """Return what each of `objects` states of *key*, None where it states nothing."""
        objects = self.objects
        if objects and isinstance(objects[0], Part):
            return [*map(_getter(objects[0].__class__, key), objects)]
        return [each.get(key) for each in objects]

    def rows(self, *keys: str) -> Iterable[tuple[Any, ...]]:
        """Return what each of `objects` states of two *keys* or more, as `column` does."""
        objects = self.objects
        if objects and isinstance(objects[0], Part):
            return map(_getter(objects[0].__class__, *keys), objects)
        return zip(*map(self.column, keys), strict=True)

    @cached_property
    def ids(self) -> list[str | None]:
        """The external ids of `objects`."""
        return self._texts(self.ID)

    @cached_property
    def names(self) -> list[str | None]:
        """The names of `objects`."""
        return self._texts(self.NAME)

    def _texts(self, key: str) -> list[str | None]:
        values = self.column(key)
        if isinstance(self.stated, Part) or {*map(type, values)} == {str}:
            return values
        return [value if isinstance(value, str) else None for value in values]

    @cached_property
    def attributes(self) -> tuple[ManifestElement, ...]:
        """The elements of `objects`."""
        return tuple(self.elements_at(range(len(self.objects))))

    def elements_at(self, positions: Iterable[int]) -> Iterator[ManifestElement]:
        """Yield the elements of those of `objects` that have these *positions*."""
        return map(self.element, positions)

    def named(self, external_id: str | None, name: str) -> ManifestElement | None:
        """Return its first element with *external_id*, else the first with *name*."""
        known, sought = self.ids, external_id
        if external_id is None or external_id not in known:
            known, sought = self.names, name
        return self.element(known.index(sought)) if sought in known else None

    def element(self, n: int) -> ManifestElement:
        """Return the element of the one of `objects` that has this position."""
        at: Pointer = (*self.at, self.LIST, self._indices[n])
        return ManifestElement(at, self.objects[n], self.ids[n], self.names[n], self.root)

    @cached_property
    def _indices(self) -> Sequence[int]:
        """Where each of `objects` is in its list, which may hold what is none."""
        written = self.objects if isinstance(self.stated, Part) else self.stated[self.LIST]
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
    """All elements of a document; parent types come first. If it *is_plain* no key is unknown.

    `head` is what the API does not receive, by key, as it is written; `schema_name` that of the
    object schema. It *is_unmapped* if it has a list of mappings with nothing in it.
    """

    root: Root
    head: Json
    schema_name: str | None
    has_ids: bool
    is_plain: bool
    is_unmapped: bool
    types: tuple[TypeElement, ...]
    mappings: tuple[MappingElement, ...]
    icons: tuple[ManifestElement, ...]
    statuses: tuple[ManifestElement, ...]

    @property
    def raw(self) -> Json:
        """The JSON of the document."""
        return self.root()

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


def outline(raw: Json) -> Outline:
    """Return the elements of the document *raw*."""
    schema, mapping = _object(raw, "schema"), _object(raw, "mapping")
    object_schema, icons = _object(schema, "objectSchema"), _object(schema, "iconSchema")
    statuses = _object(schema, "statusSchema")

    def root() -> Json:
        return raw

    return Outline(
        root=root,
        head={key: raw[key] for key in ENVELOPE_KEYS & raw.keys()},
        schema_name=_text(object_schema, "name"),
        has_ids=has_external_ids(raw),
        is_plain=False,
        is_unmapped=mapping.get("objectTypeMappings") == [],
        types=tuple(_types(object_schema.get("objectTypes"), root)),
        mappings=tuple(_mappings(mapping.get("objectTypeMappings"), root)),
        icons=tuple(_elements(icons.get("icons"), _ICONS, "key", root)),
        statuses=tuple(_elements(statuses.get("statuses"), _STATUSES, "name", root)),
    )


def plain_outline(plain: PlainManifest, root: Root) -> Outline:
    """Return the elements of the manifest *plain*, whose JSON *root* returns."""
    schema, mappings = plain.schema, plain.mapping.object_type_mappings
    return Outline(
        root=root,
        head=plain.head,
        schema_name=schema.object_schema.name,
        has_ids=True,
        is_plain=True,
        is_unmapped=not mappings,
        types=tuple(_types(schema.object_schema.object_types, root)),
        mappings=tuple(_mappings(mappings, root)),
        icons=tuple(_elements(schema.icon_schema.icons, _ICONS, "key", root)),
        statuses=tuple(_elements(schema.status_schema.statuses, _STATUSES, "name", root)),
    )


_TYPES: Pointer = ("schema", "objectSchema", "objectTypes")
_MAPPINGS: Pointer = ("mapping", "objectTypeMappings")
_ICONS: Pointer = ("schema", "iconSchema", "icons")
_STATUSES: Pointer = ("schema", "statusSchema", "statuses")


def _types(roots: Any, root: Root) -> Iterator[TypeElement]:
    stack: list[tuple[Pointer, Any, TypeElement | None]] = [(_TYPES, roots, None)]
    while stack:
        at, types, parent = stack.pop()
        below: list[tuple[Pointer, Any, TypeElement | None]] = []
        for i, each in _objects(types):
            external_id, name = _text(each, "externalId"), _text(each, "name")
            element = TypeElement((*at, i), each, external_id, name, root, parent)
            yield element
            children = each.children if isinstance(each, ObjectType) else each.get("children")
            if children:
                below.append(((*at, i, "children"), children, element))
        stack += reversed(below)


def _mappings(mappings: Any, root: Root) -> Iterator[MappingElement]:
    for i, each in _objects(mappings):
        external_id, name = _text(each, "objectTypeExternalId"), _text(each, "objectTypeName")
        yield MappingElement((*_MAPPINGS, i), each, external_id, name, root)


def _elements(elements: Any, at: Pointer, name: str, root: Root) -> Iterator[ManifestElement]:
    for i, each in _objects(elements):
        yield ManifestElement((*at, i), each, None, _text(each, name), root)


def _objects(elements: Any) -> Iterator[tuple[int, Any]]:
    if isinstance(elements, list | tuple):
        for i, each in enumerate(elements):
            if isinstance(each, dict | Part):
                yield i, each


def _object(raw: Json, key: str) -> Json:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _text(element: Json | Part, key: str) -> str | None:
    value = _stated(element, key)
    return value if isinstance(value, str) else None


def _raw(element: ManifestElement | Owner) -> Json:
    if not isinstance(element.stated, Part):
        return element.stated
    found: Any = element.root()
    for token in element.at:
        found = found[token]
    raw: Json = found
    return raw
