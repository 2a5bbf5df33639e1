"""What takes a change back: the same change the other way, by whatever makes that.

It follows from the change, so that no plan holds it: one without `schemaAuth` says what it said
before there was a way back, and nobody can alter it in a saved plan.
"""

from collections.abc import Mapping

from reconciler.planning.object_schema.operation import SchemaKind, SchemaOperation
from reconciler.planning.plan import Change, Edit, Kind
from reconciler.planning.risk_codes import LASTING, RiskCode
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.rules import Ability, RuleCode

# What PATCH cannot, or not for all that is known → what can, and what goes with it.
_OPERATIONS: Mapping[RuleCode, tuple[SchemaKind, str]] = {
    RuleCode.OBJECT_TYPE_DELETE: (SchemaKind.DELETE, "its objects go with it"),
    RuleCode.ATTRIBUTE_DELETE: (SchemaKind.DELETE, "its values go with it"),
    RuleCode.STATUS_DELETE: (SchemaKind.DELETE, ""),
    RuleCode.ATTRIBUTE_LABEL: (SchemaKind.LABEL, ""),
    RuleCode.ATTRIBUTE_CARDINALITY: (SchemaKind.SETTINGS, ""),
    RuleCode.ATTRIBUTE_UNIQUE: (SchemaKind.SETTINGS, ""),
    RuleCode.ATTRIBUTE_TYPE_VALUES: (SchemaKind.SETTINGS, ""),
}
_LOST = "; what is lost does not come back"
_OTHER_WAY = {Edit.ADD: "-", Edit.REMOVE: "+"}
# These are sent as a whole: what a body leaves out goes.
_WHOLE = frozenset({Kind.MAPPING, Kind.ATTRIBUTE_MAPPING})


def way_back(change: Change, operation: SchemaOperation | None = None) -> str | None:
    """Return what takes *change* back, which is sent, or made by *operation*; None if nothing does.

    The rules are those of what PATCH changes (api.md#what-patch-changes), and of schema operations
    for what it cannot; what imports did meanwhile stays.
    """
    if operation is not None:
        lost = operation.reversible and operation.loses.total
        return f"{operation.reversible}{_LOST}" if lost else operation.reversible
    if change.before is None and change.action is Edit.CHANGE and change.kind not in _WHOLE:
        return None  # PATCH sets a value, and has no word for none
    rule = CAPABILITIES.get((change.kind, _OTHER_WAY.get(change.action) or change.field or ""))
    if rule is None:
        return None
    ways = ", or ".join((*_by_patch(rule.ability), *_by_operation(rule)))
    return "; ".join(filter(None, (ways, *_lasting(change)))) if ways else None


def _by_patch(ability: Ability) -> tuple[str, ...]:
    match ability:
        case Ability.YES:
            return ("by PATCH",)
        case Ability.UNKNOWN:
            return ("by PATCH, if it has an effect",)
        case Ability.NO:
            return ()


def _by_operation(rule: RuleCode) -> tuple[str, ...]:
    if rule not in _OPERATIONS:
        return ()
    kind, along = _OPERATIONS[rule]
    return (", and ".join(filter(None, (f"by the schema operation {kind}", along))),)


def _lasting(change: Change) -> tuple[str, ...]:
    """Return what does not come back with it: what the next import did, what the UI had."""
    of_settings = RiskCode.UI_SETTINGS_MAY_RESET if change.settings else ""
    codes = dict.fromkeys((change.risk_code or "", of_settings))
    return tuple(LASTING[code] for code in codes if code in LASTING)
