"""The nightly jobs of docs/ci keep one issue in step with drift: their lines, as written.

Each night is all jobs of one run, on an emulator and on servers like the issue trackers.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.forges import github_issues as tracker_github
from tests.support.forges import gitlab_issues as tracker_gitlab
from tests.support.forges import jira as tracker_jira
from tests.support.forges.tracker import Board
from tests.support.pipelines.actions import artifact
from tests.support.pipelines.jobs import (
    RECONCILER,
    Site,
    bitbucket_lines,
    gitlab_lines,
    new_site,
    pipeline,
    run_job,
    source_variables,
)
from tests.support.pipelines.pull_request import GitHub
from tests.support.processes.server import Server, emulator

SHARES = ("1", "2")


@dataclass(frozen=True, kw_only=True, slots=True)
class Night:
    """How the run ended: its last job's exit code, what all of them said, and its report."""

    code: int
    output: str
    files: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Nightly:
    """A repository with the nightly pipeline, the issues beside it, and how to run a night."""

    site: Site
    board: Board
    sources: Mapping[str, str]
    run: Callable[[Mapping[str, str], tuple[str, ...]], Night]
    title: str = "title"

    def night(self, *, shares: tuple[str, ...] = SHARES, **variables: str) -> Night:
        """Run a night, with other *variables* for reading, and only these *shares*."""
        return self.run({**self.sources, **variables}, shares)

    def states(self) -> list[str]:
        return [each["state"] for each in self.board.issues]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with emulator() as running:
        yield running


@pytest.fixture
def sources(server: Server, request: pytest.FixtureRequest) -> dict[str, str]:
    """The sources of a workspace that no other test has."""
    made = source_variables(server.token)
    return made | {"ASSETS_WORKSPACE_ID": f"workspace-of-{request.node.callspec.id}"}


@pytest.fixture
def github(tmp_path: Path, server: Server, sources: dict[str, str]) -> Iterator[Nightly]:
    with tracker_github.github() as board:
        hub = GitHub(tmp_path, server.base_url, sources, tracker_github.variables(board))
        file = "reconciler-drift.yml"

        def run(variables: Mapping[str, str], shares: tuple[str, ...]) -> Night:
            hub.sources = variables
            for share in shares:
                more = {"matrix.shard": share, "strategy.job-total": str(len(SHARES))}
                hub.run(file, "drift", "schedule", **more)
            done = hub.run(file, "issue", "schedule")
            kept = artifact(hub.site, "reconciler-report-1")
            files = frozenset(each.name for each in kept.glob("*"))
            return Night(code=done.code, output=done.output, files=files)

        yield Nightly(site=hub.site, board=board, sources=sources, run=run)


@pytest.fixture
def gitlab(tmp_path: Path, server: Server, sources: dict[str, str]) -> Iterator[Nightly]:
    with tracker_gitlab.gitlab() as board:
        known = {"GITLAB_CI": "true", "RECONCILER": RECONCILER, **tracker_gitlab.variables(board)}
        site = new_site(tmp_path, known, server.base_url)

        def run(variables: Mapping[str, str], shares: tuple[str, ...]) -> Night:
            carried: dict[str, Path] = {}
            for share in shares:
                told = {"CI_NODE_INDEX": share, "CI_NODE_TOTAL": str(len(SHARES))}
                job = Site(root=tmp_path, variables={**known, **variables, **told})
                read = run_job(job, f"drift-{share}", gitlab_lines("drift"))
                name = f"drift-{share}.json"
                carried[name] = read.directory / name
            done = run_job(site, "drift-issue", gitlab_lines("drift-issue"), carried)
            held = pipeline("gitlab-ci.yml")["drift-issue"]["artifacts"]
            return Night(
                code=done.code,
                output=done.output,
                files=there(done.directory, *held["paths"], *held["reports"].values()),
            )

        yield Nightly(site=site, board=board, sources=sources, run=run)


@pytest.fixture
def bitbucket(tmp_path: Path, server: Server, sources: dict[str, str]) -> Iterator[Nightly]:
    with tracker_jira.jira() as board:
        known = {"RECONCILER": RECONCILER, **tracker_jira.variables(board)}
        site = new_site(tmp_path, known, server.base_url)

        def run(variables: Mapping[str, str], _: tuple[str, ...]) -> Night:
            job = Site(root=tmp_path, variables={**known, **variables})
            done = run_job(job, "drift", bitbucket_lines("Drift"))
            files = ("drift.json", "drift.md", "test-reports/drift.xml")
            return Night(
                code=done.code,
                output=done.output,
                files=frozenset(Path(each).name for each in there(done.directory, *files)),
            )

        yield Nightly(site=site, board=board, sources=sources, run=run, title="summary")


def there(directory: Path, *names: str) -> frozenset[str]:
    return frozenset(name for name in names if (directory / name).is_file())


@pytest.mark.parametrize("system", ["github", "gitlab", "bitbucket"])
def test_one_issue_is_opened_kept_and_closed(system: str, request: pytest.FixtureRequest) -> None:
    nightly: Nightly = request.getfixturevalue(system)
    drifted = nightly.night()
    assert (drifted.code, "opened" in drifted.output) == (2, True), drifted.output
    (issue,) = nightly.board.issues
    assert issue[nightly.title] == "Drift in production: 4 of 4 sources"
    assert drifted.files == {"drift.json", "drift.md", "drift.xml"}

    apply = "reconciler --environment production apply --auto-approve"
    applied = nightly.site.bash(apply, nightly.site.clone("apply"), nightly.sources)
    assert applied.code == 0, applied.output
    in_sync = nightly.night()
    assert (in_sync.code, "closed" in in_sync.output) == (0, True), in_sync.output
    assert nightly.states() == ["closed"]

    unreadable = nightly.night(DISK_ANALYSIS_TOKEN="not-the-token")
    assert unreadable.code == 1, unreadable.output
    assert nightly.states() == ["closed", issue_state(system)]
    last = nightly.board.issues[-1]
    assert last[nightly.title] == "Drift in production: 1 of 4 sources could not be read"
    assert "disk-analysis" in str(last)
    assert "401" in str(last)
    assert "not-the-token" not in unreadable.output + str(last)


@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_without_a_share_no_issue_is_touched(system: str, request: pytest.FixtureRequest) -> None:
    """Not even looked for: of the sources in it nothing is known."""
    nightly: Nightly = request.getfixturevalue(system)
    lost = nightly.night(shares=SHARES[:1])
    assert (lost.code, "drift-2.json does not exist" in lost.output) == (1, True), lost.output
    assert nightly.board.asked == []


def test_a_schedule_of_gitlab_runs_the_nightly_jobs_and_no_other() -> None:
    file = pipeline("gitlab-ci.yml")
    schedule = '$CI_PIPELINE_SOURCE == "schedule"'
    jobs: dict[str, Any] = {name: job for name, job in file.items() if "script" in job}
    nightly = {n for n, job in jobs.items() if [r["if"] for r in job["rules"]] == [schedule]}
    assert nightly == {"drift", "drift-issue"}
    for name in jobs.keys() - nightly:
        for rule in jobs[name]["rules"]:
            elsewhere = ('$CI_PIPELINE_SOURCE != "schedule"', '"merge_request_event"')
            assert any(each in rule["if"] for each in elsewhere), name
    assert {"if": schedule} in file["workflow"]["rules"]


def test_the_shares_that_are_merged_are_those_that_are_read() -> None:
    jobs = pipeline("github-actions/reconciler-drift.yml")["jobs"]
    shards = jobs["drift"]["strategy"]["matrix"]["shard"]
    names = " ".join(f"drift-{each}.json" for each in shards)
    (merge,) = [s["run"] for s in jobs["issue"]["steps"] if "merge" in s.get("run", "")]
    assert f"reconciler merge {names} --output" in merge
    gitlab_file = pipeline("gitlab-ci.yml")
    numbers = range(1, gitlab_file["drift"]["parallel"] + 1)
    names = " ".join(f"drift-{each}.json" for each in numbers)
    assert f"reconciler merge {names} --output" in "\n".join(gitlab_file["drift-issue"]["script"])


def issue_state(system: str) -> str:
    """Return what the system calls an issue that is open."""
    return "opened" if system == "gitlab" else "open"
