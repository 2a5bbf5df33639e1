"""Object schemas: ids, pages, counts that are 0 unless asked for, and what PUT changes."""

from pathlib import Path

from tests.support.stages.companion import V1, Companion


def test_the_ids_are_texts_of_digits_and_the_global_id_names_the_workspace() -> None:
    companion = Companion()
    (schema,) = companion.get("objectschema/list")["values"]
    things = [schema, *companion.types().values(), *companion.attributes("Device").values()]
    for each in things:
        assert each["id"].isdigit()
        assert each["globalId"] == f"w:{each['id']}"
        assert each["workspaceId"] == "w"
    numbers = {each["id"] for each in companion.attributes("Device").values()}
    assert len(numbers) == len(companion.attributes("Device"))


def test_the_ids_of_types_are_those_of_imports_and_of_the_source(tmp_path: Path) -> None:
    companion = Companion(db=tmp_path / "e.db").imported()
    where = f"{V1}/importsource/devices"
    run = companion.site.call("GET", f"{where}/executions/status").json()["progressResult"]
    counted = {r["objectTypeName"]: key for key, r in run["objectTypeResultMap"].items()}
    shown = {name: each["id"] for name, each in companion.types().items()}
    assert counted.items() <= shown.items()
    entries = companion.get("importsource/devices")["importSourceOTEntries"]
    assert {e["objectType"]["name"]: e["objectType"]["id"] for e in entries}.items() <= (
        shown.items()
    )


def test_no_answer_shows_an_external_id() -> None:
    companion = Companion()
    everything = [
        companion.get("objectschema/list"),
        companion.types(),
        companion.get(f"objectschema/{companion.schema}/attributes", extended=True),
        companion.statuses(),
    ]
    assert "externalId" not in repr(everything)
    assert "switch-name" not in repr(everything)


def test_object_schemas_come_in_pages_until_the_last() -> None:
    companion = Companion()
    for source in ("a", "b", "c"):
        companion.get(f"importsource/{source}")
    pages = [companion.get("objectschema/list", startAt=i, maxResults=3) for i in (0, 3)]
    assert [len(page["values"]) for page in pages] == [3, 1]
    assert [(page["isLast"], page["last"], page["total"]) for page in pages] == [
        (False, False, 4),
        (True, True, 4),
    ]
    assert companion.call("GET", "objectschema/list", startAt="x").status_code == 400


def test_counts_are_0_unless_asked_for() -> None:
    companion = Companion().imported()

    def counts(**query: bool) -> tuple[int, int]:
        (schema,) = companion.get("objectschema/list", **query)["values"]
        return schema["objectCount"], schema["objectTypeCount"]

    assert counts() == (0, 0)
    assert counts(includeCounts=True) == (6, 3)
    one = companion.get(f"objectschema/{companion.schema}")
    assert one["objectCount"] == 0

    def of_types(**query: bool) -> dict[str, int]:
        return {name: each["objectCount"] for name, each in companion.types(**query).items()}

    assert of_types() == {"Device": 0, "Switch": 0, "Site": 0}
    assert of_types(includeObjectCounts=True) == {"Device": 3, "Switch": 1, "Site": 2}
    assert companion.get(companion.type("Device"))["objectCount"] == 3
    nested = companion.attributes("Device")["At"]["referenceObjectType"]
    assert nested["objectCount"] == 0


def test_a_caller_who_sees_no_object_counts_none() -> None:
    companion = Companion("counts=none").imported()
    (schema,) = companion.get("objectschema/list", includeCounts=True)["values"]
    assert (schema["objectCount"], schema["canManage"]) == (0, False)
    assert {t["objectCount"] for t in companion.types(includeObjectCounts=True).values()} == {0}
    assert companion.get("usage")["totalObjectsCount"] == 0
    device = companion.types()["Device"]["id"]
    assert companion.count(f"objectTypeId = {device}") == 0
    page = companion.call("POST", "object/aql", {"qlQuery": f"objectTypeId = {device}"}).json()
    assert (page["values"], page["isLast"]) == ([], True)
    assert (
        companion.attributes("Device", includeValuesExist=True)["Serial"]["objectAttributeExists"]
        is False
    )


def test_usage_tells_the_objects_of_each_schema() -> None:
    companion = Companion().imported()
    usage = companion.get("usage")
    assert usage["totalObjectsCount"] == 6
    (each,) = usage["perSchemaUsageInfo"]
    assert each["schemaId"] == int(companion.schema)
    assert (each["schemaName"], each["objectCount"]) == ("Network", 6)


def test_a_schema_is_renamed_in_both_apis_and_its_key_is_ignored_with_200() -> None:
    companion = Companion()
    where = f"objectschema/{companion.schema}"
    before = companion.get(where)
    companion.site.clock.seconds += 60
    companion.put(where, name="Network (EU)", description="All of it", objectSchemaKey="OTHER")
    after = companion.get(where)
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {"name", "description", "updated"}
    assert before["objectSchemaKey"] == "NETWORK"
    for source in ("devices", "switches"):
        live = companion.live(source)["schema"]["objectSchema"]
        assert (live["name"], live["description"]) == ("Network (EU)", "All of it")


def test_the_name_of_another_schema_is_refused() -> None:
    companion = Companion()
    companion.site.call("PUT", "/emulator/workspace/w/sources/x", {"objectSchema": "Other"})
    where = f"objectschema/{companion.schema}"
    assert companion.refusal("PUT", where, name="Other") == {"name": "Name has to be unique!"}
    assert companion.put(where, name="Network")["name"] == "Network"


def test_what_is_not_there_or_of_another_workspace_is_404() -> None:
    companion = Companion()
    device = companion.types()["Device"]["id"]
    there = (
        f"objectschema/{companion.schema}",
        f"objecttype/{device}",
        f"objecttype/{device}/attributes",
        f"config/statustype/{companion.statuses()['Sound']['id']}",
    )
    for each in there:
        elsewhere = companion.call("GET", f"/jsm/assets/workspace/other/v1/{each}")
        missing = companion.call("GET", each.replace(each.split("/")[1], "999"))
        for answer in (elsewhere, missing, companion.call("GET", f"{each.split('/')[0]}/x")):
            assert answer.status_code == 404
            if "errorMessages" in answer.json():
                assert answer.json()["errorMessages"][0].startswith("NotFoundInsightException")
    assert companion.get("/jsm/assets/workspace/other/v1/objectschema/list")["values"] == []
