"""Objects found by AQL: counted, and read in pages with their values."""

import pytest

from tests.support.stages.companion import Companion

COUNTS = {
    "objectTypeId = {device}": 3,
    "objecttypeid={switch}": 1,
    "OBJECTTYPEID IN ({device}, {site})": 5,
    'objectType = "Device"': 3,
    "objectType = device": 3,
    'objectType IN objectTypeAndChildren("Device")': 4,
    "objectType in OBJECTTYPEANDCHILDREN({device})": 4,
    'objectType IN ("Switch", Site)': 3,
    "objectSchemaId = {schema}": 6,
    "objectSchema = network": 6,
    "objectSchema = elsewhere": 0,
    "objectTypeId = 999": 0,
    'objectTypeId = {device} AND "Serial" IS NOT EMPTY': 3,
    'objectTypeId = {device} and "state" is not empty': 2,
    'objectTypeId = {device} AND "State" IS EMPTY': 1,
    "objectTypeId = {device} AND At IS NOT EMPTY": 2,
    'objectTypeId = {device} AND "Tags" IS NOT EMPTY': 1,
    'objectTypeId = {site} AND "Serial" IS NOT EMPTY': 0,
    "Created IS NOT EMPTY": 6,
    "Key IS EMPTY": 0,
    '"State" = "sound"': 1,
    "State IN (Sound, Broken)": 2,
    "Name = Two": 2,
    "Key = NETWORK-1": 1,
}


@pytest.fixture(scope="module")
def companion() -> Companion:
    return Companion().imported()


def written(companion: Companion, query: str) -> str:
    ids = {name.lower(): each["id"] for name, each in companion.types().items()}
    return query.format(schema=companion.schema, **ids)


@pytest.mark.parametrize("query", COUNTS)
def test_a_query_counts(companion: Companion, query: str) -> None:
    assert companion.count(written(companion, query)) == COUNTS[query]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "Unheard IS EMPTY",
        "objectType = Unheard",
        "objectTypeId",
        "objectTypeId = 1 OR objectTypeId = 2",
        'objectTypeId = 1 AND "Serial',
        "Serial IN objectTypeAndChildren(Device)",
        "Serial number = 1",
    ],
)
def test_a_query_that_is_invalid_or_names_nothing_is_refused(
    companion: Companion, query: str
) -> None:
    for path in ("object/aql/totalcount", "object/aql"):
        (said,) = companion.refusal("POST", path, qlQuery=query)
        assert said.startswith("The AQL query is invalid")


def test_a_name_with_a_quotation_mark_is_escaped() -> None:
    companion = Companion()
    companion.put(companion.attribute("Device", "Serial"), name='The "one"')
    assert companion.count(r'"The \"one\"" IS EMPTY') == 0


def test_objects_come_in_pages_until_the_last(companion: Companion) -> None:
    query = {"qlQuery": written(companion, "objectTypeId = {device}")}
    pages = [
        companion.call("POST", "object/aql", query, startAt=i, maxResults=2).json() for i in (0, 2)
    ]
    assert [len(page["values"]) for page in pages] == [2, 1]
    assert [(page["isLast"], page["startAt"], page["total"]) for page in pages] == [
        (False, 0, 3),
        (True, 2, 3),
    ]
    keys = [each["objectKey"] for page in pages for each in page["values"]]
    assert keys == ["NETWORK-1", "NETWORK-2", "NETWORK-3"]


def test_a_page_has_values_unless_they_are_left_out(companion: Companion) -> None:
    assert companion.values("Serial = d2") == [
        {
            "Key": ["NETWORK-2"],
            "Serial": ["d2"],
            "Name": ["Two"],
            "State": ["Broken"],
            "At": ["HAM"],
        }
    ]
    page = companion.call(
        "POST", "object/aql", {"qlQuery": "Serial = d2"}, includeAttributes="false"
    ).json()
    assert page["objectTypeAttributes"] == []
    assert "attributes" not in page["values"][0]
    assert page["values"][0]["label"] == "Two"


def test_a_reference_and_a_status_have_their_own_forms(companion: Companion) -> None:
    page = companion.call("POST", "object/aql", {"qlQuery": "Serial = d2"}).json()
    ids = {a["name"]: a["id"] for a in page["objectTypeAttributes"]}
    entries = {e["objectTypeAttributeId"]: e for e in page["values"][0]["attributes"]}
    (at,) = entries[ids["At"]]["objectAttributeValues"]
    assert at["referencedType"] is True
    assert at["referencedObject"]["label"] == "HAM"
    assert at["searchValue"] == at["referencedObject"]["objectKey"]
    (state,) = entries[ids["State"]]["objectAttributeValues"]
    assert state["status"] == {"id": companion.statuses()["Broken"]["id"], "name": "Broken"}


def test_objects_of_another_workspace_are_not_found(companion: Companion) -> None:
    where = "/jsm/assets/workspace/other/v1/object/aql/totalcount"
    answer = companion.call("POST", where, {"qlQuery": "Key IS NOT EMPTY"})
    assert answer.json() == {"totalCount": 0}
