"""`plan --base REF`: the manifests of a commit as the third side, read without a checkout."""

import json

import pytest

from tests.support.git import commit, git
from tests.support.stages.cli_project import MANIFEST, Desk


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a project in git, its first commit applied, without a journal of that."""
    commit(desk.root, "*.yaml")
    assert desk("apply", "--auto-approve").code == 0
    (desk.root / ".reconciler" / "journal.db").unlink()
    return desk


def attributions(desk: Desk, *arguments: str) -> dict[str, str | None]:
    done = desk("plan", "--format", "json", *arguments)
    assert done.code in {0, 3}, done.err
    plan = json.loads(done.out)
    return {c["address"]: c["attribution"] for s in plan["sources"] for c in s["changes"]}


DRIVE = "disks/objectTypes[object-type/drive]"


def edit_live(desk: Desk) -> None:
    """Bring live to another description, as somebody without git would."""
    desk.edit("disks.yaml", "Serial number", "S/N")
    assert desk("apply", "--auto-approve", "disks").code == 0
    (desk.root / ".reconciler" / "journal.db").unlink()
    desk.edit("disks.yaml", "S/N", "Serial number")


def test_each_change_says_who_moved_since_the_commit(desk: Desk) -> None:
    edit_live(desk)
    desk.edit("disks.yaml", "description: A drive", "description: A hard drive")
    assert attributions(desk, "--base", "HEAD") == {
        f"{DRIVE}/description": "unapplied",
        f"{DRIVE}/attributes[attribute/serial]/description": "drift",
    }
    text = desk("plan", "--base", "HEAD").out
    assert "drift: live changed, the manifest did not" in text
    assert set(attributions(desk).values()) == {None}


def test_both_moved_is_a_conflict(desk: Desk) -> None:
    edit_live(desk)
    desk.edit("disks.yaml", "Serial number", "Number of the drive")
    assert set(attributions(desk, "--base", "HEAD").values()) == {"conflict"}
    last = "Plan: 1 to update, 1 unchanged; 1 change overwrites an edit made in Assets.\n"
    assert last in desk("plan", "--base", "HEAD").out
    found = desk("plan", "--base", "HEAD", "--format", "github").out.splitlines()[0]
    assert found == (
        "::warning file=disks.yaml,line=13,col=26,title=overwrites-edit::Drive / Serial: "
        'description "S/N" → "Number of the drive": overwrites an edit made in Assets%0A'
        "to keep the edit: reconciler pull disks"
    )


def test_the_working_tree_and_index_are_left_alone(desk: Desk) -> None:
    desk.edit("disks.yaml", "description: A drive", "description: A hard drive")
    desk.write("new.yaml", MANIFEST.replace("disks", "new").replace("object-type/drive", "n")
               .replace("attribute/serial", "n/s"))  # fmt: skip
    before = {p.name: p.read_bytes() for p in desk.root.glob("*.yaml")}
    found = attributions(desk, "--base", "HEAD")
    assert found["new/objectTypes[n]"] == "unapplied", "the commit does not have it"
    assert {p.name: p.read_bytes() for p in desk.root.glob("*.yaml")} == before


def test_a_manifest_that_was_renamed_or_deleted_since_is_found_by_its_source(desk: Desk) -> None:
    (desk.root / "disks.yaml").rename(desk.root / "drives.yaml")
    desk.edit("drives.yaml", "description: A drive", "description: A hard drive")
    assert attributions(desk, "--base", "HEAD") == {f"{DRIVE}/description": "unapplied"}


def test_the_projects_globs_hold_for_the_commit_too(desk: Desk) -> None:
    (desk.root / "sub").mkdir()
    (desk.root / "disks.yaml").rename(desk.root / "sub" / "disks.yaml")
    desk.edit("reconciler.yaml", "defaultEnvironment: local", 'manifests: ["**/*.yaml"]\n'
              "defaultEnvironment: local")  # fmt: skip
    git(desk.root, "add", "--all", "sub")
    git(desk.root, "commit", "--quiet", "--all", "--message", "moved")
    desk.edit("sub/disks.yaml", "description: A drive", "description: A hard drive")
    assert attributions(desk, "--base", "HEAD") == {f"{DRIVE}/description": "unapplied"}


def test_icons_that_live_hides_are_compared_with_the_commit(desk: Desk) -> None:
    icons = "  iconSchema:\n    icons: [{key: disk, name: Disk, png48: AAAA}]\n"
    desk.edit("disks.yaml", "mapping:\n", f"{icons}mapping:\n")
    commit(desk.root, "*.yaml")
    assert attributions(desk, "--base", "HEAD") == {}
    desk.edit("disks.yaml", "name: Disk,", "name: Drive,")
    assert attributions(desk, "--base", "HEAD") == {"disks/icons[disk]/name": "unapplied"}
    assert attributions(desk, "disks") == {}, "without any base nobody knows"


@pytest.mark.parametrize("fault", ["type: nonsense", "type: [nobody knows whose"])
def test_a_manifest_that_was_in_error_then_has_no_base(fault: str, desk: Desk) -> None:
    desk.edit("disks.yaml", "type: text", fault)
    commit(desk.root, "*.yaml")
    desk.edit("disks.yaml", fault, "type: text")
    desk.edit("disks.yaml", "description: A drive", "description: A hard drive")
    assert attributions(desk, "--base", "HEAD") == {f"{DRIVE}/description": None}
    assert "warning[base-in-error]: disks.yaml of commit " in desk("plan", "--base", "HEAD").err


@pytest.mark.parametrize("ref", ["no-such-ref", "--help", "HEAD:disks.yaml", "", "^HEAD"])
def test_a_commit_that_is_not_there_is_a_sentence(desk: Desk, ref: str) -> None:
    done = desk("plan", f"--base={ref}")
    assert done.code == 1
    assert done.err.startswith(f"error: --base {ref}: ")
    assert "Traceback" not in done.err


def test_without_a_repository_it_is_a_sentence_too(desk: Desk) -> None:
    (desk.root / ".git").rename(desk.root / "git-no-more")
    done = desk("plan", "--base", "HEAD")
    assert done.code == 1
    assert "not a git repository" in done.err
    assert "shallow" not in done.err


def test_offline_plans_have_a_base_as_well(desk: Desk) -> None:
    done = desk("plan", "disks", "--live", "none", "--base", "HEAD", "--format", "json")
    assert done.code == 0
    changes = json.loads(done.out)["sources"][0]["changes"]
    assert {c["attribution"] for c in changes} == {"unapplied"}
