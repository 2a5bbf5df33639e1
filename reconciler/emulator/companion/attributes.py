"""The attributes of object types as answers show them, Assets' own and inherited ones included.

(api.md#companion-attributes)
"""

import json
from collections.abc import Iterator
from typing import Any

from reconciler.emulator.call import EmulatorReply, json_reply
from reconciler.emulator.companion.call import CompanionCall
from reconciler.emulator.companion.icons import REFERENCE_TYPE, reference_type
from reconciler.emulator.companion.numbered_schema import NumberedSchema, numbered_schema
from reconciler.emulator.companion.numbers import Kind
from reconciler.emulator.companion.object_types import object_type_answer, type_schema
from reconciler.emulator.store import one
from reconciler.model.document import Attribute, ObjectType, walk_types
from reconciler.semantics.companion_numbers import (
    DEFAULT_TYPES,
    REFERENCE,
    SELECT,
    STATUS,
    type_number,
)
from reconciler.semantics.schema_changes.attributes import NAME_ATTRIBUTE
from reconciler.semantics.schema_changes.hierarchy import owners_above

# What only the companion API can set of an attribute, with its defaults.
SETTINGS: dict[str, Any] = {
    "hidden": False,
    "summable": False,
    "includeChildObjectTypes": False,
    "suffix": "",
    "regexValidation": "",
    "qlQuery": "",
    "additionalValue": "",
}
_SYSTEM = {
    Kind.KEY: ("text", 1),
    Kind.CREATED: ("date_time", 1),
    Kind.UPDATED: ("date_time", 1),
}


def list_schema_attributes(call: CompanionCall) -> EmulatorReply:
    """Answer the attributes that the types of a schema own, with `extended` their types as well."""
    schema = numbered_schema(call, call.number())
    found = [
        each
        for object_type, above in walk_types(schema.content.object_types)
        for each in owned_attributes(call, schema, object_type, above)
    ]
    if not call.flag("extended"):
        for each in found:
            del each["objectType"]
    return json_reply(_asked_for(call, found))


def list_type_attributes(call: CompanionCall) -> EmulatorReply:
    """Answer the attributes of a type, inherited ones first; `objectType` is the owner."""
    schema = type_schema(call)
    object_type, above = schema.type_with(call.number())
    line = (*owners_above(above), object_type)
    if call.flag("excludeParentAttributes"):
        line = (object_type,)
    found = [
        attribute
        for owner in line
        for attribute in owned_attributes(call, schema, *schema.placed[owner.external_id or ""])
    ]
    if call.flag("includeValuesExist"):
        for attribute in found:
            attribute["objectAttributeExists"] = _is_filled(call, schema, attribute["id"])
    found = _asked_for(call, found)
    if call.flag("orderByName"):
        found.sort(key=lambda attribute: attribute["name"])
    return json_reply(found)


def _asked_for(call: CompanionCall, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = call.query.get("query", "").strip('"').casefold()
    return [
        each
        for each in found
        if wanted in each["name"].casefold()
        and (each["editable"] or not call.flag("onlyValueEditable"))
    ]


def _is_filled(call: CompanionCall, schema: NumberedSchema, shown: str) -> bool:
    number = call.number()
    kind, key = next(each for each, n in schema.attributes.items() if str(n) == shown)
    if kind is not Kind.ATTRIBUTE:
        return number in schema.objects
    has_value = (
        "SELECT 1 FROM objects AS o WHERE type = ? AND EXISTS (SELECT 1 FROM json_each(?)"
        " WHERE value IN (SELECT key FROM json_each(o.attributes)"
        " UNION SELECT key FROM json_each(o.found)))"
    )
    return one(call.tx, has_value, number, json.dumps([key])) is not None and bool(schema.objects)


def owned_attributes(
    call: CompanionCall,
    schema: NumberedSchema,
    owner: ObjectType,
    above: tuple[ObjectType, ...],
) -> Iterator[dict[str, Any]]:
    """Yield the attributes that a type owns, each with the type as `objectType`.

    A child that inherits has Assets' own from above.
    """
    nested = object_type_answer(call, schema, owner, above, counted=False)
    key = owner.external_id or ""
    system = [] if owners_above(above) else [*_SYSTEM]
    in_order = [
        *((kind, key) for kind in system[:1]),
        *((Kind.ATTRIBUTE, a.external_id or "") for a in owner.attributes),
        *((kind, key) for kind in system[1:]),
    ]
    known = {a.external_id: a for a in owner.attributes}
    for position, (kind, each) in enumerate(in_order):
        number = schema.attributes[kind, each]
        shown = (
            attribute_answer(call, schema, known[each])
            if kind is Kind.ATTRIBUTE
            else _system_attribute(call, kind, number)
        )
        yield {**shown, "objectType": nested, "position": position}


def _system_attribute(call: CompanionCall, kind: Kind, number: int) -> dict[str, Any]:
    word, least = _SYSTEM[kind]
    default, name = DEFAULT_TYPES[word]
    return {
        **call.identity(number),
        "name": str(kind),
        "label": False,
        "type": 0,
        "description": "",
        "defaultType": {"id": default, "name": name},
        "editable": False,
        "system": True,
        "sortable": True,
        "indexed": True,
        "minimumCardinality": least,
        "maximumCardinality": 1,
        "removable": False,
        "uniqueAttribute": False,
        "options": "",
        **{key: SETTINGS[key] for key in ("hidden", "summable", "includeChildObjectTypes")},
    }


def attribute_answer(
    call: CompanionCall, schema: NumberedSchema, attribute: Attribute
) -> dict[str, Any]:
    """Return an attribute of importsource's document as answers show it, without its owner."""
    number = schema.attributes[Kind.ATTRIBUTE, attribute.external_id or ""]
    known = {**SETTINGS, **schema.known(Kind.ATTRIBUTE, number)}
    own = (key for key in SETTINGS if key != "additionalValue" or known[key])
    return {
        **call.identity(number),
        "name": attribute.name,
        "label": attribute.label is True,
        "type": type_number(attribute.type),
        "description": attribute.description or "",
        **_of_kind(call, schema, attribute, known),
        "editable": True,
        "system": False,
        "sortable": True,
        "indexed": True,
        "minimumCardinality": attribute.minimum_cardinality or 0,
        "maximumCardinality": 1
        if attribute.maximum_cardinality is None
        else attribute.maximum_cardinality,
        "removable": attribute.name != NAME_ATTRIBUTE,
        "uniqueAttribute": attribute.unique is True,
        "options": ",".join(attribute.type_values or ()) if attribute.type == SELECT else "",
        **{key: known[key] for key in own},
    }


def _of_kind(
    call: CompanionCall, schema: NumberedSchema, attribute: Attribute, known: dict[str, Any]
) -> dict[str, Any]:
    """Return the keys that only attributes of this kind have."""
    match type_number(attribute.type):
        case kind if kind == REFERENCE:
            target, above = schema.placed[attribute.reference_external_id or ""]
            return {
                "referenceType": reference_type(call, known["additionalValue"] or REFERENCE_TYPE),
                "referenceObjectTypeId": str(schema.type_number(target)),
                "referenceObjectType": object_type_answer(
                    call, schema, target, above, counted=False
                ),
            }
        case kind if kind == STATUS:
            allowed = attribute.type_values
            if allowed is None:
                return {}
            numbers = (schema.statuses[each] for each in allowed if each in schema.statuses)
            return {"typeValueMulti": [str(number) for number in numbers]}
        case _:
            number, name = DEFAULT_TYPES.get(attribute.type, DEFAULT_TYPES["text"])
            return {"defaultType": {"id": number, "name": name}}
