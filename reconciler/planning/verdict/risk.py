"""What a permitted change can do to data at the next import (design.md#risk)."""

from reconciler.planning.change import Edit, Kind
from reconciler.planning.diff.difference import Difference
from reconciler.planning.object_schema.operation import SchemaKind
from reconciler.planning.risk_codes import RiskCode

_BY_FIELD: dict[tuple[Kind, str], RiskCode] = {
    (Kind.MAPPING, "selector"): RiskCode.SELECTOR_CHANGED,
    (Kind.ATTRIBUTE_MAPPING, "externalIdPart"): RiskCode.IDENTITY_CHANGED,
    (Kind.ATTRIBUTE_MAPPING, "attributeLocators"): RiskCode.LOCATOR_CHANGED,
    (Kind.ATTRIBUTE_MAPPING, "objectMappingIQL"): RiskCode.IQL_CHANGED,
    (Kind.ATTRIBUTE, "label"): RiskCode.LABEL_CHANGED,
    (Kind.OBJECT_TYPE, "parent"): RiskCode.PARENT_CHANGED,
}

# Of an element that is deleted.
_BY_KIND: dict[Kind, RiskCode] = {
    Kind.OBJECT_TYPE: RiskCode.OBJECTS_DELETED,
    Kind.ATTRIBUTE: RiskCode.VALUES_DELETED,
    Kind.STATUS: RiskCode.STATUS_DELETED,
}


def risk_of(difference: Difference) -> RiskCode | None:
    """Return the risk to data of a difference that will be sent, None if there is none."""
    if difference.kind is Kind.ATTRIBUTE_MAPPING and difference.field is None:
        entry = difference.after if difference.edit is Edit.ADD else difference.before
        if entry.get("externalIdPart"):
            return RiskCode.IDENTITY_CHANGED
        return RiskCode.ATTRIBUTE_UNMAPPED if difference.edit is Edit.REMOVE else None
    if difference.field is None:
        return _BY_KIND.get(difference.kind) if difference.edit is Edit.REMOVE else None
    if difference.kind is Kind.ATTRIBUTE and difference.tightens:
        return RiskCode.CARDINALITY_TIGHTENED
    return _BY_FIELD.get((difference.kind, difference.field))


def risk_in_assets(difference: Difference, kind: SchemaKind) -> RiskCode | None:
    """Return the risk to data of a difference that a schema operation of this *kind* settles.

    Assets holds objects to it at once, not at the next import alone.
    """
    if kind is SchemaKind.RENAME:
        return RiskCode.NAME_CHANGED  # also of what has another name without an external id
    if difference.tightens:
        return RiskCode.VALUES_RESTRICTED
    if difference.field == "unique" and difference.after:
        return RiskCode.UNIQUE_DEMANDED
    if difference.field == "typeValues":
        return RiskCode.STATUSES_CHANGED
    return risk_of(difference)
