"""Adopting over TCP: bound by id, found by a container token, and where the server fails."""

import json
from pathlib import Path

import httpx

from reconciler.value import replace
from tests.support.documents.site_document import document
from tests.support.processes.server import Server, command, emulator, write_project

BY_DISCOVERY = """\
defaultEnvironment: production
environments:
  production: {backend: cloud, baseUrl: "%s", auth: {bearer: "${TOKEN}"}}
"""


def applied(folder: Path, server: Server) -> None:
    folder.mkdir()
    write_project(folder, server, disks=document())
    ended = command(folder, server, "apply", "--auto-approve")
    assert ended.code == 0, ended.err


def container_token(server: Server, source: str) -> Server:
    """The server as the holder of the source's own token sees it."""
    url = f"{server.base_url}/workspace/w/v1/importsource/id-{source}/token"
    answer = httpx.post(url, headers={"Authorization": f"Bearer {server.token}"})
    token = answer.raise_for_status().json()["token"]
    return replace(server, token=token)


def test_a_bound_source_is_adopted(tmp_path: Path) -> None:
    with emulator("--answers", "observed") as server:
        applied(tmp_path / "one", server)
        (tmp_path / "one" / "disks.json").unlink()
        pulled = command(tmp_path / "one", server, "pull")
        assert pulled.code == 0, pulled.err
        assert pulled.out.startswith("+ disks   disks.yaml written, 3 object types")
        assert command(tmp_path / "one", server, "validate").code == 0
        plan = command(tmp_path / "one", server, "plan", "--detailed-exitcode")
        assert (plan.code, "no differences" in plan.out) == (0, True)


def test_a_container_token_is_enough_to_begin(tmp_path: Path) -> None:
    with emulator() as server:
        applied(tmp_path / "one", server)
        holder = container_token(server, "disks")
        two = tmp_path / "two"
        two.mkdir()
        (two / "reconciler.yaml").write_text(BY_DISCOVERY % server.base_url)
        both = command(two, holder, "pull", "mine", "other")
        assert (both.code, both.out) == (1, "")
        assert '2 sources are not bound in environment production: "mine", "other"' in both.err
        alone = command(two, holder, "pull", "mine")
        assert alone.out.startswith("+ mine   mine.yaml written")
        other = command(two, holder, "pull", "other")
        assert 'source "other" is not bound in environment production' in other.err
        assert sorted(path.name for path in two.glob("*.yaml")) == ["mine.yaml", "reconciler.yaml"]
        assert "importSourceId" not in (two / "mine.yaml").read_text()
        assert holder.token not in alone.out + alone.err
        assert command(two, holder, "plan", "--detailed-exitcode").code == 0


def test_an_answer_that_is_none_leaves_the_manifest(tmp_path: Path) -> None:
    with emulator("--fault", "get-schema-and-mapping:html") as server:
        (tmp_path / "one").mkdir()
        write_project(tmp_path / "one", server, disks=document())
        command(tmp_path / "one", server, "apply", "--auto-approve")
        before = (tmp_path / "one" / "disks.json").read_bytes()
        pulled = command(tmp_path / "one", server, "pull", "--force")
        assert pulled.code == 1
        assert pulled.err.splitlines()[-2].startswith("error: disks: ")
        assert (tmp_path / "one" / "disks.json").read_bytes() == before


def test_a_disabled_source_does_not_stop_the_others(tmp_path: Path) -> None:
    other = json.loads(json.dumps(document()).replace('Id": "', 'Id": "other-'))
    with emulator() as server:
        (tmp_path / "one").mkdir()
        write_project(tmp_path / "one", server, disks=document(), other=other)
        assert command(tmp_path / "one", server, "apply", "--auto-approve").code == 0
        switch = httpx.URL(server.base_url).join("/emulator/sources/id-disks/status")
        headers = {"Authorization": f"Bearer {server.token}"}
        httpx.put(switch, json={"status": "DISABLED"}, headers=headers).raise_for_status()
        pulled = command(tmp_path / "one", server, "pull")
        assert (pulled.code, pulled.out) == (1, ". other   already as live\n")
        assert "error: disks: the import source is disabled" in pulled.err
