"""Attributes: what the list shows, what PUT changes and refuses, and what a delete takes along."""

from typing import Any

import pytest

from tests.support.stages.assumed import SHOWN
from tests.support.stages.companion import V1, Companion, configurations
from tests.support.stages.emulator_site import attribute


def wire(companion: Companion, key: str, name: str) -> dict[str, Any]:
    """Return an attribute as importsource shows it."""
    (found,) = (a for a in companion.live_types()[key]["attributes"] if a["name"] == name)
    return dict(found)


def entries(companion: Companion) -> dict[str, str]:
    """Return the names in the mapping of Device, by external id."""
    (mapping,) = (
        m
        for m in companion.live()["mapping"]["objectTypeMappings"]
        if m["objectTypeExternalId"] == "device"
    )
    return {e["attributeExternalId"]: e["attributeName"] for e in mapping["attributesMapping"]}


def test_the_list_has_the_attributes_that_assets_adds() -> None:
    shown = Companion().attributes("Switch")
    assert sorted(shown, key=lambda name: shown[name]["position"]) == [
        "Key",
        "Ports",
        "Switch name",
        "Created",
        "Updated",
    ]
    assert {name for name, each in shown.items() if each["system"]} == {"Key", "Created", "Updated"}
    for each in shown.values():
        assert each["editable"] is each["removable"] is not each["system"]
        assert each["objectType"]["name"] == "Switch"
        assert each["objectType"]["objectCount"] == 0


def test_the_kinds_are_numbers() -> None:
    companion = Companion()
    shown = companion.attributes("Device")
    statuses = companion.statuses()
    assert (shown["Serial"]["type"], shown["Serial"]["defaultType"]) == (
        0,
        {"id": 0, "name": "Text"},
    )
    assert (shown["At"]["type"], shown["At"]["referenceObjectTypeId"]) == (
        1,
        companion.types()["Site"]["id"],
    )
    assert shown["At"]["referenceType"]["name"] == "Reference"
    assert (shown["State"]["type"], {*shown["State"]["typeValueMulti"]}) == (
        7,
        {statuses["Sound"]["id"], statuses["Broken"]["id"]},
    )
    assert "defaultType" not in {**shown["At"], **shown["State"]}
    assert shown["Tags"]["maximumCardinality"] == -1
    assert companion.attributes("Switch")["Ports"]["defaultType"]["id"] == 1


def test_a_look_uses_up_no_number() -> None:
    body = configurations()["devices"]
    body["schema"]["objectSchema"]["objectTypes"][1]["attributes"].append(attribute("zip", "Zip"))
    given = set()
    for looks in (1, 3):
        companion = Companion()
        for _ in range(looks):
            companion.attributes("Site")
        path = f"{V1}/importsource/devices/mapping"
        assert companion.site.call("PATCH", path, body).status_code == 204
        given.add(companion.attributes("Site")["Zip"]["id"])
    assert len(given) == 1


def test_the_whole_schema_is_one_list_with_the_owners_if_asked_for() -> None:
    companion = Companion()
    where = f"objectschema/{companion.schema}/attributes"
    plain = companion.get(where)
    extended = companion.get(where, extended=True)
    assert all("objectType" not in each for each in plain)
    owners = {each["name"]: each["objectType"]["name"] for each in extended}
    assert (owners["Serial"], owners["Ports"], owners["Code"]) == ("Device", "Switch", "Site")
    assert len(plain) == len(extended) == 5 + 2 + 1 + 3 * 3


def test_the_list_is_cut_and_ordered_if_asked_for() -> None:
    companion = Companion()
    editable = companion.attributes("Device", onlyValueEditable=True)
    assert editable.keys() == {"Serial", "Name", "State", "At", "Tags"}
    assert [*companion.attributes("Device", orderByName=True)] == sorted(
        companion.attributes("Device")
    )
    assert companion.attributes("Device", query="ser").keys() == {"Serial"}


def test_whether_values_exist_is_told_if_asked_for() -> None:
    companion = Companion().imported({"devices": [{"serial": "a", "name": "A"}]})
    assert "objectAttributeExists" not in companion.attributes("Device")["Serial"]
    shown = companion.attributes("Device", includeValuesExist=True)
    filled = {name for name, each in shown.items() if each["objectAttributeExists"]}
    assert filled == {"Key", "Created", "Updated", "Serial", "Name"}


def test_an_attribute_is_renamed_in_both_apis_and_keeps_its_id_and_values() -> None:
    companion = Companion().imported()
    before = companion.attributes("Device")["Serial"]
    answer = companion.put(companion.attribute("Device", "Serial"), name="Serial number")
    after = companion.attributes("Device")["Serial number"]
    assert {key for key in before if before[key] != after[key]} <= {"name", "objectType"}
    assert answer["id"] == before["id"]
    assert wire(companion, "device", "Serial number")["externalId"] == "serial"
    assert entries(companion)["serial"] == "Serial number"
    assert companion.count('"Serial number" IS NOT EMPTY') == 3
    companion.imported()
    assert companion.get(companion.type("Device"))["objectCount"] == 3


@pytest.mark.parametrize(("assumed", "same"), [("same", True), ("new", False)])
def test_whether_an_external_id_survives_a_rename_is_inferred(assumed: str, *, same: bool) -> None:
    companion = Companion(f"external-id-after-rename={assumed}").imported()
    number = companion.attributes("Device")["Serial"]["id"]
    companion.put(companion.attribute("Device", "Serial"), description="As printed")
    assert "serial" in entries(companion), "no rename"
    companion.put(companion.attribute("Device", "Serial"), name="Number")
    key = wire(companion, "device", "Number")["externalId"]
    assert (key == "serial") is same
    assert companion.attributes("Device")["Number"]["id"] == number
    assert companion.count('"Number" = D2') == 1
    assert companion.status_of("devices") == "VALID"
    companion.imported()
    assert companion.get(companion.type("Device"))["objectCount"] == 3


def test_what_a_mapping_asks_for_by_the_old_name_finds_nothing() -> None:
    companion = Companion()
    companion.put(companion.attribute("Site", "Code"), name="Site code")
    companion.imported()
    assert companion.count('"Site code" IS NOT EMPTY') == 2
    assert companion.count('"At" IS NOT EMPTY') == 0


def test_its_own_name_is_accepted_and_that_of_another_of_its_type() -> None:
    companion = Companion()
    where = companion.attribute("Device", "Serial")
    companion.put(where, name="Serial", description="As printed")
    assert companion.attributes("Device")["Serial"]["description"] == "As printed"
    companion.put(where, name="Tags")
    names = [a["name"] for a in companion.get(f"{companion.type('Device')}/attributes")]
    assert names.count("Tags") == 2


def test_an_inherited_name_is_refused_and_so_are_assets_own() -> None:
    companion = Companion()
    inherits(companion)
    where = companion.attribute("Site", "Code")
    for taken in ("Ports", "ports", "Key", "created"):
        assert companion.refusal("PUT", where, name=taken) == {"name": "Name has to be unique!"}


def inherits(companion: Companion) -> None:
    """Let Site inherit from Switch."""
    companion.put(companion.type("Switch"), inherited=True)
    switch = companion.types()["Switch"]["id"]
    where = f"{companion.type('Site')}/position"
    assert companion.call("POST", where, {"toObjectTypeId": switch, "position": 0}).is_success


def test_a_child_of_an_inherited_type_owns_none_of_assets_attributes() -> None:
    companion = Companion()
    own = companion.attributes("Site")
    inherits(companion)
    shown = companion.attributes("Site")
    owners = {name: each["objectType"]["name"] for name, each in shown.items()}
    assert owners == {
        **dict.fromkeys(("Key", "Switch name", "Ports", "Created", "Updated"), "Switch"),
        "Code": "Site",
    }
    assert shown["Key"]["id"] != own["Key"]["id"]
    assert companion.attributes("Site", excludeParentAttributes=True).keys() == {"Code"}


def test_the_label_moves_silently_and_every_object_is_called_otherwise() -> None:
    companion = Companion().imported()
    companion.put(companion.attribute("Device", "Serial"), label=True)
    labels = {name for name, each in companion.attributes("Device").items() if each["label"]}
    assert labels == {"Serial"}
    assert wire(companion, "device", "Serial")["label"] is True
    assert wire(companion, "device", "Name")["label"] is False
    device = companion.types()["Device"]["id"]
    page = companion.call("POST", "object/aql", {"qlQuery": f"objectTypeId = {device}"}).json()
    assert [each["label"] for each in page["values"]] == ["d1", "d2", "d3"]


def test_a_unique_attribute_has_one_value_and_no_two_objects_the_same() -> None:
    companion = Companion().imported()
    for name in ("Tags", "Name"):
        where = companion.attribute("Device", name)
        assert companion.refusal("PUT", where, uniqueAttribute=True).keys() == {"uniqueAttribute"}
    where = companion.attribute("Device", "Serial")
    companion.put(where, uniqueAttribute=True)
    assert companion.refusal("PUT", where, maximumCardinality=2).keys() == {"uniqueAttribute"}


@pytest.mark.parametrize("assumed", ["merges", "wipes"])
def test_whether_a_put_wipes_what_is_absent_is_unknown(assumed: str) -> None:
    companion = Companion(f"attribute-put={assumed}")
    whole = {
        "description": "As printed",
        "minimumCardinality": 1,
        "suffix": "kg",
        "regexValidation": "[a-z]+",
        "hidden": True,
    }
    where = companion.attribute("Device", "Serial")
    companion.put(where, name="Serial", type=0, defaultTypeId=0, **whole)
    shown = companion.attributes("Device")["Serial"]
    assert {key: shown[key] for key in whole} == whole
    companion.put(where, name="Number")
    shown = companion.attributes("Device")["Number"]
    empty = {
        "description": "",
        "minimumCardinality": 0,
        "suffix": "",
        "regexValidation": "",
        "hidden": False,
    }
    assert {key: shown[key] for key in whole} == (whole if assumed == "merges" else empty)


def test_what_is_wiped_of_an_attribute_are_its_values_only_if_it_has_any() -> None:
    companion = Companion("attribute-put=wipes", *SHOWN)
    for name in ("Serial", "State"):
        companion.put(companion.attribute("Device", name), description="x")
    assert "typeValues" not in wire(companion, "device", "Serial")
    assert wire(companion, "device", "State")["typeValues"] == []
    assert companion.refusal("PUT", companion.attribute("Device", "Name"), description="x"), (
        "the label as well"
    )


def test_a_retype_is_accepted_and_no_value_is_looked_at() -> None:
    companion = Companion().imported()
    companion.put(companion.attribute("Device", "Serial"), type="0", defaultTypeId="1")
    assert wire(companion, "device", "Serial")["type"] == "integer"
    assert companion.attributes("Device")["Serial"]["defaultType"] == {"id": 1, "name": "Integer"}
    assert companion.count('"Serial" = d1') == 1


def test_the_kind_and_the_target_change_with_what_they_need() -> None:
    companion = Companion()
    where, site = companion.attribute("Switch", "Ports"), companion.types()["Site"]["id"]
    assert companion.refusal("PUT", where, type=1).keys() == {"typeValue"}
    companion.put(where, type=1, typeValue=site, additionalValue="2")
    shown = companion.attributes("Switch")["Ports"]
    assert (shown["referenceObjectTypeId"], shown["referenceType"]["name"]) == (site, "Installed")
    assert wire(companion, "switch", "Ports")["referenceObjectTypeExternalId"] == "site"
    assert companion.refusal("PUT", where, type=0).keys() == {"defaultTypeId"}
    assert companion.refusal("PUT", where, type=2).keys() == {"type"}
    companion.put(where, type=0, defaultTypeId=10, options=" 8, 16 ,")
    assert companion.attributes("Switch")["Ports"]["options"] == "16,8"
    assert "referenceObjectTypeName" not in wire(companion, "switch", "Ports")


def test_keys_of_other_kinds_are_ignored() -> None:
    companion = Companion()
    companion.put(companion.attribute("Device", "State"), defaultTypeId=1, typeValue="1")
    shown = companion.attributes("Device")["State"]
    assert (shown["type"], "defaultType" in shown) == (7, False)


def test_the_allowed_statuses_are_named_by_their_ids() -> None:
    companion = Companion(*SHOWN)
    statuses = companion.statuses()
    wanted = [statuses[name]["id"] for name in ("Retired", "Sound")]
    where = companion.attribute("Device", "State")
    companion.put(where, typeValueMulti=wanted)
    assert wire(companion, "device", "State")["typeValues"] == ["Retired", "Sound"]
    assert companion.refusal("PUT", where, typeValueMulti=["999"]).keys() == {"typeValueMulti"}


@pytest.mark.parametrize("name", ["Key", "Created", "Updated"])
def test_what_assets_adds_is_neither_changed_nor_deleted(name: str) -> None:
    companion = Companion()
    where = companion.attribute("Device", name)
    assert companion.refusal("PUT", where, description="x")
    assert companion.refusal("DELETE", f"objecttypeattribute/{where.rpartition('/')[2]}")


@pytest.mark.parametrize(
    ("assumed", "left", "status"),
    [("stays", {"tags"}, "INVALID_CONFIGURATION"), ("vanishes", set(), "VALID")],
)
def test_a_deleted_attribute_takes_the_values_of_all_objects_along(
    assumed: str, left: set[str], status: str
) -> None:
    companion = Companion(f"mapping-of-deleted-type={assumed}").imported()
    number = companion.attributes("Device")["Tags"]["id"]
    answer = companion.call("DELETE", f"objecttypeattribute/{number}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert "Tags" not in companion.attributes("Device")
    assert {a["name"] for a in companion.live_types()["device"]["attributes"]} == {
        "Key",
        "Serial",
        "Name",
        "State",
        "At",
    }
    assert all("Tags" not in each for each in companion.values('"Serial" IS NOT EMPTY'))
    assert entries(companion).keys() == {"serial", "name", "state", "at"} | left
    assert companion.status_of("devices") == status
    assert companion.call("DELETE", f"objecttypeattribute/{number}").status_code == 404
    companion.imported()
    assert companion.get(companion.type("Device"))["objectCount"] == 3


def test_an_attribute_is_changed_under_its_own_type_only() -> None:
    companion = Companion()
    ports = companion.attributes("Switch")["Ports"]["id"]
    where = f"objecttypeattribute/{companion.types()['Device']['id']}/{ports}"
    assert companion.call("PUT", where, {"description": "x"}).status_code == 404
    types = companion.types()
    where = f"objecttypeattribute/{types['Device']['id']}/{types['Device']['id']}99"
    assert companion.call("PUT", where, {"description": "x"}).status_code == 404


def test_importsource_and_its_patches_go_on_with_a_new_name() -> None:
    companion = Companion()
    companion.put(companion.attribute("Device", "Serial"), name="Serial number")
    shown = companion.live()
    mappings = {"mapping": {"objectTypeMappings": shown["mapping"]["objectTypeMappings"]}}
    body = {"schema": shown["schema"], **mappings}
    assert companion.site.call("PATCH", f"{V1}/importsource/devices/mapping", body).is_success
    assert companion.live() == shown
