"""Deletions of what only live has: of attributes, object types and statuses, after the PATCH.

Only of what is the source's own. What goes with it is counted, and nothing brings it back
(api.md#companion-deletions).
"""

from collections.abc import Callable
from functools import partial

from reconciler.diagnostics import Confidence
from reconciler.model.document import Document
from reconciler.planning.object_schema.deletion_rules import in_the_way, still_filled
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Losses,
    Requirement,
    SchemaElement,
    SchemaKind,
    SchemaOperation,
)
from reconciler.planning.object_schema.seen import MappingTargets, Seen, live_names
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.planning.object_schema.way import Done, SchemaCall, Wanted, Way, after
from reconciler.planning.premises import Premise
from reconciler.semantics.schema_changes.attributes import delete_attribute
from reconciler.semantics.schema_changes.object_types import delete_type
from reconciler.semantics.schema_changes.statuses import delete_status
from reconciler.value import replace

_NOT_OWN = "neither the source's base nor its mapping has it"
_BY_NAME = "its name alone says which element of Assets it is, and something is lost with it"
_IN_USE = "objects have it"
_PATHS = {
    ElementKind.OBJECT_TYPE: "objecttype",
    ElementKind.ATTRIBUTE: "objecttypeattribute",
    ElementKind.STATUS: "config/statustype",
}


def _obstacle(_: Wanted, target: SchemaTarget, done: Done) -> str | None:
    deletion, element = target.deletion, target.element
    if deletion is None:
        return _NOT_OWN
    for each in deletion.stands_on:
        if not any(_lets_go(operation, each, element) for operation in done):
            return in_the_way(each, element)
    if deletion.hindrance is not None:
        return deletion.hindrance
    is_at_stake = deletion.loses is not None and deletion.loses.total > 0
    return _BY_NAME if is_at_stake and not target.is_confirmed else None


def _lets_go(operation: SchemaOperation, each: SchemaElement, element: SchemaElement) -> bool:
    """Return whether *each* stands no more in the way of *element* once *operation* is done."""
    of = operation.object
    if operation.kind is SchemaKind.DELETE:
        # Its attributes go with a type.
        is_above = of.kind is ElementKind.OBJECT_TYPE and of.id == each.type_id
        return is_above or (of.kind, of.id) == (each.kind, each.id)
    allowed = (operation.body or {}).get("typeValueMulti")
    return (
        element.kind is ElementKind.STATUS
        and (of.kind, of.id) == (each.kind, each.id)
        and allowed is not None
        and element.id not in {str(other) for other in allowed}
    )


def _status_obstacle(wanted: Wanted, target: SchemaTarget, done: Done) -> str | None:
    deletion = target.deletion
    if deletion is not None and deletion.loses is not None and deletion.loses.total:
        return _IN_USE
    return _obstacle(wanted, target, done)


def _losses(_: Wanted, target: SchemaTarget) -> Losses | None:
    return None if target.deletion is None else target.deletion.loses


def _requires(_: Wanted, target: SchemaTarget) -> tuple[Requirement, ...]:
    loses = target.deletion and target.deletion.loses
    own = "is-unmapped" if target.element.kind is ElementKind.ATTRIBUTE else "stands-alone"
    return (
        Requirement(rule=own),
        Requirement(rule="loses-at-most", value=loses.total if loses else 0),
    )


def _call(_: Wanted, target: SchemaTarget) -> SchemaCall:
    element = target.element
    return SchemaCall(method="DELETE", path=f"{_PATHS[element.kind]}/{element.id}")


def _own_mapping(target: SchemaTarget, _: Document, mapped: MappingTargets) -> str | None:
    return still_filled(target.element) if mapped.have(target.element) else None


def _gone(
    delete: Callable[[Document, str], Document], document: Document, operation: SchemaOperation
) -> Document:
    """Return *document* without the element of *operation*, which may be deleted already."""
    try:
        return delete(document, operation.object.external_id or operation.object.name)
    except KeyError:
        return document


def _proof(operation: SchemaOperation, seen: Seen) -> str | None:
    if seen.find(operation.object) is not None:
        return "Assets still shows it"
    if operation.object.external_id in live_names(seen.live):
        return f"importsource still shows {operation.object.external_id!r}"
    return None


DELETE_TYPE = Way(
    does="delete it",
    grade=Confidence.DOCUMENTED,
    verify="neither Assets nor importsource shows it any more",
    rules=("sees-all", "is-unmapped-beside"),
    phase=after,
    obstacle=_obstacle,
    requires=_requires,
    call=_call,
    losses=_losses,
    effect=partial(_gone, delete_type),
    proof=_proof,
    rests_on=(Premise.MAPPED_HERE_ALONE, Premise.REFERRED_TO_HERE_ALONE),
)

DELETE_ATTRIBUTE = replace(
    DELETE_TYPE,
    rules=(
        "sees-all",
        "is-own",
        "is-removable",
        "is-no-label",
        "is-no-identity",
        "is-unmapped-beside",
    ),
    hindrance=_own_mapping,
    effect=partial(_gone, delete_attribute),
    rests_on=(Premise.MAPPED_HERE_ALONE,),
)

DELETE_STATUS = replace(
    DELETE_TYPE,
    verify="Assets does not show it any more",
    rules=("sees-all", "is-of-schema"),
    obstacle=_status_obstacle,
    effect=partial(_gone, delete_status),
    rests_on=(),
)
