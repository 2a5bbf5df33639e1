"""PUT and PATCH mapping and their refusals, configstatus, and the routes themselves."""

from typing import Any

import pytest

from tests.support.stages.emulator_site import ORIGIN, Site, attribute, disks, document, tagged


def disk(*attributes: dict[str, Any], **keys: Any) -> dict[str, Any]:
    return {
        "externalId": "disk",
        "name": "Disk",
        "description": "A disk",
        "attributes": list(attributes),
    } | keys


def codes(answer: Any) -> list[str]:
    return [fault["code"] for fault in answer.json()["dataValidationErrors"]]


def test_put_creates_and_is_answered_204() -> None:
    site = Site()
    assert site.call("GET", "configstatus").json() == {"status": "MISSING_MAPPING"}
    answer = site.put()
    assert (answer.status_code, answer.content) == (204, b"")
    assert site.call("GET", "configstatus").json() == {"status": "IDLE"}


def test_put_never_replaces() -> None:
    site = Site()
    site.put()
    before = site.live()
    answer = site.put(disks(description="Another"))
    assert answer.status_code == 409
    assert answer.json() == {"code": 409, "message": "A mapping already exists for this import"}
    assert site.live() == before


def test_there_is_nothing_to_read_or_patch_before_a_put() -> None:
    site = Site()
    assert site.call("GET", "schema-and-mapping").status_code == 404
    answer = site.call("PATCH", "mapping", disks())
    assert (answer.status_code, codes(answer)) == (400, ["MISSING_MAPPING"])


# What is refused, and why, is told in tests/semantics: here one of each origin.
REFUSED_PATCHES: dict[str, tuple[dict[str, Any], str]] = {
    "a type cannot be renamed": (document([disk(name="Drive")], []), "UNSUPPORTED_CHANGE"),
    "an id that another source uses": (
        document([disk(attribute("other-name", "Other"))], []),
        "SCHEMA_INVALID_EXTERNAL_ID",
    ),
    "a body that its JSON Schema forbids": (
        document([disk(attribute("n", "N", type="number"))], []),
        "SCHEMA_VALIDATION",
    ),
}


@pytest.mark.parametrize("case", REFUSED_PATCHES)
def test_a_refusal_has_the_recorded_shape_and_changes_nothing(case: str) -> None:
    body, code = REFUSED_PATCHES[case]
    site = Site()
    site.put()
    other = "/jsm/assets/workspace/w/v1/importsource/other/mapping"
    assert site.call("PUT", other, tagged("other")).status_code == 204
    before = site.live()
    answer = site.call("PATCH", "mapping", body)
    assert answer.status_code == 400
    assert set(codes(answer)) == {code}
    assert all(
        set(f) == {"code", "message", "pointer"} for f in answer.json()["dataValidationErrors"]
    )
    assert site.live() == before


def nested(depth: int) -> bytes:
    """Return a document of so many object types, each in the one before."""
    left = b""
    for i in range(depth):
        left += b'{"externalId":"x%d","name":"X","description":"","children":[' % i
    return (
        b'{"schema":{"objectSchema":{"name":"","description":"","objectTypes":[%s]}},'
        b'"mapping":{"objectTypeMappings":[]}}' % (left + b"]}" * depth)
    )


BROKEN = {
    "nothing": b"",
    "half": b"{",
    "no object": b"[]",
    "no UTF-8": b"\xff",
    "brackets": b"[" * 100_000,
    "no schema": b'{"schema": 1}',
    "half a surrogate pair": b'{"schema": "\\ud800"}',
    "not a number": b'{"schema": NaN}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=list(BROKEN))
def test_a_body_that_is_no_document_is_refused(body: bytes) -> None:
    answer = Site().call("PUT", "mapping", body)
    assert answer.status_code == 400
    assert set(codes(answer)) == {"SCHEMA_VALIDATION"}


@pytest.mark.parametrize("depth", [20, 200, 400, 900, 5000])
def test_a_deep_document_is_taken_or_refused_and_breaks_nothing(depth: int) -> None:
    site = Site()
    answer = site.call("PUT", "mapping", nested(depth))
    read = site.call("GET", "schema-and-mapping")
    assert (answer.status_code, read.status_code) in {(204, 200), (400, 404)}


def test_ids_are_unique_in_a_workspace_and_free_in_another() -> None:
    site = Site()
    site.put()
    for workspace, status in (("w", 400), ("another", 204)):
        path = f"/jsm/assets/workspace/{workspace}/v1/importsource/second/mapping"
        assert site.call("PUT", path, disks()).status_code == status


@pytest.mark.parametrize("source", ["a%2Fb", "%20", "caf%C3%A9", "a%25b", "a:b@c"])
def test_any_id_names_a_source_of_its_own(source: str) -> None:
    site = Site()
    root = f"/jsm/assets/workspace/{source}/v1/importsource/{source}"
    answer = site.call("PUT", f"{root}/mapping?async=true", tagged("t"))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{ORIGIN}/jsm/assets/workspace/")
    for _ in range(2):
        progress = site.call("GET", answer.headers["location"])
    assert progress.json()["progressStatus"] == "FINISHED"
    assert site.call("GET", f"{root}/configstatus").json() == {"status": "IDLE"}


def test_an_unknown_path_is_404_and_an_unknown_method_405_in_json() -> None:
    site = Site()
    assert site.call("GET", "nothing").json() == {"code": 404, "message": "Not Found"}
    refused = site.call("POST", "mapping")
    assert refused.json() == {"code": 405, "message": "Method Not Allowed"}
    assert refused.headers["allow"] == "PATCH, PUT"


def test_the_administrator_sets_a_status_and_takes_it_back() -> None:
    site = Site()
    path = "/emulator/sources/s/status"
    assert site.call("PUT", path, {"status": "DISABLED"}).status_code == 204
    assert site.call("GET", "configstatus").json() == {"status": "DISABLED"}
    assert site.call("PUT", path, {"status": None}).status_code == 204
    assert site.call("GET", "configstatus").json() == {"status": "MISSING_MAPPING"}
    wrongs: tuple[object, ...] = ({"status": "ASLEEP"}, {}, [], b"{")
    for wrong in wrongs:
        assert site.call("PUT", path, wrong).status_code == 400


def test_requests_are_counted_by_operation_and_source() -> None:
    site = Site()
    site.put()
    site.put()
    site.live()
    assert site.call("GET", "/emulator/requests").json() == {
        "requests": [
            {
                "operation": operation,
                "workspaceId": "w",
                "importSourceId": "s",
                "count": count,
            }
            for operation, count in (("get-schema-and-mapping", 1), ("put-mapping", 2))
        ]
    }


def test_the_source_describes_itself_and_its_schedule() -> None:
    site = Site()
    source = site.call("GET", "/jsm/assets/workspace/w/v1/importsource/s").json()
    assert source["id"] == "s"
    assert source["created"] == "2023-11-14T22:13:20Z"
    assert source["tokenGenerated"] is False
    site.call("POST", "token")
    source = site.call("GET", "/jsm/assets/workspace/w/v1/importsource/s").json()
    assert source["tokenGenerated"] is True
    assert site.call("GET", "schedule").json() == {
        "links": {
            "createSchedule": f"{ORIGIN}/jsm/insight/workspace/w/v1/importsource/s/importschedule"
        },
        "result": "success",
    }
