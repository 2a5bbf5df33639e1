"""Runs with schema operations on the object schema of `companion`, whose plans are made by hand."""

from collections.abc import Collection, Mapping
from typing import Any

from reconciler.applying.refresh import read_live
from reconciler.assets.auth import basic
from reconciler.assets.schema_client import AssetsSchemaBackend
from reconciler.backend.import_sources import Backend
from reconciler.backend.object_schemas import SchemaBackend
from reconciler.diagnostics import Confidence
from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from reconciler.model.address import Address
from reconciler.model.canonical import digest
from reconciler.model.normalise import LiveDocument
from reconciler.model.object_schema import SchemaAttribute, SchemaContent, SchemaType
from reconciler.model.source import Live, SourceRef
from reconciler.model.wire import DocumentJson, read_document, write_document
from reconciler.outcome.records import SchemaOperationRecord
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.live_digest import live_digest
from reconciler.planning.object_schema.effects import after_operations
from reconciler.planning.object_schema.operation import (
    ElementKind,
    Phase,
    Requirement,
    SchemaElement,
    SchemaKind,
    SchemaOperation,
)
from reconciler.planning.plan import Action, Plan, SourcePlan
from reconciler.planning.planner import make_plan
from reconciler.semantics.attribute_definition import written_definition
from reconciler.value import replace
from tests.support.stages.applying import Stage, source
from tests.support.stages.companion import V1, configurations

Later = Collection[str]
# External ids and new names of an object type, and of an attribute.
SITE, SERIAL = {"site": "Place"}, {"serial": "Serial number"}


def prepare(on: Stage, *, credential: str = SCHEMA_CREDENTIAL) -> Stage:
    """Configure both sources of the object schema Network, and give the run a credential."""
    for name, body in configurations().items():
        on.ask("PUT", f"/emulator/workspace/w/sources/{name}", {"objectSchema": "Network"})
        on.ask("PUT", f"{V1}/importsource/{name}/mapping", body)
    on.object_schemas = schema_backend(on, credential)
    return on


def schema_backend(on: Stage, credential: str = SCHEMA_CREDENTIAL) -> AssetsSchemaBackend:
    email, _, token = credential.partition(":")
    return AssetsSchemaBackend(credentials=lambda _: basic(email, token), **on.connection())


def content(on: Stage) -> SchemaContent:
    """Return what the companion API shows of the object schema."""

    async def read() -> SchemaContent:
        backend = schema_backend(on)
        (schema,) = await backend.object_schemas("w")
        return await backend.content("w", schema)

    return on.run(read())


def names(on: Stage) -> set[str]:
    """Return the names of all object types and attributes."""
    found = content(on)
    return {*(each.name for each in found.types), *(each.name for each in found.attributes)}


def rename_plan(
    on: Stage, name: str = "devices", *, text: str = "", later: Later = (), **renames: str
) -> Plan:
    """Return the plan that renames by external ids, and sends a PATCH if there is a new *text*."""
    return rename_plans(on, {name: renames}, text=text, later=later)


def rename_plans(
    on: Stage, renames: Mapping[str, Mapping[str, str]], *, text: str = "", later: Later = ()
) -> Plan:
    """Return the plan that renames for each source, and describes all root types by *text*.

    What is renamed *later*, by its external ids, is renamed after the PATCH.
    """
    return on.run(renaming(on.backend(), schema_backend(on), renames, text=text, later=later))


async def renaming(
    backend: Backend,
    schemas: SchemaBackend,
    renames: Mapping[str, Mapping[str, str]],
    *,
    text: str = "",
    workspace: str = "w",
    later: Later = (),
) -> Plan:
    """Return what planning makes of renames: by source, by external id, the new names.

    A PATCH is planned against live with the renames done, and so is the next source.
    """
    (schema,) = await schemas.object_schemas(workspace)
    shown = await schemas.content(workspace, schema)
    made: list[SourcePlan] = []
    done: list[SchemaOperation] = []
    for name, wanted in renames.items():
        ref = replace(source(name), workspace_id=workspace)
        live = await read_live(backend, ref)
        assert live.document is not None
        before = replace(live.document, document=after_operations(live.document.document, done))
        calls = tuple(
            replace(rename(before, shown, key, new), phase=phase)
            for phase in Phase
            for key, new in wanted.items()
            if (key in later) is (phase is Phase.AFTER)
        )
        made.append(_planned(ref, replace(live, document=before), calls, text, schema.id))
        done += calls
    return Plan(
        tool_version="0",
        created_at="2026-01-01T00:00:00Z",
        environment="local",
        sources=tuple(made),
    )


def _planned(
    ref: SourceRef, live: Live, calls: tuple[SchemaOperation, ...], text: str, schema_id: str
) -> SourcePlan:
    before = live.document
    assert before is not None
    of_patch = (each for each in calls if each.phase is Phase.BEFORE)
    after = replace(before, document=after_operations(before.document, of_patch))
    desired = write_document(after.document)
    if text:
        for each in desired["schema"]["objectSchema"]["objectTypes"]:
            each["description"] = text
    given = SourceInput(
        ref=ref,
        desired=read_document(desired),
        live=replace(live, document=after),
    )
    plan = make_plan(
        [given],
        environment="local",
        options=PlanOptions(),
        tool_version="0",
        created_at="2026-01-01T00:00:00Z",
    )
    (planned,) = plan.sources
    return replace(
        planned,
        action=Action.UPDATE,
        object_schema=schema_id,
        schema_operations=calls,
        live_digest=live_digest(before, given.desired),
        evidence=replace(planned.evidence, live=DocumentJson(before.document)),
    )


def rename(live: LiveDocument, shown: SchemaContent, key: str, new: str) -> SchemaOperation:
    """Return the operation that renames the type or attribute with the external id *key*."""
    element, found = _element(live, shown, key)
    body: dict[str, Any] = {"name": new}
    path = f"objecttype/{element.id}"
    if isinstance(found, SchemaAttribute):
        body = {**written_definition(found.definition), "name": new}
        path = f"objecttypeattribute/{found.owner_id}/{found.id}"
    return SchemaOperation(
        kind=SchemaKind.RENAME,
        phase=Phase.BEFORE,
        method="PUT",
        path=path,
        body=body,
        body_digest=digest(body),
        settles=(Address.parse(f"devices/objectTypes[{key}]/name"),),
        object=element,
        join="confirmed",
        requires=(
            Requirement(rule="is-named", value=element.name),
            Requirement(rule="name-is-free", value=new),
        ),
        grade=Confidence.OBSERVED,
        verify="both APIs show the name",
        reversible="rename it back",
    )


def _element(
    live: LiveDocument, shown: SchemaContent, key: str
) -> tuple[SchemaElement, SchemaType | SchemaAttribute]:
    called = {each["externalId"]: each["name"] for each in _elements(write_document(live.document))}
    everything: list[SchemaType | SchemaAttribute] = [*shown.types, *shown.attributes]
    for found in everything:
        if found.name == called[key]:
            of_type = found.owner_id if isinstance(found, SchemaAttribute) else None
            return (
                SchemaElement(
                    kind=ElementKind.ATTRIBUTE if of_type else ElementKind.OBJECT_TYPE,
                    id=found.id,
                    name=found.name,
                    schema_id=shown.schema.id,
                    type_id=of_type,
                    external_id=key,
                ),
                found,
            )
    raise KeyError(key)


def _elements(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    todo, found = list(raw["schema"]["objectSchema"]["objectTypes"]), []
    while todo:
        each = todo.pop()
        todo += each.get("children", ())
        found += [each, *(a for a in each["attributes"] if "externalId" in a)]
    return found


def calls(on: Stage) -> dict[str, SchemaOperationRecord]:
    """Return the schema operations of the newest run in the journal, by the name before."""
    return {o.element_name: o for o in on.journal.runs()[0].schema_operations}


def sent(on: Stage) -> dict[str, int]:
    """Return how often the emulator was asked to write, since it was prepared."""
    counts = on.requests()
    kinds = ("put-object-type", "put-attribute", "patch-mapping")
    return {kind: counts[kind] for kind in kinds if counts[kind]}
