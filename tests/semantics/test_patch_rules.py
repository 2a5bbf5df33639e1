"""What PATCH can do, row by row of api.md#what-patch-changes: the body, and the PUT that it equals.

A rule's live document after the PATCH is, whole, the one that a PUT with the same
edits gives: what the body does not say is as it was.
"""

import pytest

from reconciler.model.document import Document
from reconciler.model.wire import write_document
from tests.support.documents.semantic_bodies import (
    live,
    of_attribute,
    of_entry,
    of_mapping,
    of_type,
    partial,
    patched,
)
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    attribute,
    map_attribute,
    mapping,
    refer,
    set_attribute,
    set_mapping,
    set_type,
    types,
)
from tests.support.stages.assumed import undocumented

DRIVE = ("drive", "Hard Drive")
SYSTEM = ("os", "Operating System")


def set_icons(*icons: Json) -> Edit:
    return lambda made: made["schema"].update(iconSchema={"icons": list(icons)})


def set_statuses(*statuses: Json) -> Edit:
    return lambda made: made["schema"].update(statusSchema={"statuses": list(statuses)})


def icon(key: str, name: str = "Disk", png48: str = "iVBO") -> Json:
    return {"key": key, "name": name, "png48": png48}


def status(name: str, description: str = "", category: str = "active") -> Json:
    return {"name": name, "description": description, "category": category}


def in_drive(*children: Json) -> Document:
    return partial(of_type(*DRIVE, description="A hard drive", children=list(children)))


def bare(external_id: str, name: str, *attributes: Json) -> Json:
    """A type with nothing that is not needed to name it."""
    return {"externalId": external_id, "name": name, "attributes": list(attributes)}


ICONS = set_icons(icon("disk"), icon("os"))
TWO_STATUSES = set_statuses(status("Active"), status("Retired", category="inactive"))

# The rule: the body, the edits that make live before, and those that make it after.
RULES: dict[str, tuple[Document, list[Edit], list[Edit]]] = {
    "a body that names a type and says nothing of it changes nothing": (
        partial(bare(*SYSTEM)), [set_type("os", description="kept", iconKey="k")],
        [set_type("os", description="kept", iconKey="k")],
    ),
    "a type's description": (
        partial(of_type(*SYSTEM, description="new")), [], [set_type("os", description="new")],
    ),
    "a nested type's description": (
        in_drive(of_type("file", "File", description="new")), [],
        [set_type("file", description="new")],
    ),
    "a description is emptied": (
        in_drive(of_type("file", "File", description="")), [], [set_type("file", description="")],
    ),
    "an attribute's description, all else in it kept": (
        partial(of_type(*SYSTEM, of_attribute("os-name", "Name", description="new"))),
        [set_attribute("os-name", unique=True, maximumCardinality=-1)],
        [set_attribute("os-name", unique=True, maximumCardinality=-1, description="new")],
    ),
    "an attribute that says nothing of its description keeps it": (
        partial(bare(*SYSTEM, {"externalId": "os-name", "name": "Name", "type": "text"})),
        [set_attribute("os-name", description="kept")],
        [set_attribute("os-name", description="kept")],
    ),
    "the icon of a type": (
        partial(of_type(*SYSTEM, iconKey="disk")), [set_type("os", iconKey="os")],
        [set_type("os", iconKey="disk")],
    ),
    "a type that says nothing of its icon keeps it": (
        partial(of_type(*SYSTEM)), [set_type("os", iconKey="os")], [set_type("os", iconKey="os")],
    ),
    "a new root type with attributes and children": (
        partial(of_type("room", "Room", of_attribute("room-name", "Name"),
                        children=[of_type("shelf", "Shelf", of_attribute("shelf-no", "No"))])),
        [],
        [add_type("room", "Room"), add_attribute("room", "room-name", "Name"),
         add_type("shelf", "Shelf", under="room"), add_attribute("shelf", "shelf-no", "No")],
    ),
    "a new child of a live type, and a grandchild, beside the child that lives": (
        in_drive(of_type("folder", "Folder", children=[of_type("inner", "Inner")])), [],
        [add_type("folder", "Folder", under="drive"), add_type("inner", "Inner", under="folder")],
    ),
    "a new attribute on a live type": (
        in_drive(of_type("file", "File", of_attribute("hash", "Hash"), description="A file")), [],
        [add_attribute("file", "hash", "Hash")],
    ),
    "the system Key in a new type is the server's own": (
        partial(of_type("room", "Room", of_attribute("k", "Key"))), [], [add_type("room", "Room")],
    ),
    "a new reference, its target beside it": (
        partial(of_type(*SYSTEM, of_attribute("home", "Home", type="referenced_object",
                                              referenceObjectTypeExternalId="drive")),
                bare(*DRIVE)),
        [], [refer("os", "home", "Home", to="drive")],
    ),
    "a reference sent as it is, by id and by name": (
        partial(bare(*DRIVE, of_attribute(
            "os-ref", "OS", type="referenced_object", description="new",
            referenceObjectTypeExternalId="os", referenceObjectTypeName="Operating System")),
            bare(*SYSTEM)),
        [], [set_attribute("os-ref", description="new")],
    ),
    "a reference sent as it is, by name alone": (
        partial(bare(*DRIVE, of_attribute(
            "os-ref", "OS", type="referenced_object", description="new",
            referenceObjectTypeName="Operating System")),
            bare(*SYSTEM)),
        [], [set_attribute("os-ref", description="new")],
    ),
    "the external id of a target decides, whatever its name says": (
        partial(bare(*DRIVE, of_attribute(
            "os-ref", "OS", type="referenced_object", description="new",
            referenceObjectTypeExternalId="os", referenceObjectTypeName="Windows")),
            bare(*SYSTEM)),
        [], [set_attribute("os-ref", description="new")],
    ),
    "a new icon, the live ones kept": (
        partial(bare(*SYSTEM), iconSchema={"icons": [icon("file")]}), [ICONS],
        [set_icons(icon("disk"), icon("file"), icon("os"))],
    ),
    "an icon's name and image overwritten": (
        partial(bare(*SYSTEM), iconSchema={"icons": [icon("disk", "New", "iVBORw")]}), [ICONS],
        [set_icons(icon("disk", "New", "iVBORw"), icon("os"))],
    ),
    "a new status, the live ones kept": (
        partial(bare(*SYSTEM), statusSchema={"statuses": [status("Lost")]}), [TWO_STATUSES],
        [set_statuses(status("Active"), status("Lost"), status("Retired", category="inactive"))],
    ),
    "a status changed": (
        partial(bare(*SYSTEM), statusSchema={"statuses": [status("Active", "In use", "pending")]}),
        [TWO_STATUSES],
        [set_statuses(status("Active", "In use", "pending"),
                      status("Retired", category="inactive"))],
    ),
    "a mapping is overwritten whole: the attributes that it does not list are unmapped": (
        partial(bare(*DRIVE), mappings=(
            of_mapping(*DRIVE, of_entry("os-ref", "OS", "system"), selector="new"),)),
        [],
        [set_mapping("drive", selector="new", attributesMapping=[
            of_entry("os-ref", "OS", "system")])],
    ),
    "a mapping of attributes that the schema part does not list": (
        partial(bare(*DRIVE), mappings=(
            of_mapping(*DRIVE, of_entry("duid", "DUID", "d"), of_entry("state", "State", "s")),)),
        [],
        [set_mapping("drive", selector="x", attributesMapping=[
            of_entry("duid", "DUID", "d"), of_entry("state", "State", "s")])],
    ),
    "a mapping of an inherited attribute": (
        partial(bare(*DRIVE) | {"children": [bare("file", "File")]}, mappings=(
            of_mapping("file", "File", of_entry("duid", "DUID", "d")),)),
        [],
        [set_mapping("file", selector="x", attributesMapping=[of_entry("duid", "DUID", "d")])],
    ),
    "a mapping of an attribute that comes with it": (
        partial(bare(*SYSTEM, of_attribute("maker", "Maker")), mappings=(
            of_mapping(*SYSTEM, of_entry("maker", "Maker", "m")),)),
        [],
        [add_attribute("os", "maker", "Maker"),
         lambda d: d["mapping"]["objectTypeMappings"].append(
             of_mapping(*SYSTEM, of_entry("maker", "Maker", "m")))],
    ),
    "a mapping for a type that had none": (
        partial(bare(*SYSTEM), mappings=(of_mapping(*SYSTEM, of_entry("os-name", "Name", "n")),)),
        [],
        [lambda d: d["mapping"]["objectTypeMappings"].append(
            of_mapping(*SYSTEM, of_entry("os-name", "Name", "n")))],
    ),
    "a mapping that names type and attributes by name alone": (
        partial(bare(*DRIVE), mappings=(
            of_mapping(None, "Hard Drive", of_entry(None, "DUID", "d"), selector="new"),)),
        [],
        [set_mapping("drive", selector="new", attributesMapping=[
            of_entry("duid", "DUID", "d")])],
    ),
    "the external id of a mapping decides, whatever its name says": (
        partial(
            bare(*DRIVE),
            mappings=(of_mapping("drive", "File", of_entry(None, "DUID", "d"), selector="new"),),
        ),
        [],
        [
            set_mapping(
                "drive",
                objectTypeName="File",
                selector="new",
                attributesMapping=[of_entry("duid", "DUID", "d")],
            )
        ],
    ),
    "mappings by names that nothing here has stand beside each other": (
        partial(bare(*SYSTEM), mappings=(of_mapping(None, "Users", selector="u"),
                                         of_mapping(None, "Groups", selector="g"))),
        [lambda d: d["mapping"]["objectTypeMappings"].append(
            of_mapping(None, "Users", selector="old"))],
        [lambda d: d["mapping"]["objectTypeMappings"].extend(
            [of_mapping(None, "Groups", selector="g"), of_mapping(None, "Users", selector="u")])],
    ),
    "keys that answers were seen with are kept, and overwritten where the body has them": (
        partial(bare(*SYSTEM, of_attribute("os-name", "Name")) | {"inheritance": True}),
        [set_type("os", inheritance=False, abstractObject=True)],
        [set_type("os", inheritance=True, abstractObject=True)],
    ),
    "an overwritten mapping has the unknown keys of the body alone": (
        partial(bare(*DRIVE), mappings=(
            of_mapping(*DRIVE, of_entry("duid", "DUID", "d", valueMapping={"a": "b"})),)),
        [set_mapping("drive", unknownValues="ADD")],
        [set_mapping("drive", selector="x", attributesMapping=[
            of_entry("duid", "DUID", "d", valueMapping={"a": "b"})])],
    ),
    "keys that no answer has are dropped everywhere": (
        partial(
            bare(*SYSTEM, of_attribute("os-name", "Name", colour="red")) | {"colour": "red"},
            mappings=(of_mapping(*SYSTEM, of_entry("os-name", "Name", "n", colour="red"),
                                 colour="red"),),
            iconSchema={"icons": [icon("disk") | {"colour": "red"}]},
            statusSchema={"statuses": [status("Active") | {"colour": "red"}]},
            colour="red",
        ),
        [],
        [set_icons(icon("disk")),
         lambda d: d["mapping"]["objectTypeMappings"].append(
             of_mapping(*SYSTEM, of_entry("os-name", "Name", "n")))],
    ),
    "the name and description of the object schema are the server's": (
        partial(bare(*SYSTEM)), [], [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES)
def test_patch_makes_of_live_what_a_put_of_it_all_would(rule: str) -> None:
    body, before, after = RULES[rule]
    assert patched(body, *before) == write_document(live(*after))


UNDOCUMENTED: dict[str, Json] = {
    "label": {"label": False},
    "minimumCardinality": {"minimumCardinality": 0},
    "maximumCardinality": {"maximumCardinality": 5},
    "unique": {"unique": True},
}


@pytest.mark.parametrize("case", UNDOCUMENTED)
@pytest.mark.parametrize("outcome", ["changes", "stays"])
def test_what_nobody_has_documented_is_done_or_not_done(case: str, outcome: str) -> None:
    fields = UNDOCUMENTED[case]
    body = partial(
        bare(*SYSTEM, of_attribute("os-name", "Name", description="new") | fields),
    )
    done = fields if outcome == "changes" else {}
    kept = {"label": True, "minimumCardinality": 1, "maximumCardinality": 1, "unique": False}
    assert patched(body, profile=undocumented(outcome)) == write_document(
        live(set_attribute("os-name", description="new", **kept | done))
    )


def test_the_statuses_of_an_attribute_are_undocumented_too() -> None:
    state = of_attribute("state", "State", type="status", typeValues=["Retired"])
    body = partial(bare(*DRIVE, state))
    assert attribute(patched(body), "state")["typeValues"] == ["Retired"]
    ignored = patched(body, profile=undocumented("stays"))
    assert attribute(ignored, "state")["typeValues"] == ["Active"]


def test_a_new_element_has_the_defaults_of_the_server() -> None:
    after = patched(partial(of_type("room", "Room", of_attribute("room-name", "Name", label=True))))
    made = attribute(after, "room-name")
    assert (made["minimumCardinality"], made["maximumCardinality"]) == (1, 1)
    assert (made["label"], made["unique"]) == (True, False)


def test_what_comes_without_an_external_id_is_given_one_by_its_name_path() -> None:
    nested = {"name": "Folder", "description": "", "attributes": [
        {"name": "Path", "description": "", "type": "text"}], "children": [
            {"name": "Inner", "description": ""}]}  # fmt: skip
    body = partial(
        bare(*DRIVE) | {"children": [nested]},
        mappings=(of_mapping(None, "Folder", of_entry(None, "Path", "p")),),
    )
    after = patched(body)
    prefix = "generated/Hard Drive/Folder"
    assert types(after).keys() == {"drive", "file", "os", prefix, f"{prefix}/Inner"}
    mapped = mapping(after, prefix)["attributesMapping"]
    assert [e["attributeExternalId"] for e in mapped] == [f"{prefix}/Path"]


def test_the_order_of_live_is_by_identity_and_what_came_without_comes_first() -> None:
    named = {"name": "Z", "description": "", "type": "text"}
    body = partial(
        of_type("B", "B"),
        of_type("A", "C"),
        {"name": "Z", "description": ""},
        bare(*SYSTEM, of_attribute("A1", "Y"), of_attribute("B1", "X"), named),
        mappings=(
            of_mapping("B", "B"),
            of_mapping("A", "C"),
            of_mapping(None, "Users"),
        ),
    )
    after = patched(body)
    roots = after["schema"]["objectSchema"]["objectTypes"]
    assert [t["externalId"] for t in roots] == ["generated/Z", "A", "B", "drive", "os"]
    assert [a["externalId"] for a in types(after)["os"]["attributes"]] == [
        "generated/Operating System/Z", "A1", "B1", "os-name",
    ]  # fmt: skip
    assert [m.get("objectTypeExternalId") for m in after["mapping"]["objectTypeMappings"]] == [
        None, "A", "B", "drive", "file",
    ]  # fmt: skip


def test_a_mapped_attribute_may_be_one_that_only_live_has_by_name() -> None:
    """A name may belong to something that Assets has by itself: only ids are refused."""
    body = partial(
        bare(*DRIVE), mappings=(of_mapping(*DRIVE, of_entry(None, "Display Name", "d")),)
    )
    (entry,) = mapping(patched(body), "drive")["attributesMapping"]
    assert "attributeExternalId" not in entry
    assert patched(body, map_attribute("drive", "state", "State", "s")) == patched(body)
