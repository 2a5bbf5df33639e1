"""What a mapping says about data: selectors, locators, expressions, and what identifies objects.

Nobody has written down what Assets does with one that it cannot read, so these are warnings.
The parsers are those that preview and emulator map by (reconciler/mapping).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from reconciler.codes.manifest import ManifestCode
from reconciler.manifest.check_report import Report
from reconciler.manifest.outline import ManifestElement, MappingElement, Outline, TypeElement
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.wording import quote
from reconciler.mapping.iql import NAMES_OF_LABEL, Expression, read_iql
from reconciler.mapping.path_syntax import are_plain, path_fault
from reconciler.mapping.placeholders import Placeholder
from reconciler.regex import regex


def check_expressions(document: Outline, report: Report) -> None:
    """Report what in the mappings cannot be read, or names what its object type lacks."""
    checker = _ExpressionCheck(document, report)
    for mapping in document.mappings:
        if isinstance(selector := mapping.raw.get("selector"), str):
            checker.check_path(selector, "the selector of", mapping, "selector")
        if mapping.objects and not any(map(_is_part, mapping.objects)):
            report.add(
                ManifestCode.NO_EXTERNAL_ID_PART,
                f"{_called(mapping)} has no externalIdPart",
                mapping.at,
                hint='give the attribute that identifies an object "externalIdPart: true"; without '
                "one its label does, as far as is known",
            )
        for entry in _unlike_fields(mapping):
            checker.check_attribute(mapping, entry)


# A manifest has thousands of expressions that differ in the field alone: nothing that is checked
# depends on it, and one in error is read as it was written.
_PLAIN_PLACEHOLDER = regex(r"\$\{\w+(?:\.\w+)*\}")


@lru_cache(maxsize=1_000)
def _of_shape(text: str) -> tuple[Expression, Sequence[Placeholder]]:
    expression = read_iql(text)
    return expression, tuple(expression.placeholders)


def _is_part(raw: Mapping[str, Any]) -> bool:
    return raw.get("externalIdPart") is True


def _unlike_fields(mapping: MappingElement) -> Iterator[ManifestElement]:
    """Yield the attribute mappings that are more than a field, or a field of a field."""
    locators: list[Any] = [raw.get("attributeLocators") for raw in mapping.objects]
    if {*map(type, locators)} == {list}:
        paths = [*chain.from_iterable(locators)]
        if {*map(type, paths)} == {str} and are_plain(paths):
            return mapping.attributes_where(_has_iql)
    return iter(mapping.attributes)


def _has_iql(raw: Mapping[str, Any]) -> bool:
    return "objectMappingIQL" in raw


def _called(element: MappingElement | ManifestElement) -> str:
    name = quote(element.name or element.external_id)
    return f"the mapping of {name}" if isinstance(element, MappingElement) else f"attribute {name}"


class _ExpressionCheck:
    """Checks the paths and expressions of one document."""

    def __init__(self, document: Outline, report: Report) -> None:
        self.document = document
        self.report = report
        self._children: dict[Pointer, list[TypeElement]] = {}
        for object_type in document.types:
            if object_type.parent is not None:
                self._children.setdefault(object_type.parent.at, []).append(object_type)
        self._names: dict[Pointer, dict[str, str]] = {}  # by the place of the target

    def check_path(
        self, path: str, what: str, of: MappingElement | ManifestElement, *at: str | int
    ) -> None:
        """Report *path*, *what* *of* an element has *at* a place in it, if it is no dotted path."""
        if (fault := path_fault(path)) is not None:
            subject = f"{what} {_called(of)}"
            self.report.add(
                ManifestCode.UNREADABLE_PATH,
                f"{subject}, {quote(path)}, {fault.text}" if path else f"{subject} {fault.text}",
                (*of.at, *at),
                hint=f"did you mean {quote(fault.meant)}?" if fault.meant else _WRITE_A_PATH,
            )

    def check_attribute(self, mapping: MappingElement, entry: ManifestElement) -> None:
        """Report the locators of *entry* of *mapping*, and its expression."""
        locators = entry.raw.get("attributeLocators")
        for i, locator in enumerate(locators if isinstance(locators, list) else ()):
            if isinstance(locator, str):
                self.check_path(locator, "a locator of", entry, "attributeLocators", i)
        if isinstance(text := entry.raw.get("objectMappingIQL"), str):
            self._check_iql(text, entry, self._filled(mapping, entry))

    def _filled(self, mapping: MappingElement, entry: ManifestElement) -> Mapping[str, Any] | None:
        """Return the JSON of the attribute that *entry* fills, None if it is not here."""
        owner = self.document.target_of(mapping)
        while owner is not None:
            by_id = entry.external_id is not None
            known, sought = (owner.ids, entry.external_id) if by_id else (owner.names, entry.name)
            if sought is not None and sought in known:
                return owner.objects[known.index(sought)]
            owner = owner.parent
        return None

    def _check_iql(
        self, text: str, entry: ManifestElement, attribute: Mapping[str, Any] | None
    ) -> None:
        at = (*entry.at, "objectMappingIQL")
        expression, placeholders = _of_shape(_PLAIN_PLACEHOLDER.sub("${x}", text))
        if expression.malformed is not None:
            expression = read_iql(text)
            placeholders = tuple(expression.placeholders)
        if expression.malformed is not None:
            self.report.add(
                ManifestCode.UNREADABLE_IQL,
                f"the objectMappingIQL of {_called(entry)} cannot be read: {expression.malformed}",
                at,
            )
        for placeholder in placeholders:
            self.check_path(placeholder.locator, "a placeholder of", entry, "objectMappingIQL")
        for target in self._targets(attribute):
            if not any(target.names):
                continue  # a stub does not say what it has
            for name in expression.attributes:
                if name in target.names or (lower := name.lower()) in NAMES_OF_LABEL:
                    continue
                if lower not in (known := self._known(target)):
                    near = self.report.closest(name, known.values())
                    self.report.add(
                        ManifestCode.UNKNOWN_IQL_ATTRIBUTE,
                        f"the objectMappingIQL of {_called(entry)} compares {quote(name)}, "
                        f"which object type {quote(target.name)} does not have",
                        at,
                        hint=f"did you mean {quote(near)}?"
                        if near
                        else "it must be present in Assets already",
                    )

    def _targets(self, attribute: Mapping[str, Any] | None) -> Iterator[TypeElement]:
        """Yield the object type that *attribute* refers to, none if that is not certain."""
        if attribute is None:
            return
        by_id = attribute.get("referenceObjectTypeExternalId")
        if isinstance(by_id, str) and by_id in self.document.types_by_id:
            yield self.document.types_by_id[by_id]
        elif isinstance(by_name := attribute.get("referenceObjectTypeName"), str):
            targets = self.document.types_by_name.get(by_name, ())
            yield from targets if len(targets) == 1 else ()

    def _known(self, target: TypeElement) -> Mapping[str, str]:
        """Return the names of the attributes that objects of *target* have, by lower case."""
        if target.at not in self._names:
            family = [target]
            for each in family:
                family.extend(self._children.get(each.at, ()))
            above = target.parent
            while above is not None:
                family.append(above)
                above = above.parent
            names = (name for each in family for name in each.names)
            self._names[target.at] = {name.lower(): name for name in names if name is not None}
        return self._names[target.at]


_WRITE_A_PATH = "write the name of the field, with dots where it lies deeper: owner.name"
