"""Schema-and-mapping documents of any size, the same at every run: what is wanted, and live.

`wanted` is what an author writes: defaults left out, icons and statuses there. `answer` is what GET
says right after it was PUT: the system's Key, defaults filled in, attributes in another order, no
icons and statuses. `drifted` is an answer, or a document, that somebody changed.
"""

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from benchmarks.page import ROOT

Json = dict[str, Any]

# Types, and attributes of each.
SIZES = {
    "one": (1, 20),
    "S": (10, 8),
    "1k": (50, 20),
    "M": (100, 20),
    "L": (1000, 30),
    "XL": (5000, 40),
}
PAYLOAD = ROOT / "reconciler/manifest/schemas/payload-2023-10-19.schema.json"
_KINDS = (
    *("text",) * 6,
    *("integer", "boolean", "double", "date", "date_time", "url", "email", "textarea", "select"),
    *("ipaddress", "referenced_object", "referenced_object", "status"),
)
_NOUNS = ("Server", "Disk", "Laptop", "Router", "Switch", "License", "Contract", "Rack", "Cluster")
_WORDS = ("primary", "serial", "vendor", "model", "owner", "cost", "region", "build", "warranty")
_STATUSES = ("Active", "Retired", "In Stock", "Broken", "On Order")
_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAAAAAByaaZbAAAAIElEQVR4nGOIIhEwjGoY1TCqYVTDqIZRDaMa"
    "RjWMLA0A0zcqLsstWXwAAAAASUVORK5CYII="
)
_DEFAULTS = {"label": False, "minimumCardinality": 0, "maximumCardinality": 1, "unique": False}
_KEY = {"name": "Key", "description": "", "type": "text", **_DEFAULTS, "minimumCardinality": 1}
_DEEPEST = 3
# What entry n of the data holds for an attribute, where it is no plain text.
_VALUES: dict[str, Callable[[int], Any]] = {
    "integer": lambda n: n % 128,
    "boolean": lambda n: n % 3 == 0,
    "double": lambda n: n % 1000 / 7,
    "date": lambda n: f"20{n % 20 + 10}-{n % 12 + 1:02}-{n % 28 + 1:02}",
    "date_time": lambda n: f"2026-01-{n % 28 + 1:02}T{n % 24:02}:30:00Z",
    "url": lambda n: f"https://console.example.com/hosts/{n}",
    "email": lambda n: f"team-{n % 200}@example.com",
    "ipaddress": lambda n: f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}",
    "referenced_object": lambda n: f"host {n // 20}",
    "status": lambda n: _STATUSES[n % 3],
}


def wanted(size: str) -> Json:
    """Return the document of *size* as its author writes it."""
    count, attributes = SIZES[size]
    rng = random.Random(1)
    names = [f"{rng.choice(_NOUNS)} {i}" for i in range(count)]
    roots: list[Json] = []
    mappings: list[Json] = []
    parents: list[tuple[Json, int, str]] = []
    for i, name in enumerate(names):
        pairs = [_attribute(rng, i, j, names) for j in range(attributes)]
        node = {
            "externalId": _id(name),
            "name": name,
            "description": f"A {name.lower()} found during scanning",
            "attributes": [attribute for attribute, _ in pairs],
        }
        if i % 10 == 0:
            node["iconKey"] = f"icon-{i % 7}"
        if i < max(1, count // 8):
            siblings, depth, selector = roots, 1, f"t{i}"
        else:
            parent, above, path = rng.choice(parents)
            siblings, depth = parent.setdefault("children", []), above + 1
            selector = f"{path}.t{i}"
        siblings.append(node)
        if depth < _DEEPEST:
            parents.append((node, depth, selector))
        mappings.append(
            {
                "objectTypeExternalId": _id(name),
                "objectTypeName": name,
                "selector": selector,
                "description": f"Mapping for {name}",
                "attributesMapping": [mapping for _, mapping in pairs],
            }
        )
    icons = [{"key": f"icon-{i}", "name": f"Icon {i}", "png48": _PNG} for i in range(7)]
    statuses = [{"name": s, "description": "", "category": "active"} for s in _STATUSES]
    schema = {"name": "Generated", "description": "Generated", "objectTypes": roots}
    return {
        "schema": {
            "objectSchema": schema,
            "iconSchema": {"icons": icons},
            "statusSchema": {"statuses": statuses},
        },
        "mapping": {"objectTypeMappings": mappings},
    }


def _id(name: str) -> str:
    return f"object-type/{name.lower().replace(' ', '-')}"


def _attribute(rng: random.Random, i: int, j: int, names: list[str]) -> tuple[Json, Json]:
    """Return attribute *j* of type *i*, and its mapping."""
    word = _WORDS[j % len(_WORDS)]
    made: Json = {
        "externalId": f"{_id(names[i])}/{word}-{j}",
        "name": f"{word.title()} {j}",
        "description": f"The {word} of this {names[i]}, field {j}, as scanned",
        "type": rng.choice(_KINDS) if j else "text",
    }
    mapped: Json = {
        "attributeExternalId": made["externalId"],
        "attributeName": made["name"],
        "attributeLocators": [f"{word}{j}", f"{word}{j}_alt"][: 2 if j % 20 == 0 else 1],
    }
    if j == 0:
        made |= {"label": True, "minimumCardinality": 1, "maximumCardinality": 1, "unique": True}
        mapped["externalIdPart"] = True
    elif j % 7 == 0:
        made["minimumCardinality"] = 1
    if made["type"] == "referenced_object":
        to = rng.choice(names)
        made |= {"referenceObjectTypeName": to, "referenceObjectTypeExternalId": _id(to)}
        made["maximumCardinality"] = rng.choice([1, 1, -1])
        mapped["objectMappingIQL"] = f'"Primary 0" = ${{{word}{j}}}'
    elif made["type"] == "status":
        made["typeValues"] = list(_STATUSES[:3])
    elif made["type"] == "select":
        made["maximumCardinality"] = 5
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
    made = copy.deepcopy(document)
    schema, mappings = made["schema"]["objectSchema"], made["mapping"]["objectTypeMappings"]
    rng, share, gone = random.Random(3), percent / 100, set[str]()
    for each in _types(made):
        if "children" not in each and rng.random() < share / 4:
            gone.add(each["externalId"])
    schema["objectTypes"] = _without(gone, schema["objectTypes"])
    for each in _types(made):
        if children := _without(gone, each.pop("children", [])):
            each["children"] = children
        each["attributes"] = list(_edited(each["attributes"], share, rng, gone))
    mappings[:] = _without(gone, mappings, "objectTypeExternalId")
    for mapping in mappings:
        kept = _without(gone, mapping["attributesMapping"], "attributeExternalId")
        for each in kept:
            if rng.random() < share:
                each["attributeLocators"] = [f"{each['attributeLocators'][0]}_old"]
        mapping["attributesMapping"] = kept
    return made


def edited(document: Json) -> Json:
    """Return *document* with another description of an attribute in its middle."""
    made = copy.deepcopy(document)
    types = [*_types(made)]
    types[len(types) // 2]["attributes"][1]["description"] += " (edited)"
    return made


def _without(gone: set[str], elements: list[Json], key: str = "externalId") -> list[Json]:
    return [each for each in elements if each[key] not in gone]


def _edited(
    attributes: list[Json], share: float, rng: random.Random, gone: set[str]
) -> Iterator[Json]:
    for each in attributes:
        if "externalId" not in each or each.get("label"):
            yield each
        elif rng.random() < share / 4 or each.get("referenceObjectTypeExternalId") in gone:
            gone.add(each["externalId"])
        else:
            yield each | {"description": each["description"] + " (edited)" * (rng.random() < share)}
            if rng.random() < share / 4:
                yield each | {key: f"{each[key]}-x" for key in ("externalId", "name")}


def spoiled(document: Json, faults: int) -> Json:
    """Return *document* with *faults* of the kinds that its JSON Schema refuses."""
    made = copy.deepcopy(document)
    attributes = [a for each in _types(made) for a in each["attributes"]]
    step = len(attributes) // faults
    for number, attribute in enumerate(attributes[::step][:faults]):
        match number % 3:
            case 0:
                attribute["type"] = "txt"
            case 1:
                del attribute["name"]
            case _:
                attribute["description"] = number
    return made


def entries(document: Json, count: int) -> Iterator[Json]:
    """Yield *count* entries, no two alike, with a value for each attribute of the one type."""
    (kind,) = document["schema"]["objectSchema"]["objectTypes"]
    (mapping,) = document["mapping"]["objectTypeMappings"]
    locators = (each["attributeLocators"][0] for each in mapping["attributesMapping"])
    values = (_VALUES.get(each["type"], "host {}".format) for each in kind["attributes"])
    filled = tuple(zip(locators, values, strict=True))
    for n in range(count):
        yield {locator: value(n) for locator, value in filled}


def write(path: Path, document: Json) -> None:
    """Write *document* as the ending of *path* says; JSON as people lay it out."""
    with path.open("w", encoding="utf-8") as out:
        if path.suffix == ".yaml":
            yaml.dump(document, out, Dumper=yaml.CSafeDumper, sort_keys=False, width=120)
        else:
            json.dump(document, out, indent=2)
