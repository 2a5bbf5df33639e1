"""`drift --save`: a plan that takes back to git what drifted, and nothing else."""

import json

import pytest

from tests.support.stages.cli_project import Desk
from tests.support.stages.drift_desk import behind_our_back

SERIAL = "Serial number"
DRIVE = "disks/objectTypes[object-type/drive]/description"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    assert desk("apply", "--auto-approve").code == 0
    return desk


def test_what_drifted_goes_back_and_what_is_not_applied_stays_so(desk: Desk) -> None:
    behind_our_back(desk, "A drive", "Theirs")
    desk.edit("disks.yaml", SERIAL, "Not applied yet")
    done = desk("drift", "--save", "repair.json")
    assert done.code == 2
    assert "reconciler apply repair.json" in done.err
    plan = json.loads((desk.root / "repair.json").read_text())
    assert [s["source"] for s in plan["sources"]] == ["disks"]
    verdicts = {c["address"]: c["verdict"] for c in plan["sources"][0]["changes"]}
    assert sorted(verdicts.values()) == ["ignored", "patch"]
    assert verdicts[DRIVE] == "patch"
    assert "Not applied yet" not in json.dumps(plan["sources"][0]["operation"])

    assert desk("show", "--verify", "repair.json").code == 0
    assert "this plan reverts what drifted" in desk("show", "repair.json").out
    assert desk("apply", "repair.json").code == 0
    after = desk("drift")
    assert after.code == 0
    assert "1 change in git is not applied yet" in after.out
    assert desk("apply", "repair.json").code == 3, "a plan is applied once"


def test_a_mapping_is_taken_back_in_part(desk: Desk) -> None:
    """Mappings are overwritten whole: what is not applied yet goes out as live has it."""
    behind_our_back(desk, "selector: drives", "selector: theirs")
    desk.edit("disks.yaml", "[serial]", "[serial, asset]")
    assert desk("drift", "--save", "repair.json").code == 2
    plan = json.loads((desk.root / "repair.json").read_text())
    (mapping,) = plan["sources"][0]["operation"]["body"]["mapping"]["objectTypeMappings"]
    assert mapping["selector"] == "drives"
    assert mapping["attributesMapping"][0]["attributeLocators"] == ["serial"]
    assert desk("apply", "repair.json").code == 0


def test_what_is_acknowledged_is_left_alone(desk: Desk) -> None:
    behind_our_back(desk, "A drive", "Theirs")
    project = (desk.root / "reconciler.yaml").read_text(encoding="utf-8")
    known = 'ignore: [{address: "disks/**", reason: r, owner: ann, expires: 2999-12-31}]\n'
    desk.write("reconciler.yaml", project + known)
    assert desk("drift", "--save", "repair.json").code == 0
    assert json.loads((desk.root / "repair.json").read_text())["has_changes"] is False
    assert desk("apply", "repair.json").code == 0


def test_the_command_that_sends_it_can_be_typed(desk: Desk) -> None:
    behind_our_back(desk, "A drive", "Theirs")
    assert "reconciler apply 'the repair.json'\n" in desk("drift", "--save", "the repair.json").err


def test_a_manifest_that_moved_since_makes_it_stale(desk: Desk) -> None:
    behind_our_back(desk, "A drive", "Theirs")
    assert desk("drift", "--save", "repair.json").code == 2
    desk.edit("disks.yaml", SERIAL, "Edited meanwhile")
    stale = desk("apply", "repair.json")
    assert (stale.code, "manifest changed" in stale.out + stale.err) == (3, True)
