"""Random documents as people write them: valid by the payload schemas and by validate."""

import base64
import struct
from typing import Any

from hypothesis import strategies as st

WORDS = ("Server", "Disk", "Person", "Site", "Rack", "Volume", "Cluster", "Owner", "Serial")
texts = st.sampled_from(("", "found during scanning", "as entered — 100 % by hand", 'a "b" \\ c'))
Json = dict[str, Any]

PLAIN: tuple[Json, ...] = tuple(
    {"type": t} for t in ("text", "integer", "boolean", "double", "date", "url", "textarea")
)
# What only a document with external ids can say of an attribute.
IDENTIFIED: tuple[Json, ...] = (
    {"type": "text", "unique": True},
    {"type": "text", "minimumCardinality": 0, "maximumCardinality": -1},
    {"type": "select", "minimumCardinality": 1, "maximumCardinality": 3},
    {"type": "integer", "minimumCardinality": 1, "unique": False},
    {"type": "status", "typeValues": ["Active"]},
    {"type": "status", "typeValues": ["Active", "Retired"]},
    {"type": "status"},
)
STATUSES = ("Active", "Retired")
ICONS = ("disk", "rack", "person")


def image(shade: int) -> str:
    """A 48×48 PNG by its header, which is all that anybody looks at."""
    header = struct.pack(">II", 48, 48) + bytes([8, 0, 0, 0, shade])
    return base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + header).decode()


@st.composite
def attributes(draw: st.DrawFn, path: str, ids: bool) -> list[Json]:  # noqa: FBT001
    made = []
    kinds = st.sampled_from(PLAIN + IDENTIFIED if ids else PLAIN)
    for i, kind in enumerate(draw(st.lists(kinds, min_size=1, max_size=4))):
        attribute: Json = {"name": f"{WORDS[i]} {i}", "description": draw(texts)}
        attribute |= {"type": "text", "label": True} if i == 0 else kind
        if ids:
            attribute["externalId"] = f"{path}/{i}"
        made.append(attribute)
    return made


@st.composite
def object_types(draw: st.DrawFn, path: str, depth: int, ids: bool) -> list[Json]:  # noqa: FBT001
    made = []
    for i in range(draw(st.integers(1 if depth == 0 else 0, max(2 - depth, 1)))):
        here = f"{path}-{i}"
        object_type: Json = {
            "name": f"{draw(st.sampled_from(WORDS))} {here}",
            "description": draw(texts),
            "attributes": draw(attributes(here, ids)),
        }
        if ids:
            object_type["externalId"] = f"type{here}"
        if depth < 2 and (children := draw(object_types(here, depth + 1, ids))):
            object_type["children"] = children
        made.append(object_type)
    return made


def roots(document: Json) -> list[Json]:
    """The root types of a document."""
    found: list[Json] = document["schema"]["objectSchema"]["objectTypes"]
    return found


def walk(types: list[Json]) -> list[Json]:
    """All types, parents first."""
    found = []
    for object_type in types:
        found += [object_type, *walk(object_type.get("children", []))]
    return found


def all_types(document: Json) -> list[Json]:
    """All types of a document, parents first."""
    return walk(roots(document))


def identity(element: Json) -> str:
    """What an element is known by: its external id, else its name."""
    return str(element.get("externalId") or element["name"])


def reference(target: Json, **more: Any) -> Json:
    """An attribute that refers to the type *target*."""
    made: Json = {"description": "", "type": "referenced_object", **more}
    point(made, target)
    return made


def point(attribute: Json, target: Json) -> None:
    """Let a reference attribute refer to *target*, by external id where there is one."""
    attribute.pop("referenceObjectTypeName", None)
    attribute.pop("referenceObjectTypeExternalId", None)
    by_id = "externalId" in target
    key = "referenceObjectTypeExternalId" if by_id else "referenceObjectTypeName"
    attribute[key] = identity(target)


@st.composite
def documents(draw: st.DrawFn, *, ids: bool | None = None, tag: str = "") -> Json:
    """A document, with external ids or without; all its ids and names hold *tag*."""
    ids = draw(st.booleans()) if ids is None else ids
    made = draw(object_types(tag, 0, ids))
    types = walk(made)
    for object_type in types:
        if draw(st.booleans()):
            target = draw(st.sampled_from(types))
            more = {"externalId": f"{object_type['externalId']}/ref"} if ids else {}
            object_type["attributes"].append(reference(target, name="Refers to", **more))
    schema: Json = {"objectSchema": {"name": "Random", "description": "", "objectTypes": made}}
    if draw(st.booleans()):
        schema["iconSchema"] = {
            "icons": [
                {"key": key, "name": key.title(), "png48": image(i)}
                for i, key in enumerate(draw(st.sampled_from((ICONS[:1], ICONS[:2], ICONS))))
            ]
        }
        for object_type in types:
            if draw(st.booleans()):
                object_type["iconKey"] = draw(st.sampled_from(ICONS))
    if ids and draw(st.booleans()):
        statuses = [{"name": n, "description": "", "category": "active"} for n in STATUSES]
        schema["statusSchema"] = {"statuses": statuses}
    if draw(st.booleans()):
        types[-1]["inheritance"] = draw(st.booleans())
    if draw(st.integers(0, 4)) == 4:
        types[0]["attributes"].append({"name": "Key", "description": "", "type": "text"})
    mapped = [draw(mappings(t, ids)) for t in types if draw(st.booleans())]
    return {"schema": schema, "mapping": {"objectTypeMappings": mapped}}


def defining_its_statuses(document: Json) -> Json:
    """The document with all statuses that its attributes may name, if it can have any."""
    if "externalId" in roots(document)[0]:
        statuses = [{"name": n, "description": "", "category": "active"} for n in STATUSES]
        document["schema"]["statusSchema"] = {"statuses": statuses}
    return document


@st.composite
def mappings(draw: st.DrawFn, object_type: Json, ids: bool) -> Json:  # noqa: FBT001
    """A mapping of a type, each attribute filled or not."""
    filled = [a for i, a in enumerate(object_type["attributes"]) if not i or draw(st.booleans())]
    mapping: Json = {
        "objectTypeName": object_type["name"],
        "selector": draw(st.sampled_from(("rows", "rows.inner"))),
        "description": draw(texts),
        "attributesMapping": [entry(a, first=not i) for i, a in enumerate(filled)],
    }
    if ids:
        mapping["objectTypeExternalId"] = object_type["externalId"]
    if draw(st.integers(0, 3)) == 3:
        mapping["unknownValues"] = draw(st.sampled_from(("IGNORE", "ADD")))
    return mapping


def entry(attribute: Json, *, first: bool = False) -> Json:
    """The mapping of an attribute; the *first* of a type identifies its objects."""
    made: Json = {"attributeName": attribute["name"], "attributeLocators": ["b", "a"]}
    if "externalId" in attribute:
        made["attributeExternalId"] = attribute["externalId"]
    if first:
        made["externalIdPart"] = True
    if attribute["type"] == "referenced_object":
        made["objectMappingIQL"] = "Name = ${a}"
    return made


@st.composite
def shuffled(draw: st.DrawFn, value: Any) -> Any:
    """The same document with every list that has no meaningful order in another one."""
    order = draw(st.randoms(use_true_random=False))

    def turned(inner: Any) -> Any:
        if isinstance(inner, dict):
            pairs = list(inner.items())
            order.shuffle(pairs)
            return {k: v if k == "attributeLocators" else turned(v) for k, v in pairs}
        if isinstance(inner, list):
            elements = list(inner)
            order.shuffle(elements)
            return [turned(v) for v in elements]
        return inner

    return turned(value)
