"""Each answer has the form that the OpenAPI document gives it."""

import functools
import json
from collections.abc import Mapping
from typing import Any

import jsonschema
import pytest

from reconciler.semantics.operations import COMPANION, ApiOperation
from tests.support.paths import SHARED
from tests.support.stages.companion import Companion

OPENAPI = SHARED / "openapi-assets.json"
# What the UI asks for, and no document has.
UNDOCUMENTED = {ApiOperation.LIST_SOURCES}
V1 = "/workspace/{workspace}/v1"
# The parameters that have another name there; the path of DELETE stands under that of POST.
PATHS = {
    "/objecttypeattribute/{type}/{id}": "/objecttypeattribute/{objectTypeId}/{id}",
    "/objecttypeattribute/{id}": "/objecttypeattribute/{objectTypeId}",
}


@functools.cache
def openapi() -> Any:
    if not OPENAPI.is_file():
        pytest.skip("../shared/openapi-assets.json is not there")
    return json.loads(OPENAPI.read_text("utf-8"))


def declared(operation: ApiOperation) -> Any:
    method, template = operation.method, operation.path
    path = template.removeprefix(V1)
    return openapi()["paths"][PATHS.get(path, path)][method.lower()]


def nullable(schema: Any) -> Any:
    """Return *schema* in the words of JSON Schema, which has no `nullable`."""
    if isinstance(schema, list):
        return [nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: nullable(value) for key, value in schema.items()}
    return {"anyOf": [made, {"type": "null"}]} if made.pop("nullable", None) is True else made


def faults(answer: Any, schema: Any) -> list[str]:
    """Return what of *answer* is not as *schema* says, and which keys it does not know."""
    components = {"components": nullable(openapi()["components"])}
    validator = jsonschema.Draft202012Validator(
        {**nullable(schema), **components}, format_checker=jsonschema.FormatChecker()
    )
    wrong = [f"{e.json_path}: {e.message}" for e in validator.iter_errors(answer)]
    return [*wrong, *unknown(answer, schema)]


def unknown(answer: Any, schema: Mapping[str, Any]) -> list[str]:
    """Return the keys of *answer* that the document does not have."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return unknown(answer, openapi()["components"]["schemas"][name])
    if isinstance(answer, list):
        return [fault for each in answer for fault in unknown(each, schema.get("items", {}))]
    if not isinstance(answer, dict) or "properties" not in schema:
        return []
    known = schema["properties"]
    return [
        fault
        for key, value in answer.items()
        for fault in (unknown(value, known[key]) if key in known else [f"unknown: {key}"])
    ]


def asked(companion: Companion) -> dict[ApiOperation, tuple[str, Any]]:
    """Return a path and a body for each operation, in an order in which all can be done."""
    types, statuses = companion.types(), companion.statuses()
    device, switch = (f"objecttype/{types[name]['id']}" for name in ("Device", "Switch"))
    tags = companion.attributes("Device")["Tags"]["id"]
    schema = f"objectschema/{companion.schema}"
    status = f"config/statustype/{statuses['Retired']['id']}"
    query = {"qlQuery": f"objectTypeId = {types['Device']['id']}"}
    icon = types["Device"]["icon"]["id"]
    serial = companion.attribute("Device", "Serial")
    op = ApiOperation
    return {
        op.LIST_OBJECT_SCHEMAS: ("objectschema/list?includeCounts=true", None),
        op.GET_OBJECT_SCHEMA: (schema, None),
        op.PUT_OBJECT_SCHEMA: (schema, {"description": "All of it"}),
        op.LIST_OBJECT_TYPES: (f"{schema}/objecttypes", None),
        op.LIST_ALL_OBJECT_TYPES: (f"{schema}/objecttypes/flat?includeObjectCounts=true", None),
        op.LIST_SCHEMA_ATTRIBUTES: (f"{schema}/attributes?extended=true", None),
        op.GET_OBJECT_TYPE: (switch, None),
        op.PUT_OBJECT_TYPE: (switch, {"name": "Core switch"}),
        op.MOVE_OBJECT_TYPE: (f"{switch}/position", {"position": 0}),
        op.LIST_TYPE_ATTRIBUTES: (f"{device}/attributes?includeValuesExist=true", None),
        op.PUT_ATTRIBUTE: (serial, {"name": "Serial number", "suffix": "x"}),
        op.LIST_STATUSES: (f"config/statustype?objectSchemaId={companion.schema}", None),
        op.GET_STATUS: (status, None),
        op.PUT_STATUS: (status, {"name": "Scrapped", "category": 0}),
        op.LIST_REFERENCE_TYPES: ("config/referencetype", None),
        op.LIST_ICONS: ("icon/global", None),
        op.GET_ICON: (f"icon/{icon}", None),
        op.FIND_OBJECTS: ("object/aql", query),
        op.COUNT_OBJECTS: ("object/aql/totalcount", query),
        op.GET_USAGE: ("usage", None),
        op.DELETE_STATUS: (status, None),
        op.DELETE_ATTRIBUTE: (f"objecttypeattribute/{tags}", None),
        op.DELETE_OBJECT_TYPE: (switch, None),
    }


def test_each_answer_and_each_body_conforms() -> None:
    openapi()
    companion = Companion().imported()
    operations = asked(companion)
    assert operations.keys() | UNDOCUMENTED == set(COMPANION)
    wrong = {}
    for operation, (path, body) in operations.items():
        there = declared(operation)
        answer = companion.call(operation.method, path, body)
        assert answer.status_code == 200, (operation, answer.text)
        content = there["responses"]["200"].get("content")
        if content is None:
            assert answer.content == b"", operation
            continue
        wrong[operation] = faults(answer.json(), content["application/json"]["schema"])
        if body is not None:
            wanted = there["requestBody"]["content"]["application/json"]["schema"]
            wrong[operation] += faults(body, wanted)
    assert {operation: each for operation, each in wrong.items() if each} == {}


def test_each_refusal_conforms() -> None:
    schemas = openapi()["components"]["schemas"]
    companion = Companion()
    said = companion.call("PUT", companion.type("Site"), {"name": "Site"}).json()
    assert faults(said, schemas["Errors"]) == []
    assert faults(companion.call("GET", "objecttype/999").json(), schemas["Errors"]) == []
    assert (
        faults(
            companion.site.call("GET", f"/jsm/assets{V1}/usage".format(workspace="w")).json(),
            schemas["GatewayError"],
        )
        == []
    )


def test_a_parameter_that_is_read_is_declared() -> None:
    read = {
        ApiOperation.LIST_OBJECT_SCHEMAS: {"startAt", "maxResults", "includeCounts"},
        ApiOperation.LIST_ALL_OBJECT_TYPES: {"includeObjectCounts"},
        ApiOperation.LIST_SCHEMA_ATTRIBUTES: {"extended", "onlyValueEditable", "query"},
        ApiOperation.LIST_TYPE_ATTRIBUTES: {
            *("onlyValueEditable", "orderByName", "query", "includeValuesExist"),
            "excludeParentAttributes",
        },
        ApiOperation.FIND_OBJECTS: {"startAt", "maxResults", "includeAttributes"},
        ApiOperation.LIST_STATUSES: {"objectSchemaId"},
        ApiOperation.LIST_REFERENCE_TYPES: {"objectSchemaId", "includeAll"},
    }
    for operation, names in read.items():
        assert names <= {each["name"] for each in declared(operation)["parameters"]}
