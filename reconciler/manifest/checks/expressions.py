"""What a mapping says about data: selectors, locators, expressions, and what identifies objects.

Nobody has written down what Assets does with one that it cannot read, so these are warnings.
The parsers are those that preview and emulator map by (reconciler/mapping).
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain

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
        if isinstance(selector := mapping.get("selector"), str):
            checker.check_path(selector, "the selector of", mapping, "selector")
        is_part = any(part is True for part in mapping.column("externalIdPart"))
        if mapping.objects and not is_part:
            report.add(
                ManifestCode.NO_EXTERNAL_ID_PART,
                f"{_called(mapping)} has no externalIdPart",
                mapping.at,
                hint='give the attribute that identifies an object "externalIdPart: true"; without '
                "one its label does, as far as is known",
            )
        checker.check_attributes(mapping)


# A manifest has thousands of expressions that differ in the field alone: nothing that is checked
# depends on it, and one in error is read as it was written.
_PLAIN_PLACEHOLDER = regex(r"\$\{\w+(?:\.\w+)*\}")


@lru_cache(maxsize=1_000)
def _of_shape(text: str) -> tuple[Expression, Sequence[Placeholder]]:
    expression = read_iql(text)
    return expression, tuple(expression.placeholders)


def _are_fields(mapping: MappingElement) -> bool:
    """Return whether all its locators are fields, or fields of fields."""
    locators = mapping.column("attributeLocators")
    if not {*map(type, locators)} <= {list, tuple}:
        return False
    paths = [*chain.from_iterable(locators)]
    return {*map(type, paths)} == {str} and are_plain(paths)


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
        # Shapes that are right, by what is referred to.
        self._right: set[tuple[str, str | None]] = set()

    @cached_property
    def _references(self) -> Mapping[str, str | None]:
        """The known id that an attribute refers to, by its own, None of one that two have."""
        types = self.document.types_by_id
        found: dict[str, str | None] = {}
        for each in self.document.types:
            for own, target in each.rows("externalId", "referenceObjectTypeExternalId"):
                if isinstance(own, str):
                    is_certain = isinstance(target, str) and target in types and own not in found
                    found[own] = target if is_certain else None
        return found

    def check_attributes(self, mapping: MappingElement) -> None:
        """Report the locators in *mapping* and its expressions."""
        if not _are_fields(mapping):
            for entry in mapping.attributes:
                self._check_attribute(mapping, entry)
            return
        for n, (text, external_id) in enumerate(mapping.rows("objectMappingIQL", mapping.ID)):
            if not isinstance(text, str):
                continue
            reference = self._references.get(external_id) if isinstance(external_id, str) else None
            known = _PLAIN_PLACEHOLDER.sub("${x}", text), reference
            if known not in self._right:
                before = len(self.report.found)
                entry = mapping.element(n)
                self._check_attribute(mapping, entry)
                was_checked = reference is not None and self._filled(mapping, entry) is not None
                if was_checked and len(self.report.found) == before:
                    self._right.add(known)

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

    def _check_attribute(self, mapping: MappingElement, entry: ManifestElement) -> None:
        """Report the locators of *entry* of *mapping*, and its expression."""
        locators = entry.get("attributeLocators")
        for i, locator in enumerate(locators if isinstance(locators, list | tuple) else ()):
            if isinstance(locator, str):
                self.check_path(locator, "a locator of", entry, "attributeLocators", i)
        if isinstance(text := entry.get("objectMappingIQL"), str):
            self._check_iql(text, entry, self._filled(mapping, entry))

    def _filled(self, mapping: MappingElement, entry: ManifestElement) -> ManifestElement | None:
        """Return the attribute that *entry* fills, None if it is not here."""
        owner = self.document.target_of(mapping)
        while owner is not None:
            by_id = entry.external_id is not None
            known, sought = (owner.ids, entry.external_id) if by_id else (owner.names, entry.name)
            if sought is not None and sought in known:
                return owner.element(known.index(sought))
            owner = owner.parent
        return None

    def _check_iql(
        self, text: str, entry: ManifestElement, attribute: ManifestElement | None
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

    def _targets(self, attribute: ManifestElement | None) -> Iterator[TypeElement]:
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
