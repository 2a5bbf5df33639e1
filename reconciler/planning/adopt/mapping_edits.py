"""The edits that make mappings equal to live, including new names of the types they fill."""

from collections.abc import Iterator

from reconciler.manifest.text.edits import Edit
from reconciler.planning.adopt.adoption import Adoption, list_edits, put_fields
from reconciler.planning.plan import Kind

_MAPPINGS = ("mapping", "objectTypeMappings")


class MappingEdits:
    """Builds the edits of the mappings of one manifest."""

    def __init__(self, adoption: Adoption) -> None:
        """Store the mappings of both sides."""
        self._moving = adoption
        self._want, self._have = adoption.sides.desired.mappings, adoption.sides.live.mappings

    def edits(self) -> Iterator[Edit]:
        """Yield the edits."""
        for key in self._want:
            if key in self._have:
                yield from self._mapping(key)
        yield from list_edits(
            _MAPPINGS,
            self._moving.raw["mapping"],
            drops=[self._moving.index.mappings[k] for k in self._want if k not in self._have],
            adds=[
                self._moving.form.type_mapping(node.element)
                for key, node in self._have.items()
                if key not in self._want
            ],
            may_go=False,
        )

    def _mapping(self, key: str) -> Iterator[Edit]:
        mapping = self._moving.index.mappings[key]
        fields = self._moving.changed(Kind.MAPPING, key)
        if key in self._moving.new_type_names:
            fields["objectTypeName"] = self._moving.new_type_names[key]
        if mapping.external_id is None and self._moving.needs_id(key):
            fields["objectTypeExternalId"] = key
        yield from put_fields(mapping, fields)
        desired, live = self._want[key].entries, self._have[key].entries
        changed = self._moving.changed_in(Kind.ATTRIBUTE_MAPPING, key)
        renamed = self._moving.new_attribute_names
        for entry_key in desired:
            if entry_key in live and (entry_key in changed or entry_key in renamed):
                yield from self._entry(key, entry_key)
        yield from list_edits(
            (*mapping.at, "attributesMapping"),
            mapping.raw,
            drops=[self._moving.index.entry(key, e) for e in desired if e not in live],
            adds=[
                self._moving.form.attribute_mapping(entry)
                for entry_key, entry in live.items()
                if entry_key not in desired
            ],
        )

    def _entry(self, key: str, entry_key: str) -> Iterator[Edit]:
        fields = self._moving.changed(Kind.ATTRIBUTE_MAPPING, key, entry_key)
        if entry_key in self._moving.new_attribute_names:
            fields["attributeName"] = self._moving.new_attribute_names[entry_key]
        yield from put_fields(self._moving.index.entry(key, entry_key), fields)
