"""Checks across all manifests of an environment: one manifest per source, shared object types.

An object type belongs to an object schema, and several sources may define it
(api.md#several-sources-on-one-object-schema). An external id that names two things is a fault.
"""

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from reconciler.codes.manifest import ManifestCode
from reconciler.diagnostics import Confidence, Diagnostic
from reconciler.manifest.draft import Draft
from reconciler.manifest.outline import ManifestElement, TypeElement
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.wording import quote
from reconciler.model.document import Attribute
from reconciler.model.fields import ATTRIBUTE, ICON, OBJECT_TYPE, STATUS, Field, Table
from reconciler.semantics.response import Code

# One of them is enough to name what is referred to.
_BY_EITHER = {"referenceObjectTypeExternalId", "referenceObjectTypeName"}


_Names = tuple[str | None, ...]


class _Definition(NamedTuple):
    draft: Draft
    element: TypeElement | ManifestElement
    names: _Names
    table: Table

    @property
    def at(self) -> Pointer:
        return self.element.at

    @property
    def is_type(self) -> bool:
        return self.table is OBJECT_TYPE

    def differing(self, other: "_Definition") -> Iterator[str]:
        """Yield the fields that *other* defines differently."""
        for field in self.table.fields:
            if field.key in _BY_EITHER and not all(
                d.element.get(field.key) is not None for d in (self, other)
            ):
                continue
            if _value(self, field) != _value(other, field):
                yield field.key


def _value(definition: _Definition, field: Field) -> Any:
    value = definition.element.get(field.key)
    if value is None:
        label = definition.element.get("label") if definition.table is ATTRIBUTE else None
        return field.default_in(Attribute(name="", type="", label=label))
    return sorted(value, key=str) if field.items and isinstance(value, list | tuple) else value


class ManifestSet:
    """The external ids of all manifests, with the manifest that first defines each.

    A fault of two manifests is reported in the second; `shared_with` has the source of the first.
    """

    def __init__(self, drafts: Sequence[Draft]) -> None:
        """Index *drafts*, and report duplicate sources and external ids."""
        self.shared_with: dict[Diagnostic, str] = {}
        self._definitions: dict[str, _Definition] = {}
        # What is called so in the object type with this external id.
        self._named: dict[tuple[str, _Names, bool], _Definition] = {}
        sources: dict[str, Draft] = {}
        for draft in drafts:
            other = sources.setdefault(draft.source, draft)
            if other is not draft:
                draft.report.add(
                    ManifestCode.DUPLICATE_SOURCE,
                    f"source {quote(draft.source)} is also that of {other.report.file}",
                    ("source",),
                    hint='each manifest has a "source" of its own; without one, '
                    "it is the file's name",
                )
            if len(drafts) > 1:
                self._index(draft)

    def elsewhere(self, draft: Draft, external_id: str) -> str | None:
        """Return the place of the object type *external_id* in a manifest other than *draft*."""
        definition = self._definitions.get(external_id)
        if definition is None or definition.draft is draft or not definition.is_type:
            return None
        return definition.draft.report.place_of(definition.at)

    def _index(self, draft: Draft) -> None:
        beside: dict[str, Draft] = {}
        for object_type in draft.outline.types:
            names = _path(object_type)
            definition = _Definition(draft, object_type, names, OBJECT_TYPE)
            other = self._add(object_type.external_id, definition)
            if other is not None:
                self._check_mapped(draft, object_type, other)
                beside[other.draft.source] = other.draft
            self._check_name(object_type.parent, definition)
            for attribute in object_type.attributes:
                if attribute.is_system:
                    continue
                definition = _Definition(
                    draft, attribute, (*names, None, attribute.name), ATTRIBUTE
                )
                self._add(attribute.external_id, definition)
                self._check_name(object_type, definition)
        for each in beside.values():
            self._check_named_parts(draft, each)

    def _add(self, external_id: str | None, definition: _Definition) -> _Definition | None:
        """Return the definition of another manifest that shares the element, None without one."""
        if external_id is None:
            return None
        other = self._definitions.setdefault(external_id, definition)
        # Duplicates within one manifest are another fault, which is reported there.
        if other.draft is definition.draft:
            return None
        if other.names != definition.names:
            self._report_two_things(external_id, definition, other)
            return None
        self._check_equal(external_id, definition, other)
        return other

    def _check_equal(self, called: str, definition: _Definition, other: _Definition) -> None:
        if fields := list(definition.differing(other)):
            place = other.draft.report.place_of((*other.at, fields[0]))
            definition.draft.report.add(
                ManifestCode.CONFLICTING_DEFINITIONS,
                f"{quote(called)} has another {' and '.join(fields)} than at {place}",
                (*definition.at, fields[0]),
            )
            self._share(definition.draft, other)

    def _check_named_parts(self, draft: Draft, other: Draft) -> None:
        """Report the icons and statuses that both define: an object type says it is one schema."""
        for table, of in ((ICON, attrgetter("icons")), (STATUS, attrgetter("statuses"))):
            known = {each.name: each for each in of(other.outline)}
            for each in of(draft.outline):
                if each.name is not None and each.name in known:
                    self._check_equal(
                        each.name,
                        _Definition(draft, each, (each.name,), table),
                        _Definition(other, known[each.name], (each.name,), table),
                    )

    def _share(self, draft: Draft, other: _Definition) -> None:
        """Note that the latest fault of *draft* is one of *other* too."""
        self.shared_with[draft.report.found[-1]] = other.draft.source

    def _check_name(self, owner: TypeElement | None, definition: _Definition) -> None:
        """Report an element that another manifest has under another external id."""
        external_id, name = definition.element.external_id, definition.element.name
        if owner is None or owner.external_id is None or external_id is None:
            return
        key = owner.external_id, definition.names, definition.is_type
        other = self._named.setdefault(key, definition)
        if other.draft is definition.draft or other.element.external_id == external_id:
            return
        place = other.draft.report.place_of((*other.at, "externalId"))
        definition.draft.report.add(
            ManifestCode.DUPLICATE_NAME,
            f"{quote(name or '')} of {quote(owner.name or '')} has another external id at {place}",
            (*definition.at, "externalId"),
            hint="give it the same external id in both",
            api_code=Code.EXTERNAL_ID_MISMATCH,
            confidence=Confidence.REPORTED if definition.is_type else Confidence.INFERRED,
        )
        self._share(definition.draft, other)

    def _report_two_things(
        self, external_id: str, definition: _Definition, other: _Definition
    ) -> None:
        both_types = other.is_type and definition.is_type
        place = other.draft.report.place_of((*other.at, "externalId"))
        definition.draft.report.add(
            ManifestCode.DUPLICATE_EXTERNAL_ID,
            f"{quote(external_id)} is also defined at {place}, as something else",
            (*definition.at, "externalId"),
            hint="external ids are unique over all object schemas",
            api_code=Code.SCHEMA_INVALID_EXTERNAL_ID,
            confidence=Confidence.REPORTED if both_types else Confidence.INFERRED,
        )
        self._share(definition.draft, other)

    def _check_mapped(self, draft: Draft, object_type: TypeElement, other: _Definition) -> None:
        """Report a child type that both manifests map; a root type may be mapped twice."""
        if object_type.parent is None:
            return
        ours, theirs = (_mapping_of(d, object_type) for d in (draft, other.draft))
        if ours is not None and theirs is not None:
            draft.report.add(
                ManifestCode.CHILD_MAPPED_TWICE,
                f"the child type {quote(object_type.name or '')} is also mapped at "
                f"{other.draft.report.place_of(theirs)}",
                ours,
            )
            self._share(draft, other)


def _path(object_type: TypeElement) -> _Names:
    names: list[str | None] = []
    here: TypeElement | None = object_type
    while here is not None:
        names.append(here.name)
        here = here.parent
    return tuple(reversed(names))


def _mapping_of(draft: Draft, object_type: TypeElement) -> Pointer | None:
    for mapping in draft.outline.mappings:
        by_id = mapping.external_id is not None and mapping.external_id == object_type.external_id
        if by_id or (mapping.external_id is None and mapping.name == object_type.name):
            return mapping.at
    return None
