"""`--format` and `--output`: what pipelines get, whatever happens, and from the root on."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from junitparser import JUnitXml

from reconciler.cli.formats import Output
from reconciler.manifest import schemas
from reconciler.render.formats import (
    APPLY,
    DOCTOR,
    DRIFT,
    HISTORY,
    IMPORTS,
    INGESTION,
    KINDS,
    OBJECTS,
    PLAN,
    PREVIEW,
    PROBE,
    PULL,
    STATUS,
    UNLOCK,
    VALIDATION,
    ReportKind,
)
from tests.support.command_lines import commands, is_called
from tests.support.stages.cli_project import Desk, make_desk

PLAN_FORMATS = [each.value for each in PLAN.formats]
VALIDATION_FORMATS = [each.value for each in VALIDATION.formats]
FAULTY = ("type: text", "type: txet")


@pytest.fixture(autouse=True)
def _no_summary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)


@pytest.fixture
def blocked(desk: Desk) -> Desk:
    """Return a project, applied, with an edit that is impossible."""
    assert desk("apply", "--auto-approve").code == 0
    desk.edit("disks.yaml", "name: Drive\n", "name: Disk\n")
    return desk


def sarif_files(text: str) -> list[str]:
    """Return the places of a SARIF log as `file:line`."""
    (run,) = json.loads(text)["runs"]
    places = [r["locations"][0]["physicalLocation"] for r in run["results"]]
    return [f"{p['artifactLocation']['uri']}:{p['region']['startLine']}" for p in places]


OFFERS: dict[str, ReportKind[Any]] = {
    "plan": PLAN,
    "show": PLAN,
    "validate": VALIDATION,
    "drift": DRIFT,
    "merge": DRIFT,
    "preview": PREVIEW,
    "apply": APPLY,
    "ingest status": IMPORTS,
    "emulator objects": OBJECTS,
    "doctor": DOCTOR,
    "probe": PROBE,
    "status": STATUS,
    "history": HISTORY,
    "pull": PULL,
    "unlock": UNLOCK,
    "ingest run": INGESTION,
    "ingest resume": INGESTION,
    "ingest cancel": INGESTION,
}


COMMANDS = {words: each for words, each in commands() if is_called(each)}


def test_each_command_offers_the_formats_of_its_kind_of_report() -> None:
    """Those of `render` are of a document, which is no report."""
    for words, command in COMMANDS.items():
        if words == "render":
            continue
        options = {option.opts[0]: option.type for option in command.params}
        shown, written = options.get("--format"), options.get("--output")
        if words not in OFFERS:
            assert (shown, written) == (None, None), words
            continue
        formats = OFFERS[words].formats
        assert isinstance(shown, click.Choice), words
        assert tuple(shown.choices) == formats, words
        if isinstance(written, Output):
            assert written.formats == formats, words


def test_each_kind_of_report_is_of_a_command() -> None:
    assert {id(kind) for kind in OFFERS.values()} == {id(kind) for kind in KINDS.values()}


@pytest.mark.parametrize("format_", PLAN_FORMATS)
def test_the_exit_code_of_a_plan_is_the_same_in_every_format(blocked: Desk, format_: str) -> None:
    assert blocked("plan", "--format", format_).code == 3
    assert blocked("plan", "--format", format_, "--allow-residual").code == 0
    blocked.edit("disks.yaml", *FAULTY)
    assert blocked("plan", "--format", format_).code == 1


@pytest.mark.parametrize("format_", VALIDATION_FORMATS)
def test_the_exit_code_of_validate_is_the_same_in_every_format(desk: Desk, format_: str) -> None:
    assert desk("validate", "--format", format_).code == 0
    desk.edit("disks.yaml", "            label: true", "            lable: true")
    assert desk("validate", "--format", format_).code == 0
    desk.edit("disks.yaml", *FAULTY)
    assert desk("validate", "--format", format_).code == 1


@pytest.mark.parametrize("format_", PLAN_FORMATS[1:])
def test_a_saved_plan_is_shown_in_every_format_as_it_was_printed(
    blocked: Desk, format_: str
) -> None:
    planned = blocked("plan", "-o", "saved.json", "--format", format_)
    shown = blocked("show", "saved.json", "--format", format_, "--output", f"{format_}=file")
    assert shown.code == 0
    assert shown.out == planned.out == (blocked.root / "file").read_text(encoding="utf-8")


def test_outputs_stand_beside_the_text(blocked: Desk) -> None:
    outputs = ("sarif=a", "junit=b", "github=c", "gitlab=d", "json=e")
    done = blocked("plan", *(word for o in outputs for word in ("--output", o)))
    assert done.out.splitlines()[-2].startswith("Plan: ")
    assert "disks.yaml:8" in sarif_files((blocked.root / "a").read_text())
    (suite,) = JUnitXml.fromfile(str(blocked.root / "b"))
    assert [(case.name, case.is_failure) for case in suite] == [("disks", True), ("people", False)]
    assert (blocked.root / "c").read_text().startswith("::error file=disks.yaml,line=8,col=")
    places = [issue["location"] for issue in json.loads((blocked.root / "d").read_text())]
    assert {"path": "disks.yaml", "lines": {"begin": 8}} in places
    assert json.loads((blocked.root / "e").read_text())["blocked"] is True


def test_files_are_named_from_the_root_of_the_repository(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.edit("disks.yaml", *FAULTY)
    top = desk.root.parent
    name = desk.root.name
    monkeypatch.chdir(top)
    # Without a repository: from where the command was started.
    done = desk("--chdir", name, "validate", "--format", "sarif")
    assert sarif_files(done.out) == [f"{name}/disks.yaml:14"]
    monkeypatch.chdir(desk.root)
    assert sarif_files(desk("validate", "--format", "sarif").out) == ["disks.yaml:14"]


@pytest.mark.parametrize("command", ["plan", "validate"])
def test_a_repository_s_root_is_found_from_below(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    sub = tmp_path / "live" / "assets"
    sub.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    desk = make_desk(sub, monkeypatch, capsys)
    desk.edit("disks.yaml", *FAULTY)
    expected = "::error file=live/assets/disks.yaml,line=14,"
    for start, chdir in ((sub, "."), (tmp_path, "live/assets"), (tmp_path / "live", "assets")):
        monkeypatch.chdir(start)
        done = desk("--chdir", chdir, command, "--format", "github")
        assert done.out.startswith(expected), start
        assert "\ndisks.yaml:14:" in f"\n{done.err}"


@pytest.mark.parametrize("command", ["plan", "validate"])
def test_a_report_is_written_where_there_is_no_project(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    desk = Desk(root=tmp_path, capture=capsys)
    plain = desk(command)
    done = desk(command, "--format", "github", "--output", "junit=j.xml", "--output", "sarif=s")
    assert (done.code, done.err) == (plain.code, plain.err) == (1, done.err)
    assert done.out.startswith("::error title=no-manifest::there is no manifest in ")
    (suite,) = JUnitXml.fromfile(str(tmp_path / "j.xml"))
    assert suite.errors == 1
    (run,) = json.loads((tmp_path / "s").read_text())["runs"]
    assert run["invocations"][0]["executionSuccessful"] is False


@pytest.mark.parametrize("command", ["plan", "validate"])
def test_a_report_is_written_of_a_project_file_in_error(desk: Desk, command: str) -> None:
    desk.edit("reconciler.yaml", "defaultEnvironment", "defaultEnvironmnet")
    done = desk(command, "--format", "gitlab")
    assert done.code == 1
    assert [i["location"]["path"] for i in json.loads(done.out)] == ["reconciler.yaml"]
    assert "Traceback" not in done.err


def test_a_report_is_written_of_wrong_usage_that_shows_late(desk: Desk) -> None:
    done = desk("plan", "disk", "--format", "github")
    assert done.code == 64
    assert done.out.startswith('::error title=wrong-usage::no manifest has the source "disk"')
    assert done.err.count("no manifest has the source") == 1


def test_a_source_that_cannot_be_read_is_an_error_in_the_report(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNSET_WORKSPACE_ID", "w")
    monkeypatch.setenv("UNSET_TOKEN", "t")
    desk.edit(
        "reconciler.yaml",
        "    workspaceId:",
        "    baseUrl: http://127.0.0.1:9/jsm/assets\n"
        "    sources:\n"
        "      disks: {importSourceId: d}\n"
        "      people: {importSourceId: p}\n"
        "    workspaceId:",
    )
    done = desk("-e", "production", "plan", "--format", "junit")
    assert done.code == 1
    (suite,) = JUnitXml.fromstring(done.out.encode())
    assert {case.name: type(case.result[0]).__name__ for case in suite} == {
        "disks": "Error",
        "people": "Error",
    }


def test_validate_as_json_is_valid_by_its_schema(desk: Desk) -> None:
    good = json.loads(desk("validate", "--format", "json").out)
    desk.edit("disks.yaml", *FAULTY)
    bad: dict[str, Any] = json.loads(desk("validate", "--format", "json").out)
    assert (
        schemas.schema_faults("validation", good) == schemas.schema_faults("validation", bad) == ()
    )
    assert (good["valid"], good["manifests"], good["diagnostics"]) == (True, 2, [])
    assert (bad["valid"], bad["errors"]) == (False, 1)
    assert bad["diagnostics"][0]["file"] == "disks.yaml"
    assert desk("schema", "validation").code == 0


def test_validate_writes_files_beside_its_text(desk: Desk) -> None:
    done = desk("validate", "--output", "junit=v.xml", "--output", "text=v.txt")
    assert done.out == (desk.root / "v.txt").read_text() == "2 manifests are valid\n"
    (suite,) = JUnitXml.fromfile(str(desk.root / "v.xml"))
    assert [case.name for case in suite] == ["disks.yaml", "people.yaml"]


@pytest.mark.parametrize("fault", [None, FAULTY])
def test_the_step_s_summary_is_appended_to_also_when_the_run_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: tuple[str, str] | None
) -> None:
    summary = desk.write("summary.md", "before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    if fault:
        desk.edit("disks.yaml", *fault)
    assert desk("plan", "--format", "github").code == (1 if fault else 0)
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert len(text) > len("before\n")
    desk("plan")
    assert summary.read_text(encoding="utf-8") == text


def test_the_installed_program_prints_nothing_but_the_report(desk: Desk) -> None:
    """A process of its own, as in a pipeline: no import, warning or progress gets into it."""
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "reconciler", "plan", "--format", "junit"],
        cwd=desk.root,
        env=os.environ | {"CI": "true"},
        capture_output=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    (suite,) = JUnitXml.fromstring(run.stdout)
    assert [case.name for case in suite] == ["disks", "people"]
