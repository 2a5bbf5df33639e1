"""Statuses, of the site and of the schema; reference types and icons, which are read only."""

import pytest

from tests.support.stages.assumed import SHOWN
from tests.support.stages.companion import Companion


def test_the_site_has_statuses_and_the_schema_its_own() -> None:
    companion = Companion()
    of_site = companion.get("config/statustype")
    assert {each["name"]: each["category"] for each in of_site} == {
        "Action Needed": 2,
        "Active": 1,
        "Closed": 0,
        "In Service": 2,
        "Running": 1,
        "Stopped": 0,
        "Support Requested": 2,
    }
    assert {each["objectSchemaId"] for each in of_site} == {None}
    own = companion.statuses()
    assert {name: each["category"] for name, each in own.items()} == {
        "Sound": 1,
        "Broken": 0,
        "Retired": 0,
    }
    assert {each["objectSchemaId"] for each in own.values()} == {companion.schema}
    for each in (*of_site, *own.values()):
        assert companion.get(f"config/statustype/{each['id']}") == each


def test_a_status_is_renamed_wherever_it_is() -> None:
    companion = Companion(*SHOWN).imported()
    before = companion.statuses()["Broken"]
    answer = companion.put(f"config/statustype/{before['id']}", name="Scrapped", category=2)
    assert answer == {**before, "name": "Scrapped", "category": 2}
    assert companion.statuses().keys() == {"Sound", "Scrapped", "Retired"}
    live = companion.live()["schema"]["statusSchema"]["statuses"]
    assert {"name": "Scrapped", "description": "", "category": "pending"} in live
    assert before["id"] in companion.attributes("Device")["State"]["typeValueMulti"]
    assert companion.values('"State" = Scrapped')[0]["Serial"] == ["d2"]


def test_name_and_category_are_mandatory_and_a_name_is_unique() -> None:
    companion = Companion()
    where = f"config/statustype/{companion.statuses()['Broken']['id']}"
    assert companion.refusal("PUT", where, name="Scrapped").keys() == {"category"}
    assert companion.refusal("PUT", where, category=1).keys() == {"name"}
    assert companion.refusal("PUT", where, name="sound", category=1).keys() == {"name"}
    assert companion.put(where, name="Broken", category=2)["category"] == 2


@pytest.mark.parametrize(("assumed", "status"), [("refused", 400), ("goes", 200)])
@pytest.mark.parametrize("allowed", [True, False])
def test_what_becomes_of_a_deleted_status_that_is_in_use_is_unknown(
    assumed: str, status: int, *, allowed: bool
) -> None:
    companion = Companion(f"status-in-use={assumed}")
    number = companion.statuses()["Broken"]["id"]
    if not allowed:  # but objects have it
        companion.imported()
        retired = companion.statuses()["Retired"]["id"]
        companion.put(companion.attribute("Device", "State"), typeValueMulti=[retired])
    assert companion.call("DELETE", f"config/statustype/{number}").status_code == status
    assert ("Broken" in companion.statuses()) is (status == 400)
    if status == 200:
        assert companion.call("GET", f"config/statustype/{number}").status_code == 404
        assert number not in companion.attributes("Device")["State"]["typeValueMulti"]
        assert companion.count('"State" = Broken') == 0


def test_a_status_that_nothing_uses_is_deleted_without_a_body() -> None:
    companion = Companion(*SHOWN).imported()
    answer = companion.call("DELETE", f"config/statustype/{companion.statuses()['Retired']['id']}")
    assert (answer.status_code, answer.content) == (200, b"")
    live = companion.live()["schema"]["statusSchema"]["statuses"]
    assert {each["name"] for each in live} == {"Sound", "Broken"}


def test_statuses_outlive_the_last_object_type() -> None:
    companion = Companion(
        "children-of-deleted-type=go-along", "mapping-of-deleted-type=vanishes", *SHOWN
    )
    for name in ("Device", "Site"):
        assert companion.call("DELETE", companion.type(name)).status_code == 200
    assert companion.types() == {}
    before = companion.statuses()
    assert before.keys() == {"Sound", "Broken", "Retired"}
    where = f"config/statustype/{before['Sound']['id']}"
    companion.put(where, name="Good", category=1)
    assert companion.call("DELETE", f"config/statustype/{before['Broken']['id']}").is_success
    shown = companion.live()["schema"]
    assert {each["name"] for each in shown["statusSchema"]["statuses"]} == {"Good", "Retired"}
    assert shown["objectSchema"]["objectTypes"] == []


def test_the_emulator_keeps_the_statuses_of_the_site() -> None:
    companion = Companion()
    number = companion.get("config/statustype")[0]["id"]
    for method in ("PUT", "DELETE"):
        assert companion.refusal(method, f"config/statustype/{number}", name="x", category=0)


def test_reference_types_are_the_sites() -> None:
    companion = Companion()
    names = [each["name"] for each in companion.get("config/referencetype")]
    assert "Reference" in names
    assert companion.get("config/referencetype", objectSchemaId=companion.schema) == []
    both = companion.get("config/referencetype", objectSchemaId=companion.schema, includeAll="true")
    assert [each["name"] for each in both] == names


def test_icons_are_the_sites_and_the_schemas() -> None:
    companion = Companion()
    for each in companion.get("icon/global"):
        assert companion.get(f"icon/{each['id']}") == each
    icon = companion.types()["Device"]["icon"]
    assert companion.get(f"icon/{icon['id']}")["name"] == "A device"
    assert companion.call("GET", "icon/999").status_code == 404
