"""The elements of a body with their pointers, and the checks that PUT and PATCH share.

Every check returns refusals and changes nothing; most take the types of a body in their order. The
codes and how well each is known are listed in api.md#refusal-codes.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from reconciler.diagnostics import Confidence
from reconciler.model.display import quoted
from reconciler.model.document import (
    SYSTEM_ATTRIBUTE,
    Attribute,
    Document,
    ObjectType,
    walk_types,
)
from reconciler.semantics.response import Code, Refusal
from reconciler.value import Value

REFERENCE = "referenced_object"
TYPES = "/schema/objectSchema/objectTypes"


class PlacedType(Value):
    """A type of a body with its ancestors (root first) and the JSON pointer to it."""

    object_type: ObjectType
    ancestors: tuple[ObjectType, ...]
    pointer: str

    @property
    def names(self) -> tuple[str, ...]:
        """The name path."""
        return (*(a.name for a in self.ancestors), self.object_type.name)

    def attributes(self) -> Iterator[tuple[Attribute, str]]:
        """Yield each attribute except the system `Key`, with its pointer."""
        return ((a, pointer) for a, pointer in self.every_attribute() if not a.is_system)

    def every_attribute(self) -> Iterator[tuple[Attribute, str]]:
        """Yield each attribute, the system `Key` included, with its pointer."""
        for i, attribute in enumerate(self.object_type.attributes):
            yield attribute, f"{self.pointer}/attributes/{i}"


def placed_types(roots: tuple[ObjectType, ...]) -> Iterator[PlacedType]:
    """Yield the types of a body, parents before children."""
    stack = [
        PlacedType(object_type=t, ancestors=(), pointer=f"{TYPES}/{i}") for i, t in enumerate(roots)
    ][::-1]
    while stack:
        placed_type = stack.pop()
        yield placed_type
        below = (*placed_type.ancestors, placed_type.object_type)
        stack += [
            PlacedType(
                object_type=c, ancestors=below, pointer=f"{placed_type.pointer}/children/{i}"
            )
            for i, c in enumerate(placed_type.object_type.children)
        ][::-1]


def key_of(element: ObjectType | Attribute) -> str:
    """Return the key that matches elements of two documents: external id, otherwise name.

    A prefix before names keeps the two name spaces apart.
    """
    return element.external_id or f"\0{element.name}"


def type_refusal(
    placed_type: PlacedType,
    code: Code,
    text: str,
    confidence: Confidence,
    *,
    existing: tuple[str, str] | None = None,
) -> Refusal:
    """Return a refusal about a type."""
    return Refusal(
        code=code,
        text=text,
        pointer=placed_type.pointer,
        confidence=confidence,
        existing=existing,
    )


def duplicate_ids(placed: Sequence[PlacedType]) -> Iterator[Refusal]:
    """DUPLICATE_EXTERNAL_ID_ILLEGAL: two elements of the payload share an external id."""
    types = Counter(p.object_type.external_id for p in placed if p.object_type.external_id)
    attributes = Counter(
        a.external_id for p in placed for a, _ in p.every_attribute() if a.external_id
    )
    for placed_type in placed:
        external_id = placed_type.object_type.external_id
        if external_id and types[external_id] > 1:
            yield type_refusal(
                placed_type,
                Code.DUPLICATE_EXTERNAL_ID_ILLEGAL,
                f"two object types share the external id {quoted(external_id)}",
                Confidence.REPORTED,
            )
        for attribute, pointer in placed_type.every_attribute():
            if attribute.external_id and (
                attributes[attribute.external_id] > 1 or attribute.external_id in types
            ):
                yield Refusal(
                    pointer=pointer,
                    code=Code.DUPLICATE_EXTERNAL_ID_ILLEGAL,
                    text=f"the external id {quoted(attribute.external_id)} is used twice",
                    confidence=Confidence.INFERRED,
                )


def ids_in_use(placed: Sequence[PlacedType], elsewhere: Mapping[str, str]) -> Iterator[Refusal]:
    """SCHEMA_INVALID_EXTERNAL_ID: ids are unique across all object schemas of the site."""
    if not elsewhere:
        return
    for placed_type in placed:
        external_id = placed_type.object_type.external_id
        if external_id and (where := elsewhere.get(external_id)):
            yield type_refusal(
                placed_type,
                Code.SCHEMA_INVALID_EXTERNAL_ID,
                f"the external id {quoted(external_id)} is in use in {where}",
                Confidence.REPORTED,
            )
        for attribute, pointer in placed_type.attributes():
            if attribute.external_id and (where := elsewhere.get(attribute.external_id)):
                yield Refusal(
                    pointer=pointer,
                    code=Code.SCHEMA_INVALID_EXTERNAL_ID,
                    text=f"the external id {quoted(attribute.external_id)} is in use in {where}",
                    confidence=Confidence.INFERRED,
                )


def unknown_references(placed: Sequence[PlacedType]) -> Iterator[Refusal]:
    """UNKNOWN_REFERENCE: a reference's target type must be in the same payload."""
    ids: set[str | None] = set()
    names: set[str | None] = set()
    for placed_type in placed:
        ids.add(placed_type.object_type.external_id)
        names.add(placed_type.object_type.name)
    for placed_type in placed:
        for attribute, pointer in placed_type.every_attribute():
            if attribute.type != REFERENCE:
                continue
            target = attribute.reference_external_id or attribute.reference_name
            known = ids if attribute.reference_external_id else names
            if target is not None and target not in known:
                yield Refusal(
                    pointer=pointer,
                    code=Code.UNKNOWN_REFERENCE,
                    text=f"the object type {quoted(target)} that {quoted(attribute.name)} refers "
                    "to is not in the payload",
                    confidence=Confidence.REPORTED,
                )


def unknown_in_mappings(body: Document, types: tuple[ObjectType, ...]) -> Iterator[Refusal]:
    """MAPPING_INVALID_EXTERNAL_ID and UNKNOWN_EXTERNAL_ID_MAPPING.

    *types* are the types that will be live. Only external ids are refused: a name may belong
    to something that exists in Assets anyway. Attributes of ancestors are accepted.
    """
    by_id: dict[str | None, tuple[ObjectType, ...]] = {}
    by_name: dict[str | None, tuple[ObjectType, ...]] = {}
    for object_type, ancestors in walk_types(types):
        line = (*ancestors, object_type)
        by_id.setdefault(object_type.external_id, line)
        by_name.setdefault(object_type.name, line)
    for i, mapping in enumerate(body.mappings):
        pointer = f"/mapping/objectTypeMappings/{i}"
        type_id = mapping.object_type_external_id
        if type_id is not None and type_id not in by_id:
            yield Refusal(
                code=Code.MAPPING_INVALID_EXTERNAL_ID,
                text=f"the mapping names the object type {quoted(type_id)}, "
                "which does not exist here",
                pointer=pointer,
                confidence=Confidence.REPORTED,
            )
            continue
        line = by_name.get(mapping.object_type_name, ()) if type_id is None else by_id[type_id]
        unknown = {entry.attribute_external_id for entry in mapping.attributes} - {None}
        for object_type in reversed(line if unknown else ()):  # most are its own
            unknown.difference_update([a.external_id for a in object_type.attributes])
        for j, entry in enumerate(mapping.attributes if unknown else ()):
            entry_id = entry.attribute_external_id
            if entry_id is None or entry_id not in unknown:
                continue
            if entry.attribute_name == SYSTEM_ATTRIBUTE:
                continue
            yield Refusal(
                code=Code.UNKNOWN_EXTERNAL_ID_MAPPING,
                text=f"the mapping of {quoted(mapping.object_type_name or type_id or '')} fills "
                f"the attribute {quoted(entry_id)}, which the type does not have",
                pointer=f"{pointer}/attributesMapping/{j}",
                confidence=Confidence.OBSERVED,
            )
