"""What the mappings of import sources fill."""

from collections.abc import Iterable

from reconciler.model.document import Document
from reconciler.planning.object_schema.operation import SchemaElement
from reconciler.value import Value


class MappingTargets(Value):
    """What mappings fill: external ids of types and attributes, and names where they have no id.

    `identity` are those of the attributes that tell objects apart.
    """

    ids: frozenset[str]
    names: frozenset[str]
    identity: frozenset[str]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "MappingTargets":
        """Return what the mappings of *documents* fill."""
        mappings = [each for document in documents for each in document.mappings]
        entries = [entry for mapping in mappings for entry in mapping.attributes]
        filled = [(m.object_type_external_id, m.object_type_name) for m in mappings]
        filled += [(e.attribute_external_id, e.attribute_name) for e in entries]
        return cls(
            ids=frozenset(i for i, _ in filled if i is not None),
            names=frozenset(name for i, name in filled if i is None and name is not None),
            identity=frozenset(
                e.attribute_external_id or e.attribute_name or ""
                for e in entries
                if e.external_id_part
            ),
        )

    def have(self, element: SchemaElement) -> bool:
        """Return whether *element* is filled; where names alone say what is, it may be another."""
        return element.external_id in self.ids or element.name in self.names

    def identify_by(self, element: SchemaElement) -> bool:
        """Return whether objects are told apart by the attribute *element*."""
        return not self.identity.isdisjoint({element.external_id or "", element.name})
