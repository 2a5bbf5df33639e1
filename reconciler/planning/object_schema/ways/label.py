"""Another label of an object type, before the PATCH: its new holder takes it from the old one."""

from reconciler.diagnostics import Confidence
from reconciler.model.display import quoted
from reconciler.model.document import Document
from reconciler.model.object_schema import SchemaAttribute
from reconciler.planning.object_schema.definition import change, changed_besides
from reconciler.planning.object_schema.operation import Requirement, SchemaOperation
from reconciler.planning.object_schema.seen import Seen
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.planning.object_schema.way import Done, SchemaCall, Wanted, Way, before
from reconciler.semantics.schema_changes.attributes import (
    AttributeChange,
    change_attribute,
    find_attribute,
)


def _obstacle(_: Wanted, target: SchemaTarget, __: Done) -> str | None:
    is_it = target.label is not None and target.label.id == target.element.id
    return "in Assets it is the label already" if is_it else None


def _requires(_: Wanted, target: SchemaTarget) -> tuple[Requirement, ...]:
    return (Requirement(rule="is-label", value=target.label.id),) if target.label else ()


def _call(_: Wanted, target: SchemaTarget) -> SchemaCall:
    return change(target, label=True)


def _back(_: Wanted, target: SchemaTarget) -> str | None:
    holder = target.label
    return f"by the label back on {quoted(holder.name)} ({holder.id})" if holder else None


def _labelled(document: Document, operation: SchemaOperation) -> Document:
    key = operation.object.external_id or ""
    owner, _ = find_attribute(document, key)
    wanted = AttributeChange(label=True)
    return change_attribute(document, owner.external_id or "", key, wanted)


def _proof(operation: SchemaOperation, seen: Seen) -> str | None:
    of, found = operation.object, seen.find(operation.object)
    if not isinstance(found, SchemaAttribute):
        return "Assets no longer shows it"
    holders = [each.name for each in seen.own(of.type_id) if each.label]
    if not found.label or len(holders) != 1:
        return f"Assets shows {' and '.join(map(repr, holders)) or 'no attribute'} as the label"
    if (also := changed_besides(operation, found)) is not None:
        return also
    try:
        owner, shown = find_attribute(seen.live, of.external_id or "")
    except KeyError:
        return f"the external id {of.external_id!r} did not survive"
    if not shown.label or sum(each.label is True for each in owner.attributes) != 1:
        return "importsource shows another label"
    return None


LABEL_ATTRIBUTE = Way(
    does="make it the label",
    grade=Confidence.DOCUMENTED,
    verify="Assets has it as the one label of its type and all else of the attribute as before, "
    "and importsource shows it so",
    rules=("is-own", "is-editable", "has-own-label"),
    phase=before,
    obstacle=_obstacle,
    requires=_requires,
    call=_call,
    effect=_labelled,
    proof=_proof,
    reversible=_back,
)
