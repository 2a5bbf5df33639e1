"""Object types and attributes: names, icons, labels, cardinalities, statuses."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from reconciler.codes.manifest import ManifestCode
from reconciler.diagnostics import Severity
from reconciler.manifest.check_report import Report
from reconciler.manifest.outline import ManifestElement, Outline, TypeElement
from reconciler.manifest.text.pointer import Pointer
from reconciler.manifest.wording import quote
from reconciler.semantics.response import Code

_UNLIMITED = -1
# Of these no pair is odd.
_FEWEST, _MOST = (None, 0, 1), (None, 1, _UNLIMITED)


def check_types(document: Outline, report: Report) -> None:
    """Report the faults of each object type and its attributes."""
    icons = {icon.name for icon in document.icons}
    statuses = {status.name for status in document.statuses if status.name is not None}
    _check_type_names(document, report)
    for object_type in document.types:
        _check_icon(object_type, icons, report)
        _check_labels(object_type, report)
        if len(set(object_type.names)) < len(object_type.names):
            _check_attribute_names(document, object_type, report)
        odd = _may_be_odd(object_type, statuses) if document.has_ids else ()
        for attribute in object_type.elements_at(odd):
            _check_cardinality(attribute, report)
            _check_type_values(attribute, statuses, report)


def _may_be_odd(object_type: TypeElement, statuses: AbstractSet[str]) -> Iterator[int]:
    """Yield the positions of attributes that have other bounds than nearly all, or statuses."""
    rows = object_type.rows("minimumCardinality", "maximumCardinality", "typeValues")
    for n, (low, high, values) in enumerate(rows):
        if (
            low not in _FEWEST
            or (high not in _MOST and not (type(high) is int and high > 1))
            or (values is not None and not _are_of(statuses, values))
        ):
            yield n


def _are_of(statuses: AbstractSet[str], values: Any) -> bool:
    is_list = isinstance(values, list | tuple) and {*map(type, values)} == {str}
    return is_list and statuses >= {*values}


def _check_type_names(document: Outline, report: Report) -> None:
    first: dict[tuple[Pointer, str], TypeElement] = {}
    for object_type in document.types:
        if object_type.name is None:
            continue
        parent = object_type.parent.at if object_type.parent is not None else ()
        other = first.setdefault((parent, object_type.name), object_type)
        if other is not object_type:
            report.add(
                ManifestCode.DUPLICATE_NAME,
                f"two object types under one parent have the name {quote(object_type.name)}",
                (*object_type.at, "name"),
                hint=f"the other one is on {report.line_of((*other.at, 'name'))}",
                api_code=Code.EXTERNAL_ID_MISMATCH if document.has_ids else None,
            )


def _check_attribute_names(document: Outline, object_type: TypeElement, report: Report) -> None:
    first: dict[str, ManifestElement] = {}
    for attribute in object_type.attributes:
        if attribute.name is None:
            continue
        other = first.setdefault(attribute.name, attribute)
        if other is not attribute:
            report.add(
                ManifestCode.DUPLICATE_NAME,
                f"object type {quote(object_type.name)} has two attributes with the name "
                f"{quote(attribute.name)}",
                (*attribute.at, "name"),
                hint=f"the other one is on {report.line_of((*other.at, 'name'))}",
                api_code=Code.EXTERNAL_ID_MISMATCH
                if document.has_ids and not attribute.is_system
                else None,
            )


def _check_icon(object_type: TypeElement, icons: Iterable[str | None], report: Report) -> None:
    key = object_type.get("iconKey")
    if isinstance(key, str) and key not in icons:
        near = report.closest(key, (icon for icon in icons if icon is not None))
        report.add(
            ManifestCode.UNKNOWN_ICON,
            f"object type {quote(object_type.name)} has the icon {quote(key)}, "
            "which iconSchema does not define",
            (*object_type.at, "iconKey"),
            hint=f"did you mean {quote(near)}?" if near else "it must be present in Assets already",
        )


def _check_labels(object_type: TypeElement, report: Report) -> None:
    stated = [n for n, label in enumerate(object_type.column("label")) if label is True]
    if len(stated) == 1:
        return
    labels = [*object_type.elements_at(stated)]
    for extra in labels[1:]:
        report.add(
            ManifestCode.TWO_LABELS,
            f"object type {quote(object_type.name)} has a second label, {quote(extra.name)}",
            (*extra.at, "label"),
            hint=f"{quote(labels[0].name)} on {report.line_of(labels[0].at)} is the first; "
            "an object has one label",
        )
    if not labels and any(not a.is_system for a in object_type.attributes):
        report.add(
            ManifestCode.NO_LABEL,
            f"object type {quote(object_type.name)} has no label",
            object_type.at,
            hint='give the attribute that names an object "label: true"',
        )


def _check_cardinality(attribute: ManifestElement, report: Report) -> None:
    low = _whole(attribute, "minimumCardinality")
    high = _whole(attribute, "maximumCardinality")
    if high == 0:
        report.add(
            ManifestCode.CARDINALITY_ZERO,
            f"attribute {quote(attribute.name)} may have no value at all: "
            "its maximumCardinality is 0",
            (*attribute.at, "maximumCardinality"),
            hint="-1 is unlimited",
        )
    elif high is not None and high < _UNLIMITED:
        report.add(
            ManifestCode.CARDINALITY_RANGE,
            f"the maximumCardinality of attribute {quote(attribute.name)} is {high}",
            (*attribute.at, "maximumCardinality"),
            hint="-1 is unlimited",
        )
    elif low is not None and high is not None and high != _UNLIMITED and low > high:
        report.add(
            ManifestCode.CARDINALITY_RANGE,
            f"attribute {quote(attribute.name)} has a minimumCardinality of {low}, "
            f"more than its maximumCardinality of {high}",
            (*attribute.at, "minimumCardinality"),
        )
    if low is not None and low < 0:
        report.add(
            ManifestCode.CARDINALITY_RANGE,
            f"the minimumCardinality of attribute {quote(attribute.name)} is {low}",
            (*attribute.at, "minimumCardinality"),
            severity=Severity.WARNING,
            hint="0 makes the attribute optional",
        )


def _check_type_values(attribute: ManifestElement, statuses: Iterable[str], report: Report) -> None:
    values = attribute.get("typeValues")
    for i, value in enumerate(values if isinstance(values, list | tuple) else ()):
        if isinstance(value, str) and value not in statuses:
            near = report.closest(value, statuses)
            report.add(
                ManifestCode.UNKNOWN_STATUS,
                f"attribute {quote(attribute.name)} takes the status {quote(value)}, "
                "which statusSchema does not define",
                (*attribute.at, "typeValues", i),
                hint=f"did you mean {quote(near)}?"
                if near
                else "it must be present in Assets already",
            )


def _whole(attribute: ManifestElement, key: str) -> int | None:
    value = attribute.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
