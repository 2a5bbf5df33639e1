"""The pods of docs/deploy do what their page says: their commands, as written, on an emulator.

support/pipelines/pods.py tells what stands in for Kubernetes.
"""

import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.support.git import git
from tests.support.pipelines.jobs import Ended, Site, commit
from tests.support.pipelines.pods import Pod, containers, job
from tests.support.processes.crash_runner import forked
from tests.support.processes.postgres import new_schema
from tests.support.processes.project import Project, before, make_project, wanted
from tests.support.processes.server import Server, emulator

NAMES = tuple(f"source-{number}" for number in range(12))
RUN = "metadata.labels['batch.kubernetes.io/job-name']"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with emulator("--steps", "1", "--duration", "0.1") as running:
        yield running


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(root=tmp_path, variables={})
    made.stand_in()
    return made


@pytest.fixture
def project(site: Site, server: Server) -> Project:
    """A project in the site's repository, on its branch `main`."""
    names = tuple(f"{site.root.name}-{name}" for name in NAMES)
    journal = f"sqlite:///{site.root / 'journal.db'}"
    made = make_project(site.repository, server, names, journal)
    made.want({name: wanted(name) for name in names})
    git(site.repository, "init", "--quiet", "--initial-branch", "main")
    commit(site, "The manifests")
    return made


_PODS = itertools.count()


def pod_of(site: Site, project: Project) -> Pod:
    """Return a new pod, whose own volumes are empty; the reports are on one that all share."""
    home = site.root / "pods" / str(next(_PODS))
    volumes = {"work": home / "work", "tmp": home / "tmp", "reports": site.root / "reports"}
    for directory in volumes.values():
        directory.mkdir(parents=True, exist_ok=True)
    secrets = {
        "reconciler": {"TOKEN": project.server.token},
        "reconciler-git": {"header": "Authorization: Bearer secret"},
    }
    return Pod(site=site, volumes=volumes, secrets=secrets, fields={RUN: "reconciler-drift-1"})


def run_pod(spec: Any, site: Site, project: Project, **variables: str) -> Ended:
    """Run the containers of a pod one after the other, until one fails."""
    pod = pod_of(site, project)
    for container in containers(spec).values():
        made = with_repository(container, site)
        ended = pod.run(made, **variables)
        if ended.code:
            break
    return ended


def with_repository(container: Any, site: Site) -> Any:
    """Return *container* with the site's repository for the one that its user sets."""
    env = [
        {**entry, "value": f"file://{site.repository}"} if entry["name"] == "REPOSITORY" else entry
        for entry in container.get("env", ())
    ]
    return {**container, "env": env}


def run_shards(indexes: range, site: Site, project: Project) -> dict[int, Ended]:
    spec = job("drift-cronjob.yaml")

    def one(index: int) -> Ended:
        return run_pod(spec, site, project, JOB_COMPLETION_INDEX=str(index))

    with ThreadPoolExecutor(4) as pool:
        return dict(zip(indexes, pool.map(one, indexes), strict=True))


def sources_of(report: Mapping[str, Any]) -> list[str]:
    return [source["source"] for source in report["sources"]]


def test_the_shards_read_every_source_once_and_the_last_joins_them(
    site: Site, project: Project
) -> None:
    for name in project.names:
        project.put(name, wanted(name))
    moved = project.names[0]
    live = project.live(moved)
    assert live
    project.amend(moved, live, "outside git")

    shards = range(job("drift-cronjob.yaml")["completions"])
    ended = run_shards(shards, site, project)
    directory = site.root / "reports" / "reconciler-drift-1"
    reports = [json.loads((directory / f"{i}.json").read_text("utf-8")) for i in shards]
    assert Counter(itertools.chain(*map(sources_of, reports))) == Counter(project.names)
    (where,) = [i for i in shards if moved in sources_of(reports[i])]
    assert {i: e.code for i, e in ended.items()} == {i: 2 if i == where else 0 for i in shards}

    alone = forked(
        site.repository, "drift", "--output", "json=../alone.json", environ=project.environ
    )
    assert alone.code == 2
    joined = (directory / "all.json").read_text("utf-8")
    timeless = {"created_at": None, "duration_seconds": None}
    whole = json.loads((site.root / "alone.json").read_text("utf-8"))
    assert json.loads(joined) | timeless == whole | timeless
    assert "outside git" in (directory / "all.md").read_text("utf-8")
    assert any(e.output.endswith(alone.out) for e in ended.values()), "the last one's log tells all"

    project.put(moved, wanted(moved), verb="PATCH")
    again = run_shards(range(where, where + 1), site, project)
    assert again[where].code == 0
    assert not json.loads((directory / "all.json").read_text("utf-8"))["drifted"]


def test_a_shard_alone_joins_nothing(site: Site, project: Project) -> None:
    (ended,) = run_shards(range(3, 4), site, project).values()
    assert ended.code == 2, "nothing is live yet"
    reports = site.root / "reports" / "reconciler-drift-1"
    assert [path.name for path in reports.iterdir()] == ["3.json"]


def test_a_shard_beyond_the_others_is_wrong_usage(site: Site, project: Project) -> None:
    (ended,) = run_shards(range(8, 9), site, project).values()
    assert ended.code == 64, ended.output


def test_apply_sends_what_main_says_and_again_sends_nothing(site: Site, project: Project) -> None:
    spec = job("apply-job.yaml")
    for _ in range(2):
        ended = run_pod(spec, site, project)
        assert ended.code == 0, ended.output
        assert project.writes() == dict.fromkeys(project.names, 1)
    commit(site, "Nothing")
    assert list(containers(spec)) == ["clone", "resume", "apply"]


def test_each_program_holds_one_connection_to_the_journal(
    tmp_path: Path, server: Server, postgres: Path
) -> None:
    """The role has no more: with a second one at the same time the database would refuse."""
    url = new_schema(postgres, "deploy").replace("//reconciler@", "//modest@")
    with psycopg.connect(f"host={postgres} user=reconciler dbname=postgres", autocommit=True) as db:
        db.execute("CREATE ROLE modest LOGIN CONNECTION LIMIT 1")
        db.execute("GRANT ALL ON SCHEMA deploy TO modest")
    names = tuple(f"modest-{name}" for name in NAMES[:4])
    project = make_project(tmp_path, server, names, url)
    project.want({name: before(name) for name in names})
    for arguments in (("apply", "--auto-approve"), ("apply", "--resume"), ("drift",)):
        ended = forked(tmp_path, *arguments, environ=project.environ)
        assert ended.code == 0, ended
        assert "journal" not in ended.err
