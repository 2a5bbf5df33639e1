"""What a permitted change can do to data at the next import (design.md section 6, Risk)."""

from collections.abc import Mapping
from typing import Any

from reconciler.planning.difference import Difference
from reconciler.planning.plan import Edit, Kind, Risk

Rated = tuple[Risk, str | None]

# What happens at the next import, by risk code: one sentence for people, in every format.
CONSEQUENCES: Mapping[str, str] = {
    "identity-changed": "objects are recognised by other values from the next import on: those "
    "that exist are not found again, and are imported a second time",
    "selector-changed": "the next import reads other entries of the data: objects that came from "
    "the old ones are updated no more, or count as missing",
    "attribute-unmapped": "the next import fills this attribute no more: its values stay as they "
    "are, and grow old",
    "locator-changed": "the next import fills this attribute from another place in the data, and "
    "overwrites the values that are there",
    "iql-changed": "the next import looks for the referenced objects in another way: references "
    "may change, or find nothing",
    "label-changed": "objects are shown and found by the value of another attribute, and one "
    "without that value has no label",
    "cardinality-tightened": "objects that have fewer or more values than allowed from now on are "
    "refused by the next import, or lose values",
}

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
