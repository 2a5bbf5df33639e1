"""The pipelines of docs/ci do what their page says: their shell lines, as written, on an emulator.

support/pipelines tells what stands in for the world outside.
"""

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.forges import bitbucket as forge_bitbucket
from tests.support.forges import github_pulls as forge_github
from tests.support.forges import gitlab_merge_requests as forge_gitlab
from tests.support.forges.server import Pull
from tests.support.pipelines.actions import Run, artifact, run_action
from tests.support.pipelines.jobs import (
    RECONCILER,
    Site,
    bitbucket_lines,
    commit,
    gitlab_lines,
    new_site,
    pipeline,
    run_job,
    source_variables,
)
from tests.support.pipelines.pull_request import GitHub
from tests.support.processes.server import Server, emulator


@pytest.fixture
def server() -> Iterator[Server]:
    """An emulator for each test: external ids are unique over a site."""
    with emulator() as running:
        yield running


@pytest.fixture
def sources(server: Server) -> dict[str, str]:
    return source_variables(server.token)


def in_sync(site: Site, sources: Mapping[str, str]) -> bool:
    """Whether live is what the repository's main branch says."""
    plan = "reconciler --environment production plan --detailed-exitcode"
    done = site.bash(plan, site.clone("look"), sources)
    assert done.code in {0, 2}, done.output
    return done.code == 0


def rename(site: Site, name: str) -> None:
    """Rename an object type in the repository: what the API cannot do to one that is live."""
    manifest = site.repository / "manifests" / "disk-analysis.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(re.sub(r"\bHard Drive\b(?! Status)", name, text), encoding="utf-8")


@pytest.fixture
def pull(request: pytest.FixtureRequest) -> Iterator[Pull]:
    """The pull request on the forge that the test's name begins with, or its parameter is."""
    names = {
        "github": forge_github.github,
        "gitlab": forge_gitlab.gitlab,
        "bitbucket": forge_bitbucket.bitbucket,
    }
    (serve,) = [serve for name, serve in names.items() if name in request.node.name]
    with serve() as opened:
        yield opened


@pytest.fixture
def github(tmp_path: Path, server: Server, sources: dict[str, str], pull: Pull) -> GitHub:
    return GitHub(tmp_path, server.base_url, sources, forge_github.variables(pull))


def test_github_validates_a_forks_pull_request_without_any_secret(tmp_path: Path) -> None:
    fork = GitHub(tmp_path, "", {})
    done = fork.run("reconciler-plan.yml", "validate", "pull_request")
    assert done.code == 0, done.output
    assert fork.site.asked("pip") == [f"install {RECONCILER}"]
    assert (done.directory / "validate.xml").is_file()

    manifest = fork.site.repository / "manifests" / "disk-analysis.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("label: true", "label: maybe"), "utf-8")
    commit(fork.site, "Broken")
    broken = fork.run("reconciler-plan.yml", "validate", "pull_request")
    assert broken.code == 1
    assert "::error " in broken.output
    assert broken.uses[-1] == "github/codeql-action/upload-sarif"


@pytest.mark.parametrize(("head", "planned"), [("octo/cmdb", True), ("stranger/cmdb", False)])
def test_github_plans_no_pull_request_of_a_fork(head: str, planned: bool, tmp_path: Path) -> None:  # noqa: FBT001
    context = {
        "github.event_name": "pull_request",
        "github.event.pull_request.head.repo.full_name": head,
        "github.repository": "octo/cmdb",
    }
    job = pipeline("github-actions/reconciler-plan.yml")["jobs"]["plan"]
    run = Run(site=Site(root=tmp_path, variables={}), context=context, directory=tmp_path)
    assert run.value(job["if"]) is planned


def test_github_applies_the_plan_of_the_pull_request(github: GitHub, pull: Pull) -> None:
    planned = github.plan()
    assert planned.code == 0, planned.output
    assert planned.uses[2:] == ["actions/upload-artifact", "github/codeql-action/upload-sarif"]
    plan = planned.ended().json("plan.json")
    kept = artifact(github.site, f"reconciler-plan-{plan['digest'].removeprefix('sha256:')}")
    assert {each.name for each in kept.iterdir()} == {
        "plan.json", "plan.txt", "plan.md", "plan.html"
    }  # fmt: skip
    assert [plan["digest"] in each["body"] for each in pull.comments] == [True]
    assert len(pull.labels) > 1

    github.merge()
    applied = github.apply()
    assert applied.code == 0, applied.output
    assert any(
        asked.endswith(f"apply saved/plan.json --expect-digest {plan['digest']} --format json "
                       "--output json=report.json --output text=report.txt")
        for asked in github.site.asked("reconciler")
    )  # fmt: skip
    assert any(
        asked.endswith("comment github --plan saved/plan.json --pr 7 --verify")
        for asked in github.site.asked("reconciler")
    )
    assert in_sync(github.site, github.sources)
    assert "    " in (github.site.root / "summary.md").read_text(encoding="utf-8")
    assert (artifact(github.site, "reconciler-report-1") / "report.json").is_file()


def test_github_sends_nothing_that_nobody_saw(github: GitHub) -> None:
    github.plan()
    github.merge(runs=False)
    assert "No saved plan" in github.apply().output
    (github.site.stand_ins / "gh.json").write_text("{}", encoding="utf-8")
    alone = github.apply()
    assert (alone.code, "no pull request" in alone.output) == (1, True)
    assert not in_sync(github.site, github.sources)


def test_github_applies_a_plan_by_hand(github: GitHub) -> None:
    by_hand = github.run("reconciler-plan.yml", "plan", "workflow_dispatch")
    assert by_hand.code == 0, by_hand.output
    assert not [a for a in github.site.asked("reconciler") if "comment" in a]
    github.merge()
    done = github.apply("workflow_dispatch", **{"inputs.run": "4711"})
    assert done.code == 0, done.output
    assert in_sync(github.site, github.sources)
    nothing_left = github.apply("workflow_dispatch", **{"inputs.run": ""})
    assert "apply --resume" in github.site.asked("reconciler")[-1]
    assert nothing_left.code == 0, nothing_left.output


def test_github_refuses_a_plan_of_other_manifests(github: GitHub) -> None:
    github.plan()
    rename(github.site, "Drive")
    github.merge()
    asked_for = github.apply()
    assert (asked_for.code, "plan-changed" in asked_for.output) == (3, True)
    by_hand = github.apply("workflow_dispatch", **{"inputs.run": "4711"})
    assert by_hand.code == 3
    kept = artifact(github.site, "reconciler-report-1") / "report.json"
    assert "manifest-changed" in kept.read_text(encoding="utf-8")


def test_github_keeps_and_shows_a_blocked_plan_and_fails(github: GitHub, pull: Pull) -> None:
    github.plan()
    github.merge()
    assert github.apply().code == 0
    shutil.rmtree(github.site.root / "artifacts")
    rename(github.site, "Drive")
    commit(github.site, "Rename")
    blocked = github.plan()
    assert blocked.code == 3
    assert blocked.uses[2:] == ["actions/upload-artifact", "github/codeql-action/upload-sarif"]
    assert [blocked.ended().json("plan.json")["digest"] in c["body"] for c in pull.comments] == [
        True
    ]


@pytest.mark.parametrize(
    ("inputs", "installed", "code"),
    [
        ({"command": "validate"}, "/the/action[fast]", 0),
        (
            {
                "command": "--environment production plan",
                "arguments": "'disk-analysis'\n--detailed-exitcode -o \"a plan; exit.json\"",
                "version": "0.1.0",
                "extras": "fast,postgresql",
            },
            "assets-reconciler[fast,postgresql]==0.1.0",
            2,
        ),
        ({"command": "plan", "arguments": "--label '$(reboot)", "extras": ""}, "/the/action", 1),
    ],
    ids=["a command", "its arguments", "a quote that does not end"],
)
def test_the_action_runs_a_command(  # noqa: PLR0917 - what pytest calls by name
    inputs: dict[str, str],
    installed: str,
    code: int,
    tmp_path: Path,
    server: Server,
    sources: dict[str, str],
) -> None:
    site = new_site(tmp_path, {}, server.base_url)
    done = run_action(site, inputs, sources)
    assert done.code == code, done.output
    assert done.uses == ["actions/setup-python"]
    assert site.asked("pip") == [f"install {installed}"]
    if code != 1:  # nothing was run of what nobody understands
        assert done.context["steps.run.outputs.exit-code"] == str(code)
    assert len(site.asked("reconciler")) == (code != 1)
    assert (done.directory / "a plan; exit.json").exists() == (code == 2)


@pytest.fixture
def gitlab(tmp_path: Path, server: Server, sources: dict[str, str], pull: Pull) -> Site:
    variables = {"GITLAB_CI": "true", "RECONCILER": RECONCILER, **forge_gitlab.variables(pull)}
    return new_site(tmp_path, variables | sources, server.base_url)


@pytest.fixture
def bitbucket(tmp_path: Path, server: Server, sources: dict[str, str], pull: Pull) -> Site:
    variables = {"BITBUCKET_AUTHOR": forge_bitbucket.ME, "RECONCILER": RECONCILER}
    variables |= forge_bitbucket.variables(pull)
    return new_site(tmp_path, variables | sources, server.base_url)


def test_gitlab_plans_in_the_merge_request_and_applies_on_main(
    gitlab: Site, sources: dict[str, str], pull: Pull
) -> None:
    validated = run_job(gitlab, "validate", gitlab_lines("validate"))
    assert validated.code == 0, validated.output
    assert validated.json("validate.codequality.json") == []
    planned = run_job(gitlab, "plan", gitlab_lines("plan"))
    assert planned.code == 0, planned.output
    _all_files_are_there(pipeline("gitlab-ci.yml")["plan"]["artifacts"], planned.directory)
    assert planned.json("plan.json")["digest"] in pull.comments[-1]["body"]
    assert len(pull.labels) > 1

    commit(gitlab, "Merge branch 'feature' into 'main'\n\nSee merge request team/assets!7")
    again = run_job(gitlab, "plan-again", gitlab_lines("plan-again"))
    assert again.code == 0, again.output
    assert gitlab.asked("reconciler")[-1].endswith(
        "comment gitlab --plan plan.json --pr 7 --verify"
    )
    carried = {name: again.directory / name for name in ("plan.json", "plan.digest")}
    applied = run_job(gitlab, "apply", gitlab_lines("apply"), carried)
    assert applied.code == 0, applied.output
    _all_files_are_there(pipeline("gitlab-ci.yml")["apply"]["artifacts"], applied.directory)
    assert in_sync(gitlab, sources)
    assert run_job(gitlab, "resume", gitlab_lines("resume")).code == 0
    assert set(gitlab.asked("pip")) == {f"install {RECONCILER}"}


def test_bitbucket_plans_in_the_pull_request_and_applies_on_main(
    bitbucket: Site, sources: dict[str, str], pull: Pull
) -> None:
    validated = run_job(bitbucket, "validate", bitbucket_lines("Validate"))
    assert validated.code == 0, validated.output
    planned = run_job(bitbucket, "plan", bitbucket_lines("Plan"))
    assert planned.code == 0, planned.output
    assert (planned.directory / "test-reports" / "plan.xml").is_file()
    (comment,) = pull.comments
    assert planned.json("plan.json")["digest"] in comment["content"]["raw"]
    assert len(pull.reports) == 1

    commit(bitbucket, "Merged in feature (pull request #7)\n\nA text")
    again = run_job(bitbucket, "again", bitbucket_lines("Plan again"))
    assert again.code == 0, again.output
    asked = bitbucket.asked("reconciler")[-1]
    assert " --plan plan.json --pr 7 --verify" in asked
    carried = {name: again.directory / name for name in ("plan.json", "plan.digest")}
    applied = run_job(bitbucket, "apply", bitbucket_lines("Apply"), carried)
    assert applied.code == 0, applied.output
    assert applied.json("report.json")
    assert in_sync(bitbucket, sources)
    assert run_job(bitbucket, "resume", bitbucket_lines("Resume")).code == 0
    assert set(bitbucket.asked("pip")) == {f"install {RECONCILER}"}


@pytest.mark.parametrize("system", ["gitlab", "bitbucket"])
def test_a_blocked_plan_fails_the_job_and_is_kept_and_commented(
    system: str, request: pytest.FixtureRequest, sources: dict[str, str], pull: Pull
) -> None:
    site: Site = request.getfixturevalue(system)
    lines = gitlab_lines("plan") if system == "gitlab" else bitbucket_lines("Plan")
    send = "reconciler --environment production apply --auto-approve"
    assert site.bash(send, site.clone("before"), sources).code == 0
    rename(site, "Drive")
    commit(site, "Rename")
    blocked = run_job(site, "plan", lines)
    assert blocked.code == 3
    assert blocked.json("plan.json")["blocked"]
    assert f"comment {system} --plan plan.json" in site.asked("reconciler")[-1]
    assert blocked.json("plan.json")["digest"] in str(pull.comments[-1])


@pytest.mark.parametrize("system", ["gitlab", "bitbucket"])
def test_an_apply_without_the_digest_of_its_plan_sends_nothing(
    system: str, request: pytest.FixtureRequest, sources: dict[str, str]
) -> None:
    site: Site = request.getfixturevalue(system)
    again, apply = (
        (gitlab_lines("plan-again"), gitlab_lines("apply"))
        if system == "gitlab"
        else (bitbucket_lines("Plan again"), bitbucket_lines("Apply"))
    )
    made = run_job(site, "again", again)
    assert "look at plan.html" in made.output
    lost = run_job(site, "apply", apply, {"plan.json": made.directory / "plan.json"})
    assert lost.code == 64
    assert not in_sync(site, sources)


def _all_files_are_there(artifacts: Mapping[str, Any], directory: Path) -> None:
    files = [*artifacts.get("paths", ()), *artifacts.get("reports", {}).values()]
    assert files
    assert [name for name in files if not (directory / name).is_file()] == []
