"""Icons and the reference types of the site, as answers show them (api.md#companion-statuses)."""

from typing import Any

from reconciler.emulator.companion.call import CompanionCall, NoSuchElement, digits
from reconciler.emulator.companion.numbered_schema import GLOBAL_ICONS, NumberedSchema

REFERENCE_TYPES = {"1": "Dependency", "2": "Installed", "3": "Link", "4": "Reference"}
# That of references which importsource made: unknown.
REFERENCE_TYPE = "4"


def icon(call: CompanionCall, schema: NumberedSchema, key: str | None) -> dict[str, Any]:
    """Return the icon with *key* as answers show it, that of any object if there is none."""
    shown = key if key and key in schema.icons else GLOBAL_ICONS[0]
    names = {i.key: i.name or i.key for i in schema.content.icons}
    number = schema.icons[shown]

    def url(size: int) -> str:
        return call.url(f"icon/{number}/icon.png?size={size}")

    name = names.get(shown, shown)
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
