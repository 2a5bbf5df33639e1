"""Data to preview: objects of 20 attributes, all filled, and the manifest that maps them.

Every object has two parts of its external id, a value of each type, a unique one, one of two
locators, one of a dotted locator, and a reference to another object.
"""

from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

# The attribute's type, its locators, and what else its definition says.
_FILLED: tuple[tuple[str, list[str], Json], ...] = (
    ("text", ["name"], {"label": True, "minimumCardinality": 1, "maximumCardinality": 1}),
    ("text", ["site"], {}),
    ("text", ["serial"], {"unique": True}),
    ("text", ["vendor", "model"], {}),
    ("text", ["place.room"], {}),
    ("integer", ["cpus"], {"minimumCardinality": 1, "maximumCardinality": 1}),
    ("integer", ["memory"], {}),
    ("double", ["load"], {}),
    ("boolean", ["virtual"], {}),
    ("date", ["bought"], {}),
    ("date_time", ["seen"], {}),
    ("time", ["backup"], {}),
    ("url", ["console"], {}),
    ("email", ["contact"], {}),
    ("ipaddress", ["addresses"], {"maximumCardinality": -1}),
    ("select", ["tier"], {}),
    ("textarea", ["notes"], {}),
    ("text", ["system"], {}),
    ("text", ["version"], {}),
)
_PARTS = frozenset({"name", "site"})
_REFERENCE = "host/runs-on"


def manifest() -> Json:
    """Return the manifest of one object type with 20 attributes, all filled."""
    defined = [
        _attribute(f"host/{number}", f"Attribute {number}", type=kind, **more)
        for number, (kind, _, more) in enumerate(_FILLED)
    ]
    refers = {"type": "referenced_object", "referenceObjectTypeExternalId": "host"}
    filled = [
        {
            "attributeExternalId": f"host/{number}",
            "attributeName": f"Attribute {number}",
            "attributeLocators": locators,
            "externalIdPart": locators[0] in _PARTS,
        }
        for number, (_, locators, _) in enumerate(_FILLED)
    ]
    filled.append(
        {
            "attributeExternalId": _REFERENCE,
            "attributeName": "Runs On",
            "attributeLocators": ["on"],
            "objectMappingIQL": '"Attribute 0" = ${on}',
        }
    )
    host = {
        "externalId": "host",
        "name": "Host",
        "description": "A host",
        "attributes": [*defined, _attribute(_REFERENCE, "Runs On", **refers)],
    }
    mapped = {
        "objectTypeExternalId": "host",
        "objectTypeName": "Host",
        "selector": "hosts",
        "description": "All hosts",
        "attributesMapping": filled,
    }
    schema = {"name": "Hosts", "description": "All hosts", "objectTypes": [host]}
    return {
        "source": "m",
        "schema": {"objectSchema": schema},
        "mapping": {"objectTypeMappings": [mapped]},
    }


def _attribute(external_id: str, name: str, **more: Any) -> Json:
    return {"externalId": external_id, "name": name, "description": "", **more}


def entries(objects: int) -> Iterator[Json]:
    """Yield the entries, no two alike."""
    for n in range(objects):
        yield {
            "name": f"host-{n:06}.example.com",
            "site": f"site-{n % 40}",
            "serial": f"SN{n * 7919:012}",
            "vendor": "Example Works",
            "model": f"Model {n % 25}",
            "place": {"room": f"Room {n % 300}", "floor": n % 9},
            "cpus": n % 128 + 1,
            "memory": 1024 * (n % 64 + 1),
            "load": n % 1000 / 7,
            "virtual": n % 3 == 0,
            "bought": f"20{n % 20 + 10}-{n % 12 + 1:02}-{n % 28 + 1:02}",
            "seen": f"2026-01-{n % 28 + 1:02}T{n % 24:02}:30:00Z",
            "backup": f"{n % 24:02}:{n % 60:02}:00",
            "console": f"https://console.example.com/hosts/{n}",
            "contact": f"team-{n % 200}@example.com",
            "addresses": [f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}", f"fd00::{n % 65536:x}"],
            "tier": f"tier-{n % 4}",
            "notes": f"Moved from rack {n % 500}; see the ticket before the next reboot",
            "system": f"Linux {n % 6}",
            "version": f"{n % 9}.{n % 31}.{n % 7}",
            "on": f"host-{n // 20:06}.example.com",
        }
