"""Renames of types, attributes and statuses, before the PATCH, which has the new names then."""

from reconciler.diagnostics import Confidence
from reconciler.model.display import quoted
from reconciler.model.document import Document
from reconciler.model.object_schema import SchemaAttribute
from reconciler.planning.change import Edit
from reconciler.planning.object_schema.definition import change, changed_besides
from reconciler.planning.object_schema.operation import Requirement, SchemaOperation
from reconciler.planning.object_schema.rules import unmet_by
from reconciler.planning.object_schema.seen import MappingTargets, Seen, live_names
from reconciler.planning.object_schema.target import SchemaTarget, StatusRename
from reconciler.planning.object_schema.way import Done, SchemaCall, Wanted, Way, before
from reconciler.planning.premises import Premise
from reconciler.semantics.companion_numbers import CATEGORIES
from reconciler.semantics.schema_changes.attributes import (
    AttributeChange,
    change_attribute,
    find_attribute,
)
from reconciler.semantics.schema_changes.hierarchy import find_type
from reconciler.semantics.schema_changes.object_types import TypeChange, change_type
from reconciler.semantics.schema_changes.statuses import change_status
from reconciler.value import replace

_TAKEN = "another one has the name in Assets"
_CASE = "whether Assets takes a change of case alone is unknown"


def _name(wanted: Wanted) -> str:
    return str(wanted[0].after)


def _renamed_name(operation: SchemaOperation) -> str:
    return str((operation.body or {})["name"])


def _obstacle(_: Wanted, target: SchemaTarget, __: Done) -> str | None:
    return _TAKEN if target.holders else None


def _type_obstacle(wanted: Wanted, target: SchemaTarget, done: Done) -> str | None:
    # The check for a free name counts the type itself (api.md#companion-types).
    if _name(wanted).casefold() == target.element.name.casefold():
        return _CASE
    return _obstacle(wanted, target, done)


def _is_free(wanted: Wanted, _: SchemaTarget) -> tuple[Requirement, ...]:
    return (Requirement(rule="name-is-free", value=_name(wanted)),)


def _back(_: Wanted, target: SchemaTarget) -> str:
    return f"by a rename back to {quoted(target.element.name)}"


def _type_call(wanted: Wanted, target: SchemaTarget) -> SchemaCall:
    path = f"objecttype/{target.element.id}"
    return SchemaCall(method="PUT", path=path, body={"name": _name(wanted)})


def _attribute_call(wanted: Wanted, target: SchemaTarget) -> SchemaCall:
    return change(target, name=_name(wanted))


def _type_renamed(document: Document, operation: SchemaOperation) -> Document:
    key, name = operation.object.external_id or "", _renamed_name(operation)
    found, _ = find_type(document, key)
    if found.name == name:  # its own name is refused
        return document
    return change_type(document, key, TypeChange(name=name))


def _attribute_renamed(document: Document, operation: SchemaOperation) -> Document:
    key = operation.object.external_id or ""
    owner, _ = find_attribute(document, key)
    wanted = AttributeChange(name=_renamed_name(operation))
    return change_attribute(document, owner.external_id or "", key, wanted)


def _proof(operation: SchemaOperation, seen: Seen) -> str | None:
    wanted, found = _renamed_name(operation), seen.find(operation.object)
    if found is None or found.name != wanted:
        return f"Assets shows {found.name!r}" if found else "Assets no longer shows it"
    if isinstance(found, SchemaAttribute) and (also := changed_besides(operation, found)):
        return also
    external_id = operation.object.external_id
    if external_id is None:
        return None
    names = live_names(seen.live)
    if external_id not in names:
        return f"the external id {external_id!r} did not survive"
    if names[external_id] != wanted:
        return f"importsource shows {names[external_id]!r} under {external_id!r}"
    return None


def _rename(target: SchemaTarget) -> StatusRename:
    if target.rename is None:
        raise KeyError(target.element.id)
    return target.rename


def _status_obstacle(wanted: Wanted, target: SchemaTarget, done: Done) -> str | None:
    is_done = target.rename is None or target.element.name == target.rename.new_name
    if is_done or all(each.edit is not Edit.ADD for each in wanted):
        return "by then nothing is to be added under the new name"
    return _obstacle(wanted, target, done)


def _not_shown(target: SchemaTarget, document: Document, _: MappingTargets) -> str | None:
    is_shown = any(each.name == target.live_name for each in document.statuses)
    return None if is_shown else "by then live does not show it"


def _status_requires(_: Wanted, target: SchemaTarget) -> tuple[Requirement, ...]:
    rename = _rename(target)
    return (
        Requirement(rule="name-is-free", value=rename.new_name),
        Requirement(rule="is-described", value=rename.description),
        Requirement(rule="has-category", value=rename.category),
    )


def _status_call(_: Wanted, target: SchemaTarget) -> SchemaCall:
    rename = _rename(target)
    body = {
        "name": rename.new_name,
        "description": rename.description,
        "category": CATEGORIES[rename.category or ""],
    }
    return SchemaCall(method="PUT", path=f"config/statustype/{target.element.id}", body=body)


def _status_renamed(document: Document, operation: SchemaOperation) -> Document:
    found = next((s for s in document.statuses if s.name == operation.object.name), None)
    if found is None:  # hidden, or done
        return document
    return change_status(
        document,
        found.name,
        new_name=_renamed_name(operation),
        category=found.category or "",
    )


def _status_proof(operation: SchemaOperation, seen: Seen) -> str | None:
    if (why := _proof(operation, seen)) is not None:
        return why
    kept = (each for each in operation.requires if each.rule in {"is-described", "has-category"})
    if (why := unmet_by(kept, operation.object, seen)) is not None:
        return why
    if any(each.name == operation.object.name for each in seen.live.statuses):
        return f"importsource still shows {operation.object.name!r}"
    return None


def _status_back(_: Wanted, target: SchemaTarget) -> str:
    old, new = quoted(target.element.name), quoted(_rename(target).new_name)
    return f"by a rename back to {old}: its manifest states in renamedStatuses that {new} was it"


RENAME_TYPE = Way(
    does="rename it",
    grade=Confidence.DOCUMENTED,
    verify="Assets has the new name under the same id, and importsource shows it under the same "
    "external id",
    phase=before,
    obstacle=_type_obstacle,
    requires=_is_free,
    call=_type_call,
    effect=_type_renamed,
    proof=_proof,
    reversible=_back,
    rests_on=(Premise.EXTERNAL_ID_SURVIVES,),
)

RENAME_ATTRIBUTE = replace(
    RENAME_TYPE,
    verify="Assets has the new name under the same id and all else of the attribute as before, "
    "and importsource shows it under the same external id",
    rules=("is-own", "is-editable"),
    obstacle=_obstacle,
    call=_attribute_call,
    effect=_attribute_renamed,
)

RENAME_STATUS = Way(
    does="rename the status as renamedStatuses states",
    grade=Confidence.DOCUMENTED,
    verify="Assets has the new name under the same id, and its description and category as before",
    rules=("is-of-schema",),
    phase=before,
    obstacle=_status_obstacle,
    requires=_status_requires,
    call=_status_call,
    hindrance=_not_shown,
    effect=_status_renamed,
    proof=_status_proof,
    reversible=_status_back,
)
