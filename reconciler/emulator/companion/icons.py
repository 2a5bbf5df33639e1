"""Icons, and the reference types of the site: both only read (api.md#companion-statuses)."""

from typing import Any

from reconciler.emulator.call import EmulatorReply, json_reply
from reconciler.emulator.companion.call import CompanionCall, NoSuchElement, digits
from reconciler.emulator.companion.numbered_schema import (
    GLOBAL_ICONS,
    NumberedSchema,
    numbered_schemas,
)
from reconciler.emulator.companion.numbers import GLOBAL, Kind, element_numbers, element_of

REFERENCE_TYPES = {"1": "Dependency", "2": "Installed", "3": "Link", "4": "Reference"}
# That of references which importsource made: unknown.
REFERENCE_TYPE = "4"


def list_icons(call: CompanionCall) -> EmulatorReply:
    """Answer the icons of the site, a few of its many."""
    numbers = element_numbers(call.tx, GLOBAL, Kind.ICON, GLOBAL_ICONS)
    return json_reply([_icon(call, numbers[name], name) for name in GLOBAL_ICONS])


def get_icon(call: CompanionCall) -> EmulatorReply:
    """Answer one icon, of the site or of an object schema."""
    row = element_of(call, call.number(), [Kind.ICON])
    key = row["element_key"]
    for schema in numbered_schemas(call):
        if schema.number == row["object_schema"]:
            return json_reply(icon(call, schema, key))
    return json_reply(_icon(call, row["number"], key))


def icon(call: CompanionCall, schema: NumberedSchema, key: str | None) -> dict[str, Any]:
    """Return the icon with *key* as answers show it, that of any object if there is none."""
    known = key if key in schema.icons else None
    names = {i.key: i.name or i.key for i in schema.content.icons}
    shown = known or GLOBAL_ICONS[0]
    return _icon(call, schema.icons[shown], names.get(shown, shown))


def _icon(call: CompanionCall, number: int, name: str) -> dict[str, Any]:
    def url(size: int) -> str:
        return call.url(f"icon/{number}/icon.png?size={size}")

    return {"id": str(number), "name": name, "url16": url(16), "url48": url(48)}


def key_of_icon(schema: NumberedSchema, wanted: object) -> str | None:
    """Return the key of the icon with the id *wanted*, None for None. Raises NoSuchElement."""
    if wanted is None:
        return None
    number = digits(wanted)
    for key, each in schema.icons.items():
        if each == number:
            return key
    raise NoSuchElement(f"No icon found with id {number}")


def list_reference_types(call: CompanionCall) -> EmulatorReply:
    """Answer the reference types of the site; those of an object schema are none."""
    of_site = "objectSchemaId" not in call.query or call.flag("includeAll")
    found = REFERENCE_TYPES if of_site else {}
    return json_reply([reference_type(call, each) for each in found])


def reference_type(call: CompanionCall, number: str) -> dict[str, Any]:
    """Return a reference type as answers show it."""
    return {
        "workspaceId": call.workspace,
        "globalId": f"{call.workspace}:{number}",
        "id": number,
        "name": REFERENCE_TYPES.get(number, number),
        "description": "",
        "color": "42526E",
        "url16": call.url(f"config/referencetype/{number}/image.png?size=16"),
        "objectSchemaId": None,
    }
