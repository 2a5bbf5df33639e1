"""What takes a change back: the same change the other way, by whatever makes that.

It follows from the change, so that no plan holds it: one without `schemaAuth` says what it said
before there was a way back, and nobody can alter it in a saved plan.
"""

from collections.abc import Iterator

from reconciler.planning.change import Change, Edit, Kind
from reconciler.planning.object_schema.kinds import settled_by
from reconciler.planning.object_schema.operation import SchemaKind, SchemaOperation
from reconciler.planning.risk_codes import LASTING, RiskCode
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.rules import Ability

_LOST = "; what is lost is not restored"
_BACK = {Edit.ADD: Edit.REMOVE, Edit.REMOVE: Edit.ADD, Edit.CHANGE: Edit.CHANGE}
_ELEMENT = {Edit.ADD: "+", Edit.REMOVE: "-"}
# These are sent as a whole: what a body leaves out goes.
_WHOLE = frozenset({Kind.MAPPING, Kind.ATTRIBUTE_MAPPING})
# What goes with an element that is deleted.
_ALONG = {
    Kind.OBJECT_TYPE: ", and its objects go with it",
    Kind.ATTRIBUTE: ", and its values go with it",
}


def way_back(change: Change, operation: SchemaOperation | None = None) -> str | None:
    """Return what takes *change* back, which is sent, or made by *operation*; None if nothing does.

    By the rules of what PATCH changes (api.md#what-patch-changes), and by a schema operation for
    what it cannot; what imports did meanwhile stays.
    """
    if operation is not None:
        lost = operation.reversible and operation.loses.total
        return f"{operation.reversible}{_LOST}" if lost else operation.reversible
    if change.before is None and change.action is Edit.CHANGE and change.kind not in _WHOLE:
        return None  # PATCH sets a value, and has no word for none
    ways = ", or ".join((*_by_patch(change), *_by_operation(change)))
    return "; ".join((ways, *_lasting(change))) if ways else None


def _by_patch(change: Change) -> Iterator[str]:
    back = _ELEMENT.get(_BACK[change.action], change.field or "")
    rule = CAPABILITIES.get((change.kind, back))
    if rule is not None and rule.ability is not Ability.NO:
        yield "by PATCH" if rule.ability is Ability.YES else "by PATCH, if it has an effect"


def _by_operation(change: Change) -> Iterator[str]:
    kind = settled_by(change.kind, _BACK[change.action], change.field)
    if kind is not None:
        along = _ALONG.get(change.kind, "") if kind is SchemaKind.DELETE else ""
        yield f"by the schema operation {kind}{along}"


def _lasting(change: Change) -> tuple[str, ...]:
    """Return what does not come back with it: what the next import did, what the UI had."""
    of_settings = RiskCode.UI_SETTINGS_MAY_RESET if change.settings else ""
    codes = dict.fromkeys((change.risk_code or "", of_settings))
    return tuple(LASTING[code] for code in codes if code in LASTING)
