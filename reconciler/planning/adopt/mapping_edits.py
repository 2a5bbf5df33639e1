"""Mappings moved to live: fields, new ones, gone ones, and the new names of what they fill."""

from collections.abc import Iterator

from reconciler.manifest.text.edits import Edit
from reconciler.planning.adopt.adoption import Moving, listed, put_fields
from reconciler.planning.plan import Kind

_MAPPINGS = ("mapping", "objectTypeMappings")


class MappingMover:
    """Makes the edits of the mappings of one manifest."""

    def __init__(self, moving: Moving) -> None:
        """Keep both sides' mappings."""
        self._moving = moving
        self._want, self._have = moving.sides.desired.mappings, moving.sides.live.mappings

    def edits(self) -> Iterator[Edit]:
        """Yield them."""
        for key in self._want:
            if key in self._have:
                yield from self._mapping(key)
        yield from listed(
            _MAPPINGS,
            self._moving.raw["mapping"],
            drops=[self._moving.located.mappings[k] for k in self._want if k not in self._have],
            adds=[
                self._moving.form.type_mapping(node.element)
                for key, node in self._have.items()
                if key not in self._want
            ],
            may_go=False,
        )

    def _mapping(self, key: str) -> Iterator[Edit]:
        mapping = self._moving.located.mappings[key]
        fields = self._moving.changed(Kind.MAPPING, key)
        if key in self._moving.new_type_names:
            fields["objectTypeName"] = self._moving.new_type_names[key]
        yield from put_fields(mapping, fields)
        want, have = self._want[key].entries, self._have[key].entries
        for entry_key in want:
            if entry_key in have:
                yield from self._entry(key, entry_key)
        yield from listed(
            (*mapping.at, "attributesMapping"),
            mapping.raw,
            drops=[self._moving.located.entries[key, e] for e in want if e not in have],
            adds=[
                self._moving.form.attribute_mapping(entry)
                for entry_key, entry in have.items()
                if entry_key not in want
            ],
        )

    def _entry(self, key: str, entry_key: str) -> Iterator[Edit]:
        fields = self._moving.changed(Kind.ATTRIBUTE_MAPPING, key, entry_key)
        if entry_key in self._moving.new_attribute_names:
            fields["attributeName"] = self._moving.new_attribute_names[entry_key]
        yield from put_fields(self._moving.located.entries[key, entry_key], fields)
