"""`show --verify` and `explain`: what a saved plan says, proved and told without a network."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.stages.cli_project import Desk

Json = dict[str, Any]
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
    assert "✓ disks    PATCH      partial: what remains is what it says" in done.out
    assert done.out.splitlines()[-1].startswith("Verified: 2 sources;")


def disks(plan: Json) -> Json:
    return next(s for s in plan["sources"] if s["source"] == "disks")


TAMPERED: dict[str, tuple[Callable[[Json], Any], str]] = {
    "a change that looks harmless": (
        lambda p: disks(p)["changes"][1].update(after="innocent"),
        "differs otherwise than it says",
    ),
    "a convergence too good to be true": (
        lambda p: disks(p).update(convergence="proved"),
        "convergence is proved, and partial is what can be shown",
    ),
    "a residual left out": (
        lambda p: disks(p).update(residual=[]),
        "still differs after the operation, and the residual does not say so",
    ),
    "another manifest": (
        lambda p: disks(p)["evidence"]["desired"]["mapping"].update(objectTypeMappings=[]),
        "is not what desired_digest says",
    ),
    "another live": (
        lambda p: disks(p)["evidence"]["live"]["mapping"].update(objectTypeMappings=[]),
        "is not what live_digest says",
    ),
    "parts read that were others": (
        lambda p: disks(p)["reads"].popitem(),
        "the parts of live that it says it was made from are others",
    ),
    "a certificate of something else": (
        lambda p: disks(p)["certificate"].update(rests_on=["attribute-unique"]),
        "the undocumented rules that it rests on are not those of the certificate",
    ),
}


@pytest.mark.parametrize("case", TAMPERED)
def test_what_was_altered_is_found(desk: Desk, case: str) -> None:
    alter, expected = TAMPERED[case]
    plan = json.loads((desk.root / "saved.json").read_text())
    alter(plan)
    desk.write("saved.json", json.dumps(plan))
    done = desk("show", "--verify", "saved.json")
    assert done.code == 1
    assert expected in done.out
    assert done.out.splitlines()[-1] == "Not verified: 1 source of 2."


NO_PLAN: dict[str, Callable[[Json], Any]] = {
    "another body": lambda p: disks(p)["operation"]["body"]["mapping"].update(
        objectTypeMappings=[{}]
    ),
    "a change left out": lambda p: disks(p)["changes"].pop(0),
    "a risk that is none": lambda p: disks(p)["changes"][1].update(
        risk="data", risk_code="selector-changed"
    ),
    "another count": lambda p: p["summary"].update(impossible=0),
}


@pytest.mark.parametrize("case", NO_PLAN)
def test_what_contradicts_its_digest_or_counts_is_no_plan_at_all(desk: Desk, case: str) -> None:
    plan = json.loads((desk.root / "saved.json").read_text())
    NO_PLAN[case](plan)
    desk.write("saved.json", json.dumps(plan))
    done = desk("show", "--verify", "saved.json")
    assert done.code == 1
    assert "it was altered after it was made" in done.err


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
        "✗ delete and create anew: ",
        "✓ --allow-residual: ",
        "moved by  the manifest (unapplied)",
        "1. In Assets, open Object schemas",
        "manifest  nothing: it has the new name already",
    ],
    DRIVE: [f"{DRIVE}/name", f"{DRIVE}/attributes[attribute/serial]/description"],
    "people": ["people   no-op", "live is as the manifest says", "changes   none"],
}


@pytest.mark.parametrize("asked", STORIES)
def test_explain_tells_the_whole_story(desk: Desk, asked: str) -> None:
    done = desk("explain", "saved.json", asked)
    assert done.code == 0
    for expected in STORIES[asked]:
        assert expected in done.out


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (f"{DRIVE}/nam", f"{DRIVE}/name"),
        ("disk", "disks"),
        ("nothing like it", "its sources are disks, people"),
        ("people/operation", "reconciler explain PLAN people"),
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
