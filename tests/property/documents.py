"""Random documents as people write them: valid by the payload schemas and by validate."""

import copy
from typing import Any

from hypothesis import strategies as st

TYPES = ("text", "integer", "boolean", "double", "date", "url", "email", "textarea", "select")
WORDS = ("Server", "Disk", "Person", "Site", "Rack", "Volume", "Cluster", "Owner", "Serial")
texts = st.sampled_from(("", "found during scanning", "as entered — 100 % by hand", 'a "b" \\ c'))
Json = dict[str, Any]


@st.composite
def attributes(draw: st.DrawFn, path: str, count: int, ids: bool) -> list[Json]:  # noqa: FBT001
    made = []
    for i in range(count):
        attribute: Json = {
            "name": f"{draw(st.sampled_from(WORDS))} {i}",
            "description": draw(texts),
            "type": "text" if i == 0 else draw(st.sampled_from(TYPES)),
        }
        if i == 0:
            attribute["label"] = True
        if ids:
            attribute["externalId"] = f"{path}/{i}"
            if draw(st.booleans()):
                low = draw(st.integers(0, 2))
                attribute["minimumCardinality"] = low
                attribute["maximumCardinality"] = draw(st.sampled_from((-1, low or 1, low + 3)))
            if draw(st.booleans()):
                attribute["unique"] = draw(st.booleans())
        made.append(attribute)
    return made


@st.composite
def object_types(draw: st.DrawFn, path: str, depth: int, ids: bool) -> list[Json]:  # noqa: FBT001
    made = []
    for i in range(draw(st.integers(1 if depth == 0 else 0, 3 - depth))):
        here = f"{path}-{i}"
        object_type: Json = {
            "name": f"{draw(st.sampled_from(WORDS))} {here}",
            "description": draw(texts),
            "attributes": draw(attributes(here, draw(st.integers(1, 4)), ids)),
        }
        if ids:
            object_type["externalId"] = f"type{here}"
        if depth < 2 and (children := draw(object_types(here, depth + 1, ids))):
            object_type["children"] = children
        made.append(object_type)
    return made


def walk(types: list[Json]) -> list[Json]:
    """Return all types, parents first."""
    found = []
    for object_type in types:
        found += [object_type, *walk(object_type.get("children", []))]
    return found


@st.composite
def documents(draw: st.DrawFn, *, ids: bool | None = None) -> Json:
    """A document, with external ids or without."""
    ids = draw(st.booleans()) if ids is None else ids
    roots = draw(object_types("", 0, ids))
    types = walk(roots)
    for object_type in types:
        if draw(st.booleans()):
            target = draw(st.sampled_from(types))
            reference: Json = {"name": "Refers to", "description": "", "type": "referenced_object"}
            if ids:
                reference["externalId"] = f"{object_type['externalId']}/ref"
                reference["referenceObjectTypeExternalId"] = target["externalId"]
            else:
                reference["referenceObjectTypeName"] = target["name"]
            object_type["attributes"].append(reference)
        if ids and draw(st.booleans()):
            object_type["attributes"].append(
                {
                    "externalId": f"{object_type['externalId']}/state",
                    "name": "State",
                    "description": "",
                    "type": "status",
                    "typeValues": draw(
                        st.sampled_from((["Active"], ["Active", "Retired"], ["Retired"]))
                    ),
                }
            )
    mapped = [t for t in types if draw(st.booleans())]
    document: Json = {
        "schema": {
            "objectSchema": {"name": "Random", "description": "", "objectTypes": roots},
        },
        "mapping": {"objectTypeMappings": [draw(mappings(t, ids)) for t in mapped]},
    }
    if ids and draw(st.booleans()):
        document["schema"]["statusSchema"] = {
            "statuses": [
                {"name": n, "description": "", "category": "active"} for n in ("Active", "Retired")
            ]
        }
    return document


@st.composite
def mappings(draw: st.DrawFn, object_type: Json, ids: bool) -> Json:  # noqa: FBT001
    """A mapping of a type, each attribute filled or not."""
    entries = []
    for i, attribute in enumerate(object_type["attributes"]):
        if i and not draw(st.booleans()):
            continue
        entry: Json = {
            "attributeName": attribute["name"],
            "attributeLocators": draw(st.sampled_from((["a"], ["a.b"], ["b", "a"]))),
        }
        if ids:
            entry["attributeExternalId"] = attribute["externalId"]
        if i == 0:
            entry["externalIdPart"] = True
        if attribute["type"] == "referenced_object":
            entry["objectMappingIQL"] = "Name = ${a}"
        entries.append(entry)
    mapping: Json = {
        "objectTypeName": object_type["name"],
        "selector": draw(st.sampled_from(("rows", "rows.inner"))),
        "description": draw(texts),
        "attributesMapping": entries,
    }
    if ids:
        mapping["objectTypeExternalId"] = object_type["externalId"]
    return mapping


@st.composite
def shuffled(draw: st.DrawFn, value: Any) -> Any:
    """The same document with every list that has no meaningful order in another one."""
    if isinstance(value, dict):
        return {
            k: v if k == "attributeLocators" else draw(shuffled(v))
            for k, v in draw(st.permutations(list(value.items())))
        }
    if isinstance(value, list):
        return [draw(shuffled(v)) for v in draw(st.permutations(value))]
    return value


@st.composite
def edited(draw: st.DrawFn, document: Json) -> Json:
    """The document after somebody worked on it: some of it possible by PATCH, some not."""
    new = copy.deepcopy(document)
    for object_type in walk(new["schema"]["objectSchema"]["objectTypes"]):
        edit_type(object_type, draw(st.sampled_from(("leave", "leave", *TYPE_EDITS))))
        for attribute in list(object_type["attributes"]):
            edit = draw(st.sampled_from((*("leave",) * 5, "describe", "unique", "type", "drop")))
            if edit == "drop" and len(object_type["attributes"]) > 1:
                object_type["attributes"].remove(attribute)
                _unmap(new, object_type, attribute)
            else:
                edit_attribute(attribute, edit)
    for mapping in new["mapping"]["objectTypeMappings"]:
        if draw(st.booleans()):
            mapping["selector"] += ".deeper"
        for entry in mapping["attributesMapping"]:
            if draw(st.booleans()):
                entry["attributeLocators"] = [*entry["attributeLocators"], "c"]
    return new


TYPE_EDITS = ("describe", "attribute", "child", "rename")


def edit_type(object_type: Json, edit: str) -> None:
    """Change a type in place; a type without external id is not renamed, but another one."""
    path = object_type.get("externalId")
    match edit:
        case "describe":
            object_type["description"] += "!"
        case "attribute":
            added: Json = {"name": "Brand new", "description": "", "type": "text"}
            object_type["attributes"].append(added | ({"externalId": f"{path}/n"} if path else {}))
        case "child":
            child: Json = {"name": "New child", "description": "", "attributes": []}
            child |= {"externalId": f"{path}/child"} if path else {}
            object_type.setdefault("children", []).append(child)
        case "rename" if path:
            object_type["name"] += " renamed"


def edit_attribute(attribute: Json, edit: str) -> None:
    """Change an attribute in place."""
    match edit:
        case "describe":
            attribute["description"] += "?"
        case "unique" if "externalId" in attribute:
            attribute["unique"] = not attribute.get("unique", False)
        case "type" if attribute["type"] == "text":
            attribute["type"] = "textarea"


def _unmap(document: Json, object_type: Json, attribute: Json) -> None:
    for mapping in document["mapping"]["objectTypeMappings"]:
        if mapping["objectTypeName"] == object_type["name"] or (
            mapping.get("objectTypeExternalId") == object_type.get("externalId", "")
        ):
            mapping["attributesMapping"] = [
                e for e in mapping["attributesMapping"] if e["attributeName"] != attribute["name"]
            ]
