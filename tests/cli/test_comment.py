"""`comment`: one comment for each environment and directory, on servers like the three forges."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import pytest
from starlette.responses import Response

from reconciler.render.markdown.bitbucket import marker_in_bitbucket
from reconciler.render.markdown.marker import Marker, marker_in
from tests.support.forges import bitbucket, github_pulls, gitlab_merge_requests
from tests.support.forges.server import TOKEN, Pull, answered
from tests.support.forges.services import FORGES, Service
from tests.support.stages.cli_project import Desk, Result


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One forge, and what its comments look like."""

    service: Service
    comment: Callable[[int, str, str], dict[str, Any]]
    text: Callable[[dict[str, Any]], str] = itemgetter("body")
    marker_in: Callable[[str], Marker | None] = marker_in


CASES = {
    "github": Case(service=FORGES["github"], comment=github_pulls.comment),
    "gitlab": Case(service=FORGES["gitlab"], comment=gitlab_merge_requests.note),
    "bitbucket": Case(
        service=FORGES["bitbucket"],
        comment=bitbucket.comment,
        text=lambda each: each["content"]["raw"],
        marker_in=marker_in_bitbucket,
    ),
}


@pytest.fixture
def desk(in_repository: Desk) -> Desk:
    """A project with a saved plan."""
    assert in_repository("plan", "-o", "plan.json").code == 0
    return in_repository


@pytest.fixture
def forge(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Case, Pull]]:
    name = request.param
    with CASES[name].service.served(monkeypatch) as pull:
        yield name, CASES[name], pull


on_each = pytest.mark.parametrize("forge", FORGES, indirect=True)
Forge = tuple[str, Case, Pull]


def run(desk: Desk, name: str, *more: str) -> Result:
    done = desk("comment", name, "--plan", "plan.json", *more)
    assert TOKEN not in done.out + done.err
    return done


def change(desk: Desk) -> None:
    desk.edit("disks.yaml", "A drive", "A drive of a machine")


@on_each
def test_the_first_run_posts_the_next_leaves_it_a_new_plan_updates_it(
    desk: Desk, forge: Forge
) -> None:
    name, case, pull = forge
    there = len(pull.comments)
    first = run(desk, name)
    assert (first.code, first.err) == (0, "")
    assert f"by {case.service.me} posted" in first.out
    posted = pull.comments[-1]
    marker = case.marker_in(case.text(posted))
    assert marker is not None
    assert (marker.environment, marker.directory) == ("local", "cmdb")
    assert len(pull.writes()) == 1
    assert "unchanged" in run(desk, name).out
    assert pull.writes() == []
    change(desk)
    desk("plan", "-o", "plan.json")
    assert "updated" in run(desk, name).out
    assert len(pull.writes()) == 1
    assert len(pull.comments) == there + 1
    assert case.marker_in(case.text(posted)) != marker


@on_each
def test_each_environment_and_directory_has_a_comment_of_its_own(desk: Desk, forge: Forge) -> None:
    name, _, pull = forge
    there = len(pull.comments)
    assert run(desk, name).code == 0
    assert "posted" in run(desk, name, "--directory", "other/").out
    assert "unchanged" in run(desk, name, "--directory", "./other").out
    assert len(pull.comments) == there + 2


@on_each
def test_the_comment_is_found_on_a_later_page(desk: Desk, forge: Forge) -> None:
    name, case, pull = forge
    pull.comments += [case.comment(at, case.service.stranger, "hello") for at in range(2, 9)]
    run(desk, name)
    pull.page_size = 2
    pull.comments += [case.comment(2_000 + at, case.service.stranger, "bye") for at in range(3)]
    assert "unchanged" in run(desk, name).out


@on_each
def test_a_marker_in_the_comment_of_a_stranger_is_nothing(desk: Desk, forge: Forge) -> None:
    name, case, pull = forge
    run(desk, name)
    text = case.text(pull.comments[-1])
    forged = case.comment(9, case.service.stranger, f"{text}\napproved")
    pull.comments[:] = [forged]
    assert run(desk, name, "--author", case.service.me, "--verify").code == 3
    assert "posted" in run(desk, name).out
    assert pull.comments[0] == forged
    assert len(pull.comments) == 2


@on_each
def test_verify_agrees_while_nothing_moved(desk: Desk, forge: Forge) -> None:
    name, case, pull = forge
    run(desk, name)
    pull.writes()
    done = run(desk, name, "--verify", "--author", case.service.me)
    assert done.code == 0
    assert "The comment shows what would be applied now: sha256:" in done.out
    assert pull.writes() == []


@on_each
def test_verify_plans_the_selection_of_the_plan_again(desk: Desk, forge: Forge) -> None:
    name, case, _ = forge
    desk("plan", "--exclude", "disks", "-o", "plan.json")
    run(desk, name)
    verify = ("--verify", "--author", case.service.me)
    assert run(desk, name, *verify).code == 3
    for selected in ("--exclude=disks", "--source=p*"):
        assert run(desk, name, *verify, selected).code == 0
    assert run(desk, name, "--exclude=disks").code == 64, "a saved plan is as it is"


@on_each
def test_verify_tells_which_of_the_two_moved(desk: Desk, forge: Forge) -> None:
    name, case, _ = forge
    verify = ("--verify", "--author", case.service.me)
    done = run(desk, name, *verify)
    assert done.code == 3
    assert "error: missing: " in done.err
    run(desk, name)
    desk("apply", "--auto-approve", "people")
    done = run(desk, name, *verify)
    assert done.code == 3
    assert "error: live-changed: live changed since: people" in done.err
    change(desk)
    done = run(desk, name, *verify)
    assert done.code == 3
    assert "error: plan-changed: the manifests changed since: disks" in done.err
    desk("plan", "-o", "plan.json")
    done = run(desk, name, *verify)
    assert done.code == 3
    assert "error: plan-changed: the comment shows the plan sha256:" in done.err


@pytest.mark.parametrize("forge", ["github", "gitlab"], indirect=True)
def test_labels_tell_the_truth_and_others_stay(desk: Desk, forge: Forge) -> None:
    name, _, pull = forge
    run(desk, name, "--labels")
    assert sorted(pull.labels) == ["bug", "reconciler: changes"]
    pull.writes()
    run(desk, name, "--labels")
    assert pull.writes() == []
    desk("apply", "--auto-approve")
    desk("plan", "-o", "plan.json")
    done = run(desk, name, "--labels")
    assert "Labels: reconciler: no-changes" in done.out
    assert sorted(pull.labels) == ["bug", "reconciler: no-changes"]


@on_each
def test_a_dry_run_prints_the_comment_and_needs_no_token(
    desk: Desk, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, case, pull = forge
    for variable in case.service.variables(pull):
        monkeypatch.delenv(variable)
    done = run(desk, name, "--dry-run")
    assert done.code == 0
    assert case.marker_in(done.out) is not None
    assert pull.asked == []


@on_each
def test_a_pull_request_that_is_not_there_is_told(desk: Desk, forge: Forge) -> None:
    name, _, _ = forge
    done = run(desk, name, "--pr", "8")
    assert done.code == 1
    assert "--pr" in done.err


@pytest.mark.parametrize("forge", ["github"], indirect=True)
def test_a_body_that_is_too_long_is_refused_with_what_to_do(desk: Desk, forge: Forge) -> None:
    name, known, pull = forge
    pull.instead = [Response("[]"), answered(422, "Body is too long (maximum is 65536)")]
    done = run(desk, name, "--author", known.service.me)
    assert done.code == 1
    assert "answer: Body is too long" in done.err
    assert "--limit" in done.err


@pytest.mark.parametrize("forge", ["github"], indirect=True)
@pytest.mark.parametrize(
    ("event", "number"),
    [
        ({"pull_request": {"number": 7}}, 7),
        ({"issue": {"number": 7, "pull_request": {}}}, 7),
        ({"issue": {"number": 7}}, None),
        ([], None),
    ],
)
def test_github_finds_the_pull_request_in_the_event(
    desk: Desk, forge: Forge, monkeypatch: pytest.MonkeyPatch, event: Any, number: int | None
) -> None:
    name, _, pull = forge
    monkeypatch.setenv("GITHUB_REF", "refs/heads/main")
    path = desk.write("event.json", json.dumps(event))
    monkeypatch.setenv("GITHUB_EVENT_PATH", str(path))
    done = run(desk, name)
    assert done.code == (64 if number is None else 0)
    assert len(pull.comments) == (0 if number is None else 1)


def test_an_enterprise_server_has_graphql_beside_rest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with github_pulls.github(prefix="/api/v3") as pull:
        for variable, value in github_pulls.variables(pull, "/api/v3").items():
            monkeypatch.setenv(variable, value)
        assert "posted" in run(desk, "github").out
        assert pull.asked[0] == "POST /api/graphql"


@pytest.mark.parametrize("forge", ["gitlab"], indirect=True)
def test_the_token_of_a_job_verifies_and_never_writes(
    desk: Desk, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, known, pull = forge
    run(desk, name)
    pull.writes()
    monkeypatch.delenv("GITLAB_TOKEN")
    monkeypatch.setenv("CI_JOB_TOKEN", TOKEN)
    assert run(desk, name, "--verify", "--author", known.service.me).code == 0
    done = run(desk, name, "--verify")
    assert done.code == 1
    assert "--author" in done.err
    done = run(desk, name)
    assert done.code == 64
    assert "GITLAB_TOKEN" in done.err
    assert pull.writes() == []


@pytest.mark.parametrize("forge", ["bitbucket"], indirect=True)
def test_an_account_of_bitbucket_is_asked_for(
    desk: Desk, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, _, pull = forge
    monkeypatch.delenv("BITBUCKET_TOKEN")
    monkeypatch.setenv("BITBUCKET_USERNAME", bitbucket.USER)
    monkeypatch.setenv("BITBUCKET_APP_PASSWORD", TOKEN)
    assert run(desk, name).code == 0
    assert run(desk, name, "--verify").code == 0
    assert "GET /2.0/user" in pull.asked


@pytest.mark.parametrize("forge", ["bitbucket"], indirect=True)
def test_bitbucket_shows_no_html(desk: Desk, forge: Forge) -> None:
    name, case, pull = forge
    run(desk, name)
    outside = case.text(pull.comments[-1]).split("```")[::2]
    assert all("<" not in part for part in outside)


@pytest.mark.parametrize("forge", ["bitbucket"], indirect=True)
def test_code_insights_have_the_verdict_and_what_is_impossible(desk: Desk, forge: Forge) -> None:
    name, _, pull = forge
    assert "Code Insights: PASSED" in run(desk, name, "--code-insights").out
    desk("apply", "--auto-approve")
    desk.edit("disks.yaml", "name: Drive\n        description", "name: Disk\n        description")
    desk("plan", "-o", "plan.json")
    assert "Code Insights: FAILED" in run(desk, name, "--code-insights").out
    ((report_id, report),) = pull.reports.items()
    assert report["result"] == "FAILED"
    assert "cmdb" in report["title"]
    annotations = list(pull.annotations[report_id].values())
    assert annotations[0]["severity"] == "HIGH"
    assert annotations[0]["path"] == "cmdb/disks.yaml"
    assert annotations[0]["line"] == 8
    desk.edit("disks.yaml", "name: Disk\n        description", "name: Drive\n        description")
    desk("plan", "-o", "plan.json")
    run(desk, name, "--code-insights")
    assert pull.annotations[report_id] == {}


@pytest.mark.parametrize("forge", ["bitbucket"], indirect=True)
def test_annotations_are_placed_from_the_root_of_the_repository_on(
    desk: Desk, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The project in `manifests/` is found from the folder above it."""
    name, _, pull = forge
    desk("apply", "--auto-approve")
    desk.edit("disks.yaml", "name: Drive\n        description", "name: Disk\n        description")
    (desk.root / "manifests").mkdir()
    for path in [*desk.root.glob("*.yaml"), desk.root / ".reconciler"]:
        path.rename(desk.root / "manifests" / path.name)
    desk("plan", "-o", "plan.json")
    assert run(desk, name, "--code-insights").code == 0
    (annotations,) = pull.annotations.values()
    assert {each["path"] for each in annotations.values()} == {"cmdb/manifests/disks.yaml"}
    monkeypatch.delenv("BITBUCKET_COMMIT")
    there = len(pull.comments)
    done = run(desk, name, "--code-insights", "--directory", "elsewhere")
    assert (done.code, "BITBUCKET_COMMIT" in done.err) == (64, True)
    assert len(pull.comments) == there


WRONG = {
    "labels of Bitbucket": ("bitbucket", "--labels"),
    "insights of GitHub": ("github", "--code-insights"),
    "verify writes nothing": ("github", "--verify", "--labels"),
    "a saved plan is as it is": ("github", "--allow-residual"),
    "no such forge": ("gitea",),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_is_64(desk: Desk, case: str) -> None:
    assert run(desk, *WRONG[case]).code == 64


def test_the_plan_as_a_report_and_in_a_comment_has_one_marker(desk: Desk) -> None:
    shown = desk("show", "plan.json", "--format", "markdown").out
    assert marker_in(shown) == marker_in(run(desk, "github", "--dry-run").out)


@pytest.mark.parametrize("forge", ["github"], indirect=True)
def test_a_plan_with_errors_is_commented_and_not_verified(desk: Desk, forge: Forge) -> None:
    name, _, pull = forge
    desk.edit("disks.yaml", "type: text", "type: txet")
    assert desk("plan", "--output", "json=plan.json").code == 1
    assert run(desk, name, "--labels").code == 0
    assert "reconciler: error" in pull.labels
    done = run(desk, name, "--verify")
    assert (done.code, "made with errors" in done.err) == (1, True)


@pytest.mark.parametrize("forge", ["github"], indirect=True)
@pytest.mark.parametrize("answer", ['{"data": null, "errors": []}', '{"data": {}}', "[]"])
def test_where_github_does_not_tell_who_we_are_the_author_can_be_named(
    desk: Desk, forge: Forge, answer: str
) -> None:
    name, case, pull = forge
    pull.instead = [Response(answer)]
    done = run(desk, name)
    assert done.code == 1
    assert "--author" in done.err
    assert run(desk, name, "--author", case.service.me).code == 0


@pytest.mark.parametrize("forge", ["github"], indirect=True)
def test_another_environment_than_the_plans_is_wrong_usage(desk: Desk, forge: Forge) -> None:
    name, _, _ = forge
    done = desk("-e", "production", "comment", name, "--plan", "plan.json", "--verify")
    assert done.code == 64
