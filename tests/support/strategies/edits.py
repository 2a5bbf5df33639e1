"""A document after somebody worked on it: in the manifest, or by hand in Assets."""

import copy

from hypothesis import strategies as st

from tests.support.strategies.documents import Json, all_types, identity
from tests.support.strategies.mapping_edits import MAPPING_EDITS
from tests.support.strategies.picking import Edit, mappings_of
from tests.support.strategies.schema_edits import SCHEMA_EDITS

EDITS = SCHEMA_EDITS + MAPPING_EDITS


@st.composite
def edited(
    draw: st.DrawFn,
    document: Json,
    *,
    most: int = 8,
    least: int = 0,
    edits: tuple[Edit, ...] = EDITS,
) -> Json:
    """The document after somebody worked on it: some of it possible by PATCH, some not."""
    new = copy.deepcopy(document)
    for edit in draw(st.lists(st.sampled_from(edits), min_size=least, max_size=most)):
        edit(new, draw)
        _tidy(new)
    return new


def _tidy(document: Json) -> None:
    """Take away what an edit left dangling, or made twice."""
    types = {identity(t): t for t in all_types(document)}
    names = {t["name"]: t for t in types.values()}
    for object_type in types.values():
        object_type["attributes"] = [
            a for a in object_type.get("attributes", []) if _has_target(a, types, names)
        ]
        if not object_type.get("children", True):
            del object_type["children"]
    kept: dict[str, Json] = {}
    for mapping in mappings_of(document):
        key = mapping.get("objectTypeExternalId") or mapping["objectTypeName"]
        if (target := types.get(key) or names.get(key)) is None:
            continue
        known = {*map(identity, target["attributes"]), *(a["name"] for a in target["attributes"])}
        entries = {
            key: e
            for e in mapping.get("attributesMapping", [])
            if (key := e.get("attributeExternalId") or e["attributeName"]) in known
        }
        kept[identity(target)] = mapping | {"attributesMapping": list(entries.values())}
    mappings_of(document)[:] = kept.values()


def _has_target(attribute: Json, types: dict[str, Json], names: dict[str, Json]) -> bool:
    if attribute["type"] != "referenced_object":
        return True
    by_id = attribute.get("referenceObjectTypeExternalId")
    return by_id in types if by_id else attribute.get("referenceObjectTypeName") in names
