"""What a permitted change can do to data at the next import (design.md#risk)."""

from typing import Any

from reconciler.planning.diff.difference import Difference
from reconciler.planning.plan import Edit, Kind, Risk

Rated = tuple[Risk, str | None]

_BY_FIELD: dict[tuple[Kind, str], Rated] = {
    (Kind.MAPPING, "selector"): (Risk.DATA, "selector-changed"),
    (Kind.ATTRIBUTE_MAPPING, "externalIdPart"): (Risk.DATA, "identity-changed"),
    (Kind.ATTRIBUTE_MAPPING, "attributeLocators"): (Risk.REVIEW, "locator-changed"),
    (Kind.ATTRIBUTE_MAPPING, "objectMappingIQL"): (Risk.REVIEW, "iql-changed"),
    (Kind.ATTRIBUTE, "label"): (Risk.REVIEW, "label-changed"),
}


def rate(difference: Difference) -> Rated:
    """Return how much a difference that will be sent puts data at risk, and why."""
    if difference.kind is Kind.ATTRIBUTE_MAPPING and difference.field is None:
        entry = difference.after if difference.edit is Edit.ADD else difference.before
        if entry.get("externalIdPart"):
            return Risk.DATA, "identity-changed"
        if difference.edit is Edit.REMOVE:
            return Risk.DATA, "attribute-unmapped"
        return Risk.NONE, None
    if difference.field is None:
        return Risk.NONE, None
    if difference.kind is Kind.ATTRIBUTE and _tightens(difference):
        return Risk.REVIEW, "cardinality-tightened"
    return _BY_FIELD.get((difference.kind, difference.field), (Risk.NONE, None))


def _tightens(difference: Difference) -> bool:
    def bound(value: Any) -> float:
        return float("inf") if value == -1 else value

    if difference.field == "minimumCardinality":
        return bool(difference.after > difference.before)
    if difference.field == "maximumCardinality":
        return bound(difference.after) < bound(difference.before)
    return False
