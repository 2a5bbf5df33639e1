"""`--record`: a HAR of every command, of which nobody learns a secret (design.md#recordings)."""

import contextlib
import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reconciler.assets.redaction import OMITTED, REDACTED
from tests.support.command_lines import commands, is_called
from tests.support.forges.services import FORGES, TRACKERS
from tests.support.paths import SCHEMAS
from tests.support.processes.program import started
from tests.support.recording import unpacked
from tests.support.stages.cli_project import Desk, make_desk
from tests.support.stages.planted_site import (
    ACCOUNT,
    CLI_TOKEN,
    DATA,
    HOOK,
    PLANTED,
    VARIABLES,
    planted_site,
    write_project,
)

HAR = jsonschema.Draft6Validator(json.loads((SCHEMAS / "har-1.2.schema.json").read_text("utf-8")))
# Each command with what it is called with, in an order in which each finds what it needs, and
# whether it asks a server. URL is the site.
COMMANDS: dict[str, tuple[str, bool]] = {
    "validate": ("", False),
    "fmt": ("--diff", False),
    "render": ("disks", False),
    "schema": ("plan", False),
    "completion": ("bash", False),
    "preview": ("disks data.json", False),
    "plan": ("-o plan.json", True),
    "show": ("plan.json", False),
    "explain": ("plan.json disks", False),
    "comment": ("github --plan plan.json", True),
    "apply": ("plan.json", True),
    "drift": ("--output json=drift.json --notify URL/hook/HOOK", True),
    "merge": ("drift.json", False),
    "issue": ("github --report drift.json", True),
    "pull": ("disks", True),
    "ingest run": ("disks data.json", True),
    "ingest status": ("", True),
    "ingest resume": ("", False),
    "ingest cancel": ("", False),
    "status": ("", True),
    "doctor": ("", True),
    "history": ("", False),
    "unlock": ("disks", False),
    "token": ("disks", True),
    "probe": ("spare --i-know-this-writes", True),
    "init": ("--from data.json --source more --yes", False),
    "emulator objects": ("disks", False),
    "emulator object-schema": ("Network disks", False),
    "emulator": (f"--port 0 --token {CLI_TOKEN}", False),
}


@pytest.fixture
def planted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[tuple[Desk, str]]:
    """A project whose manifests, variables, data and servers have secrets; nothing is live."""
    desk = make_desk(tmp_path, monkeypatch, capsys)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    desk.edit("disks.yaml", "What the scanner finds", f"Ask {ACCOUNT} (https://x/?t={HOOK})")
    desk.write("data.json", json.dumps({"drives": [{"serial": DATA}]}))
    with planted_site() as url:
        write_project(desk.root, url)
        yield desk, url


def recorded(path: Path) -> Any:
    """Return what is in a recording, which is a HAR, its owner's only, and has no secret."""
    text = path.read_text(encoding="utf-8")
    log = json.loads(text)["log"]
    assert [*HAR.iter_errors({"log": log})] == []
    found = [secret for secret in PLANTED if secret in text or json.dumps(secret)[1:-1] in text]
    assert found == [], path
    assert "lanted" not in text, path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return log


@pytest.fixture
def recordings(planted: tuple[Desk, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The recording of every command, one after the other on the same site."""
    desk, url = planted
    known = {words for words, each in commands() if words and is_called(each)}
    assert {*COMMANDS} == known, "a command needs a row"
    made = {}
    for words, (rest, _) in COMMANDS.items():
        file = made[words] = desk.root / f"{words.replace(' ', '-')}.har"
        more = rest.replace("URL", url).replace("HOOK", HOOK).split()
        approves = ["--auto-approve"] if words == "apply" else []
        arguments = [*words.split(), "--record", file.name, *more, *approves]
        forge = {"comment": FORGES, "issue": TRACKERS}.get(words, {}).get("github")
        with forge.served(monkeypatch) if forge else contextlib.nullcontext():
            if words == "emulator":
                with started(*arguments, cwd=desk.root) as process:
                    assert process.stdout is not None
                    process.stdout.readline()
                    process.send_signal(2)
                    process.communicate()
            else:
                ended = desk(*arguments)
                assert ended.code == 0 or words in {"emulator objects", "probe"}, ended.err
                assert f"in {file.name}." in ended.err, ended.err
    return made


def test_a_command_is_recorded_without_a_secret_and_ends_the_same_offline(
    recordings: dict[str, Path], planted: tuple[Desk, str]
) -> None:
    for words, file in recordings.items():
        log = recorded(file)
        assert bool(log["entries"]) == COMMANDS[words][1], words
        assert {"disks", "people"} <= log["_reconciler"]["manifests"].keys()
    said = recordings["status"].read_text("utf-8")
    assert REDACTED in said, "the site plants secrets"
    assert OMITTED in said
    desk, _ = planted
    # Data are not in a recording.
    for words in ("plan", "apply", "drift", "ingest run", "ingest status", "status", "pull"):
        again = desk.root / "again" / words.replace(" ", "-")
        again.mkdir(parents=True)
        arguments = unpacked(recordings[words], again)
        if words == "ingest run":
            (again / "data.json").write_bytes((desk.root / "data.json").read_bytes())
        arguments = ["-C", str(again), *arguments]
        if words == "drift":
            arguments = arguments[: arguments.index("--notify")]
        ended = desk(*arguments)
        assert ended.code == 0, (words, ended.err)
        assert "differs" not in ended.err
