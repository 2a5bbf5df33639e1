"""Plans of the sources of `companion` as the planner makes them: with what is no longer wanted."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.applying.losses import count_losses
from reconciler.applying.object_schemas import read_object_schemas, with_readings
from reconciler.applying.refresh import read_live
from reconciler.backend.import_sources import Backend
from reconciler.backend.object_schemas import SchemaBackend
from reconciler.journal.receipts import baseline_of
from reconciler.journal.runs import Journal
from reconciler.model.policy import Permission, Policy, SchemaPolicy
from reconciler.model.wire import read_document
from reconciler.planning.inputs import PlanOptions, SourceInput
from reconciler.planning.plan import Plan
from reconciler.planning.planner import make_plan, surrounded
from reconciler.value import replace
from tests.support.stages.applying import source
from tests.support.stages.companion import configurations

ALLOW = Policy(schema=SchemaPolicy(rename=Permission.ALLOW, delete=Permission.ALLOW))
TAGS = "devices/objectTypes[device]/attributes[tags]"
SWITCH = "switches/objectTypes[switch]"


async def planned(
    backend: Backend,
    schemas: SchemaBackend,
    journal: Journal,
    documents: Mapping[str, Any],
    *,
    workspace: str = "w",
    accept: Mapping[str, int],
) -> Plan:
    """Return the plan that takes both sources to *documents*, losing what *accept* says."""
    receipts = journal.receipts("local")
    options = PlanOptions(policy=ALLOW, accept_loss=accept)
    read = [
        SourceInput(
            ref=(ref := replace(source(name), workspace_id=workspace)),
            desired=read_document(document),
            live=await read_live(backend, ref),
            baseline=baseline_of(ref, receipts.get(name, ()), None),
        )
        for name, document in documents.items()
    ]
    readings = await read_object_schemas(schemas, read, ALLOW.schema)
    inputs = surrounded(with_readings(read, readings))
    return make_plan(
        await count_losses(schemas, inputs, readings, options),
        environment="local",
        options=options,
        tool_version="0",
        created_at="2026-01-01T00:00:00Z",
    )


def without(*keys: str, name: str = "Site", text: str = "") -> dict[str, Any]:
    """Return the manifests of both sources without the types and attributes *keys*.

    The type of sites has this *name* and *text*.
    """
    made = {}
    for each, body in configurations().items():
        made[each] = document = copy.deepcopy(body)
        types = document["schema"]["objectSchema"]["objectTypes"]
        mappings = document["mapping"]["objectTypeMappings"]
        types[1] |= {"name": name, "description": text}
        for object_type in [*types]:
            object_type["attributes"] = _left(object_type["attributes"], "externalId", keys)
            if "children" in object_type:
                object_type["children"] = _left(object_type["children"], "externalId", keys)
        types[:] = _left(types, "externalId", keys)
        mappings[:] = _left(mappings, "objectTypeExternalId", keys)
        for mapping in mappings:
            entries = mapping["attributesMapping"]
            mapping["attributesMapping"] = _left(entries, "attributeExternalId", keys)
    return made


def _left(entries: Sequence[dict[str, Any]], key: str, gone: Sequence[str]) -> list[dict[str, Any]]:
    return [each for each in entries if each.get(key) not in gone]
