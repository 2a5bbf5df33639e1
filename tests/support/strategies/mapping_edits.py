"""What people do to mappings, icons and statuses. Each edit changes the document in place."""

from hypothesis import strategies as st

from tests.support.strategies.documents import ICONS, Json, all_types, entry, image, roots
from tests.support.strategies.picking import (
    Draw,
    a_type,
    entries_of,
    mappings_of,
    new_mapping,
    pick,
    replace,
)

CATEGORIES = ("active", "inactive", "pending")


def map_type(document: Json, draw: Draw) -> None:
    mappings_of(document).append(new_mapping(a_type(document, draw)))


def unmap_type(document: Json, draw: Draw) -> None:
    chosen = pick(draw, mappings_of(document))
    mappings_of(document)[:] = [m for m in mappings_of(document) if m is not chosen]


def reselect(document: Json, draw: Draw) -> None:
    pick(draw, mappings_of(document))["selector"] = draw(st.sampled_from(("rows", "elsewhere")))


def describe_mapping(document: Json, draw: Draw) -> None:
    pick(draw, mappings_of(document))["description"] = draw(st.sampled_from(("", "other")))


def note_values(document: Json, draw: Draw) -> None:
    values = st.sampled_from(("IGNORE", "ADD"))
    pick(draw, mappings_of(document))["unknownValues"] = draw(values)


def map_attribute(document: Json, draw: Draw) -> None:
    mapping = pick(draw, mappings_of(document))
    target = [t for t in all_types(document) if t["name"] == mapping.get("objectTypeName")]
    for attribute in [a for t in target[:1] for a in t.get("attributes", [])]:
        mapping.setdefault("attributesMapping", []).append(entry(attribute))


def unmap_attribute(document: Json, draw: Draw) -> None:
    mapping = pick(draw, mappings_of(document))
    if entries := mapping.get("attributesMapping"):
        entries.remove(pick(draw, entries))


def relocate(document: Json, draw: Draw) -> None:
    pick(draw, entries_of(document))["attributeLocators"] = draw(
        st.sampled_from((["a", "b"], ["c"]))
    )


def reidentify(document: Json, draw: Draw) -> None:
    chosen = pick(draw, entries_of(document))
    chosen["externalIdPart"] = not chosen.get("externalIdPart")


def requery(document: Json, draw: Draw) -> None:
    chosen = pick(draw, [e for e in entries_of(document) if "objectMappingIQL" in e])
    chosen["objectMappingIQL"] = draw(st.sampled_from(("Name = ${b}", "Serial = ${a}")))


def redraw(document: Json, draw: Draw) -> None:
    """An icon is new, or has another name or image."""
    icons = document["schema"].setdefault("iconSchema", {}).setdefault("icons", [])
    made = {"key": draw(st.sampled_from((*ICONS, "new"))), "name": draw(st.sampled_from(ICONS))}
    made["png48"] = image(draw(st.integers(0, 3)))
    icons[:] = [i for i in icons if i["key"] != made["key"]] + [made]


def drop_icon(document: Json, draw: Draw) -> None:
    icons = document["schema"].get("iconSchema", {}).get("icons", [])
    if len(icons) > 1:
        icons.remove(pick(draw, icons))


def restate(document: Json, draw: Draw) -> None:
    """A status is new, or is of another category."""
    if "externalId" in roots(document)[0]:
        statuses = document["schema"].setdefault("statusSchema", {}).setdefault("statuses", [])
        name = draw(st.sampled_from(("Active", "Retired", "Lost")))
        made = {"name": name, "description": "", "category": draw(st.sampled_from(CATEGORIES))}
        statuses[:] = [s for s in statuses if s["name"] != name] + [made]


def drop_status(document: Json, draw: Draw) -> None:
    """One that no attribute names."""
    statuses = document["schema"].get("statusSchema", {}).get("statuses", [])
    attributes = [a for t in all_types(document) for a in t.get("attributes", [])]
    named = {name for a in attributes for name in a.get("typeValues") or ()}
    gone = pick(draw, [s for s in statuses if s["name"] not in named])
    statuses[:] = [s for s in statuses if s is not gone]


def rename_status(document: Json, draw: Draw) -> None:
    """Wherever it is named, stated beside the document (`renamed_statuses`)."""
    statuses = document["schema"].get("statusSchema", {}).get("statuses", [])
    if name := pick(draw, statuses)["name"]:
        replace(document, name, f"{name} renamed")
        stated = document.setdefault("renamedStatuses", {})
        if f"{name} renamed" not in stated.values():  # one that was renamed before
            stated[name] = f"{name} renamed"


MAPPING_EDITS = (
    map_type, unmap_type, reselect, describe_mapping, note_values, map_attribute, unmap_attribute,
    relocate, reidentify, requery, redraw, drop_icon, restate,
)  # fmt: skip
