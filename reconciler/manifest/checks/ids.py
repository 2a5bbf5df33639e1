"""External ids within one manifest: all or none, each once, what needs them.

The rules are those of api.md#external-ids.
"""

from reconciler.diagnostics import Confidence
from reconciler.manifest.check_report import Report
from reconciler.manifest.outline import Element, MappingElement, Outline, TypeElement
from reconciler.manifest.wording import element_at, shown

# Known to the payload with external ids only; in others the API passes over them.
_NEEDING = {
    "attribute": (
        "minimumCardinality",
        "maximumCardinality",
        "unique",
        "typeValues",
        "referenceObjectTypeExternalId",
    ),
    "object type mapping": ("objectTypeExternalId",),
    "attribute mapping": ("attributeExternalId",),
}
_DOCUMENTED = frozenset({"minimumCardinality", "maximumCardinality", "unique"})


def check_ids(document: Outline, report: Report) -> None:
    """Report external ids that are missing among others or used twice, or keys that need them."""
    if document.has_ids:
        _check_all_or_none(document, report)
        _check_unique(document, report)
    else:
        _check_needs(document, report)


def _check_all_or_none(document: Outline, report: Report) -> None:
    for object_type in document.types:
        elements: tuple[TypeElement | Element, ...] = (object_type, *object_type.attributes)
        for element in elements:
            # As in the JSON: the Key of a type may do without (api.md#system-attributes).
            if "externalId" not in element.raw and not (
                isinstance(element, Element) and element.is_system
            ):
                report.error(
                    "mixed-external-ids",
                    f"{element_at(document.raw, element.at)} has no external id, "
                    "but others in this manifest have",
                    element.at,
                    hint="external ids stand on every object type and attribute, or on none",
                    confidence=Confidence.DOCUMENTED,
                )


def _check_unique(document: Outline, report: Report) -> None:
    first: dict[str, TypeElement | Element] = {}
    for object_type in document.types:
        elements: tuple[TypeElement | Element, ...] = (object_type, *object_type.attributes)
        for element in elements:
            if element.external_id is None:
                continue
            other = first.setdefault(element.external_id, element)
            if other is element:
                continue
            both_types = isinstance(element, TypeElement) and isinstance(other, TypeElement)
            other_id = (*other.at, "externalId")
            report.error(
                "duplicate-external-id",
                f"{shown(element.external_id)} is also the external id of "
                f"{element_at(document.raw, other.at)}",
                (*element.at, "externalId"),
                hint=f"the other one is on {report.line_of(other_id)}",
                api_code="DUPLICATE_EXTERNAL_ID_ILLEGAL",
                confidence=Confidence.REPORTED if both_types else Confidence.INFERRED,
            )


def _check_needs(document: Outline, report: Report) -> None:
    elements: list[tuple[str, Element | MappingElement]] = [
        *(("attribute", a) for t in document.types for a in t.attributes if not a.is_system),
        *(("object type mapping", m) for m in document.mappings),
        *(("attribute mapping", a) for m in document.mappings for a in m.attributes),
    ]
    found: dict[str, list[Element | MappingElement]] = {}
    for noun, element in elements:
        for key in _NEEDING[noun]:
            if key in element.raw:
                found.setdefault(key, []).append(element)
    for key, holders in found.items():
        times = f" ({len(holders)} times in this manifest)" if len(holders) > 1 else ""
        report.warning(
            "needs-external-ids",
            f'"{key}" takes effect only where object types and attributes have external ids{times}',
            (*holders[0].at, key),
            at_key=True,
            hint="give every object type and attribute an externalId, or leave the key out",
            confidence=Confidence.DOCUMENTED if key in _DOCUMENTED else Confidence.INFERRED,
        )
    if document.statuses:
        report.warning(
            "needs-external-ids",
            '"statusSchema" takes effect only where object types and attributes have external ids',
            ("schema", "statusSchema"),
            at_key=True,
            confidence=Confidence.INFERRED,
        )
