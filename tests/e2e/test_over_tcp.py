"""The whole path over TCP: the emulator is a process of its own."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.applying import settle
from tests.support.documents.site_document import add_attribute, document, set_attribute, set_type
from tests.support.processes.server import Server, emulator, write_project
from tests.support.stages.cli_project import Desk, Result

Command = Callable[..., Result]


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """Make the working directory one without a project."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settle, "READ_LAG_SECONDS", 0.5)
    return Desk(root=tmp_path, capture=capsys)


@pytest.fixture
def command(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return the function that runs `reconciler` with the server's token in its environment."""

    def run(server: Server, *arguments: str) -> Result:
        monkeypatch.setenv("TOKEN", server.token)
        return desk(*arguments)

    return run


def test_plan_apply_plan_is_empty(tmp_path: Path, command: Command) -> None:
    """Create by PUT, amend by PATCH, and nothing is left after each."""
    with emulator("--steps", "2") as server:
        write_project(tmp_path, server, disks=document())
        assert command(server, "plan", "--detailed-exitcode").code == 2
        created = command(server, "apply", "--auto-approve")
        assert created.code == 0, created.err
        assert command(server, "plan", "--detailed-exitcode").code == 0

        edits = (set_attribute("size", description="In bytes"), add_attribute("os", "v", "Version"))
        write_project(tmp_path, server, disks=document(*edits))
        saved = command(server, "plan", "-o", "plan.json")
        assert saved.code == 0, saved.err
        plan = json.loads((tmp_path / "plan.json").read_text())
        assert plan["sources"][0]["operation"]["method"] == "PATCH"
        assert plan["summary"]["add"] == plan["summary"]["change"] == 1
        assert command(server, "apply", "plan.json").code == 0
        assert command(server, "plan", "--detailed-exitcode").code == 0
        counts = server.requests()
        assert (counts["put-mapping"], counts["patch-mapping"]) == (1, 1)


def test_a_saved_plan_is_refused_when_live_has_moved(tmp_path: Path, command: Command) -> None:
    with emulator() as server:
        write_project(tmp_path, server, disks=document())
        assert command(server, "apply", "--auto-approve").code == 0
        write_project(tmp_path, server, disks=document(set_type("os", description="mine")))
        assert command(server, "plan", "-o", "plan.json").code == 0
        write_project(tmp_path, server, disks=document(set_type("os", description="theirs")))
        assert command(server, "apply", "--auto-approve").code == 0
        stale = command(server, "apply", "plan.json")
        assert stale.code == 3
        assert (
            "the plan is stale: live changed after it was made, in what it changes or rests on"
            in stale.out
        )
        assert 'objectTypes[os]/description   "" → "theirs"' in stale.out
        assert server.requests()["patch-mapping"] == 1


# How each fault ends is in tests/applying; here, that an exit code and a sentence come of it.
FAULTS = {
    "a refused payload": ("put-mapping:refuse=EXTERNAL_ID_MISMATCH", 1, "EXTERNAL_ID_MISMATCH"),
    "a rate limit that passes": ("put-mapping:429=0:1", 0, ""),
    "a cut before acting": ("put-mapping:drop-before:1", 1, "can settle it from"),
    "a cut after acting": ("put-mapping:drop-after:1", 0, ""),
    "a document that lacks what was sent": ("get-schema-and-mapping:lacks", 3, "1 change remains"),
    "an answer that is HTML": ("get-schema-and-mapping:html", 1, "schema-and-mapping"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faults_end_as_they_should(case: str, tmp_path: Path, command: Command) -> None:
    """Each ends in a sentence and an exit code; a write is never sent twice."""
    fault, code, said = FAULTS[case]
    with emulator("--fault", fault) as server:
        write_project(tmp_path, server, disks=document())
        ended = command(server, "apply", "--auto-approve", "--timeout", "20")
        shown = ended.out + ended.err
        assert ended.code == code, shown
        assert said in shown
        assert "Traceback" not in shown
        assert server.token not in shown
        writes = server.requests().get("put-mapping", 0)
        # What was turned away goes out again, and nothing where live cannot be read beforehand.
        assert writes == {"put-mapping:429=0:1": 2, "get-schema-and-mapping:html": 0}.get(fault, 1)


def test_a_source_is_adopted_from_answers_as_they_were_observed(
    tmp_path: Path, command: Command
) -> None:
    with emulator("--answers", "observed") as server:
        write_project(tmp_path, server, disks=document())
        assert command(server, "apply", "--auto-approve").code == 0
        (tmp_path / "disks.json").unlink()
        pulled = command(server, "pull")
        assert pulled.code == 0, pulled.err
        assert pulled.out.startswith("+ disks   disks.yaml written, 3 object types")
        assert command(server, "validate").code == 0
        plan = command(server, "plan", "--detailed-exitcode")
        assert (plan.code, "no differences" in plan.out) == (0, True)


def test_an_answer_that_is_none_leaves_all_files(tmp_path: Path, command: Command) -> None:
    with emulator("--fault", "get-schema-and-mapping:html") as server:
        write_project(tmp_path, server, disks=document())
        command(server, "apply", "--auto-approve")
        before = (tmp_path / "disks.json").read_bytes()
        pulled = command(server, "pull", "--force")
        planned = command(server, "plan", "-o", "saved.json")
    assert pulled.code == planned.code == 1
    assert pulled.err.splitlines()[-2].startswith("error: disks: ")
    assert (tmp_path / "disks.json").read_bytes() == before
    assert "error[unreadable-source]: disks could not be read" in planned.err
    assert "GET importsource/id-disks/schema-and-mapping" in planned.err
    assert "Plan not saved" in planned.err
    assert planned.out == ""
    assert not (tmp_path / "saved.json").exists()
