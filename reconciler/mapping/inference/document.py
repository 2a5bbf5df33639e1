"""The document of inferred object types, and what a preview of all data says about them."""

from collections.abc import Iterator, Sequence

from reconciler.mapping.inference.columns import TEXT, TEXTAREA
from reconciler.mapping.inference.object_types import (
    Correction,
    InferredAttribute,
    InferredType,
)
from reconciler.mapping.inference.sample import shown_path
from reconciler.mapping.preview import DataFinding, Preview
from reconciler.model.document import Attribute, AttributeMapping, Document, ObjectType, TypeMapping

_UNLIMITED = -1


def document_of(types: Sequence[InferredType], *, name: str, data: str) -> Document:
    """Return the document of the object schema *name* that imports *types* from *data*."""
    return Document(
        name=name,
        description=f"Imported from {shown_path(data)}",
        object_types=tuple(_object_type(each) for each in types),
        mappings=tuple(_mapping(each) for each in types),
    )


def _object_type(inferred: InferredType) -> ObjectType:
    return ObjectType(
        external_id=inferred.external_id,
        name=inferred.name,
        description=f"An entry at {shown_path(inferred.selector)}",
        attributes=tuple(_attribute(each) for each in inferred.attributes),
    )


def _attribute(inferred: InferredAttribute) -> Attribute:
    return Attribute(
        external_id=inferred.external_id,
        name=inferred.name,
        description=f"From {', '.join(map(shown_path, inferred.locators))}"[:_LONGEST],
        type=inferred.type,
        label=inferred.is_label or None,
        reference_external_id=inferred.target,
        maximum_cardinality=_UNLIMITED if inferred.is_list else None,
    )


_LONGEST = 250


def _mapping(inferred: InferredType) -> TypeMapping:
    return TypeMapping(
        object_type_external_id=inferred.external_id,
        object_type_name=inferred.name,
        selector=inferred.selector,
        description=f"Entries at {shown_path(inferred.selector)}",
        attributes=tuple(
            AttributeMapping(
                attribute_external_id=each.external_id,
                attribute_name=each.name,
                locators=each.locators,
                iql=each.iql,
                external_id_part=each.is_part or None,
            )
            for each in inferred.attributes
        ),
    )


def refuted_by(preview: Preview, types: Sequence[InferredType]) -> Iterator[Correction]:
    """Yield what *preview*, of all data, refutes of *types*."""
    by_id = {each.external_id: each for each in types}
    for found in preview.findings:
        if (inferred := by_id.get(found.type or "")) is None:
            continue
        at = inferred.selector
        if found.code in {DataFinding.DUPLICATE, DataFinding.NO_ID}:
            if inferred.identity.is_certain:
                yield DataFinding.DUPLICATE, at, inferred.identity.paths
            continue
        for each in inferred.attributes:
            is_wrong = each.external_id == found.attribute and each.type not in {TEXT, TEXTAREA}
            if (
                (found.code is DataFinding.NO_LABEL and each.is_label)
                or (found.code is DataFinding.WRONG_TYPE and is_wrong)
                or (found.code is DataFinding.TOO_MANY and each.external_id == found.attribute)
            ):
                yield found.code, at, each.locators
