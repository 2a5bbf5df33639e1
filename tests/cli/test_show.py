"""`show --verify` and `explain`: what a saved plan says, proved and told without a network."""

import json
import re
from pathlib import Path

import pytest

from tests.support.stages.cli_project import Desk
from tests.support.strategies.alterations import resealed

DRIVE = "disks/objectTypes[object-type/drive]"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """Return a project, applied, with a saved plan for an edit of which some is impossible."""
    assert desk("apply", "--auto-approve").code == 0
    desk.edit("disks.yaml", "name: Drive\n", "name: Disk\n")
    desk.edit("disks.yaml", "Serial number", "S/N")
    assert desk("plan", "--allow-residual", "-o", "saved.json").code == 0
    return desk


def test_a_plan_is_proved_again_from_nothing_but_itself(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No project, no manifests, no emulator, no variables."""
    alone = tmp_path / "elsewhere"
    alone.mkdir()
    (desk.root / "saved.json").rename(alone / "saved.json")
    monkeypatch.chdir(alone)
    done = desk("show", "--verify", "saved.json")
    assert done.code == 0
    assert "✓ disks    PATCH      partial: only the residual remains" in done.out
    assert done.out.splitlines()[-1].startswith("Verified: 2 sources;")


COMMANDS: dict[str, list[str]] = {
    "show": ["show", "saved.json"],
    "show as JSON": ["show", "saved.json", "--format", "json"],
    "show --verify": ["show", "--verify", "saved.json"],
    "explain": ["explain", "saved.json", "disks"],
    "apply": ["apply", "saved.json"],
    "comment": ["comment", "github", "--plan", "saved.json", "--dry-run"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_reader_of_a_plan_refuses_one_that_was_altered(desk: Desk, command: str) -> None:
    """With all its digests made anew: the body says what nobody is shown."""
    saved = json.loads((desk.root / "saved.json").read_text())
    for source in saved["sources"]:
        if source["operation"]:
            source["operation"]["body"]["schema"]["objectSchema"]["description"] = "mine"
    desk.write("saved.json", json.dumps(resealed(saved)))
    done = desk(*COMMANDS[command])
    assert (done.code, done.out) == (1, "")
    assert "saved.json: the plan was altered after it was made, or another build of" in done.err
    assert ": disks: operation.body.schema.objectSchema.description is" in done.err
    assert "make a new one: reconciler plan -o PLAN" in done.err


@pytest.mark.parametrize("command", COMMANDS)
def test_every_reader_of_a_plan_refuses_one_of_an_older_version(desk: Desk, command: str) -> None:
    saved = json.loads((desk.root / "saved.json").read_text())
    desk.write("saved.json", json.dumps(saved | {"format_version": "1.0"}))
    done = desk(*COMMANDS[command])
    assert (done.code, done.out) == (1, "")
    assert "made by an older version (its format is 1.0): plan again" in done.err


def test_an_altered_plan_has_its_code_in_the_report(desk: Desk) -> None:
    saved = json.loads((desk.root / "saved.json").read_text())
    desk.write("saved.json", json.dumps(saved | {"environment": "other"}))
    done = desk("apply", "saved.json", "--format", "json")
    assert done.code == 1
    assert json.loads(done.out.splitlines()[-1])["error"]["code"] == "altered-plan"


@pytest.mark.parametrize("beside", [["--format", "json"], ["--output", "json=x.json"]])
def test_verifying_renders_nothing(desk: Desk, beside: list[str]) -> None:
    assert desk("show", "--verify", "saved.json", *beside).code == 64


STORIES: dict[str, list[str]] = {
    "disks": [
        "disks   update",
        "rule      patch-amends:",
        "✓ PATCH: ",
        "✗ PUT: PUT only creates",
        "changes   1 patch, 1 impossible",
        "after it  partial: ",
        "base      apply of ",
    ],
    "disks/operation": [
        "PATCH importsource/",
        'object type "Drive"   /schema/objectSchema/objectTypes/0',
        "it holds the attributes that are sent",
        f"for {DRIVE}/attributes[attribute/serial]/description",
    ],
    f"{DRIVE}/name": [
        '"Drive" → "Disk"',
        "verdict   impossible",
        "rule      object-type-rename: an object type cannot be renamed",
        "source    Atlassian's guide to external imports",
        "✗ PATCH: an object type cannot be renamed",
        "✗ delete and create again: ",
        "✓ --allow-residual: ",
        "caused by the manifest (unapplied)",
        "1. In Assets, open Object schemas",
        "manifest  nothing: it has the new name already",
    ],
    DRIVE: [f"{DRIVE}/name", f"{DRIVE}/attributes[attribute/serial]/description"],
    "people": ["people   no-op", "no differences", "changes   none"],
}


@pytest.mark.parametrize("asked", STORIES)
def test_explain_tells_the_whole_story(desk: Desk, asked: str) -> None:
    done = desk("explain", "saved.json", asked)
    assert done.code == 0
    for expected in STORIES[asked]:
        assert expected in done.out
    assert ("considered" in done.out) == ("✓" in done.out or "✗" in done.out)


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (f"{DRIVE}/nam", f"{DRIVE}/name"),
        ("disk", "disks"),
        ("nothing like it", "its sources are disks, people"),
        ("people/operation", "reconciler explain saved.json people"),
    ],
)
def test_what_is_not_in_the_plan_is_wrong_usage(desk: Desk, asked: str, hint: str) -> None:
    done = desk("explain", "saved.json", asked)
    assert done.code == 64
    assert hint in done.err


def test_a_plan_of_other_manifests_is_stale(desk: Desk) -> None:
    desk.edit("disks.yaml", "S/N", "Number")
    done = desk("apply", "saved.json")
    assert done.code == 3
    assert "the plan is stale: its manifest changed after it was made; nothing was sent" in done.out
    (desk.root / "disks.yaml").unlink()
    assert "no manifest has its source any more" in desk("apply", "saved.json").out
    (desk.root / "people.yaml").unlink()
    assert desk("apply", "saved.json").code == 0, "without manifests at hand the plan decides"
    done = desk("apply", "saved.json")
    assert done.code == 3
    assert "a plan is applied once" in done.out


def test_an_impossible_change_is_explained_by_its_number(desk: Desk) -> None:
    desk.edit("people.yaml", "name: Drive\n", "name: Person\n")
    shown = desk("plan", "-o", "plan.json").out
    addresses = re.findall(r"^ +(\S+)   \(explain (\d)\)$", shown, re.MULTILINE)
    assert [number for _, number in addresses] == ["1", "2"]
    for address, number in addresses:
        assert desk("explain", "plan.json", number) == desk("explain", "plan.json", address)
    none = desk("explain", "plan.json", "3")
    assert none.code == 64
    assert none.err == (
        "error: the plan shows no number 3\n"
        "    reconciler explain plan.json disks  explains the source\n"
        "    reconciler explain plan.json people  explains the source\n"
    )
    assert desk("explain", "plan.json", "0").code == 64
    assert desk("explain", "plan.json", "people").code == 0


def test_explain_without_a_plan_makes_one_now(desk: Desk) -> None:
    assert desk("plan", "-o", "plan.json").code == 3
    for asked in ("1", "disks", "disks/operation", f"{DRIVE}/name", "people"):
        now, saved = desk("explain", asked), desk("explain", "plan.json", asked)
        assert (now.code, now.out) == (saved.code, saved.out)
    (desk.root / "disks").mkdir()  # as data of the source may be in: it is no plan
    assert desk("explain", "disks").out == desk("explain", "plan.json", "disks").out
    (desk.root / "reconciler.yaml").unlink()
    assert desk("explain", "disks").err.count("This is a rehearsal on the emulator") == 2
    desk.edit("disks.yaml", "type: text", "type: txt")
    assert desk("explain", "people").code == 0
    assert "error[" in desk("explain", "disks").err


# What is taken for a saved plan, and what of it is said.
OTHERS: dict[str, tuple[str, str]] = {
    "disks.yaml": (
        "",
        "disks.yaml is a manifest, not a saved plan\n    reconciler plan disks  plans it\n",
    ),
    "own.json": ('{"schema": {}, "mapping": {}}', "own.json is a manifest, not a saved plan\n"),
    "plan.html": ("<!DOCTYPE html>\n<p>1 to update", "plan.html is an HTML page, not a saved plan"),
    "other.yml": ("a: 1\n", "other.yml is YAML, and a saved plan is JSON\n"),
    "reconciler.yaml": ("", "reconciler.yaml is the project file, not a saved plan\n"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_taken_for_a_saved_plan_is_named(desk: Desk, name: str) -> None:
    text, said = OTHERS[name]
    if text:
        desk.write(name, text)
    comment = ["comment", "github", "--dry-run", "--plan"]
    for command in (["show"], ["apply"], comment):
        done = desk(*command, name)
        assert (done.code, done.err.startswith(f"error: {said}")) == (1, True)
    assert desk("explain", name, "1").err == desk("show", name).err


def test_a_plan_that_is_not_there_is_the_same_error_everywhere(desk: Desk) -> None:
    shown = desk("show", "nope.json")
    assert (shown.code, "nope.json does not exist" in shown.err) == (1, True)
    assert desk("explain", "nope.json", "1") == desk("apply", "nope.json") == shown


def test_a_code_is_known_in_any_spelling(desk: Desk) -> None:
    for asked, code in (("UNKNOWN_KEY", "unknown-key"), ("Missing-Mapping", "missing_mapping")):
        assert desk("explain", asked) == desk("explain", code)
        assert desk("explain", code).code == 0
    both = desk("explain", "unknown-Reference").out
    assert desk("explain", "UNKNOWN_REFERENCE").out in both
    assert desk("explain", "unknown-reference").out in both


@pytest.mark.parametrize("asked", ["disks", "1"])
def test_what_cannot_be_planned_is_not_explained(desk: Desk, asked: str) -> None:
    done = desk("-e", "production", "explain", asked)
    assert (done.code, done.out, "UNSET_WORKSPACE_ID" in done.err) == (1, "", True)
