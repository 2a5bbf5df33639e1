"""What it takes to add a forge or a tracker: each is in every table and in the pages.

That it works is tried in cli/test_comment.py and cli/test_issue.py.
"""

import asyncio
import re
from contextlib import aclosing

import pytest

from reconciler.errors import BackendError, WrongUsage
from reconciler.forges.kinds import KINDS, ForgeName
from reconciler.forges.labels import OURS, set_labels
from reconciler.forges.trackers import TRACKERS, TrackerName
from tests.support.forges import services
from tests.support.paths import ROOT
from tests.support.pipelines.jobs import PIPELINES
from tests.support.samples.plans import BLOCKED, UPDATE, plan

PLAN = plan(UPDATE, BLOCKED)
# The variables with which a job of each CI says where its run is shown.
RUNS: dict[ForgeName, dict[str, str]] = {
    ForgeName.GITHUB: {
        "GITHUB_SERVER_URL": "https://github.example",
        "GITHUB_REPOSITORY": "octo/cmdb",
        "GITHUB_RUN_ID": "4711",
    },
    ForgeName.GITLAB: {"CI_JOB_URL": "https://gitlab.example/jobs/4711"},
    ForgeName.BITBUCKET: {
        "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.example/acme/cmdb",
        "BITBUCKET_BUILD_NUMBER": "4711",
    },
}
PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "docs" / "ci" / "README.md", *PIPELINES.rglob("*.yml"))
}


def test_each_forge_is_in_every_table() -> None:
    for table in (KINDS, RUNS, services.FORGES):
        assert list(table) == list(ForgeName)


def test_each_tracker_is_in_every_table() -> None:
    for table in (TRACKERS, services.TRACKERS):
        assert list(table) == list(TrackerName)


@pytest.mark.parametrize("name", ForgeName)
def test_a_comment_holds_what_the_forge_takes_and_no_more(name: ForgeName) -> None:
    kind, service = KINDS[name], services.FORGES[name]

    async def run() -> None:
        with service.serve() as server:
            async with aclosing(kind.open(service.variables(server), pull=None)) as pull:
                await pull.post("x" * kind.longest)
                with pytest.raises(BackendError):
                    await pull.post("x" * (kind.longest + 1))

    asyncio.run(run())


@pytest.mark.parametrize("name", ForgeName)
def test_each_forge_says_whether_it_has_labels(name: ForgeName) -> None:
    kind, service = KINDS[name], services.FORGES[name]

    async def run() -> None:
        with service.serve() as server:
            async with aclosing(kind.open(service.variables(server), pull=None)) as pull:
                if kind.has_labels:
                    assert await set_labels(pull, PLAN) == await pull.labels() & OURS
                else:
                    with pytest.raises(WrongUsage):
                        await set_labels(pull, PLAN)

    asyncio.run(run())


@pytest.mark.parametrize("name", ForgeName)
def test_each_forge_knows_the_runs_of_its_own_ci(name: ForgeName) -> None:
    for other, variables in RUNS.items():
        found = KINDS[name].run_url(variables)
        assert (found or "").startswith("https://") == (other is name)
    assert TRACKERS[TrackerName.JIRA].run_url(RUNS[name]) == KINDS[name].run_url(RUNS[name])


@pytest.mark.parametrize("name", ForgeName)
def test_each_forge_has_a_pipeline_to_copy_and_its_row(name: ForgeName) -> None:
    pipelines = [text for path, text in PAGES.items() if path.endswith(".yml")]
    assert any(f"reconciler comment {name} " in text for text in pipelines)
    rows = re.findall(r"^\| (\w+) \| ", PAGES["docs/ci/README.md"], re.MULTILINE)
    assert name in [row.lower() for row in rows]


@pytest.mark.parametrize("name", TrackerName)
def test_each_tracker_is_in_the_pages_of_pipelines(name: TrackerName) -> None:
    assert any(re.search(rf"\bissue {name} ", text) for text in PAGES.values())


@pytest.mark.parametrize("table", [services.FORGES, services.TRACKERS])
def test_each_token_is_in_the_pages_of_pipelines(table: dict[str, services.Service]) -> None:
    for service in table.values():
        with service.serve() as server:
            tokens = [each for each in service.variables(server) if each.endswith("_TOKEN")]
        assert tokens
        assert all(any(token in text for text in PAGES.values()) for token in tokens)
