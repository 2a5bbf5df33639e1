"""The site in Assets as people made it, and what they do there meanwhile.

Through the emulator's administration and the companion API, past the bad network.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from reconciler.emulator.faults import SCHEMA_CREDENTIAL

WORKSPACE = "acme"
SCHEMAS = {
    "Hardware": ("laptops", "monitors", "network"),
    "Software": ("applications", "licences"),
    "People": ("employees", "offices"),
    "Hardware (staging)": ("staging-laptops", "staging-monitors"),
    "Sandbox": ("sandbox",),
}
# Of types that people made themselves, the names and types of attributes; the first is the label.
BY_HAND = {
    "Employee": {
        "Name": "text",
        "Personnel Number": "text",
        "Work Email": "email",
        "Joined": "date",
    },
    "Office": {"City": "text", "Desks": "integer"},
}
# What they map of Employee in the UI.
LOCATORS = {"Name": "name", "Personnel Number": "number", "Work Email": "mail"}


def import_source(name: str) -> str:
    """Return the id of the import source *name*."""
    return f"6f3c1d2a-{name}"


@dataclass(frozen=True, kw_only=True)
class Assets:
    """The site at *url*, the emulator's own."""

    url: str
    token: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    def found(self) -> None:
        """Make the object schemas, the types of People, and configure employees in the UI."""
        for schema, sources in SCHEMAS.items():
            for source in sources:
                where = f"/emulator/workspace/{WORKSPACE}/sources/{import_source(source)}"
                self._ask("PUT", where, {"objectSchema": schema})
        self._by_hand("People", BY_HAND)
        employees = f"importsource/{import_source('employees')}"
        live = self._ask("GET", f"{employees}/schema-and-mapping")
        self._ask("PUT", f"{employees}/mapping", {**live, "mapping": _mapping(live)})

    def source_token(self, name: str) -> str:
        """Make a token of an import source."""
        made = self._ask("POST", f"importsource/{import_source(name)}/token")
        return str(made["token"])

    def describe(self, type_name: str, name: str, text: str) -> None:
        """Give an attribute another description."""
        found = self._type(type_name)
        attributes = self._ask("GET", f"objecttype/{found}/attributes")
        (wanted,) = [each["id"] for each in attributes if each["name"] == name]
        self._ask("PUT", f"objecttypeattribute/{found}/{wanted}", {"description": text})

    def add_attribute(self, schema: str, type_name: str, name: str) -> None:
        """Add an attribute for text to an object type that is there."""
        described = self._ask("GET", f"objecttype/{self._type(type_name)}").get("description", "")
        self._by_hand(schema, {type_name: {name: "text"}}, described)

    def _by_hand(
        self, schema: str, types: Mapping[str, Mapping[str, str]], described: str = ""
    ) -> None:
        where = f"/emulator/workspace/{WORKSPACE}/object-schemas/{schema}/types"
        made = {
            "name": schema,
            "description": "",
            "objectTypes": [_type(*t, described) for t in types.items()],
        }
        self._ask("POST", where, {"schema": {"objectSchema": made}})

    def _type(self, name: str) -> str:
        for schema in self._ask("GET", "objectschema/list")["values"]:
            if "staging" not in schema["name"]:
                for each in self._ask("GET", f"objectschema/{schema['id']}/objecttypes/flat"):
                    if each["name"] == name:
                        return str(each["id"])
        raise LookupError(name)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        base = f"{self.url}/workspace/{WORKSPACE}/v1/"
        url = httpx.URL(base).join(path)
        email, token = SCHEMA_CREDENTIAL.split(":")
        of_ours = path.startswith(("/emulator", "importsource"))
        auth = None if of_ours else httpx.BasicAuth(email, token)
        headers = {"Authorization": f"Bearer {self.token}"} if of_ours else {}
        answer = self.client.request(method, url, json=body, headers=headers, auth=auth)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def _type(name: str, attributes: Mapping[str, str], text: str) -> Mapping[str, Any]:
    described = [
        {"name": each, "externalId": f"{name} {each}", "description": "", "type": kind}
        | {"label": name in BY_HAND and number == 0}
        for number, (each, kind) in enumerate(attributes.items())
    ]
    return {"name": name, "externalId": name, "description": text, "attributes": described}


def _mapping(live: Mapping[str, Any]) -> Mapping[str, Any]:
    (employee,) = [
        t for t in live["schema"]["objectSchema"]["objectTypes"] if t["name"] == "Employee"
    ]
    return {
        "objectTypeMappings": [
            {
                "objectTypeExternalId": employee["externalId"],
                "objectTypeName": "Employee",
                "selector": "employees",
                "description": "",
                "attributesMapping": [
                    {
                        "attributeExternalId": each["externalId"],
                        "attributeName": each["name"],
                        "attributeLocators": [LOCATORS[each["name"]]],
                        "externalIdPart": each["name"] == "Personnel Number",
                    }
                    for each in employee["attributes"]
                    if each["name"] in LOCATORS
                ],
            }
        ]
    }
