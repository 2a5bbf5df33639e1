"""Object types: listed as a tree laid flat, changed, moved and deleted (api.md#companion-types)."""

from typing import Any

from reconciler.emulator.call import EmulatorReply, json_reply
from reconciler.emulator.companion.body import flag_of, number_of, text_of
from reconciler.emulator.companion.call import CompanionCall, digits
from reconciler.emulator.companion.icons import icon, key_of_icon
from reconciler.emulator.companion.identity import identify_anew
from reconciler.emulator.companion.numbered_schema import NumberedSchema, iso, numbered_schema
from reconciler.emulator.companion.numbers import Kind, save_settings, schema_of_type
from reconciler.emulator.companion.schema_change import save_change
from reconciler.model.document import ObjectType, walk_types
from reconciler.semantics.questions import Question
from reconciler.semantics.schema_changes.hierarchy import (
    ABSTRACT,
    is_inherited,
    owners_above,
)
from reconciler.semantics.schema_changes.object_types import (
    TypeChange,
    change_type,
    delete_type,
    move_type,
)
from reconciler.semantics.schema_changes.refusal import ChangeRefused


def list_object_types(call: CompanionCall) -> EmulatorReply:
    """Answer every object type of a schema; counts are 0 unless asked for."""
    schema, counted = numbered_schema(call, call.number()), call.flag("includeObjectCounts")
    types = walk_types(schema.content.object_types)
    return json_reply([object_type_answer(call, schema, *each, counted=counted) for each in types])


def get_object_type(call: CompanionCall) -> EmulatorReply:
    """Answer one object type, with its count."""
    schema = type_schema(call)
    return json_reply(
        object_type_answer(call, schema, *schema.type_with(call.number()), counted=True)
    )


def put_object_type(call: CompanionCall) -> EmulatorReply:
    """Change an object type; what is absent stays, and its present name is refused."""
    schema = type_schema(call)
    object_type, _ = schema.type_with(call.number())
    key, body = object_type.external_id or "", call.json()
    wanted = TypeChange(
        name=text_of(body, "name"),
        description=text_of(body, "description"),
        icon_key=key_of_icon(schema, body.get("iconId")),
        inherited=flag_of(body, "inherited"),
        abstract=flag_of(body, "abstractObjectType"),
    )
    save_change(call, schema.number, lambda d: change_type(d, key, wanted))
    if wanted.name is not None and call.profile.has(Question.EXTERNAL_ID_AFTER_RENAME, "new"):
        identify_anew(call, schema.number, key)
    return _changed(call)


def move_object_type(call: CompanionCall) -> EmulatorReply:
    """Put an object type under another parent, or in another place beside its siblings."""
    schema = type_schema(call)
    object_type, above = schema.type_with(call.number())
    body = call.json()
    wanted, place = body.get("toObjectTypeId"), number_of(body, "position")
    if place is None:
        raise ChangeRefused("position", "position is mandatory")
    parent = above[-1].external_id if above else None
    if wanted is not None:
        parent = schema.type_with(digits(wanted))[0].external_id
    elif call.profile.has(Question.MOVE_TO_ROOT, "works"):
        parent = None
    key = object_type.external_id or ""
    save_change(call, schema.number, lambda d: move_type(d, key, parent))
    _place(call, key, place)
    return _changed(call)


def _place(call: CompanionCall, key: str, place: int) -> None:
    """Put a type at a place among its siblings."""
    schema = type_schema(call)
    moved, above = schema.placed[key]
    beside = [t for t in schema.siblings(above) if t is not moved]
    beside.insert(max(place, 0), moved)
    for position, each in enumerate(beside):
        save_settings(call.tx, Kind.OBJECT_TYPE, schema.type_number(each), {"position": position})


def delete_object_type(call: CompanionCall) -> EmulatorReply:
    """Delete an object type with its objects; answer what it was."""
    schema = type_schema(call)
    found = schema.type_with(call.number())
    key = found[0].external_id or ""
    children = call.profile.of(Question.CHILDREN_OF_DELETED_TYPE)
    save_change(call, schema.number, lambda d: delete_type(d, key, children=children))
    return json_reply(object_type_answer(call, schema, *found, counted=False))


def type_schema(call: CompanionCall, name: str = "id") -> NumberedSchema:
    """Return the object schema of the type that the path names. Raises NoSuchElement."""
    number, _ = schema_of_type(call, call.number(name))
    return numbered_schema(call, number)


def _changed(call: CompanionCall) -> EmulatorReply:
    save_settings(call.tx, Kind.OBJECT_TYPE, call.number(), {"updated": call.now})
    schema = type_schema(call)
    return json_reply(
        object_type_answer(call, schema, *schema.type_with(call.number()), counted=False)
    )


def object_type_answer(
    call: CompanionCall,
    schema: NumberedSchema,
    object_type: ObjectType,
    above: tuple[ObjectType, ...],
    *,
    counted: bool,
) -> dict[str, Any]:
    """Return an object type as answers show it; a nested one is not counted."""
    number = schema.type_number(object_type)
    parent = {"parentObjectTypeId": schema.type_number(above[-1])} if above else {}
    return {
        **call.identity(number),
        "name": object_type.name,
        "description": object_type.description or "",
        "icon": icon(call, schema, object_type.icon_key),
        "position": schema.positions[number],
        "created": iso(schema.created),
        "updated": iso(schema.last_change(Kind.OBJECT_TYPE, number)),
        "objectCount": schema.objects.get(number, 0) if counted else 0,
        **parent,
        "type": 0,
        "objectSchemaId": str(schema.number),
        "inherited": is_inherited(object_type, above),
        "abstractObjectType": object_type.extra.get(ABSTRACT) is True,
        "parentObjectTypeInherited": bool(owners_above(above)),
    }
