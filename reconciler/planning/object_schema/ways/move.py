"""Object types moved under another parent, after the PATCH, which finds them at the old place."""

from reconciler.diagnostics import Confidence
from reconciler.model.display import quoted
from reconciler.model.document import Document
from reconciler.model.object_schema import SchemaType
from reconciler.planning.object_schema.move_rules import ROOT
from reconciler.planning.object_schema.operation import Requirement, SchemaOperation
from reconciler.planning.object_schema.rules import unmet_by
from reconciler.planning.object_schema.seen import Seen
from reconciler.planning.object_schema.target import Destination, SchemaTarget
from reconciler.planning.object_schema.way import Body, Done, SchemaCall, Wanted, Way, after
from reconciler.planning.premises import Premise
from reconciler.semantics.rules import RuleCode
from reconciler.semantics.schema_changes.hierarchy import find_type
from reconciler.semantics.schema_changes.object_types import move_type

# What must hold before, and holds afterwards: where it is aside, nothing of it has changed.
_KEPT = ("has-attributes", "has-objects", "is-filled")
_TO = "toObjectTypeId"


def _destination(target: SchemaTarget) -> Destination:
    if target.destination is None:
        raise KeyError(target.element.id)
    return target.destination


def _obstacle(wanted: Wanted, target: SchemaTarget, _: Done) -> str | None:
    (parent,) = wanted
    if target.destination is None or parent.before != target.destination.left:
        return "by then it is under another parent"
    if target.destination.obstacle is not None:
        return target.destination.obstacle
    if (parent.after is None) is not (target.destination.parent_id is None):
        return "its new parent is not there yet: apply with --allow-residual, then plan again"
    if target.holders:
        return "another one has the name there in Assets"
    return None


def _requires(wanted: Wanted, target: SchemaTarget) -> tuple[Requirement, ...]:
    """Return what is noted of the type, and what must be so where it goes.

    That importsource knows the new parent says also which one it is there.
    """
    to, parent = _destination(target), wanted[0].after
    known = () if parent is None else (Requirement(rule="knows-parent", value=str(parent)),)
    return (
        Requirement(rule="is-under", value=to.left_id or ROOT),
        Requirement(rule="has-room", value=to.parent_id or ROOT),
        *known,
        Requirement(rule="has-attributes", value=", ".join(to.attributes)),
        Requirement(rule="has-objects", value=to.objects),
        Requirement(rule="is-filled", value=to.selector),
    )


def _call(_: Wanted, target: SchemaTarget) -> SchemaCall:
    parent = _destination(target).parent_id
    under = {} if parent is None else {_TO: parent}
    return SchemaCall(
        method="POST",
        path=f"objecttype/{target.element.id}/position",
        body={"position": 0, **under},
    )


def _parent(operation: SchemaOperation) -> str | None:
    """Return what importsource calls the new parent, None for the root."""
    known = (str(each.value) for each in operation.requires if each.rule == "knows-parent")
    return next(known, None)


def _doubt(body: Body) -> RuleCode | None:
    return RuleCode.OBJECT_TYPE_MOVE_TO_ROOT if _TO not in (body or {}) else None


def _moved(document: Document, operation: SchemaOperation) -> Document:
    return move_type(document, operation.object.external_id or "", _parent(operation))


def _proof(operation: SchemaOperation, seen: Seen) -> str | None:
    found = seen.find(operation.object)
    if not isinstance(found, SchemaType):
        return "Assets no longer shows it"
    if found.parent_id != (operation.body or {}).get(_TO):
        return f"Assets shows it under {found.parent_id or ROOT}"
    kept = (each for each in operation.requires if each.rule in _KEPT)
    if (why := unmet_by(kept, operation.object, seen)) is not None:
        return why
    external_id = operation.object.external_id or ""
    try:
        _, above = find_type(seen.live, external_id)
    except KeyError:
        return f"the external id {external_id!r} did not survive"
    shown = above[-1].external_id if above else None
    if shown != _parent(operation):
        return f"importsource shows {external_id!r} under {ROOT if shown is None else repr(shown)}"
    return None


def _back(wanted: Wanted, _: SchemaTarget) -> str:
    before = wanted[0].before
    return f"by a move back {'to the root' if before is None else f'under {quoted(str(before))}'}"


MOVE_TYPE = Way(
    does="move it",
    grade=Confidence.DOCUMENTED,
    rests_on=(Premise.MOVE_KEEPS_ALL,),
    doubt=_doubt,
    verify="Assets has it under the new parent with the same id, attributes and objects, and "
    "importsource shows it there under the same external id, with its mapping",
    rules=("inherits-nothing",),
    needs_confirmed=True,
    phase=after,
    obstacle=_obstacle,
    requires=_requires,
    call=_call,
    effect=_moved,
    proof=_proof,
    reversible=_back,
)
