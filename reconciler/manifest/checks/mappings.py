"""Mappings: object types and attributes exist and are mapped once (api.md#refusal-codes).

An unknown external id is certainly refused. An attribute mapped by name may exist in Assets
alone, so by name only an unknown object type is an error.
"""

from collections.abc import Iterator

from reconciler.codes.manifest import ManifestCode
from reconciler.diagnostics import Confidence, Severity
from reconciler.manifest.check_report import Report
from reconciler.manifest.checks.references import WITHOUT_IDS, Elsewhere
from reconciler.manifest.outline import ManifestElement, MappingElement, Outline, TypeElement
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.wording import quote
from reconciler.model.document import SYSTEM_ATTRIBUTE
from reconciler.semantics.response import Code

_MAPPINGS: Pointer = ("mapping", "objectTypeMappings")


def check_mappings(document: Outline, report: Report, elsewhere: Elsewhere) -> None:
    """Report the faults of each object type mapping and its attribute mappings."""
    checker = _MappingCheck(document, report, elsewhere)
    if document.types and document.is_unmapped:
        report.add(ManifestCode.NO_MAPPING, "no object type is mapped", _MAPPINGS)
    first: dict[object, MappingElement] = {}
    for mapping in document.mappings:
        target = checker.target_of(mapping)
        identity = mapping.external_id or mapping.name if target is None else target.at
        other = first.setdefault(identity, mapping)
        if identity is not None and other is not mapping:
            report.add(
                ManifestCode.DUPLICATE_MAPPING,
                f"object type {quote(mapping.name or mapping.external_id)} is mapped twice",
                mapping.at,
                hint=f"the first mapping is on {report.line_of(other.at)}",
            )
        if not _is_plain(mapping, target):
            checker.check_attributes(mapping, target)


def _is_plain(mapping: MappingElement, target: TypeElement | None) -> bool:
    """Return whether *mapping* fills attributes of *target* itself, by id and name, each once."""
    if target is None or None in mapping.ids:
        return False
    own = dict(zip(target.ids, target.names, strict=True))
    named = map(own.get, mapping.ids)
    return (
        None not in mapping.names
        and mapping.names == [*named]
        and len(set(mapping.ids)) == len(mapping.ids)
        and len(own) == len(target.ids)
    )


class _MappingCheck:
    """Checks the mappings of one document against its object types."""

    def __init__(self, document: Outline, report: Report, elsewhere: Elsewhere) -> None:
        self.document = document
        self.report = report
        self.elsewhere = elsewhere
        self._attributes: dict[Pointer, _Attributes] = {}  # by the place of their type

    def target_of(self, mapping: MappingElement) -> TypeElement | None:
        """Return the object type that *mapping* fills, or report why there is none."""
        if mapping.external_id is not None:
            return self._target_by_id(mapping, mapping.external_id)
        if mapping.name is None:
            return None
        targets = self.document.types_by_name.get(mapping.name, ())
        if not targets:
            near = self.report.closest(mapping.name, self.document.types_by_name)
            self.report.add(
                ManifestCode.UNKNOWN_OBJECT_TYPE,
                f"a mapping is for object type {quote(mapping.name)}, "
                "which this manifest does not define",
                (*mapping.at, "objectTypeName"),
                hint=f"did you mean {quote(near)}?" if near else None,
            )
            return None
        if len(targets) > 1:
            self.report.add(
                ManifestCode.AMBIGUOUS_NAME,
                f"a mapping is for object type {quote(mapping.name)}, "
                f"and {len(targets)} have that name",
                (*mapping.at, "objectTypeName"),
                hint="an objectTypeExternalId says which one",
            )
        return targets[0]

    def _target_by_id(self, mapping: MappingElement, external_id: str) -> TypeElement | None:
        target = self.document.types_by_id.get(external_id)
        if target is None:
            self.report.add(
                ManifestCode.UNKNOWN_OBJECT_TYPE,
                f"the mapping of {quote(mapping.name)} is for object type {quote(external_id)}, "
                "which this manifest does not define",
                (*mapping.at, "objectTypeExternalId"),
                hint=self._type_hint(mapping, external_id),
                api_code=Code.MAPPING_INVALID_EXTERNAL_ID,
                confidence=Confidence.REPORTED,
            )
        elif None not in {mapping.name, target.name} and mapping.name != target.name:
            self.report.add(
                ManifestCode.NAME_MISMATCH,
                f"the mapping of {quote(external_id)} calls the object type {quote(mapping.name)}, "
                f"but its name is {quote(target.name)}",
                (*mapping.at, "objectTypeName"),
                hint="the external id decides",
            )
        return target

    def _type_hint(self, mapping: MappingElement, external_id: str) -> str | None:
        if not self.document.has_ids:
            # Without any object type the fault is elsewhere, such as in the key of their list.
            return WITHOUT_IDS if self.document.types else None
        if (place := self.elsewhere(external_id)) is not None:
            return f"{place} defines it; a mapping is for an object type of the same manifest"
        near = self.report.closest(external_id, self.document.types_by_id)
        same_name = self.document.types_by_name.get(mapping.name or "", ())
        if near is None and same_name:
            near = same_name[0].external_id
        if near is None:
            return None
        line = self.report.line_of((*self.document.types_by_id[near].at, "externalId"))
        return f"did you mean {quote(near)} ({line})?"

    def check_attributes(self, mapping: MappingElement, target: TypeElement | None) -> None:
        """Report attribute mappings of unknown attributes, and attributes mapped twice."""
        known = None if target is None else self._attributes_of(target)
        first: dict[object, ManifestElement] = {}
        for entry in mapping.attributes:
            found = None if known is None else self._attribute_of(entry, mapping, known)
            identity = entry.external_id or entry.name if found is None else found.at
            other = first.setdefault(identity, entry)
            if identity is not None and other is not entry:
                self.report.add(
                    ManifestCode.DUPLICATE_ATTRIBUTE_MAPPING,
                    f"attribute {quote(entry.name or entry.external_id)} of object type "
                    f"{quote(mapping.name)} is mapped twice",
                    entry.at,
                    hint=f"the first mapping is on {self.report.line_of(other.at)}; "
                    "attributeLocators takes several locators",
                )

    def _attributes_of(self, target: TypeElement) -> "_Attributes":
        if target.at not in self._attributes:
            self._attributes[target.at] = _Attributes(target)
        return self._attributes[target.at]

    def _attribute_of(
        self, entry: ManifestElement, mapping: MappingElement, known: "_Attributes"
    ) -> ManifestElement | None:
        if entry.external_id is not None:
            return self._attribute_by_id(entry, mapping, known, entry.external_id)
        if entry.name is None:
            return None
        found = known.by_name.get(entry.name)
        if found is None and entry.name != SYSTEM_ATTRIBUTE:
            near = self.report.closest(entry.name, known.by_name)
            self.report.add(
                ManifestCode.UNKNOWN_ATTRIBUTE,
                f"the mapping of {quote(mapping.name)} fills attribute {quote(entry.name)}, "
                "which this manifest does not define",
                (*entry.at, "attributeName"),
                severity=Severity.WARNING,
                hint=f"did you mean {quote(near)}?"
                if near
                else "it must be present in Assets already",
                confidence=Confidence.UNKNOWN,
            )
        return found

    def _attribute_by_id(
        self,
        entry: ManifestElement,
        mapping: MappingElement,
        known: "_Attributes",
        external_id: str,
    ) -> ManifestElement | None:
        found = known.by_id.get(external_id)
        if found is None:
            self.report.add(
                ManifestCode.UNKNOWN_ATTRIBUTE,
                f"the mapping of {quote(mapping.name)} fills attribute {quote(external_id)}, "
                f"which object type {quote(known.owner.name)} does not have",
                (*entry.at, "attributeExternalId"),
                hint=self._attribute_hint(external_id, known),
                api_code=Code.UNKNOWN_EXTERNAL_ID_MAPPING,
                confidence=Confidence.OBSERVED,
            )
        elif None not in {entry.name, found.name} and entry.name != found.name:
            self.report.add(
                ManifestCode.NAME_MISMATCH,
                f"the mapping of {quote(external_id)} calls the attribute {quote(entry.name)}, "
                f"but its name is {quote(found.name)}",
                (*entry.at, "attributeName"),
                hint="the external id decides",
            )
        return found

    def _attribute_hint(self, external_id: str, known: "_Attributes") -> str | None:
        if not self.document.has_ids:
            return WITHOUT_IDS
        owner = self.document.owners_by_attribute_id.get(external_id)
        if owner is not None:
            return f"it is an attribute of object type {quote(owner.name)}"
        near = self.report.closest(external_id, known.by_id)
        if near is None:
            return None
        line = self.report.line_of((*known.by_id[near].at, "externalId"))
        return f"did you mean {quote(near)} ({line})?"


class _Attributes:
    """The attributes that a mapping of *owner* may name: its own and those of its ancestors."""

    def __init__(self, owner: TypeElement) -> None:
        self.owner = owner
        inherited = [*_attributes_upwards(owner)]
        self.by_id = {a.external_id: a for a in reversed(inherited) if a.external_id is not None}
        self.by_name = {a.name: a for a in reversed(inherited) if a.name is not None}


def _attributes_upwards(object_type: TypeElement | None) -> Iterator[ManifestElement]:
    while object_type is not None:
        yield from object_type.attributes
        object_type = object_type.parent
