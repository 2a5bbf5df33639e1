"""The whole path over TCP: the emulator and the command line are processes of their own."""

import json
import signal
from pathlib import Path

import pytest

from tests.support.documents.site_document import add_attribute, document, set_attribute, set_type
from tests.support.processes.crash_runner import forked
from tests.support.processes.server import command, emulator, write_project


def test_plan_apply_plan_is_empty(tmp_path: Path) -> None:
    """Create by PUT, amend by PATCH, and nothing is left after each."""
    with emulator("--steps", "2") as server:
        write_project(tmp_path, server, disks=document())
        assert command(tmp_path, server, "plan", "--detailed-exitcode").code == 2
        created = command(tmp_path, server, "apply", "--auto-approve")
        assert created.code == 0, created.err
        assert command(tmp_path, server, "plan", "--detailed-exitcode").code == 0

        edits = (set_attribute("size", description="In bytes"), add_attribute("os", "v", "Version"))
        write_project(tmp_path, server, disks=document(*edits))
        saved = command(tmp_path, server, "plan", "-o", "plan.json")
        assert saved.code == 0, saved.err
        plan = json.loads((tmp_path / "plan.json").read_text())
        assert plan["sources"][0]["operation"]["method"] == "PATCH"
        assert plan["summary"]["add"] == plan["summary"]["change"] == 1
        assert command(tmp_path, server, "apply", "plan.json").code == 0
        assert command(tmp_path, server, "plan", "--detailed-exitcode").code == 0
        counts = server.requests()
        assert (counts["put-mapping"], counts["patch-mapping"]) == (1, 1)


def test_a_saved_plan_is_refused_when_live_has_moved(tmp_path: Path) -> None:
    with emulator() as server:
        write_project(tmp_path, server, disks=document())
        assert command(tmp_path, server, "apply", "--auto-approve").code == 0
        write_project(tmp_path, server, disks=document(set_type("os", description="mine")))
        assert command(tmp_path, server, "plan", "-o", "plan.json").code == 0
        write_project(tmp_path, server, disks=document(set_type("os", description="theirs")))
        assert command(tmp_path, server, "apply", "--auto-approve").code == 0
        stale = command(tmp_path, server, "apply", "plan.json")
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
def test_faults_end_as_they_should(case: str, tmp_path: Path) -> None:
    """Each ends in a sentence and an exit code; a write is never sent twice."""
    fault, code, said = FAULTS[case]
    with emulator("--fault", fault) as server:
        write_project(tmp_path, server, disks=document())
        ended = command(tmp_path, server, "apply", "--auto-approve", "--timeout", "20")
        shown = ended.out + ended.err
        assert ended.code == code, shown
        assert said in shown
        assert "Traceback" not in shown
        assert server.token not in shown
        writes = server.requests().get("put-mapping", 0)
        # What was turned away goes out again, and nothing where live cannot be read beforehand.
        assert writes == {"put-mapping:429=0:1": 2, "get-schema-and-mapping:html": 0}.get(fault, 1)


def test_the_emulator_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    db = tmp_path / "emulator.db"
    with emulator(db=db) as server:
        write_project(tmp_path, server, disks=document())
        assert command(tmp_path, server, "apply", "--auto-approve").code == 0
        server.process.send(signal.SIGKILL)
    with emulator(db=db) as server:
        write_project(tmp_path, server, disks=document())
        assert command(tmp_path, server, "plan", "--detailed-exitcode").code == 0


def test_a_refused_connection_is_a_sentence(tmp_path: Path) -> None:
    with emulator() as server:
        write_project(tmp_path, server, disks=document())
    ended = command(tmp_path, server, "plan")
    assert ended.code == 1
    assert "Traceback" not in ended.err
    assert "disks" in ended.err


def test_a_wrong_token_is_a_sentence(tmp_path: Path) -> None:
    with emulator("--token", "another") as server:
        write_project(tmp_path, server, disks=document())
        ended = forked(tmp_path, "plan", environ={"TOKEN": "planted-secret", "PATH": ""})
    assert ended.code == 1
    assert "401" in ended.err
    assert "planted-secret" not in ended.out + ended.err
