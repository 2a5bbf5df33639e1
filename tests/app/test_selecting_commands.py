"""Sources are selected by every command that takes some of them, and by what changed in git."""

import json
import zlib

import pytest

from reconciler.manifest.text.file import LARGEST_FILE
from tests.support.git import commit, git
from tests.support.stages.cli_project import MANIFEST, Desk

COMMANDS = (
    "plan", "plan --live none", "apply --auto-approve", "drift", "drift --shard 1/1", "validate",
    "status", "pull", "ingest status", "ingest resume", "unlock",
)  # fmt: skip

MANIFESTS = ":(glob)*.yaml"
UNKNOWN = {"dosks": 'no manifest has the source "dosks"'}


@pytest.fixture
def labelled(desk: Desk) -> Desk:
    """A project in git of which one manifest has a label."""
    desk.edit("disks.yaml", "source: disks\n", "source: disks\nlabels: {team: storage}\n")
    commit(desk.root, MANIFESTS)
    return desk


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_selects(command: str, labelled: Desk) -> None:
    for wrong, said in {  # (`pull dosks` would write a new manifest)
        **({} if command == "pull" else UNKNOWN),
        "D*": 'no source matches "D*"',
        "--label=team=storge": 'did you mean "team=storage"?',
        "--exclude=*": "no source is in all of the selection: '--exclude=*'",
    }.items():
        done = labelled(*command.split(), wrong)
        assert (done.code, said in done.err) == (64, True), done.err
    done = labelled(*command.split(), "--changed-since", "HEAD")
    assert (done.code, "no source changed since HEAD" in done.err + done.out) == (0, True)
    done = labelled(*command.split(), "--label=team", "--exclude=people", "--exclude=x")
    assert done.code == (2 if command.startswith("drift") else 0)
    assert '--exclude "x" matches no source' in done.err + done.out
    assert "people" not in done.out.replace("--exclude=people", "")


@pytest.mark.parametrize("option", ["--label=team", "--exclude=disks", "--changed-since=HEAD"])
def test_a_saved_plan_and_a_run_that_is_resumed_are_as_they_are(
    option: str, labelled: Desk
) -> None:
    assert labelled("plan", "-o", "plan.json").code == 0
    for arguments in (("plan.json",), ("--resume",)):
        done = labelled("apply", *arguments, option)
        assert (done.code, option.partition("=")[0] in done.err) == (64, True)


def test_paths_are_no_sources(labelled: Desk) -> None:
    assert labelled("validate", "disks").out == "1 manifest is valid\n"
    done = labelled("validate", "disks.yaml", "--label=team")
    assert (done.code, "disks.yaml is a path" in done.err) == (64, True)
    done = labelled("validate", "--label", "=storage")
    assert (done.code, '"=storage" is not KEY=VALUE or KEY' in done.err) == (64, True)


def test_a_report_of_drift_says_that_there_may_be_other_sources(labelled: Desk) -> None:
    for arguments, selected in {
        (): False,
        ("--shard=1/1",): False,
        ("disks",): True,
        ("--label=team",): True,
        ("--exclude=people",): True,
        ("--changed-since=HEAD",): True,
        ("--changed-since=no-such-ref",): True,
    }.items():
        done = labelled("-e", "local", "drift", "--format", "json", *arguments)
        assert json.loads(done.out)["selected"] is selected


def test_a_manifest_in_error_is_selected_by_its_label(labelled: Desk) -> None:
    labelled.edit("disks.yaml", "type: text", "type: txet")
    for command in ("plan", "validate", "drift"):
        assert labelled(command, "--label=team=storage").code == 1
        done = labelled(command, "people")
        assert (done.code, "disks" in done.out + done.err) == (2 * (command == "drift"), False)
    labelled.write("unread.yaml", "source: [")
    done = labelled("plan", "--label=team=network")
    assert (done.code, "unread.yaml:" in done.err) == (1, True), "it may have that label"


def manifest(source: str) -> str:
    """A manifest of which no id is another's."""
    return MANIFEST.replace("disks", source).replace("/", f"-{source}/")


def test_what_changed_is_judged_by_documents(desk: Desk) -> None:
    for name in ("changed", "moved", "removed", "formatted", "labelled", "broken", "mended"):
        desk.write(f"{name}.yaml", manifest(name))
    desk.edit("mended.yaml", "type: text", "type: txet")
    commit(desk.root, MANIFESTS)
    desk.edit("mended.yaml", "type: txet", "type: text")
    desk.edit("broken.yaml", "type: text", "type: txet")
    desk.edit("changed.yaml", "Serial number", "Number")
    desk.edit("labelled.yaml", "source: labelled", "labels: {a: b}\nsource: labelled")
    (desk.root / "moved.yaml").rename(desk.root / "elsewhere.yaml")
    (desk.root / "removed.yaml").unlink()
    mapping, schema = reversed(manifest("formatted").split("mapping:\n"))
    desk.write("formatted.yaml", f"# by hand\nmapping:\n{mapping}{schema}")
    desk.write("new.yaml", manifest("new"))
    done = desk("validate", "--changed-since", "HEAD", "--format", "json")
    report = json.loads(done.out)
    assert done.code == 1
    assert report["manifests"] == 4, "and the broken one"
    assert [d["source"] for d in report["diagnostics"] if d["code"] == "manifest-removed"] == [
        "removed"
    ]
    plan = desk("plan", "--changed-since", "HEAD", "--exclude=broken", "--format", "json")
    assert [s["source"] for s in json.loads(plan.out)["sources"]] == ["changed", "mended", "new"]


# What is wrong with two manifests of one object schema → the edit of the second.
OF_TWO = {
    "duplicate-external-id": ("name: Drive\n", "name: Disk\n"),
    "duplicate-name": ("attribute/serial", "attribute/number"),
    "conflicting-definitions": ("Serial number", "Number"),
}


@pytest.mark.parametrize("code", OF_TWO)
def test_a_fault_of_two_manifests_is_of_each_and_of_no_third(code: str, desk: Desk) -> None:
    second = MANIFEST.replace("source: disks", "source: drives")
    desk.write("drives.yaml", second.replace(*OF_TWO[code]))
    for name, concerned in {"disks": True, "drives": True, "people": False}.items():
        assert (f"[{code}]" in desk("validate", name).out) is concerned


def test_an_overlay_is_part_of_the_document(desk: Desk) -> None:
    desk.edit("reconciler.yaml", "local: {backend: embedded}",
              "local: {backend: embedded, overlays: overlays/local}\n"
              "  other: {backend: embedded}")  # fmt: skip
    overlay = desk.root / "overlays" / "local" / "disks.yaml"
    overlay.parent.mkdir(parents=True)
    overlay.write_text("schema: {objectSchema: {description: Here}}\n")
    commit(desk.root)
    overlay.write_text("schema: {objectSchema: {description: There}}\n")
    for environment, count in {"local": 1, "other": 0}.items():
        done = desk("-e", environment, "validate", "--changed-since=HEAD", "--format", "json")
        assert (done.code, json.loads(done.out)["manifests"]) == (0, count)


def test_a_manifest_of_a_commit_is_read_up_to_the_bound_of_files(labelled: Desk) -> None:
    """A blob that says that it is so large."""
    name = "1" * 40
    blob = labelled.root / ".git" / "objects" / name[:2] / name[2:]
    blob.parent.mkdir()
    blob.write_bytes(zlib.compress(b"blob %d\0" % (LARGEST_FILE + 1)))
    git(labelled.root, "update-index", "--add", "--cacheinfo", f"100644,{name},large.yaml")
    git(labelled.root, "commit", "--quiet", "--message", "large")
    labelled.write("large.yaml", manifest("large"))
    done = labelled("plan", "disks", "--base", "HEAD")
    assert (done.code, "large.yaml is larger than" in done.err) == (0, True)
