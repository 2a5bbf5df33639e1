"""Recordings are replayed offline, and tell the first request that differs."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from reconciler.app.recordings.recording import RECORDING
from tests.support.forges.server import listening
from tests.support.processes.program import started, write_project
from tests.support.processes.server import emulator
from tests.support.recording import EXPECTED, RECORDINGS, normalised, replay
from tests.support.stages.cli_project import Desk, make_desk
from tests.support.stages.drift_desk import behind_our_back

NAMES = sorted(path.name for path in RECORDINGS.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_ends_as_ever(name: str) -> None:
    """RECONCILER_UPDATE_GOLDEN=1 writes the files anew; CONTRIBUTING says how one is made."""
    folder = RECORDINGS / name
    found = replay(folder / RECORDING)
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        (folder / EXPECTED).write_text(found, encoding="utf-8")
    assert found == (folder / EXPECTED).read_text(encoding="utf-8")


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """A project whose environment `again` replays `it.har`, of a plan."""
    desk = make_desk(tmp_path, monkeypatch, capsys)
    desk.edit(
        "reconciler.yaml", "  production:", "  again: {backend: {replay: it.har}}\n  production:"
    )
    assert desk("plan", "--record", "it.har").code == 0
    return desk


def log_of(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))["log"]


def test_a_replay_needs_nothing_and_leaves_nothing(desk: Desk) -> None:
    emulated = (desk.root / ".reconciler" / "emulator.db").read_bytes()
    assert "2 to create" in desk("-e", "again", "plan").out
    there = {path.name for path in (desk.root / ".reconciler").iterdir()}
    assert there == {".gitignore", "emulator.db"}, "no journal"
    assert (desk.root / ".reconciler" / "emulator.db").read_bytes() == emulated


def test_a_replay_has_the_second_credential_and_the_prefix_of_its_recording(desk: Desk) -> None:
    other = "{backend: embedded, schemaAuth: embedded, externalIdPrefix: o/}"
    desk.edit("reconciler.yaml", "  again:", f"  other: {other}\n  again:")
    assert desk("-e", "other", "apply", "--auto-approve").code == 0
    desk.edit("disks.yaml", "name: Drive", "name: Disk Drive")
    for environment, file in (("other", "it.har"), ("again", "again.har")):
        assert desk("-e", environment, "plan", "--record", file).code == 3
    asked, again = (
        sorted(each["request"]["url"] for each in log_of(desk.root / name)["entries"])
        for name in ("it.har", "again.har")
    )
    assert asked == again
    assert any("objectschema" in url for url in asked)


def test_the_first_request_that_differs_is_told_and_ends_its_source(desk: Desk) -> None:
    assert desk("apply", "--auto-approve", "--record", "it.har").code == 0
    desk.edit("disks.yaml", "A drive", "A drive of a machine")
    ended = desk("-e", "again", "apply", "--auto-approve")
    assert ended.code == 1
    sentence = (
        "PUT importsource/b00d…/mapping differs from the recording: it sends "
        '"A drive of a machine" at /schema/objectSchema/objectTypes/0/description, not "A drive"'
    )
    number = log_of(desk.root / "it.har")["entries"][0]["request"]["url"].split("/")[9][:4]
    assert sentence.replace("b00d", number) in ended.err
    assert "people" in ended.out
    assert "1 applied, 1 failed" in ended.out


def test_a_source_may_be_called_as_what_holds_a_secret(desk: Desk) -> None:
    text = (desk.root / "disks.yaml").read_text("utf-8")
    desk.write("token.yaml", text.replace("disks", "token").replace("/", "/t-"))
    assert desk("plan", "token", "--record", "it.har").code == 0
    assert "+ token" in desk("-e", "again", "plan", "token").out


def test_drift_has_the_base_that_it_had(desk: Desk) -> None:
    assert desk("apply", "--auto-approve").code == 0
    behind_our_back(desk, "A drive", "A drive of theirs")
    desk.edit("people.yaml", "A drive", "A drive of ours")
    first = desk("drift", "--record", "it.har")
    assert first.code == 2
    assert normalised(f"exit 2\n--- output\n{first.out}") in replay(desk.root / "it.har")


def test_a_request_that_was_not_recorded_is_told_with_the_next_that_was(desk: Desk) -> None:
    ended = desk("-e", "again", "ingest", "status", "disks")
    assert ended.code == 1
    assert "it was not recorded; next is GET importsource/" in ended.err


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("disks.yaml", "disks.yaml is there and is no recording"),
        ("-", "--record writes a file"),
        ("/dev/stderr", "--record writes a file"),
    ],
)
def test_nothing_else_is_overwritten(desk: Desk, file: str, why: str) -> None:
    before = (desk.root / "disks.yaml").read_bytes()
    ended = desk("plan", "--record", file)
    assert (ended.code, ended.out) == (64, "")
    assert why in ended.err
    assert (desk.root / "disks.yaml").read_bytes() == before


def test_an_earlier_recording_is_replaced_and_the_option_may_stand_first(desk: Desk) -> None:
    assert desk("--record", "it.har", "status").code == 0
    about = log_of(desk.root / "it.har")["_reconciler"]
    assert about["arguments"] == ["--record", "it.har", "status"]


@pytest.mark.parametrize(
    "change", [{}, {"formatVersion": "2.0"}, {"project": None}, {"entries": 1}]
)
def test_what_is_no_recording_is_refused(desk: Desk, change: dict[str, Any]) -> None:
    log = log_of(desk.root / "it.har")
    if "entries" in change:
        log |= change
    else:
        log["_reconciler"] = log["_reconciler"] | change if change else {}
    desk.write("it.har", json.dumps({"log": log}))
    ended = desk("-e", "again", "plan")
    assert ended.code == 1
    assert "it.har is no recording that can be replayed" in ended.err


def test_a_recording_names_no_variable_of_ours(desk: Desk) -> None:
    text = (desk.root / "it.har").read_text("utf-8")
    desk.write("it.har", text.replace('"workspaceId": "local"', '"workspaceId": "${HOME}"'))
    assert "is no recording" in desk("-e", "again", "plan").err


def test_what_got_no_answer_fails_in_the_same_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = make_desk(tmp_path, monkeypatch, capsys)
    with emulator("--fault", "*:drop-before") as server:
        write_project(desk.root, server.base_url, server.token)
        (desk.root / "people.yaml").unlink()
        first = desk("plan", "--record", "it.har")
    assert first.code == 1
    log = log_of(desk.root / "it.har")
    assert log["_reconciler"]["exitCode"] == 1
    assert {each["response"]["status"] for each in log["entries"]} == {0}
    assert len(log["entries"]) > 1, "each repetition is one"
    again = replay(desk.root / "it.har")
    assert "exit 1" in again
    assert "the connection was cut" in again


def test_an_interrupted_command_is_recorded(tmp_path: Path) -> None:
    arrived = threading.Event()

    async def silent(_: Any, receive: Any, __: Any) -> None:
        arrived.set()
        while (await receive())["type"] != "http.disconnect":
            pass

    with listening(silent) as url:
        write_project(tmp_path, url, "token")
        with started("plan", "--record", "it.har", cwd=tmp_path) as process:
            assert arrived.wait(60)
            process.send_signal(2)
            process.communicate()
    assert process.returncode == 130
    log = log_of(tmp_path / "it.har")
    assert log["_reconciler"]["exitCode"] == 130
    assert log["entries"][0]["response"]["_error"]["type"] == "CancelledError"
