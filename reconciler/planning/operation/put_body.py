"""A document without the elements that the API would refuse (`--allow-residual` on a PUT)."""

from collections.abc import Iterable

from reconciler.model.document import Document, ObjectType, TypeMapping
from reconciler.planning.change import Kind
from reconciler.planning.diff.align import Side
from reconciler.planning.diff.difference import Difference
from reconciler.value import replace


def without_elements(side: Side, left_out: Iterable[Difference]) -> Document:
    """Return the document of *side* without the elements that *left_out* would add."""
    out = {(d.kind, d.type_key, d.attribute_key) for d in left_out}
    icons = {d.names[-1] for d in left_out if d.kind is Kind.ICON}
    statuses = {d.names[-1] for d in left_out if d.kind is Kind.STATUS}
    if not out:
        return side.document
    keys = {id(node.element): key for key, node in side.types.items()}

    def of_type(object_type: ObjectType) -> ObjectType:
        key = keys[id(object_type)]
        removed = {
            id(a) for k, a in side.types[key].attributes.items() if (Kind.ATTRIBUTE, key, k) in out
        }
        return replace(
            object_type,
            attributes=tuple(a for a in object_type.attributes if id(a) not in removed),
            children=of_types(object_type.children),
        )

    def of_types(types: tuple[ObjectType, ...]) -> tuple[ObjectType, ...]:
        kept = (t for t in types if (Kind.OBJECT_TYPE, keys[id(t)], None) not in out)
        return tuple(map(of_type, kept))

    def of_mapping(key: str, mapping: TypeMapping) -> TypeMapping:
        removed = {
            id(e)
            for k, e in side.mappings[key].entries.items()
            if (Kind.ATTRIBUTE, key, k) in out or (Kind.ATTRIBUTE_MAPPING, key, k) in out
        }
        return replace(
            mapping, attributes=tuple(e for e in mapping.attributes if id(e) not in removed)
        )

    document = side.document
    return replace(
        document,
        object_types=of_types(document.object_types),
        icons=tuple(i for i in document.icons if i.key not in icons),
        statuses=tuple(s for s in document.statuses if s.name not in statuses),
        mappings=tuple(
            of_mapping(key, node.element)
            for key, node in side.mappings.items()
            if (Kind.MAPPING, key, None) not in out and (Kind.OBJECT_TYPE, key, None) not in out
        ),
    )
