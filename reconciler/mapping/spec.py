"""A document as the engine needs it: each object type with the attributes that are filled."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum

from reconciler.model.address import written_key
from reconciler.model.document import (
    Attribute,
    AttributeMapping,
    Document,
    ObjectType,
    TypeMapping,
    walk_types,
)
from reconciler.value import Value

REFERENCE = "referenced_object"
_NAME = "Name"


class Identity(StrEnum):
    """What identifies the objects of a type."""

    PARTS = "external-id-parts"
    LABEL = "label"
    NONE = "nothing"


class AttributeSpec(Value):
    """A filled attribute. `type` is None if the document does not define it.

    `maximum` is None if there is no limit. `target` is the key of the object type that a
    reference points to.
    """

    key: str
    name: str
    type: str | None
    locators: tuple[str, ...]
    iql: str | None = None
    part: bool = False
    minimum: int = 0
    maximum: int | None = None
    unique: bool = False
    type_values: tuple[str, ...] | None = None
    target: str | None = None


class TypeSpec(Value):
    """An object type with the attributes that the mapping fills.

    `selector` is None if no mapping fills the type. `label` is the key of its label
    attribute, None if unknown; `label_by_name` means that it was inferred from the name alone.
    `unfilled` are mandatory attributes without a locator. `named` are the keys of all
    attributes that an expression may name, by lower-case name.
    """

    key: str
    names: tuple[str, ...]
    selector: str | None
    attributes: tuple[AttributeSpec, ...]
    label: str | None
    label_by_name: bool
    unfilled: tuple[AttributeSpec, ...]
    named: Mapping[str, str]
    children: tuple[str, ...]

    @property
    def identity(self) -> Identity:
        """What identifies its objects."""
        if any(a.part for a in self.attributes):
            return Identity.PARTS
        return Identity.NONE if self.label is None else Identity.LABEL


def type_specs(document: Document) -> tuple[TypeSpec, ...]:
    """Return all object types of *document*, including those that only a mapping names."""
    placed = [(t, (*above, t)) for t, above in walk_types(document.object_types)]
    by_id: dict[str | None, str] = {
        t.external_id: type_key(line) for t, line in placed if t.external_id is not None
    }
    by_name: dict[str, str] = {}
    for object_type, line in placed:
        by_name.setdefault(object_type.name, type_key(line))
    mappings: dict[str, TypeMapping] = {}
    for mapping in document.mappings:
        name = mapping.object_type_name or ""
        key = by_id.get(mapping.object_type_external_id) or by_name.get(name)
        mappings.setdefault(key or mapping.object_type_external_id or written_key((name,)), mapping)
    targets = _Targets(by_id=by_id, by_name=by_name)
    known = [_spec(line, mappings.pop(type_key(line), None), targets) for _, line in placed]
    return (*known, *(_unknown_type(key, mapping) for key, mapping in mappings.items()))


def type_key(line: tuple[ObjectType, ...]) -> str:
    """Return the key of the last type of *line*, root first: its id, or its written name path."""
    return line[-1].external_id or written_key(tuple(t.name for t in line))


class _Targets(Value):
    """Keys of object types by everything a reference may name them by."""

    by_id: Mapping[str | None, str]
    by_name: Mapping[str, str]

    def of(self, attribute: Attribute) -> str | None:
        by_name = self.by_name.get(attribute.reference_name or "")
        return self.by_id.get(attribute.reference_external_id) or by_name


def _spec(line: tuple[ObjectType, ...], mapping: TypeMapping | None, targets: _Targets) -> TypeSpec:
    """Return the spec of the last type of *line*.

    A mapping may also fill attributes of the type's ancestors. Their constraints apply only if
    they are filled, since a type does not inherit unless it is configured to.
    """
    object_type = line[-1]
    attributes = [a for t in reversed(line) for a in t.attributes]
    filled: dict[str, AttributeSpec] = {}
    sources: dict[str, Attribute] = {}
    for entry in mapping.attributes if mapping else ():
        found = _attribute_of(entry, attributes)
        key = _key(found) if found else entry.attribute_external_id or entry.attribute_name or ""
        filled.setdefault(key, _attribute_spec(key, found, entry, targets))
        if found:
            sources.setdefault(key, found)
    own = object_type.attributes
    label = next((_key(a) for a in (*own, *sources.values()) if a.label), None)
    by_name = None if label else _by_name(own, filled.values())
    return TypeSpec(
        key=type_key(line),
        names=tuple(t.name for t in line),
        selector=mapping.selector if mapping else None,
        attributes=tuple(filled.values()),
        label=label or by_name,
        label_by_name=by_name is not None,
        unfilled=tuple(
            _attribute_spec(_key(a), a, AttributeMapping(), targets)
            for a in own
            if (a.minimum_cardinality or 0) > 0 and not a.is_system and _key(a) not in filled
        ),
        named={a.name.lower(): _key(a) for a in reversed(attributes)}
        | {a.name.lower(): a.key for a in filled.values()},
        children=tuple(type_key((*line, child)) for child in object_type.children),
    )


def _unknown_type(key: str, mapping: TypeMapping) -> TypeSpec:
    """Return the spec of a type that the schema does not define."""
    unknown = ObjectType(external_id=key, name=mapping.object_type_name or key)
    return _spec((unknown,), mapping, _Targets(by_id={}, by_name={}))


def _attribute_of(entry: AttributeMapping, attributes: Iterable[Attribute]) -> Attribute | None:
    wanted = entry.attribute_external_id
    by_id = (a for a in attributes if wanted is not None and a.external_id == wanted)
    by_name = (a for a in attributes if wanted is None or a.external_id is None)
    return next(by_id, None) or next((a for a in by_name if a.name == entry.attribute_name), None)


def _attribute_spec(
    key: str, found: Attribute | None, entry: AttributeMapping, targets: _Targets
) -> AttributeSpec:
    maximum = None
    if found is not None:
        maximum = 1 if found.maximum_cardinality is None else found.maximum_cardinality
    return AttributeSpec(
        key=key,
        name=found.name if found else entry.attribute_name or key,
        type=found.type if found else REFERENCE if entry.iql else None,
        locators=entry.locators,
        iql=entry.iql,
        part=bool(entry.external_id_part),
        minimum=(found.minimum_cardinality or 0) if found else 0,
        maximum=None if maximum is not None and maximum < 0 else maximum,
        unique=bool(found and found.unique),
        type_values=found.type_values if found else None,
        target=targets.of(found) if found else None,
    )


def _by_name(own: Iterable[Attribute], filled: Iterable[AttributeSpec]) -> str | None:
    """Return the attribute called Name, Assets' default label of a new type."""
    named: Iterator[str] = (_key(a) for a in own if a.name == _NAME)
    return next(named, None) or next((a.key for a in filled if a.name == _NAME), None)


def _key(attribute: Attribute) -> str:
    return attribute.external_id or attribute.name
