"""PUT and DELETE of an attribute: the body in the companion API's terms becomes a change.

(api.md#companion-attributes)
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from reconciler.emulator.call import EmulatorReply, json_reply
from reconciler.emulator.companion.attributes import SETTINGS, owned_attributes
from reconciler.emulator.companion.body import flag_of, number_of, text_of
from reconciler.emulator.companion.call import CompanionCall, NoSuchElement, digits
from reconciler.emulator.companion.identity import identify_anew
from reconciler.emulator.companion.numbered_schema import NumberedSchema
from reconciler.emulator.companion.numbers import (
    ATTRIBUTES,
    Kind,
    element_of,
    save_settings,
)
from reconciler.emulator.companion.object_types import type_schema
from reconciler.emulator.companion.object_values import (
    StoredObject,
    change_objects,
    stored_objects,
)
from reconciler.emulator.companion.schema_change import save_change
from reconciler.model.document import Attribute, ObjectType, walk_types
from reconciler.semantics.companion_numbers import (
    DEFAULT,
    DEFAULT_TYPES,
    REFERENCE,
    SELECT,
    STATUS,
    kind_of,
    type_number,
)
from reconciler.semantics.questions import Question
from reconciler.semantics.schema_changes.attributes import (
    AttributeChange,
    change_attribute,
    delete_attribute,
)
from reconciler.semantics.schema_changes.hierarchy import owners_above
from reconciler.semantics.schema_changes.refusal import ChangeRefused
from reconciler.value import replace

# What a PUT that wipes makes of the keys that are absent: fields of the change, and defaults.
_WIPED: Mapping[str, tuple[str, Any]] = {
    "description": ("description", ""),
    "label": ("label", False),
    "uniqueAttribute": ("unique", False),
    "minimumCardinality": ("minimum_cardinality", 0),
    "maximumCardinality": ("maximum_cardinality", 1),
}


def put_attribute(call: CompanionCall) -> EmulatorReply:
    """Change an attribute of a type; what is absent stays, unless assumed otherwise."""
    schema = type_schema(call, "type")
    owner, _ = schema.type_with(call.number("type"))
    row = element_of(call, call.number(), ATTRIBUTES)
    if row["kind"] != Kind.ATTRIBUTE:
        raise ChangeRefused("", f"The attribute {row['kind']} is not editable")
    key, type_key = row["element_key"], owner.external_id or ""
    live = next((a for a in owner.attributes if a.external_id == key), None)
    if live is None:
        raise NoSuchElement(f"No attribute found with id {call.number()}")
    wanted = _wanted(call, schema, live)
    if wanted.unique:
        _check_values(call, schema, owner, key)
    save_change(call, schema.number, lambda d: change_attribute(d, type_key, key, wanted))
    if wanted.label:
        numbers = {schema.type_number(owner)}
        change_objects(call.tx, schema.number, lambda stored: _relabel(stored, numbers, key))
    save_settings(call.tx, Kind.ATTRIBUTE, call.number(), _settings(call))
    is_renamed = wanted.name not in (None, live.name)
    if is_renamed and call.profile.has(Question.EXTERNAL_ID_AFTER_RENAME, "new"):
        identify_anew(call, schema.number, key)
    schema = type_schema(call, "type")
    shown = owned_attributes(call, schema, *schema.type_with(call.number("type")))
    answer = next(each for each in shown if each["id"] == str(call.number()))
    return json_reply({name: answer[name] for name in answer if name != "objectType"})


def delete_type_attribute(call: CompanionCall) -> EmulatorReply:
    """Delete an attribute with the values of all objects: 200 without a body."""
    row = element_of(call, call.number(), ATTRIBUTES)
    if row["kind"] != Kind.ATTRIBUTE:
        raise ChangeRefused("", f"The attribute {row['kind']} cannot be deleted")
    key = row["element_key"]
    save_change(call, row["object_schema"], lambda d: delete_attribute(d, key))
    return EmulatorReply()


def _wanted(call: CompanionCall, schema: NumberedSchema, live: Attribute) -> AttributeChange:
    body = call.json()
    kind, target = _kind(schema, live, body)
    type_values = _type_values(schema, kind or live.type, body)
    # None of those that it never had is what it had.
    no_values = None if live.type_values is None else ()
    wanted = AttributeChange(
        name=text_of(body, "name"),
        description=text_of(body, "description"),
        label=flag_of(body, "label"),
        type=kind,
        target=target,
        type_values=type_values or (None if type_values is None else no_values),
        minimum_cardinality=number_of(body, "minimumCardinality"),
        maximum_cardinality=number_of(body, "maximumCardinality"),
        unique=flag_of(body, "uniqueAttribute"),
    )
    if call.profile.has(Question.ATTRIBUTE_PUT, "wipes"):
        wiped = dict(_WIPED[key] for key in _WIPED.keys() - body.keys())
        wanted = replace(wanted, **wiped, type_values=wanted.type_values or no_values)
    if call.profile.has(Question.CARDINALITY_PUT, "ignored"):
        wanted = replace(wanted, minimum_cardinality=None, maximum_cardinality=None)
    return wanted


def _kind(
    schema: NumberedSchema, live: Attribute, body: dict[str, Any]
) -> tuple[str | None, str | None]:
    """Return importsource's type and the external id of the target, as far as they are stated."""
    stated, default = number_of(body, "type"), number_of(body, "defaultTypeId")
    number = type_number(live.type) if stated is None else stated
    target = None
    if number == REFERENCE:
        if body.get("typeValue") is not None:
            target = schema.type_with(digits(body["typeValue"]))[0].external_id
        elif type_number(live.type) != REFERENCE:
            raise ChangeRefused("typeValue", "typeValue is mandatory")
    if number == DEFAULT and default is None:
        if type_number(live.type) != DEFAULT:
            raise ChangeRefused("defaultTypeId", "defaultTypeId is mandatory")
        default = DEFAULT_TYPES.get(live.type, (0, ""))[0]
    kind = kind_of(number, default)
    if kind is None:
        raise ChangeRefused("type", "The emulator has no attributes of this type")
    return kind, target


def _type_values(schema: NumberedSchema, kind: str, body: dict[str, Any]) -> tuple[str, ...] | None:
    if type_number(kind) == STATUS and body.get("typeValueMulti") is not None:
        names = {number: name for name, number in schema.statuses.items()}
        wanted = [digits(each) for each in body["typeValueMulti"]]
        if not set(wanted) <= names.keys():
            raise ChangeRefused("typeValueMulti", "There is no such status")
        return tuple(sorted(names[each] for each in wanted))
    if kind == SELECT and (options := text_of(body, "options")) is not None:
        return tuple(sorted({each.strip() for each in options.split(",")} - {""}))
    return None


def _settings(call: CompanionCall) -> dict[str, Any]:
    body = call.json()
    stated = {key: body[key] for key in SETTINGS if body.get(key) is not None}
    wiped = SETTINGS if call.profile.has(Question.ATTRIBUTE_PUT, "wipes") else {}
    return {**wiped, **stated}


def _check_values(call: CompanionCall, schema: NumberedSchema, owner: ObjectType, key: str) -> None:
    """Raise ChangeRefused if two objects of the type, or of its heirs, have a value in common."""
    heirs = {
        schema.type_number(t)
        for t, above in walk_types(schema.content.object_types)
        if t is owner or owner in owners_above(above)
    }
    values = Counter(
        value
        for _, stored in stored_objects(call.tx, schema.number)
        if stored.type in heirs
        for value in stored.attributes.get(key, ())
    )
    if any(times > 1 for times in values.values()):
        raise ChangeRefused("uniqueAttribute", "Objects have the same value")


def _relabel(stored: StoredObject, types: set[int], key: str) -> None:
    if stored.type in types:
        stored.label = (stored.attributes.get(key) or [""])[0]
