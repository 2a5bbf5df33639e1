"""External ids within one manifest: all elements or none have one, each is unique.

The rules are those of api.md#external-ids.
"""

from reconciler.codes.manifest import ManifestCode
from reconciler.diagnostics import Confidence
from reconciler.manifest.check_report import Report
from reconciler.manifest.outline import ManifestElement, Outline, TypeElement
from reconciler.manifest.wording import element_at, quote
from reconciler.model.fields import ATTRIBUTE, STATUS, Field
from reconciler.semantics.response import Code


def check_ids(document: Outline, report: Report) -> None:
    """Report external ids that are missing among others or used twice, or keys that need them."""
    if document.has_ids:
        _check_all_or_none(document, report)
        _check_unique(document, report)
    else:
        _check_needs(document, report)


def _check_all_or_none(document: Outline, report: Report) -> None:
    for object_type in document.types:
        if None not in (object_type.external_id, *object_type.ids):
            continue
        elements: tuple[TypeElement | ManifestElement, ...] = (object_type, *object_type.attributes)
        for element in elements:
            # In JSON order; the Key of a type needs no id (api.md#system-attributes).
            is_key = isinstance(element, ManifestElement) and element.is_system
            if element.external_id is None and not is_key and "externalId" not in element.raw:
                report.add(
                    ManifestCode.MIXED_EXTERNAL_IDS,
                    f"{element_at(document.raw, element.at)} has no external id, "
                    "but others in this manifest have",
                    element.at,
                    hint="external ids stand on every object type and attribute, or on none",
                )


def _check_unique(document: Outline, report: Report) -> None:
    ids = [i for t in document.types for i in (t.external_id, *t.ids) if i is not None]
    if len(ids) == len(set(ids)):
        return
    first: dict[str, TypeElement | ManifestElement] = {}
    for object_type in document.types:
        elements: tuple[TypeElement | ManifestElement, ...] = (object_type, *object_type.attributes)
        for element in elements:
            if element.external_id is None:
                continue
            other = first.setdefault(element.external_id, element)
            if other is element:
                continue
            both_types = isinstance(element, TypeElement) and isinstance(other, TypeElement)
            other_id = (*other.at, "externalId")
            report.add(
                ManifestCode.DUPLICATE_EXTERNAL_ID,
                f"{quote(element.external_id)} is also the external id of "
                f"{element_at(document.raw, other.at)}",
                (*element.at, "externalId"),
                hint=f"the other one is on {report.line_of(other_id)}",
                api_code=Code.DUPLICATE_EXTERNAL_ID_ILLEGAL,
                confidence=Confidence.REPORTED if both_types else Confidence.INFERRED,
            )


def _check_needs(document: Outline, report: Report) -> None:
    found: dict[Field, list[ManifestElement]] = {}
    for attribute in (a for t in document.types for a in t.attributes if not a.is_system):
        for field in ATTRIBUTE.needing_ids:
            if field.key in attribute.raw:
                found.setdefault(field, []).append(attribute)
    for field, holders in found.items():
        times = f" ({len(holders)} times in this manifest)" if len(holders) > 1 else ""
        report.add(
            ManifestCode.NEEDS_EXTERNAL_IDS,
            f'"{field.key}" takes effect only where object types and attributes have external ids'
            f"{times}",
            (*holders[0].at, field.key),
            at_key=True,
            hint="give every object type and attribute an externalId, or leave the key out",
            confidence=field.needs_ids,
        )
    if document.statuses:
        report.add(
            ManifestCode.NEEDS_EXTERNAL_IDS,
            '"statusSchema" takes effect only where object types and attributes have external ids',
            ("schema", "statusSchema"),
            at_key=True,
            confidence=STATUS.needs_ids,
        )
