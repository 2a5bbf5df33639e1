"""References: the object type that an attribute refers to must be in the same manifest."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from reconciler.codes.manifest import ManifestCode
from reconciler.manifest.check_report import Report
from reconciler.manifest.outline import ManifestElement, Outline, TypeElement
from reconciler.manifest.wording import quote
from reconciler.semantics.response import Code

_REFERENCE_KEYS = ("referenceObjectTypeExternalId", "referenceObjectTypeName")
Elsewhere = Callable[[str], str | None]  # external id → where another manifest defines it
WITHOUT_IDS = "this manifest has no external ids: leave it out, the name says which one"


def check_references(document: Outline, report: Report, elsewhere: Elsewhere) -> None:
    """Report references whose target is unknown, ambiguous or missing (api.md#references)."""
    for object_type in document.types:
        for attribute in object_type.elements_at(_may_be_odd(document, object_type)):
            if attribute.get("type") == "referenced_object":
                _check(document, attribute, report, elsewhere)
            else:
                _check_stray(attribute, report)


def _may_be_odd(document: Outline, object_type: TypeElement) -> Iterator[int]:
    """Yield the positions of attributes that say something else of a reference than its id."""
    types = document.types_by_id
    for n, (type_, by_id, by_name) in enumerate(object_type.rows("type", *_REFERENCE_KEYS)):
        if type_ == "referenced_object":
            target = types.get(by_id) if isinstance(by_id, str) else None
            if target is None or by_name not in (None, target.name):
                yield n
        elif by_id is not None or by_name is not None:
            yield n


class _Target(NamedTuple):
    key: str
    value: str


def _check(
    document: Outline, attribute: ManifestElement, report: Report, elsewhere: Elsewhere
) -> None:
    by_id = attribute.get("referenceObjectTypeExternalId")
    by_name = attribute.get("referenceObjectTypeName")
    if isinstance(by_id, str):
        target = document.types_by_id.get(by_id)
        if target is None:
            hint = _hint_for_id(document, by_id, report, elsewhere)
            _unknown(attribute, _Target("referenceObjectTypeExternalId", by_id), report, hint)
        elif isinstance(by_name, str) and target.name not in {by_name, None}:
            report.add(
                ManifestCode.NAME_MISMATCH,
                f"attribute {quote(attribute.name)} refers to {quote(by_id)} by the name "
                f"{quote(by_name)}, but that object type has the name {quote(target.name)}",
                (*attribute.at, "referenceObjectTypeName"),
                hint="the external id decides",
            )
    elif isinstance(by_name, str):
        targets = document.types_by_name.get(by_name, ())
        if not targets:
            near = report.closest(by_name, document.types_by_name)
            hint = f"did you mean {quote(near)}?" if near else None
            _unknown(attribute, _Target("referenceObjectTypeName", by_name), report, hint)
        elif len(targets) > 1:
            report.add(
                ManifestCode.AMBIGUOUS_NAME,
                f"attribute {quote(attribute.name)} refers to object type {quote(by_name)}, "
                f"and {len(targets)} have that name",
                (*attribute.at, "referenceObjectTypeName"),
            )
    elif document.has_ids:
        report.add(
            ManifestCode.NO_REFERENCE_TARGET,
            f"attribute {quote(attribute.name)} refers to no object type",
            attribute.at,
            hint="give it a referenceObjectTypeExternalId",
        )


def _check_stray(attribute: ManifestElement, report: Report) -> None:
    for key in (key for key in _REFERENCE_KEYS if attribute.get(key) is not None):
        report.add(
            ManifestCode.STRAY_REFERENCE,
            f"attribute {quote(attribute.name)} has a {key}, and its type is not referenced_object",
            (*attribute.at, key),
            at_key=True,
            hint="give it the type referenced_object, or leave the key out",
        )


def _unknown(attribute: ManifestElement, target: _Target, report: Report, hint: str | None) -> None:
    report.add(
        ManifestCode.UNKNOWN_REFERENCE,
        f"attribute {quote(attribute.name)} refers to object type {quote(target.value)}, "
        "which this manifest does not define",
        (*attribute.at, target.key),
        hint=hint,
        api_code=Code.UNKNOWN_REFERENCE,
    )


def _hint_for_id(
    document: Outline, external_id: str, report: Report, elsewhere: Elsewhere
) -> str | None:
    if not document.has_ids:
        return WITHOUT_IDS
    if (place := elsewhere(external_id)) is not None:
        return f"{place} defines it; the target of a reference must be in the same manifest"
    near = report.closest(external_id, document.types_by_id)
    if near is None:
        return None
    line = report.line_of((*document.types_by_id[near].at, "externalId"))
    return f"did you mean {quote(near)} ({line})?"
