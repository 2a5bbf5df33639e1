"""Files beside manifests: reports and data disturb no run, and what was meant as one is told."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.manifest.files import manifests_in
from tests.support.stages.cli_project import Desk

AT_ROOT = '{"schemaId": "5", "objectTypeMappings": [{"selector": "device"}]}'
TOLD = "warning[near-miss]: teams.json is not read as a manifest"


@pytest.mark.parametrize(
    "command", ["validate", "plan", "drift", "apply --auto-approve", "pull --force", "fmt --check"]
)
def test_a_near_miss_is_told_once_by_whatever_reads_manifests(command: str, desk: Desk) -> None:
    assert desk("apply", "--auto-approve").code == 0
    desk("fmt")
    desk.write("teams.json", AT_ROOT)
    done = desk(*command.split())
    assert done.code == 0
    assert (done.out + done.err).count(TOLD) == 1
    assert "write it under mapping:" in done.out + done.err


def test_a_source_whose_manifest_is_a_near_miss_is_not_just_unknown(desk: Desk) -> None:
    desk.write("teams.json", AT_ROOT)
    for command in ("plan", "status"):
        done = desk(command, "teams")
        assert (done.code, "teams.json is not read as a manifest" in done.err) == (64, True)


def test_pull_says_what_is_wrong_with_the_file_in_its_place(desk: Desk) -> None:
    desk.write("teams.yaml", AT_ROOT)
    done = desk("pull", "teams")
    assert done.code == 1
    assert "teams.yaml is there already, and is not the manifest of teams" in done.err
    assert "write it under mapping:" in done.err


def test_no_report_of_a_run_disturbs_the_next(desk: Desk) -> None:
    """GitLab's is a list, and that of drift too."""
    formats = [(f, name) for f in ("json", "sarif", "gitlab") for name in (f"{f}.json", f"{f}.yml")]
    for command in ("plan", "validate", "drift"):
        outputs = (f"--output={f}={command}-{name}" for f, name in formats)
        assert desk(command, *outputs).code in {0, 2}
    assert desk("plan", "-o", "plan.json").code == 0
    assert desk("apply", "plan.json", "--output", "json=apply.json").code == 0
    done = desk("plan", "--format", "json")
    assert (done.code, json.loads(done.out)["diagnostics"]) == (0, [])


def test_a_manifest_below_is_found_by_what_the_warning_advises(desk: Desk) -> None:
    (desk.root / "old").mkdir()
    (desk.root / "disks.yaml").rename(desk.root / "old" / "disks.yaml")
    told = "old/disks.yaml looks like a manifest and is in a subfolder"
    done = desk("validate")
    assert (done.code, told in done.out) == (0, True)
    assert 'manifests: ["*", "old/*"]' in done.out
    project = (desk.root / "reconciler.yaml").read_text(encoding="utf-8")
    for globs, number in ('["*", "old/*"]', "2 manifests are valid"), ('["*"]', "1 manifest is"):
        desk.write("reconciler.yaml", f"{project}manifests: {globs}\n")
        done = desk("validate")
        assert (done.code, number in done.out, told in done.out) == (0, True, False)
    (desk.root / "people.yaml").unlink()
    (desk.root / "reconciler.yaml").unlink()
    for command in ("validate", "plan"):
        done = desk(command)
        assert done.code == 1
        assert "error[no-manifest]: there is no manifest in ." in done.err
        assert told in done.err
        assert "reconciler --chdir old" in done.err
    assert desk("--chdir", "old", "validate").code == 0


# What is named → how it is made, and what is said of it.
NAMED: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "its near name": ("Reconciler.yml", lambda p: p.write_text("a: 1"), "it is the project file"),
    "a near miss": ("f.json", lambda p: p.write_text(AT_ROOT), 'its "objectTypeMappings" stands'),
    "an empty file": ("f.yaml", Path.touch, "f.yaml is empty"),
    "a broken one": ("f.json", lambda p: p.write_text("{"), "not valid JSON"),
    "a folder": ("f", Path.mkdir, "there is no manifest in f"),
    "nothing": ("f.yaml", lambda _: None, "f.yaml does not exist"),
}  # fmt: skip


@pytest.mark.parametrize("case", NAMED)
def test_a_path_that_is_no_manifest_is_told_why(case: str, desk: Desk) -> None:
    name, make, why = NAMED[case]
    make(desk.root / name)
    done = desk("validate", name)
    assert (done.code, why in done.out + done.err) == (1, True)
    among = desk("validate", name, "disks.yaml")
    is_error = "error[" in among.out
    assert (among.code, why in among.out) == (is_error, case != "a folder")
    formatted = desk("fmt", name)
    assert (formatted.code, why in formatted.err) == (is_error, case != "a folder")


def test_reports_say_why_a_named_file_is_none(desk: Desk) -> None:
    desk.write("f.json", "[]")
    report = json.loads(desk("validate", "f.json", "--format", "json").out)
    found = [(d["severity"], d["code"]) for d in report["diagnostics"]]
    assert found == [("error", "not-a-manifest")]
    both = json.loads(desk("validate", "f.json", "disks.yaml", "--format", "json").out)
    assert [d["severity"] for d in both["diagnostics"]] == ["warning"], "the other is checked"


def test_what_a_shell_opened_for_the_output_is_no_manifest(tmp_path: Path) -> None:
    """`reconciler plan --format json > plan.json`: there, empty, before the program begins."""
    (tmp_path / "disks.yaml").touch()
    kept = os.dup(1)
    with (tmp_path / "plan.json").open("w") as opened:
        os.dup2(opened.fileno(), 1)
    try:
        assert [path.name for path in manifests_in(tmp_path)] == ["disks.yaml"]
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    assert len(manifests_in(tmp_path)) == 2
