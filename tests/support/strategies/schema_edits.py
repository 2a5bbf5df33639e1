"""What people do to types and attributes. Each edit changes the document in place."""

from hypothesis import strategies as st

from tests.support.strategies.documents import ICONS, Json, all_types, point, reference, roots
from tests.support.strategies.picking import (
    Draw,
    a_type,
    an_attribute,
    detach,
    fresh,
    mappings_of,
    new_mapping,
    pick,
    replace,
)


def name_schema(document: Json, draw: Draw) -> None:
    named = draw(st.sampled_from(("Renamed", "Named")))
    document["schema"]["objectSchema"] |= {"name": named, "description": f"{named} anew"}


def describe_type(document: Json, draw: Draw) -> None:
    a_type(document, draw)["description"] = draw(st.sampled_from(("", "other", "another")))


def rename_type(document: Json, draw: Draw) -> None:
    """Without external ids this is another type, and the old one is gone."""
    chosen = a_type(document, draw)
    if chosen["name"]:
        replace(document, chosen["name"], f"{chosen['name']} renamed")


def move_type(document: Json, draw: Draw) -> None:
    chosen = pick(draw, [t for t in all_types(document) if t not in roots(document)])
    detach(document, chosen)
    if chosen["name"]:
        target = pick(draw, all_types(document))
        home = draw(st.sampled_from((target.setdefault("children", []), roots(document))))
        home.append(chosen)


def drop_type(document: Json, draw: Draw) -> None:
    chosen = a_type(document, draw)
    if len(roots(document)) > 1 or chosen is not roots(document)[0]:
        detach(document, chosen)


def add_root(document: Json, draw: Draw) -> None:
    roots(document).append(_new_type(document, draw))


def add_child(document: Json, draw: Draw) -> None:
    """A branch: a type with a child, that refers to a type which was there."""
    made = _new_type(document, draw)
    a_type(document, draw).setdefault("children", []).append(made)
    if draw(st.booleans()):
        made["children"] = [fresh(document, attributes=[])]


def _new_type(document: Json, draw: Draw) -> Json:
    made = fresh(document)
    ids = {"externalId": f"{made['externalId']}/r"} if "externalId" in made else {}
    made["attributes"] = [reference(a_type(document, draw), name="Refers to", **ids)]
    if draw(st.booleans()):
        mappings_of(document).append(new_mapping(made))
    return made


def set_icon(document: Json, draw: Draw) -> None:
    a_type(document, draw)["iconKey"] = draw(st.sampled_from(ICONS))


def note_inheritance(document: Json, draw: Draw) -> None:
    a_type(document, draw)["inheritance"] = draw(st.booleans())


def add_attribute(document: Json, draw: Draw) -> None:
    a_type(document, draw).setdefault("attributes", []).append(fresh(document, type="text"))


def add_reference(document: Json, draw: Draw) -> None:
    made = reference(a_type(document, draw), **fresh(document))
    a_type(document, draw).setdefault("attributes", []).append(made)


def describe_attribute(document: Json, draw: Draw) -> None:
    an_attribute(document, draw)["description"] = draw(st.sampled_from(("", "other", "another")))


def rename_attribute(document: Json, draw: Draw) -> None:
    chosen = an_attribute(document, draw)
    if chosen["name"]:
        replace(document, chosen["name"], f"{chosen['name']} renamed")


def retype(document: Json, draw: Draw) -> None:
    chosen = an_attribute(document, draw, "text", "textarea")
    chosen["type"] = "text" if chosen["type"] == "textarea" else "textarea"


def retarget(document: Json, draw: Draw) -> None:
    point(an_attribute(document, draw, "referenced_object"), a_type(document, draw))


def relabel(document: Json, draw: Draw) -> None:
    attributes = [a for a in a_type(document, draw).get("attributes", []) if a["name"] != "Key"]
    for attribute in attributes:
        attribute.pop("label", None)
    pick(draw, attributes)["label"] = True


def set_cardinality(document: Json, draw: Draw) -> None:
    low, high = draw(st.sampled_from(((0, 1), (1, 1), (0, -1), (2, 5))))
    an_attribute(document, draw).update(minimumCardinality=low, maximumCardinality=high)


def toggle_unique(document: Json, draw: Draw) -> None:
    chosen = an_attribute(document, draw)
    chosen["unique"] = not chosen.get("unique")


def set_type_values(document: Json, draw: Draw) -> None:
    values = st.sampled_from(([], ["Active"], ["Retired"], ["Active", "Retired"]))
    an_attribute(document, draw, "status")["typeValues"] = draw(values)


def drop_attribute(document: Json, draw: Draw) -> None:
    object_type = a_type(document, draw)
    chosen = pick(draw, object_type.get("attributes", []))
    object_type["attributes"] = [a for a in object_type.get("attributes", []) if a is not chosen]


def change_id(document: Json, draw: Draw) -> None:
    """The same name under another external id."""
    chosen = draw(st.sampled_from((a_type(document, draw), an_attribute(document, draw))))
    if "externalId" in chosen:
        replace(document, chosen["externalId"], f"{chosen['externalId']}*")


SCHEMA_EDITS = (
    describe_type, rename_type, move_type, drop_type, add_root, add_child, set_icon,
    note_inheritance, add_attribute, add_reference, describe_attribute, rename_attribute, retype,
    retarget, relabel, set_cardinality, toggle_unique, set_type_values, drop_attribute, change_id,
)  # fmt: skip
