"""A manifest in JSON that is read in C: it has known keys alone, each once, none null or empty."""

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

from reconciler.model.answer import Answer
from reconciler.model.document import Attribute, walk_types
from reconciler.model.fields import (
    ATTRIBUTE,
    ATTRIBUTE_MAPPING,
    ELEMENTS,
    OBJECT_TYPE,
    TYPE_MAPPING,
    Table,
)
from reconciler.model.json_form import to_json
from reconciler.value import field, replace, required_fields


class PlainManifest(Answer):
    """The document with what the API does not receive."""

    source: str | None = None
    import_source_id: str | None = None
    labels: dict[str, str] = field(default_factory=dict)
    renamed_statuses: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> Mapping[str, Any]:
        """What the API does not receive, by key."""
        stated = {
            "source": self.source,
            "importSourceId": self.import_source_id,
            "labels": self.labels,
            "renamedStatuses": self.renamed_statuses,
        }
        return {key: value for key, value in stated.items() if value}

    @property
    def beside(self) -> Mapping[str, Any]:
        """What it says beside the document, by key."""
        return {**self.head, **({} if self.version is None else {"$schema": self.version})}

    @property
    def is_plain(self) -> bool:
        """Whether its document is, has object types, and nothing that lacks what is required."""
        object_schema = self.schema.object_schema
        roots = object_schema.object_types
        # A document is written with both texts, whether there were any or not.
        if not roots or None in (object_schema.name, object_schema.description):
            return False
        if not super().is_plain:
            return False
        types = [each for each, _ in walk_types(roots)]
        mappings = self.mapping.object_type_mappings
        return (
            _are_whole(OBJECT_TYPE, [types])
            and _are_whole(ATTRIBUTE, [each.attributes for each in types])
            and _are_whole(TYPE_MAPPING, [mappings])
            and _are_whole(ATTRIBUTE_MAPPING, [each.attributes for each in mappings])
        )

    @property
    def specimen(self) -> Any:
        """JSON that is valid as a manifest if and only if its own is, if it is plain.

        The JSON Schema judges each element by itself, and what is left to judge of object types,
        attributes and mappings are the types of attributes and their statuses: one of a kind
        stands for all.
        """
        object_schema, mappings = self.schema.object_schema, self.mapping.object_type_mappings
        roots = object_schema.object_types
        attributes: dict[Any, Attribute] = {}
        known: set[str] = set()
        for each, _ in walk_types(roots):
            own = each.attributes
            without = [*map(_TYPE_VALUES, own)].count(None)
            if not known.issuperset(map(_TYPE, own)) or without < len(own):
                attributes.update(zip(map(_KIND, own), own, strict=True))
                known.update(map(_TYPE, own))
        types = [
            replace(each, attributes=tuple(attributes.values()), children=()) for each in roots[:1]
        ]
        mapped = [replace(each, attributes=each.attributes[:1]) for each in mappings[:1]]
        schema = replace(
            self.schema, object_schema=replace(object_schema, object_types=tuple(types))
        )
        mapping = replace(self.mapping, object_type_mappings=tuple(mapped))
        return to_json(replace(self, schema=schema, mapping=mapping))


_TYPE, _TYPE_VALUES = attrgetter("type"), attrgetter("type_values")
_KIND = attrgetter("type", "type_values")


def _may_lack(table: Table) -> list[Callable[[Any], Any]]:
    """Return what gets the fields that the payload requires and reading in C does not."""
    required = {each.attribute for each in table.fields if each.required}
    return [attrgetter(name) for name in sorted(required - required_fields(table.model))]


_MAY_LACK = {each.kind: _may_lack(each) for each in ELEMENTS.values()}


def _are_whole(table: Table, lists: Iterable[Iterable[Any]]) -> bool:
    getters = _MAY_LACK[table.kind]
    return not any(None in map(each, elements) for elements in lists for each in getters)
