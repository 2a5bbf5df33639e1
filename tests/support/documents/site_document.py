"""The document that most tables start from, and small edits of it; each serves many times."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from reconciler.model.document import Document
from reconciler.model.normalise import LiveDocument, normalise
from reconciler.model.wire import write_document

Json = dict[str, Any]
Edit = Callable[[Json], None]

DOCUMENT: Json = {
    "schema": {
        "objectSchema": {
            "name": "Disk Analysis Tool",
            "description": "",
            "objectTypes": [
                {
                    "externalId": "drive",
                    "name": "Hard Drive",
                    "description": "A hard drive",
                    "attributes": [
                        {"externalId": "duid", "name": "DUID", "description": "", "type": "text",
                         "label": True},
                        {"externalId": "os-ref", "name": "OS", "description": "",
                         "type": "referenced_object", "referenceObjectTypeExternalId": "os"},
                        {"externalId": "state", "name": "State", "description": "",
                         "type": "status", "typeValues": ["Active"]},
                    ],
                    "children": [
                        {
                            "externalId": "file",
                            "name": "File",
                            "description": "A file",
                            "attributes": [
                                {"externalId": "path", "name": "Path", "description": "",
                                 "type": "text", "label": True},
                                {"externalId": "size", "name": "Size", "description": "",
                                 "type": "integer"},
                            ],
                        }
                    ],
                },
                {
                    "externalId": "os",
                    "name": "Operating System",
                    "description": "",
                    "attributes": [
                        {"externalId": "os-name", "name": "Name", "description": "",
                         "type": "text", "label": True},
                    ],
                },
            ],
        },
        "statusSchema": {
            "statuses": [{"name": "Active", "description": "", "category": "active"}]
        },
    },
    "mapping": {
        "objectTypeMappings": [
            {
                "objectTypeExternalId": "drive",
                "objectTypeName": "Hard Drive",
                "selector": "drives",
                "description": "",
                "attributesMapping": [
                    {"attributeExternalId": "duid", "attributeName": "DUID",
                     "attributeLocators": ["id"], "externalIdPart": True},
                    {"attributeExternalId": "os-ref", "attributeName": "OS",
                     "attributeLocators": ["os"], "objectMappingIQL": "Name = ${os}"},
                ],
            },
            {
                "objectTypeExternalId": "file",
                "objectTypeName": "File",
                "selector": "drives.files",
                "description": "",
                "attributesMapping": [
                    {"attributeExternalId": "path", "attributeName": "Path",
                     "attributeLocators": ["path"], "externalIdPart": True},
                ],
            },
        ]
    },
}  # fmt: skip


def document(*edits: Edit) -> Json:
    """Return the document after the edits."""
    made = copy.deepcopy(DOCUMENT)
    for edit in edits:
        edit(made)
    return made


def types(made: Mapping[str, Any]) -> dict[str, Json]:
    """Return the object types by external id."""
    found: dict[str, Json] = {}
    stack = list(made["schema"]["objectSchema"]["objectTypes"])
    while stack:
        object_type = stack.pop()
        found[object_type["externalId"]] = object_type
        stack += object_type.get("children", [])
    return found


def attribute(made: Json, external_id: str) -> Json:
    """Return the attribute with that external id."""
    return next(
        a for t in types(made).values() for a in t["attributes"] if a["externalId"] == external_id
    )


def mapping(made: Json, external_id: str) -> Json:
    """Return the mapping of the type with that external id."""
    return next(
        m for m in made["mapping"]["objectTypeMappings"] if m["objectTypeExternalId"] == external_id
    )


def without_ids(made: Json) -> None:
    """Take the external ids away, and what the older schema does not know."""
    for object_type in types(made).values():
        for raw in (object_type, *object_type["attributes"]):
            del raw["externalId"]
            if raw.pop("referenceObjectTypeExternalId", None):
                raw["referenceObjectTypeName"] = "Operating System"
        object_type["attributes"] = [a for a in object_type["attributes"] if a["type"] != "status"]
    del made["schema"]["statusSchema"]
    for mapped in made["mapping"]["objectTypeMappings"]:
        del mapped["objectTypeExternalId"]
        for entry in mapped["attributesMapping"]:
            del entry["attributeExternalId"]


def set_in(find: Callable[..., Json], external_id: str, **fields: Any) -> Edit:
    """Return the edit that sets *fields* in what *find* finds."""
    return lambda made: find(made, external_id).update(copy.deepcopy(fields))


def set_schema(**fields: Any) -> Edit:
    """Return the edit that sets *fields* of the object schema itself."""
    return lambda made: made["schema"]["objectSchema"].update(fields)


def set_type(external_id: str, **fields: Any) -> Edit:
    """Return the edit that sets *fields* of a type."""
    return lambda made: types(made)[external_id].update(copy.deepcopy(fields))


def set_attribute(external_id: str, **fields: Any) -> Edit:
    """Return the edit that sets *fields* of an attribute."""
    return set_in(attribute, external_id, **fields)


def set_mapping(external_id: str, **fields: Any) -> Edit:
    """Return the edit that sets *fields* of a type's mapping."""
    return set_in(mapping, external_id, **fields)


def add_attribute(type_id: str, external_id: str, name: str, **fields: Any) -> Edit:
    """Return the edit that adds an attribute to a type."""
    new = {"externalId": external_id, "name": name, "description": "", "type": "text", **fields}
    return lambda made: types(made)[type_id]["attributes"].append(copy.deepcopy(new))


def drop_attribute(external_id: str) -> Edit:
    """Return the edit that takes an attribute away, mapping included."""

    def edit(made: Json) -> None:
        for object_type in types(made).values():
            object_type["attributes"] = [
                a for a in object_type["attributes"] if a["externalId"] != external_id
            ]
        for m in made["mapping"]["objectTypeMappings"]:
            m["attributesMapping"] = [
                e for e in m["attributesMapping"] if e["attributeExternalId"] != external_id
            ]

    return edit


def add_type(external_id: str, name: str, *, under: str | None = None, **fields: Any) -> Edit:
    """Return the edit that adds a type, as a root or under a parent."""
    new = {"externalId": external_id, "name": name, "description": "", "attributes": [], **fields}

    def edit(made: Json) -> None:
        if under is None:
            made["schema"]["objectSchema"]["objectTypes"].append(copy.deepcopy(new))
        else:
            types(made)[under].setdefault("children", []).append(copy.deepcopy(new))

    return edit


def drop_type(external_id: str) -> Edit:
    """Return the edit that takes a root or child type away, its mapping included."""

    def edit(made: Json) -> None:
        for level in [
            made["schema"]["objectSchema"]["objectTypes"],
            *(t.get("children", []) for t in types(made).values()),
        ]:
            level[:] = [t for t in level if t["externalId"] != external_id]
        made["mapping"]["objectTypeMappings"] = [
            m
            for m in made["mapping"]["objectTypeMappings"]
            if m["objectTypeExternalId"] != external_id
        ]

    return edit


def drop_mapping(external_id: str) -> Edit:
    """Return the edit that takes the mapping of a type away."""
    return lambda made: made["mapping"]["objectTypeMappings"].remove(mapping(made, external_id))


def refer(type_id: str, external_id: str, name: str, *, to: str) -> Edit:
    """Return the edit that adds an attribute that refers to another type."""
    return add_attribute(
        type_id, external_id, name, type="referenced_object", referenceObjectTypeExternalId=to
    )


def move_type(external_id: str, *, under: str | None) -> Edit:
    """Return the edit that hangs a type under another parent, or makes it a root."""

    def edit(made: Json) -> None:
        roots = made["schema"]["objectSchema"]["objectTypes"]
        moved = types(made)[external_id]
        for level in [roots, *(t.get("children", []) for t in types(made).values())]:
            level[:] = [t for t in level if t["externalId"] != external_id]
        (roots if under is None else types(made)[under].setdefault("children", [])).append(moved)

    return edit


def map_attribute(type_id: str, external_id: str, name: str, *locators: str, **more: Any) -> Edit:
    """Return the edit that maps one more attribute."""
    entry = {"attributeExternalId": external_id, "attributeName": name,
             "attributeLocators": list(locators), **more}  # fmt: skip
    return lambda made: mapping(made, type_id)["attributesMapping"].append(copy.deepcopy(entry))


def map_type(external_id: str, name: str) -> Edit:
    """Return the edit that maps one more type."""
    new = {"objectTypeExternalId": external_id, "objectTypeName": name, "selector": "x",
           "description": "", "attributesMapping": []}  # fmt: skip
    return lambda made: made["mapping"]["objectTypeMappings"].append(copy.deepcopy(new))


def hiding(live: Document) -> LiveDocument:
    """Return what a refresh reads of *live*: without what no answer was ever seen to show."""
    raw = write_document(live)
    raw["schema"].pop("iconSchema", None)
    raw["schema"].pop("statusSchema", None)
    for object_type in types(raw).values():
        object_type.pop("iconKey", None)
        for attribute in object_type.get("attributes", ()):
            attribute.pop("typeValues", None)
    return normalise(raw)
