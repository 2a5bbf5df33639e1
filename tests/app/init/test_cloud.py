"""`init --backend cloud`: a source found by its token, or one that an account chooses."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.documents.site_document import document
from tests.support.processes.crash_runner import Ended, forked
from tests.support.processes.server import Server, command, emulator, write_project
from tests.support.processes.terminal import CONTROL, at_terminal

ACCOUNT = {
    "ASSETS_EMAIL": "emulator@localhost",
    "ASSETS_API_TOKEN": "ATATT-emulator",
    "ASSETS_WORKSPACE_ID": "w",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A site with the source id-disks, which is configured, and id-empty, which is not."""
    root = tmp_path_factory.mktemp("site")
    with emulator() as server:
        write_project(root, server, disks=document())
        assert command(root, server, "apply", "--auto-approve").code == 0
        token_of(server, "id-empty")
        yield server


def token_of(site: Server, source: str) -> str:
    """Return a new token of *source*, which is made if it is not there."""
    url = f"{site.base_url}/workspace/w/v1/importsource/{source}/token"
    answer = httpx.post(url, headers={"Authorization": f"Bearer {site.token}"})
    token: str = answer.raise_for_status().json()["token"]
    return token


def init(root: Path, site: Server, *options: str, **variables: str) -> Ended:
    """Run `init` of the cloud in *root*."""
    words = ("init", "--backend", "cloud", "--base-url", site.base_url, *options)
    return forked(root, *words, environ={**os.environ, **variables})


def plan(root: Path, **variables: str) -> Ended:
    return forked(root, "plan", "--detailed-exitcode", environ={**os.environ, **variables})


def test_a_token_is_enough_and_is_not_written(site: Server, tmp_path: Path) -> None:
    token = token_of(site, "id-disks")
    done = init(tmp_path, site, ASSETS_TOKEN=token)
    assert (done.code, "id-disks: live is now id-disks.yaml" in done.out) == (0, True), done
    planned = plan(tmp_path, ASSETS_TOKEN=token)
    assert (planned.code, "no differences" in planned.out) == (0, True), planned
    assert forked(tmp_path, "validate", environ=os.environ).code == 0
    assert not any(token in f.read_text() for f in tmp_path.rglob("*") if f.is_file())


def test_a_source_without_a_mapping_gets_one_from_data(site: Server, tmp_path: Path) -> None:
    token = token_of(site, "id-empty")
    begun = init(tmp_path, site, ASSETS_TOKEN=token)
    assert begun.code == 0
    assert "Next: reconciler init --from FILE --source NAME   (NAME is id-empty)" in begun.out
    (tmp_path / "hosts.csv").write_text("host,ip\na,10.0.0.1\nb,10.0.0.2\n")
    other = forked(tmp_path, "init", "--from", "hosts.csv", environ=os.environ)
    assert "! bind hosts under environments: production: sources: hosts: {im" in other.out
    assert "--source id-empty" in other.out
    (tmp_path / "hosts.yaml").unlink()
    words = ("init", "--from", "hosts.csv", "--source", "id-empty")
    assert forked(tmp_path, *words, environ=os.environ).code == 0
    planned = plan(tmp_path, ASSETS_TOKEN=token)
    assert (planned.code, "PUT" in planned.out) == (2, True), planned


def test_an_account_chooses_by_name_and_what_it_may_not_read_is_told(
    site: Server, tmp_path: Path
) -> None:
    open_ = init(tmp_path, site, **ACCOUNT)
    assert open_.code == 64
    assert "--source NAME (id-disks, id-empty)" in open_.err
    assert [*tmp_path.iterdir()] == []
    done = init(tmp_path, site, "--source", "id-disks", **ACCOUNT)
    assert (done.code, "Next: reconciler pull id-disks" in done.out) == (0, True), done
    assert "the account may not read id-disks: set ASSETS_TOKEN" in done.out
    assert "not as documented" not in done.err
    project = (tmp_path / "reconciler.yaml").read_text()
    assert "ATATT" not in project
    pulled = forked(
        tmp_path, "pull", "id-disks", environ={**os.environ, **ACCOUNT, "ASSETS_TOKEN": site.token}
    )
    assert pulled.code == 0, pulled
    nobody = init(tmp_path / "..", site, "--source", "other", **ACCOUNT)
    assert (nobody.code, "no external import source called other" in nobody.err) == (1, True)


def test_a_wrong_token_and_none_leave_nothing(site: Server, tmp_path: Path) -> None:
    wrong = init(tmp_path, site, ASSETS_TOKEN="ATCTT-wrong")
    assert (wrong.code, "401" in wrong.err, "ATCTT-wrong" in wrong.err) == (1, True, False)
    none = init(tmp_path, site)
    assert (none.code, "set ASSETS_TOKEN, or ASSETS_EMAIL" in none.err) == (64, True)
    assert [*tmp_path.iterdir()] == []


def test_a_person_answers_at_a_terminal(site: Server, tmp_path: Path) -> None:
    token = token_of(site, "id-disks")
    with at_terminal("init", "--base-url", site.base_url, cwd=tmp_path, width=120) as terminal:
        for pattern, answer in (
            ("import sources", "nonsense"),
            ("one of local, cloud", "cloud"),
            (r"pipeline\?", "gitlab"),
            ("Which credential", "token"),
            ("The token", token),
        ):
            terminal.until(f"{pattern}(.|\n)*Enter a value[^:]*: $")
            terminal.type(f"{answer}\n")
        shown = CONTROL.sub("", terminal.until(None))
        assert terminal.process.wait() == 0, shown
    assert token not in shown
    assert (tmp_path / ".gitlab-ci.yml").is_file()
    assert plan(tmp_path, ASSETS_TOKEN=token).code == 0
