"""What GET schema-and-mapping shows: every difference of api.md#what-get-returns."""

import copy
from typing import Any

from tests.support.stages.assumed import showing
from tests.support.stages.emulator_site import DISKS, Site, document

KEY = {
    "name": "Key",
    "description": "",
    "type": "text",
    "label": False,
    "minimumCardinality": 1,
    "maximumCardinality": 1,
    "unique": False,
}


def answer(body: Any = DISKS, **options: Any) -> Any:
    site = Site(**options)
    put = site.put(body)
    assert put.status_code == 204, put.text
    return site.live()


def disk_of(live: Any) -> Any:
    (found,) = live["schema"]["objectSchema"]["objectTypes"]
    return found


def named(elements: list[Any]) -> dict[str, Any]:
    return {e["name"]: e for e in elements}


def test_the_documented_form_in_full() -> None:
    live = answer()
    for mapping in live["mapping"]["objectTypeMappings"]:
        mapping["attributesMapping"].sort(key=lambda m: m["attributeName"])
    live["mapping"]["objectTypeMappings"].sort(key=lambda m: m["objectTypeName"])
    disk = disk_of(live)
    (file,) = disk.pop("children")
    attributes = named(disk.pop("attributes"))
    defaults = {
        "description": "",
        "label": False,
        "minimumCardinality": 0,
        "maximumCardinality": 1,
        "unique": False,
    }
    label = {"label": True, "minimumCardinality": 1}
    reference = {
        "referenceObjectTypeExternalId": "disk",
        "referenceObjectTypeName": "Disk",
    }
    assert disk == {"externalId": "disk", "name": "Disk", "description": "A disk"}
    assert attributes == {
        "Key": KEY,
        "Id": {"externalId": "id", "name": "Id", "type": "text"} | defaults | label,
        "State": {"externalId": "state", "name": "State", "type": "status"} | defaults,
        "Twin": {"externalId": "twin", "name": "Twin", "type": "referenced_object"}
        | defaults
        | reference,
    }
    assert named(file["attributes"]).keys() == {"Key", "Path", "Size"}
    assert live == {
        "schema": {"objectSchema": {"name": "Emulated", "description": "", "objectTypes": [disk]}},
        "mapping": {
            "objectTypeMappings": [
                {
                    "objectTypeExternalId": "disk",
                    "objectTypeName": "Disk",
                    "selector": "disks",
                    "description": "",
                    "attributesMapping": [
                        {
                            "attributeExternalId": "id",
                            "attributeName": "Id",
                            "attributeLocators": ["b", "a"],
                            "externalIdPart": True,
                        }
                    ],
                },
                {
                    "objectTypeExternalId": "file",
                    "objectTypeName": "File",
                    "selector": "disks.files",
                    "description": "Files",
                    "attributesMapping": [
                        {
                            "attributeExternalId": external_id,
                            "attributeName": name,
                            "attributeLocators": [external_id],
                            "externalIdPart": False,
                        }
                        for external_id, name in (("path", "Path"), ("size", "Size"))
                    ],
                },
            ]
        },
    }


def test_the_observed_form_has_generated_key_ids_inheritance_and_an_empty_icon_schema() -> None:
    live = answer(answers="observed")
    disk = disk_of(live)
    assert live["schema"]["iconSchema"] == {"icons": []}
    assert disk["inheritance"] is False
    keys = [t["attributes"][0] for t in (disk, disk["children"][0])]
    ids = [key.pop("externalId") for key in keys]
    assert keys == [KEY, KEY]
    assert all(i.startswith("cmdb::externalId/") for i in ids)
    assert len(set(ids)) == 2


def test_what_is_write_only_shows_only_when_asked_for() -> None:
    live = answer(profile=showing())
    assert disk_of(live)["iconKey"] == "disk"
    assert named(disk_of(live)["attributes"])["State"]["typeValues"] == ["Sound"]
    assert live["schema"]["iconSchema"] == DISKS["schema"]["iconSchema"]
    assert live["schema"]["statusSchema"] == DISKS["schema"]["statusSchema"]


def test_the_system_key_comes_first_and_the_rest_in_an_order_of_the_seed() -> None:
    def order(seed: int) -> list[str]:
        return [a["name"] for a in disk_of(answer(seed=seed))["attributes"]]

    orders = [order(seed) for seed in range(8)]
    assert {names[0] for names in orders} == {"Key"}
    assert len({tuple(names) for names in orders}) > 1
    assert order(3) == orders[3]


def test_missing_external_ids_are_generated_and_stay() -> None:
    def plain(name: str) -> dict[str, Any]:
        return {"name": name, "description": "", "type": "text"}

    disk = {"name": "Disk", "description": "", "attributes": [plain("Id"), plain("File")]}
    disk["children"] = [{"name": "File", "description": ""}]
    entries = [{"attributeName": name, "attributeLocators": ["x"]} for name in ("Id", "Key")]
    mapping = {"objectTypeName": "Disk", "selector": "disks", "description": ""}
    names = document([disk], [mapping | {"attributesMapping": entries}])
    site = Site()
    assert site.put(names).status_code == 204
    disk = disk_of(site.live())
    attributes = named(disk["attributes"])
    ids = [
        disk["externalId"],
        disk["children"][0]["externalId"],
        attributes["Id"]["externalId"],
        attributes["File"]["externalId"],
    ]
    assert all(i.startswith("cmdb::externalId/") for i in ids)
    assert len(set(ids)) == 4
    (mapping,) = site.live()["mapping"]["objectTypeMappings"]
    shown = {e["attributeName"]: e for e in mapping["attributesMapping"]}
    assert mapping["objectTypeExternalId"] == disk["externalId"]
    assert shown["Id"]["attributeExternalId"] == attributes["Id"]["externalId"]
    assert "attributeExternalId" not in shown["Key"]


def test_what_a_type_passes_on_is_shown_as_it_was_sent() -> None:
    body = copy.deepcopy(DISKS)
    disk_of(body)["inheritance"] = True
    assert disk_of(answer(body, answers="observed"))["inheritance"] is True
