"""Faults: their grammar, what each does at the wire, and what it leaves behind."""

import asyncio
import json
import re
from typing import Any

import pytest
from click.testing import CliRunner

from reconciler.cli.usage.emulator import emulator
from reconciler.emulator.app import ConnectionCut
from reconciler.emulator.faults import (
    ADMIN_TOKEN,
    MEANINGS,
    ONLY_OF,
    FaultKind,
    InjectedFault,
    parse_fault,
)
from reconciler.emulator.injection import FAILED_IN_PROGRESS
from reconciler.semantics.operations import ApiOperation
from tests.support.stages.companion import BASIC, V1
from tests.support.stages.emulator_site import DISKS, SOURCE, Site, document


def site(*faults: str, **options: Any) -> Site:
    return Site(faults=tuple(map(parse_fault, faults)), **options)


GRAMMAR = {
    "put-mapping:429=2:3": InjectedFault(
        operation=ApiOperation.PUT_MAPPING, kind=FaultKind.RATE_LIMIT, value="2", times=3
    ),
    "get-progress:gone": InjectedFault(operation=ApiOperation.GET_PROGRESS, kind=FaultKind.GONE),
    "patch-mapping:drop-after": InjectedFault(
        operation=ApiOperation.PATCH_MAPPING, kind=FaultKind.DROP_AFTER
    ),
    "*:503:1": InjectedFault(operation=None, kind=FaultKind.UNAVAILABLE, times=1),
    "*:429=date": InjectedFault(operation=None, kind=FaultKind.RATE_LIMIT, value="date"),
    "put-mapping:refuse=UNKNOWN_REFERENCE": InjectedFault(
        operation=ApiOperation.PUT_MAPPING, kind=FaultKind.REFUSE, value="UNKNOWN_REFERENCE"
    ),
    "put-mapping:foreign-location=http://127.0.0.1:80:1": InjectedFault(
        operation=ApiOperation.PUT_MAPPING,
        kind=FaultKind.FOREIGN_LOCATION,
        value="http://127.0.0.1:80",
        times=1,
    ),
}


@pytest.mark.parametrize("text", GRAMMAR)
def test_a_fault_is_written_on_one_line(text: str) -> None:
    assert parse_fault(text) == GRAMMAR[text]


WRONG = {
    "put-mapping": "is not OPERATION:KIND[=VALUE][:TIMES]",
    "": "is not OPERATION:KIND[=VALUE][:TIMES]",
    "put:503": '"put" is not an operation; these are: *, put-mapping, patch-mapping, get-progress',
    "put-mapping:boom": '"boom" is not a fault; these are: refuse, 429, 500, 502, 503, 504, status',
    "put-mapping:gone": '"gone" can happen to get-progress only, not to put-mapping',
    "get-info:foreign-location": "can happen to patch-mapping and put-mapping only",
    "get-info:late": "can happen to delete-attribute and",
    "put-mapping:no-effect": "delete-attribute and delete-object-type",
    "*:status=200": '"status" takes a value like [45]\\d\\d, not "200"',
    "*:503=2": '"503" takes no value, not "2"',
    "*:429=soon": 'not "soon"',
    "*:503:often": "is not OPERATION:KIND[=VALUE][:TIMES]",
}


@pytest.mark.parametrize("text", WRONG)
def test_a_fault_that_is_none_gets_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(WRONG[text])):
        parse_fault(text)


STATUSES = {
    "refuse=EXTERNAL_ID_MISMATCH": 400,
    "429": 429,
    "500": 500,
    "502": 502,
    "503": 503,
    "status": 422,
    "status=425": 425,
    "html": 200,
    "drop-before": None,
}

AFTER_ACTING = {"504": 504, "truncated": 200, "drop-after": None}


def put(given: Site) -> int | None:
    """The status of the answer to a PUT, None if the connection is cut."""
    try:
        return given.put().status_code
    except ConnectionCut:
        return None


@pytest.mark.parametrize("kind", STATUSES)
def test_a_fault_before_acting_answers_so_often_and_does_nothing(kind: str) -> None:
    broken = site(f"put-mapping:{kind}:2")
    assert [put(broken) for _ in range(4)] == [STATUSES[kind]] * 2 + [204, 409]
    assert broken.count("put-mapping") == 4


@pytest.mark.parametrize("kind", AFTER_ACTING)
def test_a_fault_after_acting_hides_that_it_was_done(kind: str) -> None:
    broken = site(f"put-mapping:{kind}:1")
    assert [put(broken), put(broken)] == [AFTER_ACTING[kind], 409]
    assert broken.live()
    assert broken.count("put-mapping") == 2


def test_every_kind_of_fault_is_explained_where_the_emulator_is() -> None:
    assert {kind for kinds in MEANINGS.values() for kind in kinds} == set(FaultKind)
    shown = CliRunner().invoke(emulator, ["--help"]).output
    for kinds in MEANINGS.values():
        assert all(f"    {kind:17} {said}" in shown for kind, said in kinds.items())


STATUSES_OF_SCHEMA = f"{V1}/config/statustype?objectSchemaId=1"
# What the faults that ask for a value are tried with.
VALUES = {
    FaultKind.REFUSE: "EXTERNAL_ID_MISMATCH",
    FaultKind.FOREIGN_LOCATION: "https://elsewhere.test",
    FaultKind.LATE: "12",
}


def seen(*faults: str) -> list[Any]:
    """What a client sees of a mapping that it puts, follows to its end, and reads again.

    And of a status that it renames.
    """
    given = site(*faults)
    answers: list[Any] = []

    def call(method: str, path: str, *body: Any) -> str | None:
        credential = {"authorization": BASIC} if path.startswith(f"{V1}/config") else {}
        try:
            answer = given.call(method, path, *body, **credential)
        except ConnectionCut:
            answers.append("cut")
            return None
        answers.append((given.clock(), answer.status_code, dict(answer.headers), answer.content))
        location: str | None = answer.headers.get("location")
        return location

    location = call("PUT", "mapping?async=true", DISKS)
    for _ in range(4):
        call("GET", location if location and "elsewhere" not in location else "configstatus")
    call("GET", "schema-and-mapping")
    for each in given.call("GET", STATUSES_OF_SCHEMA, authorization=BASIC).json():
        call("PUT", f"{V1}/config/statustype/{each['id']}", {"name": "Good", "category": 1})
    call("GET", STATUSES_OF_SCHEMA)
    return answers


@pytest.mark.parametrize("kind", FaultKind)
def test_every_kind_of_fault_is_seen_by_a_client(kind: FaultKind) -> None:
    operation = max(ONLY_OF.get(kind, {ApiOperation.PUT_MAPPING}))  # PUT rather than PATCH
    value = f"={VALUES[kind]}" if kind in VALUES else ""
    assert seen(f"{operation}:{kind}{value}") != seen()


def test_a_refusal_has_its_code() -> None:
    answer = site("*:refuse=EXTERNAL_ID_MISMATCH").put()
    assert [e["code"] for e in answer.json()["dataValidationErrors"]] == ["EXTERNAL_ID_MISMATCH"]


@pytest.mark.parametrize(
    ("kind", "header", "value"),
    [
        ("429=7", "retry-after", "7"),
        ("429=date", "retry-after", "Tue, 14 Nov 2023 22:13:21 GMT"),
        ("429=reset", "x-ratelimit-reset", "2023-11-14T22:13:21+00:00"),
        ("429", "retry-after", None),
    ],
)
def test_a_rate_limit_says_when_to_try_again(kind: str, header: str, value: str | None) -> None:
    assert site(f"*:{kind}").call("GET", "configstatus").headers.get(header) == value


def test_html_is_a_page_with_200() -> None:
    answer = site("*:html").call("GET", "schema-and-mapping")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text.startswith("<!doctype html>")


def test_truncated_json_comes_after_acting() -> None:
    broken = site("put-mapping:truncated:1", "get-schema-and-mapping:truncated:1")
    answers = [broken.put(), broken.call("GET", "schema-and-mapping")]
    for answer in answers:
        assert answer.status_code == 200
        with pytest.raises(json.JSONDecodeError):
            answer.json()
    assert broken.live()


def progress(broken: Site) -> str:
    answer = broken.call("PUT", "mapping?async=true", DISKS)
    assert answer.status_code == 303
    location: str = answer.headers["location"]
    return location


FINISHED = {"progressStatus": "FINISHED"}
DONE = {**FINISHED, "result": "OK", "resultMessage": "Schema and mapping successfully created"}
FAILED = {**FINISHED, "result": "ERROR", "resultMessage": FAILED_IN_PROGRESS}
RUNNING = {"progressStatus": "IN_PROGRESS"}
LATE = {"progressStatus": "IN_PROGRESS", "percentage": 1}
# The fault, and the steps that a submission takes → what its progress says, and whether it is done.
PROGRESS: dict[str, tuple[int, list[Any], bool]] = {
    "fails:1": (1, [FAILED, FAILED], False),
    "gone": (0, [404, 404], True),
    "unknown-status": (0, [{"progressStatus": "SOMETHING"}], True),
    "no-result": (1, [RUNNING, {"progressStatus": "FINISHED"}], True),
    "backwards": (1, [{**RUNNING, "percentage": 99}, DONE, LATE, LATE], True),
    "never-ending": (0, [RUNNING] * 3, False),
    "never-ending:2": (0, [RUNNING, RUNNING, DONE], True),
}


@pytest.mark.parametrize("fault", PROGRESS)
def test_progress_may_say_what_is_not_so(fault: str) -> None:
    steps, said, is_done = PROGRESS[fault]
    broken = site(f"get-progress:{fault}", steps=steps)
    location = progress(broken)
    answers = [broken.call("GET", location) for _ in said]
    assert [a.json() if a.status_code == 200 else a.status_code for a in answers] == said
    status = "IDLE" if is_done else "MISSING_MAPPING"
    assert broken.call("GET", "configstatus").json() == {"status": status}


@pytest.mark.parametrize(
    ("kind", "status", "has_location"),
    [("202", 202, True), ("no-location", 303, False), ("early", 204, False)],
)
def test_what_is_accepted_may_be_answered_otherwise(
    kind: str, status: int, *, has_location: bool
) -> None:
    broken = site(f"put-mapping:{kind}")
    answer = broken.call("PUT", "mapping?async=true", DISKS)
    assert answer.status_code == status
    assert ("location" in answer.headers) is has_location
    assert answer.content == b""
    assert broken.call("GET", "configstatus").json() == {"status": "MISSING_MAPPING"}
    assert broken.call("GET", "configstatus").json() == {"status": "IDLE"}, "it went on"


def roots(answer: Any) -> Any:
    return answer["schema"]["objectSchema"]["objectTypes"]


def test_a_document_may_lack_what_was_sent() -> None:
    broken = site("get-schema-and-mapping:lacks:1")
    broken.put()
    lacking, whole = (roots(broken.live())[0]["attributes"] for _ in range(2))
    missing = {a["name"] for a in whole} - {a["name"] for a in lacking}
    assert missing == {"Twin"}


def test_a_document_with_nothing_to_lack_stays_as_it_is() -> None:
    broken = site("get-schema-and-mapping:lacks")
    empty = {"externalId": "t", "name": "T", "description": "", "attributes": []}
    assert broken.put(document([empty], [])).status_code == 204
    assert [a["name"] for a in roots(broken.live())[0]["attributes"]] == ["Key"]


def test_a_document_may_say_something_else() -> None:
    broken = site("get-schema-and-mapping:alters:1")
    broken.put()
    said = [roots(broken.live())[0]["description"] for _ in range(2)]
    assert said == ["Altered by a fault of the emulator", "A disk"]


def test_faults_of_documents_leave_errors_alone() -> None:
    broken = site("get-schema-and-mapping:alters")
    assert broken.call("GET", "schema-and-mapping").status_code == 404


@pytest.mark.parametrize(
    ("value", "origin"),
    [("", "http://elsewhere.invalid/"), ("=http://127.0.0.1:9:1", "http://127.0.0.1:9/")],
)
def test_a_location_may_lead_elsewhere(value: str, origin: str) -> None:
    assert progress(site(f"put-mapping:foreign-location{value}")).startswith(origin)


def test_a_fault_is_for_its_operation_only_and_faults_follow_each_other() -> None:
    broken = site("patch-mapping:500", "*:503:1", "put-mapping:429:1")
    assert [put(broken) for _ in range(3)] == [503, 429, 204]
    assert broken.call("PATCH", "mapping", DISKS).status_code == 500


def test_a_late_request_is_taken_up_when_its_time_has_come() -> None:
    slow = site("put-mapping:late=12:1", "put-mapping:drop-after:1")
    before = slow.clock()
    assert put(slow) is None, "it may be cut besides"
    assert slow.clock() == before + 12
    assert slow.live()


def test_a_late_request_waits_for_the_faults_to_be_cleared() -> None:
    slow = site("put-mapping:late:1")

    async def late() -> None:
        async with slow.client() as client:
            headers = {"authorization": f"Bearer {ADMIN_TOKEN}"}
            put = asyncio.create_task(client.put(f"{SOURCE}/mapping", json=DISKS, headers=headers))
            faults = "/emulator/faults"
            while (await client.get(faults, headers=headers)).json() != {"held": 1}:  # noqa: ASYNC110 - it is the emulator that knows
                await asyncio.sleep(0)
            status = await client.get(f"{SOURCE}/configstatus", headers=headers)
            assert status.json() == {"status": "MISSING_MAPPING"}, "it is not RUNNING either"
            assert not put.done()
            await client.delete("/emulator/faults", headers=headers)
            assert (await put).status_code == 204

    asyncio.run(late())
    assert slow.live()


def test_live_lags_behind_its_last_change_for_a_while_or_so_often() -> None:
    old = site("get-configstatus:lags=4", "get-schema-and-mapping:lags:1")
    old.put()
    assert old.call("GET", "configstatus").json() == {"status": "MISSING_MAPPING"}
    assert old.call("GET", "schema-and-mapping").status_code == 404
    assert old.live()
    old.clock.seconds += 4
    assert old.call("GET", "configstatus").json() == {"status": "IDLE"}


def test_faults_are_added_while_the_emulator_runs() -> None:
    running = site()
    assert running.call("POST", "/emulator/faults", b"put-mapping:503:1").json() == {"held": 0}
    assert running.call("POST", "/emulator/faults", b"put-mapping:boom").status_code == 400
    assert [running.put().status_code for _ in range(2)] == [503, 204]
