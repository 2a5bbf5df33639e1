"""Object schemas that several sources share, and what people do in them by hand."""

from typing import Any

import pytest

from tests.support.stages.assumed import assuming
from tests.support.stages.emulator_site import DISKS, Site, disks, document, tagged

BELOW = "/jsm/assets/workspace/w/v1/importsource"
BY_HAND = "/emulator/workspace/w/object-schemas/CMDB/types"


def shared(*sources: str, **options: Any) -> Site:
    """A site whose *sources* are in one object schema."""
    site = Site(**options)
    for source in sources:
        where = f"/emulator/workspace/w/sources/{source}"
        assert site.call("PUT", where, {"objectSchema": "CMDB"}).status_code == 204
    return site


def put(site: Site, source: str, body: Any) -> list[str]:
    """PUT *body* and return the codes of the refusal, none if it was taken."""
    answer = site.call("PUT", f"{BELOW}/{source}/mapping", body)
    return [e["code"] for e in answer.json()["dataValidationErrors"]] if answer.content else []


def get(site: Site, source: str) -> Any:
    return site.call("GET", f"{BELOW}/{source}/schema-and-mapping").json()


def types(answer: Any) -> dict[str, Any]:
    return {t["name"]: t for t in answer["schema"]["objectSchema"]["objectTypes"]}


def mapped(answer: Any) -> set[str]:
    return {m["objectTypeName"] for m in answer["mapping"]["objectTypeMappings"]}


def test_each_source_shows_all_types_of_its_object_schema_and_its_own_mapping() -> None:
    site = shared("a", "b")
    assert put(site, "a", tagged("a")) == put(site, "b", DISKS) == []
    for source, own in (("a", {"Thing"}), ("b", {"Disk", "File"})):
        answer = get(site, source)
        assert types(answer).keys() == {"Thing", "Disk"}
        assert answer["schema"]["objectSchema"]["name"] == "CMDB"
        assert mapped(answer) == own


def test_sources_of_one_object_schema_may_have_the_same_types_and_others_not() -> None:
    site = shared("a", "b")
    assert put(site, "a", DISKS) == put(site, "b", DISKS) == []
    assert put(site, "elsewhere", DISKS) == ["SCHEMA_INVALID_EXTERNAL_ID"] * 7


def test_a_source_without_a_mapping_shows_what_was_made_by_hand() -> None:
    site = shared("a", answers="observed")
    assert site.call("POST", BY_HAND, DISKS).status_code == 204
    assert site.call("GET", f"{BELOW}/a/configstatus").json() == {"status": "MISSING_MAPPING"}
    answer = get(site, "a")
    found = types(answer)["Disk"]
    assert found["externalId"].startswith("cmdb::externalId/")
    assert {a["name"] for a in found["attributes"]} == {"Key", "Id", "State", "Twin"}
    assert mapped(answer) == set()


def test_the_first_mapping_takes_over_the_ids_that_are_there_and_no_others() -> None:
    site = shared("a")
    site.call("POST", BY_HAND, DISKS)
    assert put(site, "a", DISKS)[0] == "EXTERNAL_ID_MISMATCH"
    adopted = {**get(site, "a"), "mapping": {"objectTypeMappings": []}}
    assert put(site, "a", adopted) == []
    assert types(get(site, "a"))["Disk"]["description"] == "A disk"
    assert site.call("PUT", f"{BELOW}/a/mapping", adopted).status_code == 409


def test_types_made_by_hand_without_ids_refer_to_what_they_say_alone() -> None:
    site = shared("a")
    plain: dict[str, Any] = {"description": "", "type": "text"}
    refers = {**plain, "type": "referenced_object", "referenceObjectTypeName": "Disk"}
    made = [
        {"name": "Disk", "description": "", "attributes": [{"name": "Id", **plain, "label": True}]},
        {"name": "File", "description": "", "attributes": [{"name": "On", **refers}]},
    ]
    assert site.call("POST", BY_HAND, document(made, [])).status_code == 204
    shown = types(get(site, "a"))
    told = {
        a["name"]: a.get("referenceObjectTypeExternalId")
        for each in shown.values()
        for a in each["attributes"]
    }
    assert told == {"Key": None, "Id": None, "On": shown["Disk"]["externalId"]}


def test_types_are_made_by_hand_once_more_under_their_ids() -> None:
    site = shared("a")
    site.call(
        "POST", BY_HAND, document([tagged("x")["schema"]["objectSchema"]["objectTypes"][0]], [])
    )
    before = types(get(site, "a"))["Thing"]["externalId"]
    site.call("POST", BY_HAND, tagged("y"))
    assert {n: t["externalId"] for n, t in types(get(site, "a")).items()} == {"Thing": before}


@pytest.mark.parametrize("status", [200, 400, 404])
def test_what_is_shown_of_an_empty_object_schema_is_unknown(status: int) -> None:
    site = shared("a", profile=assuming(f"empty-answer={status}"))
    assert site.call("GET", f"{BELOW}/a/schema-and-mapping").status_code == status


def test_a_child_type_may_be_mapped_by_one_source_alone() -> None:
    for strict, expected in ((False, []), (True, ["CHILD_TYPE_MAPPED_ELSEWHERE"])):
        site = shared("a", "b", profile=assuming(*["child-mapped-twice=refused"] * strict))
        assert put(site, "a", DISKS) == []
        assert put(site, "b", DISKS) == expected


@pytest.mark.parametrize("answers", ["documented", "observed"])
def test_a_source_tells_its_object_schema_and_the_types_that_it_maps(answers: str) -> None:
    site = shared("a", "b", answers=answers)
    put(site, "a", DISKS)
    found = {s: site.call("GET", f"{BELOW}/{s}").json() for s in ("a", "b", "alone")}
    ids = [found[s]["objectSchemaId"] for s in ("a", "b", "alone")]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0].isdigit() is (answers == "observed")
    entries = found["a"]["importSourceOTEntries"]
    assert len(entries) == 2
    assert {frozenset(e) for e in entries} == (
        {frozenset({"objectTypeId"})}
        if answers == "observed"
        else {frozenset({"id", "importSourceId", "description", "objectType", "selector"})}
    )
    assert found["b"]["importSourceOTEntries"] == []


@pytest.mark.parametrize("resets", [False, True])
def test_a_mapping_that_is_sent_may_lose_its_settings_in_the_ui(*, resets: bool) -> None:
    site = shared("a", profile=assuming(*["settings-reset=reset"] * resets))
    put(site, "a", DISKS)
    where = "/emulator/workspace/w/sources/a/settings/disk"
    settings = {"selectorQlQuery": "state = Sound"}
    assert site.call("PUT", where, settings).status_code == 204
    assert site.call("PUT", where.replace("/disk", "/none"), settings).status_code == 400

    def kept() -> bool:
        found = site.call("GET", f"{BELOW}/a").json()["importSourceOTEntries"]
        return any(e.items() >= settings.items() for e in found)

    assert kept()
    only_file = disks()
    del only_file["mapping"]["objectTypeMappings"][0]
    for body, left in ((only_file, True), (DISKS, not resets)):
        assert site.call("PATCH", f"{BELOW}/a/mapping", body).status_code == 204
        assert kept() is left


@pytest.mark.parametrize(
    ("where", "body", "said"),
    [
        (BY_HAND, [], "not a JSON object"),
        (BY_HAND, {"mapping": {}}, "not a schema"),
        (BY_HAND, document([{"name": "A", "description": "", "attributes": []}] * 2, []), "share"),
    ],
)
def test_what_cannot_be_made_by_hand_is_refused(where: str, body: Any, said: str) -> None:
    answer = shared("a").call("POST", where, body)
    assert answer.status_code == 400
    assert said in answer.json()["message"]
