"""What an administrator of the emulator can ask for: what no operation of the API does.

Requests counted, faults, statuses; and what people do in Assets: import sources put into an
object schema, object types made by hand, settings of a mapping in the UI.
"""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.emulator.call import (
    NO_CONTENT,
    ApiCall,
    EmulatorReply,
    Place,
    json_object,
    json_reply,
)
from reconciler.emulator.fault_box import FaultBox
from reconciler.emulator.faults import EmulatorOptions, parse_fault
from reconciler.emulator.object_schemas import (
    content_of,
    create_source,
    object_schema,
    put_into,
    save_content,
    save_settings,
    shown_of,
)
from reconciler.emulator.schema_and_mapping import generated_id
from reconciler.emulator.store import force_status, request_counts, save_schedule
from reconciler.manifest.schemas import schema_faults
from reconciler.model.document import Attribute, Document, ObjectType, walk_types
from reconciler.model.source import ConfigStatus
from reconciler.model.wire import read_document
from reconciler.semantics.patch import patch
from reconciler.semantics.response import Refused
from reconciler.value import replace


@dataclass(frozen=True, kw_only=True, slots=True)
class AdministratorCall(ApiCall):
    """One request of the administrator, for the emulator that has *faults*."""

    method: str
    faults: FaultBox

    @property
    def place(self) -> Place:
        """The import source that the path names."""
        return Place(self.ids["workspace"], self.ids["source"])


# Raises ValueError, with a sentence, for a body that asks for nothing that can be done.
Task = Callable[[AdministratorCall], EmulatorReply]


def get_requests(call: AdministratorCall) -> EmulatorReply:
    """Return the number of requests per operation and source."""
    return json_reply({"requests": request_counts(call.tx)})


def change_faults(call: AdministratorCall) -> EmulatorReply:
    """POST adds a fault, DELETE clears all; return how many requests are held."""
    if call.method == "DELETE":
        call.faults.clear()
    if call.method == "POST":
        call.faults.add(parse_fault(call.body.decode()))
    return json_reply({"held": call.faults.held})


def put_status(call: AdministratorCall) -> EmulatorReply:
    """Force a source's configstatus; null removes the override."""
    status = json_object(call.body).get("status", "")
    if status is not None and status not in set(ConfigStatus):
        raise ValueError(f"status must be null or one of {', '.join(ConfigStatus)}")
    force_status(call.tx, call.ids["source"], status and ConfigStatus(status))
    return NO_CONTENT


def put_schedule(call: AdministratorCall) -> EmulatorReply:
    """Schedule a source's imports in the UI, with the `scheduledImportDetails` of the body."""
    save_schedule(call.tx, call.ids["source"], json_object(call.body))
    return NO_CONTENT


def put_object_schema(call: AdministratorCall) -> EmulatorReply:
    """Put an import source into the object schema that the body names; both may be new."""
    name = json_object(call.body).get("objectSchema")
    if not isinstance(name, str) or not name:
        raise ValueError("objectSchema must be the name of an object schema")
    put_into(call.tx, call.place, object_schema(call.tx, call.place.workspace, name), call.now)
    return NO_CONTENT


def post_types(call: AdministratorCall) -> EmulatorReply:
    """Make the object types of a document by hand: with ids that Assets generates."""
    raw = json_object(call.body)
    make_by_hand(call.tx, call.ids["workspace"], call.ids["schema"], raw, call.options)
    return NO_CONTENT


def put_settings(call: AdministratorCall) -> EmulatorReply:
    """Set in the UI what the body says for the source's mapping of an object type."""
    create_source(call.tx, call.place, call.now)
    mappings, wanted = shown_of(call.tx, call.place).mappings, call.ids["type"]
    if wanted not in {m.object_type_external_id for m in mappings}:
        raise ValueError(f"the source does not map {wanted}")
    save_settings(call.tx, call.place, wanted, json_object(call.body))
    return NO_CONTENT


TASKS: Mapping[str, tuple[list[str], Task]] = {
    "requests": (["GET"], get_requests),
    "faults": (["GET", "POST", "DELETE"], change_faults),
    "sources/{source}/status": (["PUT"], put_status),
    "sources/{source}/schedule": (["PUT"], put_schedule),
    "workspace/{workspace}/sources/{source}": (["PUT"], put_object_schema),
    "workspace/{workspace}/sources/{source}/settings/{type}": (["PUT"], put_settings),
    "workspace/{workspace}/object-schemas/{schema}/types": (["POST"], post_types),
}


def make_by_hand(
    tx: sqlite3.Connection,
    workspace: str,
    name: str,
    raw: Mapping[str, Any],
    options: EmulatorOptions,
) -> None:
    """Add the object types of the document *raw* to the object schema *name*.

    External ids that it states are Assets' own here (api.md#generated-ids), and its mapping is
    nobody's. Raises ValueError if it is not a document, or its types cannot be added.
    """
    raw = {**raw, "mapping": {"objectTypeMappings": []}}
    if faults := schema_faults("answer", raw):
        raise ValueError(f"it is not a schema: {faults[0]}")
    number = object_schema(tx, workspace, name)
    content = content_of(tx, number)
    seed = (options.seed, workspace, name, "by hand")
    made = _identified(read_document(raw), seed, content)
    outcome = patch(content, made, elsewhere={}, new_id=lambda path: generated_id(*seed, *path))
    if isinstance(outcome, Refused):
        why = "; ".join(refusal.text for refusal in outcome.refusals)
        raise ValueError(why)  # noqa: TRY004 - of what was sent
    save_content(tx, number, outcome.live)


def _identified(made: Document, seed: tuple[object, ...], content: Document) -> Document:
    """Return *made* with the id of each type and attribute that is there, and new ones else."""
    there = {(*(a.name for a in above), t.name): t for t, above in walk_types(content.object_types)}
    types = (t for t, _ in walk_types(made.object_types))
    stated = {t.external_id: t.name for t in types if t.external_id}

    def of_attribute(attribute: Attribute, names: tuple[str, ...]) -> Attribute:
        known = there.get(names)
        ids = {a.name: a.external_id for a in known.attributes} if known else {}
        target = attribute.reference_external_id or ""
        return replace(
            attribute,
            external_id=ids.get(attribute.name) or generated_id(*seed, *names, "", attribute.name),
            reference_external_id=None,
            reference_name=stated.get(target, attribute.reference_name),
        )

    def of_type(object_type: ObjectType, above: tuple[str, ...]) -> ObjectType:
        names = (*above, object_type.name)
        known = there.get(names)
        return replace(
            object_type,
            external_id=known.external_id if known else generated_id(*seed, *names),
            attributes=tuple(of_attribute(a, names) for a in object_type.attributes),
            children=tuple(of_type(child, names) for child in object_type.children),
        )

    return replace(made, object_types=tuple(of_type(t, ()) for t in made.object_types))
