"""Answers become values, or an error that names source and request."""

import json
from typing import Any

import httpx
import pytest

from reconciler.backend.import_sources import Execution, ExecutionStatus, ProgressAnswer
from reconciler.errors import BackendError, ForeignOrigin, UnreadableAnswer
from reconciler.model.source import ConfigStatus, SourceRef
from tests.support.stages.assets_wire import (
    BASE,
    IMPORT_SOURCE,
    ROOT,
    SOURCE,
    WORKSPACE,
    Call,
    Wire,
    always,
)

DOCUMENT = {
    "schema": {
        "objectSchema": {
            "name": "Disks",
            "description": "",
            "objectTypes": [
                {
                    "externalId": "t",
                    "name": "Disk",
                    "description": "",
                    "attributes": [
                        {"name": "Key", "type": "text", "description": ""},
                        {"externalId": "a", "name": "Id", "type": "text", "description": ""},
                    ],
                }
            ],
        },
        "iconSchema": {"icons": []},
    },
    "mapping": {"objectTypeMappings": []},
}


def answering(body: Any, status: int = 200) -> Wire:
    if isinstance(body, str | bytes):
        return Wire(always(lambda: httpx.Response(status, content=body)))
    return Wire(always(lambda: httpx.Response(status, json=body)))


@pytest.mark.parametrize("status", list(ConfigStatus))
def test_config_status(status: int) -> None:
    wire = answering({"status": status, "links": {"cancel": "https://elsewhere.example/x"}})
    assert wire.run(lambda b: b.config_status(SOURCE)) is status


LINKS = {"cancel": f"{ROOT}/executions/7", "getExecutionStatus": f"{ROOT}/executions/7/status"}


@pytest.mark.parametrize(
    ("status", "links", "running"),
    [
        ("IDLE", LINKS, None),
        ("RUNNING", LINKS, [LINKS["cancel"], LINKS["getExecutionStatus"]]),
        (
            "RUNNING",
            {"cancel": LINKS["cancel"].replace("/assets/", "/insight/").partition(".com")[2]},
            [LINKS["cancel"].replace("/assets/", "/insight/"), f"{ROOT}/executions/status"],
        ),
        ("RUNNING", {"getExecutionStatus": "/x"}, []),
        ("RUNNING", {"cancel": 7}, []),
        ("RUNNING", "none", []),
    ],
)
def test_what_runs(status: str, links: Any, running: list[str] | None) -> None:
    found = answering({"status": status, "links": links}).run(lambda b: b.running_import(SOURCE))
    shown = found and found.links and [found.links.cancel, found.links.get_status]
    assert (shown or (None if found is None else [])) == running


@pytest.mark.parametrize("name", LINKS)
@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("https://elsewhere.example/x", r"which is not https:.* was not contacted"),
        (f"{ROOT}/mapping", "leads to no execution of disk; it was not followed"),
        (f"{ROOT}/executions", "leads to no execution of disk"),
        (f"{ROOT}/executions/", "leads to no execution of disk"),
        (f"{ROOT}/executions/../mapping", "leads to no execution of disk"),
        (f"{ROOT}/executions/7/%2e%2e/%2e%2e/mapping", "leads to no execution of disk"),
        (f"{ROOT}2/executions/7", "leads to no execution of disk"),
        (f"{ROOT.replace(WORKSPACE, 'w2')}/executions/7", "leads to no execution of disk"),
        (f"{BASE}/x{ROOT.removeprefix(BASE)}/executions/7", "leads to no execution of disk"),
        ("/x", "leads to no execution of disk"),
    ],
)
def test_what_runs_is_never_asked_elsewhere(name: str, link: str, said: str) -> None:
    wire = answering({"status": "RUNNING", "links": LINKS | {name: link}})
    with pytest.raises(BackendError, match=said):
        wire.run(lambda b: b.running_import(SOURCE))


def test_as_many_levels_as_a_manifest_may_have_are_read() -> None:
    body = '{"progressStatus":"FINISHED","a":' + '{"a":' * 126 + "[]" + "}" * 127
    assert answering(body).run(CALLS["progress"]).status == "FINISHED"


def test_schema_and_mapping_is_returned_as_it_came() -> None:
    assert answering(DOCUMENT).run(lambda b: b.schema_and_mapping(SOURCE)) == DOCUMENT


CALLS = {
    "config status": lambda b: b.config_status(SOURCE),
    "document": lambda b: b.schema_and_mapping(SOURCE),
    "progress": lambda b: b.progress(SOURCE, f"{ROOT}/mapping/progress/1"),
    "latest execution": lambda b: b.latest_execution(SOURCE),
    "discovery": lambda b: b.discover(SOURCE),
}
UNREADABLE = {
    "HTML": ("<!DOCTYPE html><p>Sign in", "is HTML, where JSON was expected"),
    "cut JSON": ('{"status": "ID', "is not readable as JSON"),
    "empty": ("", "is empty"),
    "a list": ("[]", "is not a JSON object"),
    "null": ("null", "is not a JSON object"),
    "NaN": ('{"status": NaN}', "is not readable as JSON"),
    "half a surrogate pair": ('{"status": "\\ud800"}', "is not readable as JSON"),
    "nested without end": ('{"a":' * 100_000, "is not readable as JSON"),
    "nested deeper than any type tree": (
        '{"a":' * 129 + "1" + "}" * 129,
        "is nested more than 128",
    ),
    "a number that is none": ('{"a": 1e999}', "is not readable as JSON"),
    "a number without end": ('{"a": ' + "9" * 5_000 + "}", "is not readable as JSON"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(("body", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(call: Call, body: Any, said: str) -> None:
    with pytest.raises(UnreadableAnswer, match=said) as caught:
        answering(body).run(call)
    error = caught.value
    assert error.request in str(error)
    assert "(disk)" in str(error)
    assert not error.sent


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307])
def test_a_redirected_read_is_not_followed(status: int) -> None:
    wire = Wire(always(lambda: httpx.Response(status, headers={"Location": f"{ROOT}/x"})))
    with pytest.raises(UnreadableAnswer, match=f"is a {status}, which is not followed"):
        wire.run(lambda b: b.config_status(SOURCE))
    assert len(wire.requests) == 1


WRONG_SHAPES = {
    "status of another kind": (
        CALLS["config status"],
        {"status": ["IDLE"]},
        "names no config status",
    ),
    "status that nobody knows": (CALLS["config status"], {"status": "ODD"}, "known: 'ODD'"),
    "a document without a mapping": (
        CALLS["document"],
        {"schema": DOCUMENT["schema"]},
        "is not a schema and mapping",
    ),
    "types that are no list": (
        CALLS["document"],
        {"schema": {"objectSchema": {"objectTypes": 3}}, "mapping": {"objectTypeMappings": []}},
        "is not a schema and mapping",
    ),
    "an execution without a status": (CALLS["latest execution"], {}, "holds no status"),
    "info without links": (CALLS["discovery"], {"links": []}, "holds no links"),
    "info whose links lead nowhere": (
        CALLS["discovery"],
        {"links": {"start": f"{BASE}/start"}},
        "does not lead to one import source",
    ),
    "info whose links disagree": (
        CALLS["discovery"],
        {"links": {"start": f"{ROOT}/x", "mapping": f"{ROOT[:-1]}/mapping"}},
        "does not lead to one import source",
    ),
    "an execution with a link missing": (
        lambda b: b.start_execution(SOURCE),
        {"links": {"submitProgress": f"{ROOT}/p"}},
        "holds no link submitResults",
    ),
}


@pytest.mark.parametrize(("call", "body", "said"), WRONG_SHAPES.values(), ids=WRONG_SHAPES)
def test_wrong_shape(call: Call, body: Any, said: str) -> None:
    with pytest.raises(UnreadableAnswer, match=said):
        answering(body).run(call)


def test_progress() -> None:
    body = b'{"progressStatus":"FINISHED","result":"OK","resultMessage":"created"}'
    wire = answering(body)
    assert wire.run(CALLS["progress"]) == ProgressAnswer(
        status="FINISHED", result="OK", message="created", raw=body.decode()
    )


def test_progress_of_an_unknown_shape_is_still_an_answer() -> None:
    answer = answering({"progressStatus": 7}).run(CALLS["progress"])
    assert (answer.status, answer.result, answer.message) == (None, None, None)


def test_discovery_finds_the_ids_in_the_links() -> None:
    links = {
        "getStatus": f"{ROOT}/configstatus".replace("/assets/", "/insight/"),
        "start": f"{ROOT}/executions",
        "mapping": f"{ROOT}/mapping",
    }
    unbound = SourceRef(name="disk", import_source_id=None, workspace_id=None)
    found = answering({"links": links}).run(lambda b: b.discover(unbound))
    assert found == SourceRef(name="disk", import_source_id=IMPORT_SOURCE, workspace_id=WORKSPACE)


def test_discovery_trusts_no_other_origin() -> None:
    links = {"start": ROOT.replace("api.example.com", "evil.example.com")}
    with pytest.raises(ForeignOrigin):
        answering({"links": links}).run(lambda b: b.discover(SOURCE))


EXECUTION_LINKS = {
    "submitProgress": f"{ROOT}/executions/1/progress",
    "submitResults": f"{ROOT}/executions/1/data",
    "getExecutionStatus": f"{ROOT}/executions/1/status",
    "cancel": f"{ROOT}/executions/1",
}


def test_an_execution_is_its_links() -> None:
    wire = answering({"links": EXECUTION_LINKS, "result": "success"})
    assert wire.run(lambda b: b.start_execution(SOURCE)) == Execution(
        submit_progress=f"{ROOT}/executions/1/progress",
        submit_results=f"{ROOT}/executions/1/data",
        get_status=f"{ROOT}/executions/1/status",
        cancel=f"{ROOT}/executions/1",
    )


def test_an_execution_whose_links_lead_elsewhere_has_begun_all_the_same() -> None:
    wire = answering({"links": EXECUTION_LINKS | {"cancel": "https://evil.example.com/x"}})
    with pytest.raises(ForeignOrigin) as caught:
        wire.run(lambda b: b.start_execution(SOURCE))
    assert caught.value.sent


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"progressResult": {"result": "OK"}}, {"result": "OK"}),
        ({}, {}),
        ({"progressResult": None}, {}),
        ({"progressResult": "FAILED"}, {"result": "FAILED"}),
        ({"progressResult": []}, {"result": []}),
        ({"progressResult": 0}, {"result": 0}),
    ],
)
def test_the_status_of_an_execution(told: dict[str, Any], found: dict[str, Any]) -> None:
    wire = answering({"status": "DONE", **told})
    expected = ExecutionStatus(status="DONE", progress_result=found)
    assert wire.run(lambda b: b.latest_execution(SOURCE)) == expected


NOT_UTF_8 = '{"progressStatus": "FINISHED", "resultMessage": "Größe"}'.encode("latin-1")


def test_bytes_that_are_no_text_are_replaced_in_what_is_only_told() -> None:
    assert answering(NOT_UTF_8).run(CALLS["progress"]).message == "Gr\ufffd\ufffde"


def test_live_is_read_exactly_or_not_at_all() -> None:
    """A name with a byte replaced would be planned back as a change."""
    body = json.dumps(DOCUMENT).replace("Disks", "D\xecsks").encode("latin-1")
    with pytest.raises(UnreadableAnswer, match="holds bytes that are not UTF-8"):
        answering(body).run(CALLS["document"])


def test_there_was_never_an_execution() -> None:
    assert answering({}, 404).run(lambda b: b.latest_execution(SOURCE)) is None


@pytest.mark.parametrize("body", ["", "{}", "cancelled"])
def test_a_cancelled_execution_may_answer_anything(body: Any) -> None:
    execution = Execution(
        submit_progress="", submit_results="", get_status="", cancel=f"{ROOT}/e/1"
    )
    assert answering(body).run(lambda b: b.cancel_execution(SOURCE, execution)) is None
