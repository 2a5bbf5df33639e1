"""Data ingestion from start to DONE or CANCELLED, and what is refused on the way."""

from typing import Any

import pytest

from tests.support.stages.emulator_imports import KEYS
from tests.support.stages.emulator_site import ORIGIN, Clock, Site, tagged

ENTRIES = {"data": {"things": [{"name": "a"}, {"name": "b"}]}}
CREATED = dict.fromkeys(KEYS, 0) | {
    "id": None,
    "errorMessages": None,
    "objectTypeName": "Thing",
    "objectTypeId": 1,
    "objectsCreated": 2,
    "entriesInSource": 2,
}


def configured(**options: Any) -> Site:
    site = Site(**options)
    assert site.put(tagged("t")).status_code == 204
    return site


def started(site: Site) -> dict[str, str]:
    answer = site.call("POST", "executions")
    assert answer.status_code == 200
    assert answer.json()["result"] == "success"
    links: dict[str, str] = answer.json()["links"]
    return links


def state(site: Site, links: dict[str, str]) -> str:
    return str(site.call("GET", links["getExecutionStatus"]).json()["status"])


def test_the_links_are_those_of_the_documentation() -> None:
    links = started(configured())
    root = links["cancel"]
    assert root.startswith(f"{ORIGIN}/jsm/insight/workspace/w/v1/importsource/s/executions/")
    assert links == {
        "submitProgress": f"{root}/progress",
        "submitResults": f"{root}/data",
        "getExecutionStatus": f"{root}/status",
        "cancel": root,
    }


def test_an_execution_runs_to_its_end() -> None:
    clock = Clock()
    site = configured(clock=clock)
    assert site.call("GET", "executions/status").status_code == 404
    links = started(site)
    assert site.call("GET", "configstatus").json() == {
        "status": "RUNNING",
        "links": {"cancel": links["cancel"], "getExecutionStatus": links["getExecutionStatus"]},
    }
    report = {"steps": {"total": 1, "current": 1, "description": "x"}}
    assert site.call("PUT", links["submitProgress"], report).status_code == 200
    assert site.call("POST", links["submitResults"], ENTRIES).status_code == 200
    assert state(site, links) == "INGESTING"
    assert site.call("POST", links["submitResults"], {"completed": True}).status_code == 200
    clock.seconds += 1.5
    assert [state(site, links) for _ in range(3)] == ["PROCESSING", "DONE", "DONE"]
    assert site.call("GET", "configstatus").json() == {"status": "IDLE"}
    answer = site.call("GET", "executions/status").json()
    execution = links["cancel"].rpartition("/")[2]
    assert answer == {
        "status": "DONE",
        "progressResult": {
            "type": "IMPORT",
            "id": 1,
            "started": "2023-11-14T22:13:20.000+00:00",
            "ended": "2023-11-14T22:13:21.500+00:00",
            "result": "OK",
            "status": "FINISHED",
            "infoMessage": None,
            "jobId": execution,
            "importSourceId": "s",
            "populatedObjectTypes": ["Thing"],
            "onlyExecutedForObjectTypes": [],
            "objectTypeResultMap": {"1": CREATED},
            "errorMessages": None,
            "totalNumberEntriesInImport": 2,
        },
    }


def test_processing_takes_its_time() -> None:
    clock = Clock()
    site = configured(steps=0, duration=3, clock=clock)
    links = started(site)
    site.call("POST", links["submitResults"], {"completed": True})
    assert state(site, links) == "PROCESSING"
    clock.seconds += 3
    assert state(site, links) == "DONE"


def test_a_start_conflicts_with_the_state_of_the_source() -> None:
    def conflict(site: Site) -> Any:
        answer = site.call("POST", "executions")
        assert answer.status_code == 409
        return answer.json()

    def error(code: str) -> Any:
        return {"result": "error", "errorCode": code}

    assert conflict(Site()) == error("MISSING_MAPPING")
    site = configured()
    started(site)
    assert conflict(site) == error("IN_PROGRESS")
    site.call("PUT", "/emulator/sources/s/status", {"status": "DISABLED"})
    assert conflict(site) == error("DISABLED")


def test_cancelling_works_until_completed_was_sent() -> None:
    site = configured()
    links = started(site)
    assert (answer := site.call("DELETE", links["cancel"])).status_code == 200
    assert answer.content == b""
    assert state(site, links) == "CANCELLED"
    assert site.call("POST", links["submitResults"], ENTRIES).status_code == 400
    links = started(site)
    site.call("POST", links["submitResults"], {"completed": True})
    assert site.call("DELETE", links["cancel"]).status_code == 400


def test_a_failed_ingestion_is_recorded_and_over() -> None:
    site = configured()
    links = started(site)
    path = f"{links['cancel']}/history/failed"
    for reason in ("", "x" * 1025, 7, None):
        assert site.call("POST", path, {"failureReason": reason}).status_code == 400
    assert site.call("POST", path, {"failureReason": "no network"}).status_code == 204
    found = site.call("GET", "executions/status").json()
    assert found["status"] == "DONE"
    assert found["progressResult"]["result"] == "ERROR"
    assert found["progressResult"]["errorMessages"] == "no network"
    assert site.call("POST", path, {"failureReason": "again"}).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "status", None),
        ("PUT", "progress", {"steps": {}}),
        ("POST", "data", {}),
        ("POST", "history/failed", {"failureReason": "x"}),
    ],
)
def test_an_unknown_execution_is_404(method: str, path: str, body: Any) -> None:
    assert configured().call(method, f"executions/nothing/{path}", body).status_code == 404
    assert configured().call("DELETE", "executions/nothing").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "progress", {}),
        ("PUT", "progress", []),
        ("POST", "data", b"{"),
        ("POST", "data", {"data": []}),
    ],
)
def test_a_body_of_another_shape_is_refused(method: str, path: str, body: Any) -> None:
    site = configured()
    links = started(site)
    assert site.call(method, f"{links['cancel']}/{path}", body).status_code == 400
