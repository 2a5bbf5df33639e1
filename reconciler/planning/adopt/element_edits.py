"""The edits that make object types, attributes and mappings equal to live.

Types under other parents are included, and the new names of what mappings fill.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.manifest.outline import ManifestElement
from reconciler.manifest.text.edits import Edit, apply_edits
from reconciler.model.document import Attribute
from reconciler.model.fields import ATTRIBUTE
from reconciler.planning.adopt.adoption import Adoption, list_edits, put_fields
from reconciler.planning.change import Kind

_MAPPINGS = ("mapping", "objectTypeMappings")
_ROOTS = ("schema", "objectSchema", "objectTypes")
_REFERENCE_ID, _REFERENCE_NAME = "referenceObjectTypeExternalId", "referenceObjectTypeName"


class TypeEdits:
    """Builds the edits of the types of one manifest."""

    def __init__(self, adoption: Adoption) -> None:
        self._moving = adoption
        self._want, self._have = adoption.sides.desired.types, adoption.sides.live.types
        self._live_below: dict[str | None, list[str]] = {}
        for key, node in self._have.items():
            self._live_below.setdefault(node.parent, []).append(key)
        self._below: dict[str | None, list[str]] = {}
        for key, node in self._want.items():
            self._below.setdefault(node.parent, []).append(key)

    def edits(self) -> Iterator[Edit]:
        """Yield the edits, from the root types down."""
        raw = self._moving.raw["schema"]["objectSchema"]
        yield from self._types_below(None, _ROOTS, raw)

    def _types_below(
        self, parent: str | None, at: tuple[str | int, ...], raw: Mapping[str, Any]
    ) -> Iterator[Edit]:
        here = [key for key in self._below.get(parent, ()) if self._stays(key)]
        removed = [key for key in self._below.get(parent, ()) if not self._stays(key)]
        new = [key for key in self._live_below.get(parent, ()) if key not in here]
        for key in here:
            yield from self._type(key)
        yield from list_edits(
            at,
            raw,
            drops=[self._moving.index.types[key] for key in removed],
            adds=[*map(self._value, new)],
        )

    def _stays(self, key: str) -> bool:
        return key in self._have and self._have[key].parent == self._want[key].parent

    def _type(self, key: str) -> Iterator[Edit]:
        """Yield the edits within a type that both sides have."""
        element = self._moving.index.types[key]
        fields = self._moving.changed(Kind.OBJECT_TYPE, key)
        fields.pop("parent", None)
        yield from put_fields(element, fields)
        yield from self._attributes(key)
        yield from self._types_below(key, (*element.at, "children"), element.raw)

    def _value(self, key: str) -> dict[str, Any]:
        """Return the JSON of a type that the manifest does not have at its new place."""
        if key in self._want:  # The type is moved with everything that belongs to it.
            element = self._moving.index.types[key]
            moved: dict[str, Any] = apply_edits(element.raw, self._type(key), below=element.at)
            return moved
        below = map(self._value, self._live_below.get(key, ()))
        return self._moving.form.object_type(self._have[key].element, below)

    def _attributes(self, key: str) -> Iterator[Edit]:
        element = self._moving.index.types[key]
        desired, live = self._want[key].attributes, self._have[key].attributes
        changed = self._moving.changed_in(Kind.ATTRIBUTE, key)
        for attribute_key, wanted in desired.items():
            if attribute_key in live and (attribute_key in changed or self._may_rename(wanted)):
                attribute = self._moving.index.attribute(key, attribute_key)
                fields = self._attribute_fields(key, attribute_key, attribute)
                yield from put_fields(attribute, fields)
        yield from list_edits(
            (*element.at, "attributes"),
            element.raw,
            drops=[self._moving.index.attribute(key, a) for a in desired if a not in live],
            adds=[
                self._moving.form.attribute(attribute)
                for attribute_key, attribute in live.items()
                if attribute_key not in desired
            ],
        )

    def _may_rename(self, wanted: Attribute) -> bool:
        """Return whether the type that *wanted* names may have another name, or not alone."""
        if wanted.reference_name is None:
            return False
        return wanted.reference_external_id is None or bool(self._moving.new_type_names)

    def _attribute_fields(
        self, key: str, attribute_key: str, element: ManifestElement
    ) -> dict[str, Any]:
        """Return the new values of an attribute's fields, None for fields to remove."""
        fields = self._moving.changed(Kind.ATTRIBUTE, key, attribute_key)
        raw, live = element.raw, self._have[key].attributes[attribute_key]
        refers_otherwise = {_REFERENCE_ID, _REFERENCE_NAME} & fields.keys()
        if refers_otherwise or ("type" in fields and live.type == "referenced_object"):
            fields |= self._reference(raw, live)
        elif _REFERENCE_NAME in raw:
            target = self._moving.sides.desired.reference(self._want[key].attributes[attribute_key])
            if (name := self._moving.new_type_names.get(target or "")) is not None:
                fields[_REFERENCE_NAME] = name
            if target is not None and _REFERENCE_ID not in raw and self._moving.needs_id(target):
                fields[_REFERENCE_ID] = target
        if "type" in fields and live.type != "status":
            fields["typeValues"] = None  # only a status may have them
        if "label" in fields and self._moving.sides.desired.by_ids:
            fields |= _implied(raw, live)
        return fields

    def _reference(self, raw: Mapping[str, Any], live: Attribute) -> dict[str, Any]:
        by_ids = self._moving.sides.desired.by_ids
        target = self._have.get(self._moving.sides.live.reference(live) or "")
        external_id = live.reference_external_id if by_ids else None
        name = target.element.name if target else live.reference_name
        if external_id is not None and (_REFERENCE_ID in raw or _REFERENCE_NAME not in raw):
            return {
                _REFERENCE_ID: external_id,
                _REFERENCE_NAME: name if _REFERENCE_NAME in raw else None,
            }
        return {_REFERENCE_ID: None, _REFERENCE_NAME: name}


def _implied(raw: Mapping[str, Any], live: Attribute) -> dict[str, Any]:
    """Return live's values of the fields whose default depends on `label`, None for the default."""
    return {
        each.key: None if each.key not in raw and value == each.default_in(live) else value
        for each in ATTRIBUTE.fields
        if callable(each.default)
        for value in (getattr(live, each.attribute),)
    }


class MappingEdits:
    """Builds the edits of the mappings of one manifest."""

    def __init__(self, adoption: Adoption) -> None:
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
