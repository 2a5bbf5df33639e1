"""An object schema for tests of the companion API: devices with switches below, and their sites.

Two sources share it: `devices` maps Device and Site, `switches` maps Switch.
"""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from reconciler.semantics.questions import profile
from tests.support.stages.emulator_site import Site, attribute, document

V1 = "/jsm/assets/workspace/w/v1"
BASIC = f"Basic {base64.b64encode(SCHEMA_CREDENTIAL.encode()).decode()}"
DATA: dict[str, Any] = {
    "sites": [{"code": "BER"}, {"code": "HAM"}],
    "devices": [
        {"serial": "d1", "name": "One", "state": "Sound", "site": "BER", "tags": ["x", "y"]},
        {"serial": "d2", "name": "Two", "state": "Broken", "site": "HAM"},
        {"serial": "d3", "name": "Two"},
    ],
    "switches": [{"name": "sw-1", "ports": 8}],
}


def network(**switch: Any) -> dict[str, Any]:
    """Return the document, the type Switch with the keys *switch*."""
    at = {"type": "referenced_object", "referenceObjectTypeExternalId": "site"}
    return document(
        [
            _type(
                "device",
                "Device",
                attribute("serial", "Serial"),
                attribute("name", "Name", label=True),
                attribute("state", "State", type="status", typeValues=["Sound", "Broken"]),
                attribute("at", "At", **at),
                attribute("tags", "Tags", maximumCardinality=-1),
                iconKey="device",
                children=[
                    _type(
                        "switch",
                        "Switch",
                        attribute("switch-name", "Switch name", label=True),
                        attribute("ports", "Ports", type="integer"),
                        **switch,
                    )
                ],
            ),
            _type("site", "Site", attribute("code", "Code", label=True)),
        ],
        [],
    )


def _type(key: str, name: str, *attributes: Any, **keys: Any) -> dict[str, Any]:
    return {"externalId": key, "name": name, "description": "", "attributes": [*attributes]} | keys


def _mapping(key: str, name: str, selector: str, *entries: Any) -> dict[str, Any]:
    return {
        "objectTypeExternalId": key,
        "objectTypeName": name,
        "selector": selector,
        "description": "",
        "attributesMapping": [
            {"attributeExternalId": key, "attributeName": key, "attributeLocators": [locator]}
            | more
            for key, locator, more in entries
        ],
    }


_PART = {"externalIdPart": True}
MAPPINGS = {
    "devices": [
        _mapping(
            "device",
            "Device",
            "devices",
            ("serial", "serial", _PART),
            ("name", "name", {}),
            ("state", "state", {}),
            ("at", "site", {"objectMappingIQL": "Code = ${site}"}),
            ("tags", "tags", {}),
        ),
        _mapping("site", "Site", "sites", ("code", "code", _PART)),
    ],
    "switches": [
        _mapping(
            "switch", "Switch", "switches", ("switch-name", "name", _PART), ("ports", "ports", {})
        )
    ],
}
STATUSES = [
    {"name": name, "description": "", "category": category}
    for name, category in (("Sound", "active"), ("Broken", "inactive"), ("Retired", "inactive"))
]


def configurations(**switch: Any) -> dict[str, dict[str, Any]]:
    """Return what both sources are configured with."""
    schema = network(**switch)
    schema["schema"]["objectSchema"]["name"] = "Network"
    schema["schema"]["statusSchema"] = {"statuses": STATUSES}
    schema["schema"]["iconSchema"] = {
        "icons": [{"key": "device", "name": "A device", "png48": "iVBORw0KGgo="}]
    }
    return {
        source: {**schema, "mapping": {"objectTypeMappings": mappings}}
        for source, mappings in MAPPINGS.items()
    }


class Companion:
    """A site with the object schema Network, and a client of the companion API on it."""

    def __init__(
        self, *chosen: str, db: Path | None = None, switch: Any = None, **options: Any
    ) -> None:
        """Configure both sources; *chosen* are outcomes as the command line writes them."""
        self.site = Site(db, steps=0, profile=profile(chosen), **options)
        for source, body in configurations(**(switch or {})).items():
            where = f"/emulator/workspace/w/sources/{source}"
            self.site.call("PUT", where, {"objectSchema": "Network"})
            answer = self.site.call("PUT", f"{V1}/importsource/{source}/mapping", body)
            assert answer.status_code == 204, answer.text
        (self.schema,) = (s["id"] for s in self.get("objectschema/list")["values"])

    def imported(self, data: Any = None) -> "Companion":
        """Import *data* into both sources."""
        for source in MAPPINGS:
            where = f"{V1}/importsource/{source}/executions"
            links = self.site.call("POST", where).json()["links"]
            body = {"data": data or DATA, "completed": True}
            assert self.site.call("POST", links["submitResults"], body).status_code == 200
            while self.site.call("GET", links["getExecutionStatus"]).json()["status"] != "DONE":
                pass
        return self

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        """Ask the companion API with the schema credential."""
        url = path if path.startswith("/") else f"{V1}/{path}"
        text = f"{url}?{urlencode(query)}" if query else url
        return self.site.call(method, text, body, authorization=BASIC)

    def get(self, path: str, **query: Any) -> Any:
        """Return what GET answers with 200."""
        answer = self.call("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def types(self, **query: Any) -> dict[str, Any]:
        """Return all object types by name."""
        flat = self.get(f"objectschema/{self.schema}/objecttypes/flat", **query)
        return {each["name"]: each for each in flat}

    def type(self, name: str) -> str:
        """Return the path of the object type *name*."""
        return f"objecttype/{self.types()[name]['id']}"

    def attributes(self, name: str, **query: Any) -> dict[str, Any]:
        """Return the attributes of the object type *name* by name."""
        return {each["name"]: each for each in self.get(f"{self.type(name)}/attributes", **query)}

    def attribute(self, owner: str, name: str) -> str:
        """Return the path of PUT for an attribute."""
        ids = self.types()[owner]["id"], self.attributes(owner)[name]["id"]
        return "objecttypeattribute/" + "/".join(ids)

    def statuses(self) -> dict[str, Any]:
        """Return the statuses of the object schema by name."""
        found = self.get("config/statustype", objectSchemaId=self.schema)
        return {each["name"]: each for each in found}

    def put(self, path: str, **body: Any) -> Any:
        """Change by PUT, and return what is answered with 200."""
        answer = self.call("PUT", path, body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def refusal(self, method: str, path: str, **body: Any) -> Any:
        """Return the `errors`, or else the `errorMessages`, of a 400."""
        answer = self.call(method, path, body)
        assert answer.status_code == 400, answer.text
        said = answer.json()
        assert said.keys() == {"errorMessages", "errors"}
        return said["errors"] or said["errorMessages"]

    def count(self, query: str) -> int:
        """Return how many objects a query of AQL finds."""
        answer = self.call("POST", "object/aql/totalcount", {"qlQuery": query})
        assert answer.status_code == 200, answer.text
        total: int = answer.json()["totalCount"]
        return total

    def values(self, query: str) -> list[dict[str, list[str]]]:
        """Return the values of the objects that a query finds, by attribute name."""
        found = self.call("POST", "object/aql", {"qlQuery": query}).json()
        names = {a["id"]: a["name"] for a in found["objectTypeAttributes"]}
        return [
            {
                names.get(entry["objectTypeAttributeId"], "Key"): [
                    value["displayValue"] for value in entry["objectAttributeValues"]
                ]
                for entry in each["attributes"]
            }
            for each in found["values"]
        ]

    def live(self, source: str = "devices") -> Any:
        """Return what GET schema-and-mapping of a source shows."""
        return self.site.call("GET", f"{V1}/importsource/{source}/schema-and-mapping").json()

    def live_types(self, source: str = "devices") -> dict[str, Any]:
        """Return the object types that importsource shows, by external id."""
        found: dict[str, Any] = {}
        todo = list(self.live(source)["schema"]["objectSchema"]["objectTypes"])
        while todo:
            each = todo.pop()
            found[each["externalId"]] = each
            todo += each.get("children", ())
        return found

    def status_of(self, source: str) -> str:
        """Return the `validationStatusType` of a source."""
        status: str = self.get(f"importsource/{source}")["importStatus"]["validationStatusType"]
        return status
