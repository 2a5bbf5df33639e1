"""The name and the description of an object schema, changed before the PATCH, which repeats them.

No external id has to do with them: api.md#schema-name says whose they are.
"""

from collections.abc import Mapping

from reconciler.diagnostics import Confidence
from reconciler.model.display import quoted
from reconciler.model.document import Document
from reconciler.model.object_schema import ObjectSchema
from reconciler.planning.object_schema.operation import Requirement, SchemaOperation
from reconciler.planning.object_schema.seen import Seen
from reconciler.planning.object_schema.target import SchemaTarget
from reconciler.planning.object_schema.way import SchemaCall, Wanted, Way, before
from reconciler.value import replace

_FIELDS = ("name", "description")


def _requires(_: Wanted, target: SchemaTarget) -> tuple[Requirement, ...]:
    return (Requirement(rule="is-described", value=str(target.definition["description"])),)


def _call(wanted: Wanted, target: SchemaTarget) -> SchemaCall:
    body = {str(each.field): each.after for each in wanted}
    return SchemaCall(method="PUT", path=f"objectschema/{target.element.id}", body=body)


def _then(operation: SchemaOperation) -> Mapping[str, str]:
    """Return name and description as they are afterwards: what is not sent stays."""
    noted = {each.rule: str(each.value) for each in operation.requires}
    stays = {"name": noted["is-named"], "description": noted["is-described"]}
    return {**stays, **(operation.body or {})}


def _changed(document: Document, operation: SchemaOperation) -> Document:
    return replace(document, **(operation.body or {}))


def _proof(operation: SchemaOperation, seen: Seen) -> str | None:
    found, then = seen.find(operation.object), _then(operation)
    if not isinstance(found, ObjectSchema):
        return "Assets no longer shows it"
    for shows, there in (("Assets", found), ("importsource", seen.live)):
        for field in _FIELDS:
            if (shown := getattr(there, field)) != then[field]:
                return f"{shows} shows the {field} {shown!r}"
    return None


def _back(wanted: Wanted, _: SchemaTarget) -> str:
    before = " and ".join(f"the {each.field} {quoted(str(each.before))}" for each in wanted)
    return f"by sending {before}"


CHANGE_OBJECT_SCHEMA = Way(
    does="change it",
    grade=Confidence.DOCUMENTED,
    verify="Assets and importsource show it as sent under the same id, and the rest as before",
    phase=before,
    requires=_requires,
    call=_call,
    effect=_changed,
    proof=_proof,
    reversible=_back,
)
