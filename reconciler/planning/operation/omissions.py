"""What a PATCH body leaves unchanged in live: the differences that are not to be sent."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from reconciler.model.document import Attribute, AttributeMapping, Icon, Status, TypeMapping
from reconciler.model.fields import Table
from reconciler.planning.change import OF_NO_TYPE, Edit, Kind
from reconciler.planning.diff.difference import Difference
from reconciler.value import Value

# The kind, then the keys of `align`: of the type and the attribute, or of the icon or status.
Element = tuple[Kind, str | None, str | None]
Part = Attribute | TypeMapping | AttributeMapping | Icon | Status


class LeftOut(Value):
    """The elements to omit, the fields that keep live's value, and the entries to repeat.

    `inside` are the keys of the attributes to omit, or of their mappings, by their type's.
    """

    out: frozenset[Element]
    inside: Mapping[str | None, AbstractSet[str | None]]
    fields: Mapping[Element, frozenset[str]]
    entries: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, differences: Iterable[Difference]) -> "LeftOut":
        """Return what keeps *differences* unchanged in live."""
        out: set[Element] = set()
        fields: dict[Element, set[str]] = {}
        entries: dict[str, list[str]] = {}
        for difference in differences:
            # Elements that only live has may stay: as an ancestor, or the target of a mapping.
            if difference.edit is Edit.ADD:
                out.add(_element(difference))
            elif difference.field is not None:
                fields.setdefault(_element(difference), set()).add(difference.field)
            elif difference.kind is Kind.ATTRIBUTE_MAPPING:
                # A mapping is overwritten as a whole: an entry that stays has to be sent.
                key = difference.type_key or ""
                entries.setdefault(key, []).append(difference.attribute_key or "")
        inside: dict[str | None, set[str | None]] = {}
        for kind, type_key, inner in out:
            if kind in {Kind.ATTRIBUTE, Kind.ATTRIBUTE_MAPPING}:
                inside.setdefault(type_key, set()).add(inner)
        return cls(
            out=frozenset(out),
            inside=inside,
            fields={element: frozenset(names) for element, names in fields.items()},
            entries=entries,
        )

    def values(self, element: Element, table: Table, live: Part | None) -> dict[str, Any]:
        """Return live's values of the fields of *element* that keep them, by the model's names.

        Nothing is kept if *live* has no such element.
        """
        return {} if live is None else table.values(live, self.fields.get(element, ()))


def _element(difference: Difference) -> Element:
    if difference.kind in OF_NO_TYPE:
        return difference.kind, difference.names[-1], None
    return difference.kind, difference.type_key, difference.attribute_key
