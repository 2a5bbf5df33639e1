"""What answers hold that nobody knew of is told once by every command, and decides nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import run
from reconciler.codes.run import RunCode
from reconciler.manifest import schemas
from tests.support.processes.server import command, emulator, write_project
from tests.support.stages.apply_lines import lines_of
from tests.support.stages.cli_project import MANIFEST
from tests.support.stages.doctor_site import (
    PROJECT,
    STATUS,
    VARIABLES,
    Answer,
    CannedSite,
    canned_site,
)
from tests.support.stages.emulator_site import DISKS

KNOWN = {key: DISKS[key] for key in ("schema", "mapping")}
ODD = json.loads(json.dumps(KNOWN).replace('"type":', '"owner": "hunter2", "type":'))
OWNER = "/schema/objectSchema/objectTypes/*/attributes/*/owner"
PAUSED = Answer(body={"status": "IDLE", "pausedBy": "hunter2"})
SAID = "GET importsource/…/configstatus: the key /pausedBy is not documented (text of 7 characters)"
TOLD = (
    "WARNING reconciler.outcome.unexpected_answers: 1 answer of the API was not as documented: "
    f"{SAID}"
)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CannedSite]:
    """A site with two types, and a project that is bound to it."""
    monkeypatch.chdir(tmp_path)
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    with canned_site() as site:
        site.answers["schema-and-mapping"] = Answer(body=KNOWN)
        site.answers["executions/status"] = Answer(body={"status": "DONE"})
        project = PROJECT.format(url=site.url).replace("    schemaAuth", "    #")
        Path("reconciler.yaml").write_text(project, encoding="utf-8")
        Path("disks.yaml").write_text(MANIFEST, encoding="utf-8")
        yield site


@pytest.mark.parametrize("name", ["plan", "drift"])
def test_a_report_holds_it_and_says_and_decides_the_same(
    name: str, site: CannedSite, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [name, "--format", "json"]
    code, known = run(asked), json.loads(capsys.readouterr().out)
    site.answers[STATUS] = PAUSED
    assert run(asked) == code
    told = capsys.readouterr()
    report = json.loads(told.out)
    assert schemas.schema_faults(name, report) == ()
    assert report.get("digest") == known.get("digest")
    (found,) = (d for d in report["diagnostics"] if d["code"] == RunCode.UNEXPECTED_ANSWER)
    assert (found["text"], found["source"], found["severity"]) == (SAID, "disks", "info")
    assert [line for line in told.err.splitlines() if "documented" in line] == [TOLD]
    assert "hunter2" not in told.err


def test_a_key_of_a_document_is_told_once_however_many_elements_have_it(
    site: CannedSite, capsys: pytest.CaptureFixture[str]
) -> None:
    site.answers |= {STATUS: PAUSED, "schema-and-mapping": Answer(body=ODD)}
    assert run(["--log-level", "info", "plan"]) == 0
    said = capsys.readouterr().err.splitlines()
    assert [each.partition(" ")[0] for each in said if OWNER in each] == ["INFO"]
    assert [each.rpartition("; ")[2] for each in said if ": 2 answers of the API were" in each] == [
        "reconciler doctor shows more, and --log-level info all"
    ]


def test_a_status_that_nobody_knows_is_an_error_of_its_source(
    site: CannedSite, capsys: pytest.CaptureFixture[str]
) -> None:
    site.answers[STATUS] = Answer(body={"status": "PAUSED"})
    assert run(["plan", "--format", "json"]) == 1
    remarks: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["diagnostics"]
    told = {each["code"]: each for each in remarks}
    assert told.keys() == {RunCode.UNREADABLE_SOURCE, RunCode.UNEXPECTED_ANSWER}
    assert "nothing is sent to a source" in told[RunCode.UNREADABLE_SOURCE]["hint"]
    assert '/configstatus: "PAUSED" at /status is not' in told[RunCode.UNEXPECTED_ANSWER]["text"]


def test_the_latest_execution_too(site: CannedSite, capsys: pytest.CaptureFixture[str]) -> None:
    site.answers["executions/status"] = Answer(body={"status": "DONE", "surprise": 1})
    assert run(["ingest", "status", "--format", "json"]) in {0, 1, 3}
    (found,) = json.loads(capsys.readouterr().out)["diagnostics"]
    assert "the key /surprise is not documented (a whole number)" in found["text"]


def test_apply_tells_it_in_its_lines_and_its_report(tmp_path: Path) -> None:
    with emulator("--fault", "get-progress:backwards", "--steps", "2") as server:
        write_project(tmp_path, server, disks=DISKS)
        asked = ("--auto-approve", "--format", "json", "--output", "json=report.json")
        ended = command(tmp_path, server, "apply", *asked)
    assert ended.code == 0, ended
    (line,) = (each for each in lines_of(ended.out) if each.get("code") == "unexpected-answer")
    assert "mapping/progress/…: the key /percentage is not documented" in line["text"]
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert schemas.schema_faults("apply-report", report) == ()
    assert line["text"] in {each["text"] for each in report["diagnostics"]}
