"""Schema-and-mapping documents of any size, the same at every run: what is wanted, and live.

`wanted` is what an author writes: defaults left out, icons and statuses there. `answer` is what GET
says right after it was PUT: the system's Key, defaults filled in, attributes in another order, no
icons and statuses. `drifted` is an answer, or a document, that somebody changed.
"""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from benchmarks.page import ROOT

Json = dict[str, Any]

SIZES = {"S": (10, 8), "1k": (50, 20), "M": (100, 20), "L": (1000, 30), "XL": (5000, 40)}
PAYLOAD = ROOT / "reconciler/manifest/schemas/payload-2023-10-19.schema.json"
_KINDS = (
    *("text",) * 6,
    *("integer", "boolean", "double", "date", "date_time", "url", "email", "textarea", "select"),
    *("ipaddress", "referenced_object", "referenced_object", "status"),
)
_NOUNS = (
    *("Server", "Disk", "Laptop", "Router", "Switch", "License", "Contract", "Person"),
    *("Site", "Rack", "Volume", "Service", "Cluster", "Pod", "Queue"),
)
_WORDS = (
    *("primary", "serial", "vendor", "model", "owner", "cost", "region", "build"),
    *("patch", "warranty", "asset", "tag", "port", "speed", "usage", "health", "tier"),
)
_STATUSES = ("Active", "Retired", "In Stock", "Broken", "On Order")
_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAAAAAByaaZbAAAAIElEQVR4nGOIIhEwjGoY1TCqYVTDqIZRDaMa"
    "RjWMLA0A0zcqLsstWXwAAAAASUVORK5CYII="
)
_DEFAULTS = {"label": False, "minimumCardinality": 0, "maximumCardinality": 1, "unique": False}
_KEY = {
    "name": "Key",
    "description": "",
    "type": "text",
    "label": False,
    "minimumCardinality": 1,
    "maximumCardinality": 1,
    "unique": False,
}
_DEEPEST = 3


def wanted(size: str) -> Json:
    """Return the document of *size* as its author writes it."""
    types, attributes = SIZES[size]
    rng = random.Random(1)
    names = [f"{rng.choice(_NOUNS)} {i}" for i in range(types)]
    ids = [name.lower().replace(" ", "-") for name in names]
    nodes: list[Json] = []
    mappings: list[Json] = []
    roots: list[Json] = []
    depths: list[int] = []
    selectors: list[str] = []
    for i, name in enumerate(names):
        pairs = [_attribute(rng, j, names, ids, i) for j in range(attributes)]
        node = {
            "externalId": f"object-type/{ids[i]}",
            "name": name,
            "description": f"A {name.lower()} found during scanning",
            "attributes": [attribute for attribute, _ in pairs],
        }
        if i % 10 == 0:
            node["iconKey"] = f"icon-{i % 7}"
        parent = i
        while i >= max(1, types // 8) and (parent == i or depths[parent] >= _DEEPEST):
            parent = rng.randrange(i)
        if parent == i:
            roots.append(node)
        else:
            nodes[parent].setdefault("children", []).append(node)
        depths.append(1 if parent == i else depths[parent] + 1)
        selectors.append(f"t{i}" if parent == i else f"{selectors[parent]}.t{i}")
        nodes.append(node)
        mappings.append(
            {
                "objectTypeExternalId": node["externalId"],
                "objectTypeName": name,
                "selector": selectors[i],
                "description": f"Mapping for {name}",
                "attributesMapping": [mapping for _, mapping in pairs],
            }
        )
    icons = [{"key": f"icon-{i}", "name": f"Icon {i}", "png48": _PNG} for i in range(7)]
    statuses = [{"name": s, "description": "", "category": "active"} for s in _STATUSES]
    title = f"Generated {types}x{attributes}"
    return {
        "schema": {
            "objectSchema": {"name": title, "description": "Generated", "objectTypes": roots},
            "iconSchema": {"icons": icons},
            "statusSchema": {"statuses": statuses},
        },
        "mapping": {"objectTypeMappings": mappings},
    }


def _attribute(
    rng: random.Random, j: int, names: list[str], ids: list[str], i: int
) -> tuple[Json, Json]:
    """Return attribute *j* of type *i*, and its mapping."""
    word = _WORDS[j % len(_WORDS)]
    kind = "text" if j == 0 else rng.choice(_KINDS)
    made: Json = {
        "externalId": f"object-type-attribute/{ids[i]}/{word}-{j}",
        "name": f"{word.title()} {j}",
        "description": f"The {word} of this {names[i]}, field {j}, as scanned",
        "type": kind,
    }
    mapped: Json = {
        "attributeExternalId": made["externalId"],
        "attributeName": made["name"],
        "attributeLocators": [f"{word}{j}"],
    }
    if j == 0:
        made |= {"label": True, "minimumCardinality": 1, "maximumCardinality": 1, "unique": True}
        mapped["externalIdPart"] = True
    elif rng.random() < 0.15:  # noqa: PLR2004 - that share is mandatory
        made["minimumCardinality"] = 1
    if kind == "referenced_object":
        k = rng.randrange(len(names))
        made |= {
            "referenceObjectTypeName": names[k],
            "referenceObjectTypeExternalId": f"object-type/{ids[k]}",
            "maximumCardinality": rng.choice([1, 1, -1]),
        }
        mapped["objectMappingIQL"] = f'"Primary 0" = ${{{word}{j}}}'
    elif kind == "status":
        made["typeValues"] = rng.sample(_STATUSES, 3)
    elif kind == "select":
        made["maximumCardinality"] = 5
    if rng.random() < 0.05:  # noqa: PLR2004 - that share has a second locator
        mapped["attributeLocators"].append(f"{word}{j}_alt")
    return made, mapped


def _types(document: Json) -> Iterator[Json]:
    stack = list(reversed(document["schema"]["objectSchema"]["objectTypes"]))
    while stack:
        each = stack.pop()
        yield each
        stack.extend(reversed(each.get("children", ())))


def answer(document: Json) -> Json:
    """Return what GET schema-and-mapping says of *document*."""
    rng = random.Random(2)
    made = copy.deepcopy(document)
    del made["schema"]["iconSchema"], made["schema"]["statusSchema"]
    for each in _types(made):
        filled = [a | {k: a.get(k, v) for k, v in _DEFAULTS.items()} for a in each["attributes"]]
        rng.shuffle(filled)
        each["attributes"] = [dict(_KEY), *filled]
    for mapping in made["mapping"]["objectTypeMappings"]:
        for each in mapping["attributesMapping"]:
            each.setdefault("externalIdPart", False)
    return made


def drifted(document: Json, percent: float) -> Json:
    """Return *document* with *percent* of its descriptions and of its locators edited.

    A quarter of that share of attributes and of leaf types is gone, with what refers to them, and
    of attributes is there in addition.
    """
    share = percent / 100
    rng = random.Random(3)
    made = copy.deepcopy(document)
    gone: set[str] = set()
    schema = made["schema"]["objectSchema"]
    schema["objectTypes"] = _pruned(schema["objectTypes"], share, rng, gone)
    for each in _types(made):
        each["attributes"] = list(_edited(each["attributes"], share, rng, gone))
    mappings = made["mapping"]["objectTypeMappings"]
    mappings[:] = [m for m in mappings if m["objectTypeExternalId"] not in gone]
    for mapping in mappings:
        kept = [a for a in mapping["attributesMapping"] if a["attributeExternalId"] not in gone]
        for each in kept:
            if rng.random() < share:
                each["attributeLocators"] = [f"{each['attributeLocators'][0]}_old"]
        mapping["attributesMapping"] = kept
    return made


def _pruned(types: list[Json], share: float, rng: random.Random, gone: set[str]) -> list[Json]:
    kept = []
    for each in types:
        children = each.pop("children", [])
        if not children and rng.random() < share / 4:
            gone.add(each["externalId"])
            continue
        if left := _pruned(children, share, rng, gone):
            each["children"] = left
        kept.append(each)
    return kept


def _edited(
    attributes: list[Json], share: float, rng: random.Random, gone: set[str]
) -> Iterator[Json]:
    for each in attributes:
        if "externalId" not in each or each.get("label"):
            yield each
        elif rng.random() < share / 4 or each.get("referenceObjectTypeExternalId") in gone:
            gone.add(each["externalId"])
        else:
            if rng.random() < share:
                each["description"] += " (edited)"
            yield each
            if rng.random() < share / 4:
                yield each | {key: f"{each[key]}-x" for key in ("externalId", "name")}


def spoiled(document: Json, faults: int) -> Json:
    """Return *document* with *faults* of the kinds that its JSON Schema refuses."""
    made = copy.deepcopy(document)
    attributes = [a for each in _types(made) for a in each["attributes"]]
    step = len(attributes) // faults
    for number, attribute in enumerate(attributes[::step][:faults]):
        match number % 4:
            case 0:
                attribute["type"] = "txt"
            case 1:
                del attribute["name"]
            case 2:
                attribute["minimumCardinality"] = "1"
            case _:
                attribute["description"] = number
    return made


def write(path: Path, document: Json) -> None:
    """Write *document* as the ending of *path* says; JSON as people lay it out."""
    with path.open("w", encoding="utf-8") as out:
        if path.suffix == ".yaml":
            yaml.dump(document, out, Dumper=yaml.CSafeDumper, sort_keys=False, width=120)
        else:
            json.dump(document, out, indent=2)
