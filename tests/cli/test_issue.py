"""`issue`: one issue for each environment and directory, on servers like the three trackers."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from reconciler.render.markdown.marker import Marker, marker_in, marker_of
from tests.support.forges.github_issues import issue
from tests.support.forges.server import STRANGER, TOKEN
from tests.support.forges.services import TRACKERS, Service
from tests.support.forges.tracker import Board
from tests.support.stages.cli_project import Desk, Result


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One tracker, and what its issues look like."""

    service: Service
    forged: Callable[[dict[str, Any], str], dict[str, Any]]
    said: Callable[[dict[str, Any]], str]
    marker: Callable[[dict[str, Any]], Marker | None]
    title: str = "title"


CASES = {
    "github": Case(
        service=TRACKERS["github"],
        forged=lambda each, who: each | {"number": 9, "user": {"login": who}},
        said=itemgetter("body"),
        marker=lambda each: marker_in(each["body"] or ""),
    ),
    "gitlab": Case(
        service=TRACKERS["gitlab"],
        forged=lambda each, who: each | {"iid": 9, "author": {"username": who}},
        said=itemgetter("description"),
        marker=lambda each: marker_in(each["description"] or ""),
    ),
    "jira": Case(
        service=TRACKERS["jira"],
        forged=lambda each, who: each | {"key": "OPS-9", "creator": who},
        said=lambda each: json.dumps(each["description"], ensure_ascii=False),
        marker=lambda each: marker_of(each["properties"].get("reconciler")),
        title="summary",
    ),
}
Tracker = tuple[str, Case, Board]


@pytest.fixture
def desk(in_repository: Desk) -> Desk:
    """A project with a report of drift."""
    assert look(in_repository) == 2, "nothing is live yet, and no base is known"
    return in_repository


@pytest.fixture
def tracker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracker]:
    name = request.param
    with CASES[name].service.served(monkeypatch) as board:
        yield name, CASES[name], board


on_each = pytest.mark.parametrize("tracker", TRACKERS, indirect=True)


def look(desk: Desk) -> int:
    return desk("drift", "--output", "json=drift.json").code


def bring_in_sync(desk: Desk) -> None:
    assert desk("apply", "--auto-approve").code == 0
    assert look(desk) == 0


def run(desk: Desk, name: str, *more: str) -> Result:
    done = desk("issue", name, "--report", "drift.json", *more)
    assert TOKEN not in done.out + done.err
    return done


def edit_report(desk: Desk, **fields: Any) -> None:
    path = desk.root / "drift.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), encoding="utf-8")


def unreadable(desk: Desk, why: str) -> None:
    """Make the report one of a source that is in sync and one that could not be read."""
    bring_in_sync(desk)
    sources = json.loads((desk.root / "drift.json").read_text("utf-8"))["sources"]
    sources[1] |= {"error": why, "state": "unreadable"}
    edit_report(desk, sources=sources, errored=True)


@on_each
def test_drift_opens_an_issue_and_the_end_of_it_closes_it(desk: Desk, tracker: Tracker) -> None:
    name, case, board = tracker
    opened = run(desk, name)
    assert (opened.code, opened.err) == (0, "")
    assert opened.out.endswith(" opened\n")
    (made,) = board.issues
    assert made[case.title] == "Drift in local: 2 of 2 sources"
    assert "disks/objectTypes[object-type/drive]" in case.said(made)
    marker = case.marker(made)
    assert marker is not None
    assert (marker.environment, marker.directory, marker.about) == ("local", "cmdb", "drift")

    board.asked.clear()
    assert run(desk, name, "--url", "https://ci.example/runs/2").out.endswith(" unchanged\n")
    assert board.writes() == []

    assert desk("apply", "--auto-approve", "disks").code == 0
    assert look(desk) == 2
    assert run(desk, name).out.endswith(" updated\n")
    assert made[case.title] == "Drift in local: 1 of 2 sources"
    assert "object-type/drive" not in case.said(made)
    assert len(board.writes()) == 1

    bring_in_sync(desk)
    assert run(desk, name).out.endswith(" closed\n")
    assert (made["state"], len(board.issues)) == ("closed", 1)
    assert "No drift in 2 sources." in case.said(made)
    assert made[case.title] == "Drift in local: 1 of 2 sources", "what there was"
    assert made.get("state_reason") == ("completed" if name == "github" else None)
    board.asked.clear()
    assert run(desk, name).out.endswith("nothing to do\n")
    assert board.writes() == []


@on_each
def test_after_one_was_closed_a_new_one_is_opened(desk: Desk, tracker: Tracker) -> None:
    name, _, board = tracker
    run(desk, name)
    board.issues[0]["state"] = "closed"
    assert run(desk, name).out.endswith(" opened\n")
    assert board.issues[0]["state"] == "closed" != board.issues[1]["state"]


@on_each
def test_each_environment_and_directory_has_an_issue_of_its_own(
    desk: Desk, tracker: Tracker
) -> None:
    name, _, board = tracker
    run(desk, name)
    assert run(desk, name, "--directory", "other/").out.endswith(" opened\n")
    assert run(desk, name, "--directory", "./other").out.endswith(" unchanged\n")
    edit_report(desk, environment="staging")
    assert run(desk, name).out.endswith(" opened\n")
    assert len(board.issues) == 3
    bring_in_sync(desk)
    run(desk, name)
    assert [each["state"] for each in board.issues][1:] == [board.issues[1]["state"]] * 2
    assert board.issues[0]["state"] == "closed" != board.issues[1]["state"]


@on_each
def test_the_issue_is_found_on_a_later_page(desk: Desk, tracker: Tracker) -> None:
    name, case, board = tracker
    run(desk, name)
    others = [case.forged(board.issues[0], case.service.me) for _ in range(5)]
    for other in others:
        other |= {"body": None, "description": None, "properties": {}}
    board.issues[:0] = others
    board.page_size = 2
    assert run(desk, name).out.endswith(" unchanged\n")


@on_each
def test_a_marker_in_the_issue_of_a_stranger_is_nothing(desk: Desk, tracker: Tracker) -> None:
    name, case, board = tracker
    run(desk, name)
    forged = case.forged(board.issues[0], case.service.stranger)
    board.issues[:] = [dict(forged)]
    assert run(desk, name).out.endswith(" opened\n")
    bring_in_sync(desk)
    run(desk, name)
    assert board.issues[0] == forged
    assert board.issues[1]["state"] == "closed"


@on_each
def test_the_account_can_be_named(desk: Desk, tracker: Tracker) -> None:
    name, case, board = tracker
    run(desk, name)
    board.asked.clear()
    assert run(desk, name, "--author", case.service.me).out.endswith(" unchanged\n")
    assert len(board.asked) == 1
    assert run(desk, name, "--author", case.service.stranger).out.endswith(" opened\n")


@on_each
def test_two_that_were_opened_at_once_are_closed_together(desk: Desk, tracker: Tracker) -> None:
    name, case, board = tracker
    run(desk, name)
    board.issues.append(case.forged(board.issues[0], case.service.me))
    bring_in_sync(desk)
    assert run(desk, name).out.count(" closed") == 2
    assert {each["state"] for each in board.issues} == {"closed"}


@on_each
def test_a_source_that_could_not_be_read_is_an_issue(desk: Desk, tracker: Tracker) -> None:
    name, case, board = tracker
    unreadable(desk, "GET disks was answered 401 @team <b>`x`</b>")
    assert run(desk, name).code == 0
    (made,) = board.issues
    assert made[case.title] == "Drift in local: 1 of 2 sources could not be read"
    assert "Could not be read" in case.said(made)
    assert "401" in case.said(made)
    if name != "jira":  # there a text is never markup
        assert "401 ``@team <b>`x`</b>``" in case.said(made)


@on_each
def test_manifests_in_error_are_an_issue_and_close_none(desk: Desk, tracker: Tracker) -> None:
    name, case, board = tracker
    desk.edit("disks.yaml", "type: text", "type: txet")
    assert look(desk) == 1
    edit_report(desk, environment="")  # as where the project file cannot be read
    done = run(desk, name)
    assert (done.code, "--environment ENV" in done.err, board.asked) == (1, True, [])
    done = desk("-e", "local", "issue", name, "--report", "drift.json")
    assert done.out.endswith(" opened\n")
    (made,) = board.issues
    assert made[case.title] == "Drift in local: 1 of 2 sources, 1 could not be read"
    assert "disks.yaml:14" in case.said(made)
    assert "txet" in case.said(made)
    assert "No drift" not in case.said(made)


@on_each
def test_what_strangers_wrote_stays_text(desk: Desk, tracker: Tracker) -> None:
    name, case, board = tracker
    hostile = "@team <!-- --> #1 ``` [x](https://evil.example)\n/close\x1b[2J"
    edit_report(desk, environment=hostile)
    sources = json.loads((desk.root / "drift.json").read_text("utf-8"))["sources"]
    sources[0]["findings"][0]["address"] = hostile
    edit_report(desk, sources=sources)
    assert run(desk, name).code == 0
    (made,) = board.issues
    assert "\n" not in made[case.title]
    said = case.said(made)
    assert "\x1b" not in said + made[case.title]
    assert "\n/close" not in said
    assert run(desk, name).out.endswith(" unchanged\n")
    if name != "jira":
        as_code = re.findall(r"(?<!`)(`{4}(?!`).*?(?<!`)`{4})(?!`)", said, re.DOTALL)
        assert said.count("-->") == 1 + "".join(as_code).count("-->"), "all as code"


@on_each
def test_the_issue_keeps_to_the_limit_of_its_tracker(desk: Desk, tracker: Tracker) -> None:
    """The server refuses what is longer."""
    name, case, board = tracker
    report = json.loads((desk.root / "drift.json").read_text("utf-8"))
    source = report["sources"][0]
    finding = source["findings"][0]
    name_of_all = 'é"' * 300
    many = [finding | {"address": f"disks/{at:06}{name_of_all}"} for at in range(2_000)]
    edit_report(desk, sources=[source | {"findings": many}], environment="e" * 300)
    assert run(desk, name).out.endswith(" opened\n")
    (made,) = board.issues
    assert "Left out to fit" in case.said(made)
    assert "disks/000000" in case.said(made)


@on_each
def test_a_dry_run_prints_what_would_be_said_and_needs_no_token(
    desk: Desk, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, case, board = tracker
    for variable in case.service.variables(board):
        monkeypatch.delenv(variable)
    done = run(desk, name, "--dry-run", "--url", "https://ci.example/1")
    assert done.code == 0
    assert "with the title: Drift in local: 2 of 2 sources\n" in done.out
    assert "object-type/drive" in done.out
    assert "https://ci.example/1" in done.out
    bring_in_sync(desk)
    assert "would be closed" in run(desk, name, "--dry-run").out
    assert board.asked == []


RUNS = {
    "github": {
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "octo/cmdb",
        "GITHUB_RUN_ID": "4711",
    },
    "gitlab": {"CI_JOB_URL": "https://gitlab.example/jobs/4711"},
    "jira": {
        "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.example/acme/cmdb",
        "BITBUCKET_BUILD_NUMBER": "4711",
    },
}


@pytest.mark.parametrize("name", RUNS)
def test_the_run_is_linked(desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    for variable, value in RUNS[name].items():
        monkeypatch.setenv(variable, value)
    lines = run(desk, name, "--dry-run").out.splitlines()
    (seen,) = [line for line in lines if "4711" in line and "https://" in line][:1]
    assert seen.strip().startswith(("Seen in <https://", '"text": "https://'))


@pytest.mark.parametrize("tracker", ["github"], indirect=True)
def test_a_pull_request_and_a_plan_are_no_issue_of_drift(desk: Desk, tracker: Tracker) -> None:
    name, _, board = tracker
    run(desk, name)
    ours = board.issues[0]
    plan = str(Marker(environment="local", directory="cmdb", digest="sha256:a", version="1"))
    board.issues[:] = [ours | {"pull_request": {}}, ours | {"number": 12, "body": plan}]
    assert run(desk, name).out.endswith(" opened\n")
    assert board.issues[1]["body"] == plan


@pytest.mark.parametrize("tracker", ["github"], indirect=True)
def test_a_marker_that_is_nested_too_deeply_stops_nothing(desk: Desk, tracker: Tracker) -> None:
    name, _, board = tracker
    body = f'<!-- reconciler {{"a": {"[" * 20_000}}} -->'
    board.issues = [issue(1, STRANGER, "A trap", body)]
    assert run(desk, name).out.endswith(" opened\n")


@pytest.mark.parametrize("tracker", ["jira"], indirect=True)
def test_a_workflow_without_a_way_to_done_is_told(desk: Desk, tracker: Tracker) -> None:
    name, case, board = tracker
    run(desk, name)
    bring_in_sync(desk)
    board.instead = []
    nothing = JSONResponse({"transitions": [{"id": "21", "to": {"statusCategory": {}}}]})
    author = ("--author", case.service.me)
    marker = board.issues[0]["properties"]["reconciler"]
    found = {
        "key": "OPS-11",
        "fields": {"summary": "s", "creator": {"accountId": case.service.me}},
        "properties": {"reconciler": marker},
    }
    board.instead = [JSONResponse({"issues": [found]}), Response(status_code=204), nothing]
    done = run(desk, name, *author)
    assert done.code == 1
    assert "OPS-11 is in sync, and cannot be closed" in done.err


@pytest.mark.parametrize("tracker", ["jira"], indirect=True)
def test_a_project_that_is_no_key_is_not_searched(
    desk: Desk, tracker: Tracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, board = tracker
    monkeypatch.setenv("JIRA_PROJECT", 'OPS" OR creator = "x')
    done = run(desk, name)
    assert (done.code, "JIRA_PROJECT" in done.err, board.asked) == (64, True, [])


@pytest.mark.parametrize("tracker", ["jira"], indirect=True)
def test_a_search_that_never_ends_is_told(desk: Desk, tracker: Tracker) -> None:
    name, case, board = tracker
    board.instead = [JSONResponse({"issues": [], "nextPageToken": "1"}) for _ in range(201)]
    done = run(desk, name, "--author", case.service.me)
    assert (done.code, "more than 200 pages" in done.err) == (1, True)


def test_wrong_usage_is_64(desk: Desk) -> None:
    assert run(desk, "bitbucket").code == 64
    assert desk("issue", "github").code == 64
    assert desk("-e", "production", "issue", "github", "--report", "drift.json").code == 64


def test_what_is_no_report_is_told(desk: Desk) -> None:
    desk.write("drift.json", "{}")
    done = run(desk, "github", "--dry-run")
    assert (done.code, "drift.json is not a drift report" in done.err) == (1, True)
