"""Object types: renamed, described, moved and deleted, visible in both APIs."""

import json
from typing import Any

import pytest

from tests.support.stages.companion import V1, Companion

UNIQUE = {"name": "Name has to be unique within the same object schema"}


def mapped(companion: Companion, source: str) -> dict[str, Any]:
    """Return the mappings that importsource shows, by the type's external id."""
    shown = companion.live(source)["mapping"]["objectTypeMappings"]
    return {each["objectTypeExternalId"]: each for each in shown}


def test_all_levels_are_listed_with_their_parents() -> None:
    companion = Companion()
    types = companion.types()
    parents = {name: each.get("parentObjectTypeId") for name, each in types.items()}
    assert parents == {"Device": None, "Switch": int(types["Device"]["id"]), "Site": None}
    assert {each["objectSchemaId"] for each in types.values()} == {companion.schema}
    assert companion.get(f"objectschema/{companion.schema}/objecttypes") == [*types.values()]


def test_a_type_is_renamed_in_both_apis_and_keeps_its_ids() -> None:
    companion = Companion().imported()
    before = companion.types(includeObjectCounts=True)["Site"]
    companion.site.clock.seconds += 60
    answer = companion.put(companion.type("Site"), name="Location")
    after = companion.types(includeObjectCounts=True)["Location"]
    assert {key for key in before if before[key] != after[key]} == {"name", "updated"}
    assert answer["name"] == "Location"
    assert companion.live_types()["site"]["name"] == "Location"
    assert mapped(companion, "devices")["site"]["objectTypeName"] == "Location"
    (at,) = (a for a in companion.live_types()["device"]["attributes"] if a["name"] == "At")
    assert (at["referenceObjectTypeName"], at["referenceObjectTypeExternalId"]) == (
        "Location",
        "site",
    )
    companion.imported()
    assert companion.types(includeObjectCounts=True)["Location"]["objectCount"] == 2


@pytest.mark.parametrize("name", ["Site", "Device", "SITE"])
def test_a_name_that_any_type_of_the_schema_has_is_refused_its_own_too(name: str) -> None:
    companion = Companion()
    assert companion.refusal("PUT", companion.type("Site"), name=name) == UNIQUE
    assert companion.types().keys() == {"Device", "Switch", "Site"}


def test_what_is_absent_stays() -> None:
    companion = Companion()
    where = companion.type("Device")
    companion.put(where, description="Anything with a port")
    (icon,) = (i["id"] for i in companion.get("icon/global") if i["name"] == "Server")
    companion.put(where, name="Appliance")
    shown = companion.types()["Appliance"]
    assert shown["description"] == "Anything with a port"
    assert shown["icon"]["name"] == "A device"
    assert companion.get(f"icon/{shown['icon']['id']}") == shown["icon"]
    assert companion.put(where, iconId=icon)["icon"]["name"] == "Server"
    assert companion.put(where, abstractObjectType=True)["abstractObjectType"] is True
    assert companion.live_types()["device"]["description"] == "Anything with a port"


def test_a_value_of_the_wrong_kind_is_refused() -> None:
    companion = Companion()
    where = companion.type("Device")
    assert companion.refusal("PUT", where, name=7) == {"name": "name is a text"}
    assert companion.refusal("PUT", where, inherited="yes") == {
        "inherited": "inherited is a boolean"
    }
    assert companion.call("PUT", where, b"{").status_code == 400
    assert companion.call("PUT", where, []).status_code == 400
    assert companion.call("PUT", where, {"iconId": "999"}).status_code == 404


def test_a_type_moves_under_another_parent_with_its_objects() -> None:
    companion = Companion().imported()
    site = companion.types()["Site"]["id"]
    before = companion.attributes("Switch")
    answer = companion.call(
        "POST", f"{companion.type('Switch')}/position", {"toObjectTypeId": site, "position": 0}
    )
    assert answer.status_code == 200
    shown = companion.types(includeObjectCounts=True)["Switch"]
    assert (shown["parentObjectTypeId"], shown["objectCount"]) == (int(site), 1)
    assert companion.attributes("Switch").keys() == before.keys()
    assert [c["name"] for c in companion.live_types()["site"]["children"]] == ["Switch"]
    assert companion.status_of("switches") == "VALID"


def test_siblings_are_put_in_an_order() -> None:
    companion = Companion()

    def order() -> list[str]:
        types = companion.types().values()
        roots = [t for t in types if "parentObjectTypeId" not in t]
        return [t["name"] for t in sorted(roots, key=lambda t: t["position"])]

    assert order() == ["Device", "Site"]
    where = f"{companion.type('Site')}/position"
    assert companion.call("POST", where, {"position": 0}).status_code == 200
    assert order() == ["Site", "Device"]
    assert companion.refusal("POST", where) == {"position": "position is mandatory"}


def test_inheritance_passes_down() -> None:
    companion = Companion()
    companion.put(companion.type("Switch"), inherited=True)
    site = companion.type("Site")
    switch = companion.types()["Switch"]["id"]
    companion.call("POST", f"{site}/position", {"toObjectTypeId": switch, "position": 0})
    shown = companion.types()["Site"]
    assert (shown["inherited"], shown["parentObjectTypeInherited"]) == (True, True)
    assert companion.put(site, inherited=False)["inherited"] is True


def test_a_deleted_type_takes_its_objects_along_and_is_answered() -> None:
    companion = Companion().imported()
    where = companion.type("Switch")
    gone = companion.get(where)
    answer = companion.call("DELETE", where)
    assert answer.json() == {**gone, "objectCount": 0}
    assert companion.call("GET", where).status_code == 404
    assert companion.types().keys() == {"Device", "Site"}
    assert companion.get("usage")["totalObjectsCount"] == 5
    assert "switch" not in companion.live_types()


def test_what_refers_to_deleted_objects_refers_to_them_no_more() -> None:
    companion = Companion().imported()
    assert companion.count('"At" IS NOT EMPTY') == 2
    said = companion.refusal("DELETE", companion.type("Site"))
    assert said == ['The object type is referred to by "At" of "Device"']
    attribute = companion.attributes("Device")["At"]["id"]
    assert companion.call("DELETE", f"objecttypeattribute/{attribute}").status_code == 200
    assert companion.call("DELETE", companion.type("Site")).status_code == 200
    assert companion.values('"Serial" = d1') == [
        {
            "Key": ["NETWORK-1"],
            "Serial": ["d1"],
            "Name": ["One"],
            "State": ["Sound"],
            "Tags": ["x", "y"],
        }
    ]


@pytest.mark.parametrize(
    ("assumed", "status", "left"),
    [
        ("refused", 400, {"Device", "Switch", "Site"}),
        ("go-along", 200, {"Site"}),
        ("become-roots", 200, {"Switch", "Site"}),
    ],
)
def test_what_becomes_of_the_children_of_a_deleted_type_is_unknown(
    assumed: str, status: int, left: set[str]
) -> None:
    companion = Companion(f"children-of-deleted-type={assumed}").imported()
    assert companion.call("DELETE", companion.type("Device")).status_code == status
    assert companion.types().keys() == left
    counts = {
        t["name"]: t["objectCount"] for t in companion.types(includeObjectCounts=True).values()
    }
    assert counts == {k: v for k, v in {"Device": 3, "Switch": 1, "Site": 2}.items() if k in left}
    assert companion.get("usage")["totalObjectsCount"] == sum(counts.values())


@pytest.mark.parametrize(
    ("assumed", "left", "status"),
    [("stays", {"switch"}, "INVALID_CONFIGURATION"), ("vanishes", set(), "VALID")],
)
def test_what_becomes_of_the_mapping_of_a_deleted_type_is_unknown(
    assumed: str, left: set[str], status: str
) -> None:
    companion = Companion(f"mapping-of-deleted-type={assumed}")
    companion.call("DELETE", companion.type("Switch"))
    assert mapped(companion, "switches").keys() == left
    assert companion.status_of("switches") == status
    assert companion.status_of("devices") == "VALID"
    source = companion.get("importsource/switches")
    assert bool(source["importStatus"]["reasonForInvalidity"]) is bool(left)
    assert source["importSourceOTEntries"] == []
    companion.imported()
    assert companion.get("usage")["totalObjectsCount"] == 5


def test_ids_never_return_and_the_external_id_is_free_again() -> None:
    companion = Companion().imported()
    was = companion.types()["Switch"]["id"], companion.attributes("Switch")["Ports"]["id"]
    companion.call("DELETE", companion.type("Switch"))
    again = Companion().live()["schema"]
    body = {"schema": again, "mapping": {"objectTypeMappings": []}}
    where = f"{V1}/importsource/devices/mapping"
    assert companion.site.call("PATCH", where, body).status_code == 204
    now = companion.types()["Switch"]["id"], companion.attributes("Switch")["Ports"]["id"]
    assert all(int(after) > int(before) for before, after in zip(was, now, strict=True))
    assert companion.get(companion.type("Switch"))["objectCount"] == 0


@pytest.mark.parametrize("assumed", ["same", "new"])
def test_settings_of_a_mapping_follow_its_type_and_end_with_it(assumed: str) -> None:
    companion = Companion(f"external-id-after-rename={assumed}")
    settings = {"selectorQlQuery": "Ports > 8"}
    where = "/emulator/workspace/w/sources/switches/settings/switch"
    assert companion.site.call("PUT", where, settings).status_code == 204

    def entries() -> list[Any]:
        return list(companion.get("importsource/switches")["importSourceOTEntries"])

    companion.put(companion.type("Switch"), name="Core")
    assert [each.items() >= settings.items() for each in entries()] == [True]
    key = next(k for k, each in companion.live_types().items() if each["name"] == "Core")
    companion.call("DELETE", companion.type("Core"))
    again = json.loads(json.dumps(Companion().live("switches")).replace('"switch"', f'"{key}"'))
    where = f"{V1}/importsource/switches/mapping"
    assert companion.site.call("PATCH", where, again).status_code == 204
    assert [each.items() >= settings.items() for each in entries()] == [False]


@pytest.mark.parametrize(("assumed", "same"), [("same", True), ("new", False)])
def test_whether_an_external_id_survives_a_rename_is_inferred(assumed: str, *, same: bool) -> None:
    companion = Companion(f"external-id-after-rename={assumed}").imported()
    number = companion.types()["Site"]["id"]
    companion.put(companion.type("Site"), name="Location")
    live = companion.live_types()
    (key,) = (key for key, each in live.items() if each["name"] == "Location")
    assert (key == "site") is same
    assert mapped(companion, "devices").keys() == {"device", key}
    assert companion.status_of("devices") == "VALID"
    shown = companion.types(includeObjectCounts=True)["Location"]
    assert (shown["id"], shown["objectCount"]) == (number, 2)
    companion.imported()
    assert companion.get(companion.type("Location"))["objectCount"] == 2


def test_a_type_deleted_during_an_import_is_not_filled() -> None:
    companion = Companion()
    where = f"{V1}/importsource/switches/executions"
    links = companion.site.call("POST", where).json()["links"]
    body = {"data": {"switches": [{"name": f"sw-{i}"} for i in range(600)]}}
    for more in ({}, {"completed": True}):
        companion.site.call("POST", links["submitResults"], {**body, **more})
    companion.call("DELETE", companion.type("Switch"))
    while (answer := companion.site.call("GET", links["getExecutionStatus"]).json())[
        "status"
    ] != "DONE":
        pass
    assert answer["progressResult"]["objectTypeResultMap"] == {}
    assert companion.get("usage")["totalObjectsCount"] == 0
