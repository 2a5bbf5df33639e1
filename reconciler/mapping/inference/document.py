"""The document of inferred object types, and what a preview of all data says about them."""

from collections.abc import Sequence

from reconciler.mapping.inference.identity import Paths
from reconciler.mapping.inference.object_types import (
    Corrections,
    InferredAttribute,
    InferredType,
)
from reconciler.mapping.inference.sample import shown_path
from reconciler.mapping.preview import DataFinding, FindingCount, Preview
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


def corrected(known: Corrections, types: Sequence[InferredType], preview: Preview) -> Corrections:
    """Return *known* with what *preview*, of all data, has against *types*."""
    by_id = {each.external_id: each for each in types}
    identities, labels = {*known.identities}, {*known.labels}
    texts, lists = {*known.texts}, {*known.lists}
    for found in preview.findings:
        object_type = by_id.get(found.type or "")
        if object_type is None:
            continue
        at = object_type.selector
        if found.code in {DataFinding.DUPLICATE, DataFinding.NO_ID}:
            if object_type.identity.is_certain:
                identities.add((at, object_type.identity.paths))
        elif found.code is DataFinding.NO_LABEL:
            labels.update((at, a.locators) for a in object_type.attributes if a.is_label)
        elif found.code is DataFinding.WRONG_TYPE:
            texts.update((at, path) for path in _paths(object_type, found))
        elif found.code is DataFinding.TOO_MANY:
            lists.update((at, path) for path in _paths(object_type, found))
    return Corrections(
        identities=frozenset(identities),
        labels=frozenset(labels),
        texts=frozenset(texts),
        lists=frozenset(lists),
    )


def _paths(object_type: InferredType, found: FindingCount) -> Paths:
    return next(
        (a.locators for a in object_type.attributes if a.external_id == found.attribute), ()
    )
