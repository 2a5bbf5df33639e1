"""Cardinalities, unique and allowed statuses of attributes (api.md#companion-changes).

What objects may not fit, and what the PATCH prepares, comes after it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.diagnostics import Confidence
from reconciler.model.display import quoted
from reconciler.model.document import Attribute, Document
from reconciler.model.fields import ATTRIBUTE
from reconciler.model.object_schema import SchemaAttribute
from reconciler.planning.diff.difference import Difference, managed, tightens
from reconciler.planning.object_schema.definition import (
    change,
    changed_besides,
    setting,
)
from reconciler.planning.object_schema.operation import Phase, Requirement, SchemaOperation
from reconciler.planning.object_schema.seen import Seen
from reconciler.planning.object_schema.setting_rules import named_status, status_name
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.planning.object_schema.way import Done, SchemaCall, Wanted, Way
from reconciler.semantics.attribute_definition import KEYS, written_definition
from reconciler.semantics.schema_changes.attributes import (
    AttributeChange,
    change_attribute,
    find_attribute,
)

_HAS_STATUS = "has-status"
_STATUSES = "typeValues"
_read = managed(ATTRIBUTE)


def _phase(difference: Difference, wanted: Wanted) -> Phase:
    if difference.field == _STATUSES or difference.tightens:
        return Phase.AFTER
    # What may have several values cannot be unique yet.
    waits = difference.field == "unique" and any(
        each.field == "maximumCardinality" and each.tightens for each in wanted
    )
    return Phase.AFTER if waits and difference.after else Phase.BEFORE


def values_required(changes: Iterable[tuple[str | None, Any, Any]]) -> Iterator[Requirement]:
    """Yield what must hold of the values of objects, for them to suit *changes*.

    Each is a field of the attribute, with its value before and after.
    """
    for key, before, after in changes:
        if key == "unique" and after:
            yield Requirement(rule="holds-distinct")
        elif key == "minimumCardinality" and tightens(key, before, after):
            yield Requirement(rule="holds-at-least", value=after)
        elif key == "maximumCardinality" and tightens(key, before, after):
            yield Requirement(rule="holds-at-most", value=after)


def _values_required(wanted: Wanted) -> tuple[Requirement, ...]:
    return tuple(values_required((each.field, each.before, each.after) for each in wanted))


def _excludes_patch(wanted: Wanted) -> bool:
    # Whether objects suit it a PATCH does not ask.
    return bool(_values_required(wanted))


def _obstacle(wanted: Wanted, target: SchemaTarget, _: Done) -> str | None:
    for name in _statuses(wanted):
        if name not in target.statuses:
            return f"there is no status {quoted(name)} yet; plan again once it is there"
    return None


def _statuses(wanted: Wanted) -> Iterator[str]:
    for each in wanted:
        if each.field == _STATUSES:
            yield from each.after


def _requires(wanted: Wanted, target: SchemaTarget) -> tuple[Requirement, ...]:
    fields = [each.field for each in wanted if each.field is not None]
    is_unique_on = any(each.field == "unique" and each.after for each in wanted)
    return (
        *(Requirement(rule="has-setting", value=setting(target.definition, f)) for f in fields),
        *((Requirement(rule="has-room-for-unique"),) if is_unique_on else ()),
        *(
            Requirement(rule=_HAS_STATUS, value=named_status(target.statuses[name], name))
            for name in _statuses(wanted)
        ),
        *_values_required(wanted),
    )


def _call(wanted: Wanted, target: SchemaTarget) -> SchemaCall:
    return change(
        target,
        **{
            KEYS[each.field]: [target.statuses[name] for name in each.after]
            if each.field == _STATUSES
            else each.after
            for each in wanted
            if each.field is not None
        },
    )


def _back(wanted: Wanted, target: SchemaTarget) -> str:
    fields = (each.field for each in wanted if each.field is not None)
    return f"by {', '.join(setting(target.definition, each) for each in fields)} again"


def _after(operation: SchemaOperation) -> dict[str, Any]:
    """Return what *operation* makes of the fields that it settles, statuses by name."""
    body = operation.body or {}
    names = [status_name(r.value) for r in operation.requires if r.rule == _HAS_STATUS]
    return {
        each: sorted(names) if each == _STATUSES else body[KEYS[each]] for each in operation.fields
    }


def _set(document: Document, operation: SchemaOperation) -> Document:
    key, after = operation.object.external_id or "", _after(operation)
    owner, live = find_attribute(document, key)
    statuses = after.get(_STATUSES)
    # What live hides it goes on hiding.
    is_shown = statuses is not None and live.type_values is not None
    wanted = AttributeChange(
        unique=after.get("unique"),
        minimum_cardinality=after.get("minimumCardinality"),
        maximum_cardinality=after.get("maximumCardinality"),
        type_values=tuple(statuses or ()) if is_shown else None,
    )
    return change_attribute(document, owner.external_id or "", key, wanted)


def _proof(operation: SchemaOperation, seen: Seen) -> str | None:
    of, found = operation.object, seen.find(operation.object)
    if not isinstance(found, SchemaAttribute):
        return "Assets no longer shows it"
    shown, sent = written_definition(found.definition), operation.body or {}
    for each in operation.fields:
        if setting(shown, each) != setting(sent, each):
            return f"Assets shows {setting(shown, each)}"
    if (also := changed_besides(operation, found)) is not None:
        return also
    try:
        _, live = find_attribute(seen.live, of.external_id or "")
    except KeyError:
        return f"the external id {of.external_id!r} did not survive"
    return _contradiction(live, _after(operation))


def _contradiction(live: Attribute, wanted: dict[str, Any]) -> str | None:
    shown = _read(live, live)
    for key, value in wanted.items():
        # Statuses are hidden, as a rule.
        if key in shown and shown[key] != value:
            return f"importsource shows {key} {shown[key]}"
    return None


SET_ATTRIBUTE = Way(
    does="change it",
    grade=Confidence.INFERRED,
    verify="Assets shows the new settings and all else of the attribute as before, and "
    "importsource shows them so",
    rules=("is-own", "is-editable"),
    phase=_phase,
    obstacle=_obstacle,
    requires=_requires,
    call=_call,
    effect=_set,
    proof=_proof,
    reversible=_back,
    excludes_patch=_excludes_patch,
)
