"""What an edit works with: one element of a document, a new one, a text everywhere."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.support.strategies.documents import Json, all_types, entry, identity, roots

Draw = Callable[[Any], Any]
Edit = Callable[[Json, Draw], None]
ALL = ("text", "textarea", "integer", "boolean", "double", "date", "url", "select", "status",
       "referenced_object")  # fmt: skip


def pick(draw: Draw, elements: list[Json]) -> Json:
    """One of *elements*; where there is none a stray one, in which an edit is lost."""
    return draw(st.sampled_from(elements)) if elements else {"name": "", "type": ""}


def a_type(document: Json, draw: Draw) -> Json:
    return pick(draw, all_types(document))


def an_attribute(document: Json, draw: Draw, *types: str) -> Json:
    found = [a for t in all_types(document) for a in t.get("attributes", [])]
    return pick(draw, [a for a in found if a["name"] != "Key" and a["type"] in (types or ALL)])


def mappings_of(document: Json) -> list[Json]:
    found: list[Json] = document["mapping"]["objectTypeMappings"]
    return found


def entries_of(document: Json) -> list[Json]:
    return [e for m in mappings_of(document) for e in m.get("attributesMapping", [])]


def fresh(document: Json, **fields: Any) -> Json:
    """An element that is not there yet, with an external id where the document has them."""
    text, root = json.dumps(document), roots(document)[0]
    n = next(n for n in range(1000) if f"New {n}" not in text)
    ids = {"externalId": f"{root['externalId']}+{n}"} if "externalId" in root else {}
    return {"name": f"New {n}", "description": "", **ids, **fields}


def new_mapping(object_type: Json) -> Json:
    ids = {"objectTypeExternalId": identity(object_type)} if "externalId" in object_type else {}
    return {"objectTypeName": object_type["name"], "selector": "new", "description": "", **ids,
            "attributesMapping": [entry(a) for a in object_type.get("attributes", [])]}  # fmt: skip


def replace(document: Json, old: str, new: str) -> None:
    """Put *new* wherever the document has the text *old*."""
    text = json.dumps(document).replace(json.dumps(old), json.dumps(new))
    document.update(json.loads(text))


def detach(document: Json, chosen: Json) -> None:
    for siblings in [roots(document), *(t.get("children", []) for t in all_types(document))]:
        siblings[:] = [t for t in siblings if t is not chosen]
