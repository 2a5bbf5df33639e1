"""Renames as schema operations, planned against the emulator: saved, verified, shown, refused."""

import json

import httpx
import pytest

from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from tests.support.processes.server import emulator
from tests.support.stages.cli_project import Desk

ALLOW = "policy: {schema: {rename: allow}}\n"
WITH = "environments:\n  local: {backend: embedded, schemaAuth: embedded}\n"
SERIAL = "disks/objectTypes[object-type/drive]/attributes[attribute/serial]/name"


def want(desk: Desk) -> None:
    """Want renames of what lives, and another place in the data."""
    assert desk("apply", "disks", "--auto-approve").code == 0
    desk.edit("disks.yaml", "name: Serial\n", "name: Number\n")
    desk.edit("disks.yaml", "name: Drive", "name: Disk")
    desk.edit("disks.yaml", "attributeLocators: [serial]", "attributeLocators: [number]")


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.write("reconciler.yaml", WITH + ALLOW)
    return desk


@pytest.fixture
def wanted(desk: Desk) -> Desk:
    """Names that are other than what lives, and another place in the data."""
    want(desk)
    return desk


def test_a_plan_numbers_its_operations_apart_from_the_changes_of_the_patch(wanted: Desk) -> None:
    plan = wanted("plan", "disks")
    assert plan.code == 0
    lines = [line.strip() for line in plan.out.splitlines()]
    assert "~ disks   PATCH + 2 schema operations   live is configured; " in plan.out
    risk = "   reversible   risk review: name-changed"
    assert [line for line in lines if line.startswith(("1. ", "2. ", "PATCH "))] == [
        f'1. rename   "Drive" → "Disk"   object type 1{risk}',
        f'2. rename   "Serial" → "Number"   attribute 4 of Disk{risk}',
        "PATCH    1 change",
    ]
    assert lines[-2] == "Plan: 1 to update; 2 schema operations."
    assert "probable-rename" not in plan.err


def test_a_saved_plan_is_verified_and_explained(wanted: Desk) -> None:
    assert wanted("plan", "disks", "-o", "plan.json").code == 0
    verified = wanted("show", "--verify", "plan.json")
    assert (verified.code, "PATCH + 2 schema operations" in verified.out) == (0, True)
    told = wanted("explain", "plan.json", SERIAL).out
    for line in (
        "verdict   schema-operation: made by a schema operation, through the companion API",
        "by        PUT objecttypeattribute/1/4 (documented)",
        'on        attribute 4 "Serial", Assets confirms which it is',
        'requires  nothing else beside it is called "Number"',
        'way back  by a rename back to "Serial"',
    ):
        assert line in told
    assert "PUT objecttypeattribute/1/4" in wanted("explain", "plan.json", "disks").out
    assert wanted("explain", "plan.json", "2").out == told
    assert wanted("explain", "plan.json", "3").code == 64


def test_a_number_of_two_things_says_which_is_which(wanted: Desk) -> None:
    """Impossible changes are counted over the plan, operations in their source."""
    wanted.edit("disks.yaml", "type: text", "type: integer")
    assert wanted("plan", "disks", "--allow-residual", "-o", "plan.json").code == 0
    told = wanted("explain", "plan.json", "1").out
    assert [line for line in told.splitlines() if line.startswith("disks/")] == [
        "disks/objectTypes[object-type/drive]/name   (schema operation 1 of disks)",
        f"{SERIAL.replace('/name', '/type')}   (impossible change 1)",
    ]
    assert "(schema operation 2" not in wanted("explain", "plan.json", "2").out, "there is one"


def test_a_rename_that_policy_denies_is_offered_first(wanted: Desk) -> None:
    wanted.write("reconciler.yaml", WITH)
    plan = wanted("plan", "disks")
    assert plan.code == 3
    assert "set policy.schema.rename to allow: then reconciler renames it in Assets" in plan.err
    said = " ".join(plan.out.split())
    assert "reconciler can rename it: set policy.schema.rename to allow. Either keep" in said


def test_an_allowance_without_a_credential_is_told_once_with_what_to_add(wanted: Desk) -> None:
    wanted.write("reconciler.yaml", WITH.replace(", schemaAuth: embedded", "") + ALLOW)
    plan = wanted("plan")
    assert plan.code == 3
    assert plan.err.count("warning[schema-policy-unused]") == 1
    assert "\n    add environments.local.schemaAuth: embedded\n" in plan.err
    assert "rename it: set schemaAuth: embedded in the environment. " in " ".join(plan.out.split())


def test_what_is_left_after_the_operations_is_the_patch_that_was_planned(
    desk: Desk,
) -> None:
    """The emulator does them as they were planned, and live then is as it was expected.

    What somebody renames there since is drift that can be taken back.
    """
    auth = httpx.BasicAuth(*SCHEMA_CREDENTIAL.split(":"))
    with emulator() as server:
        desk.bind(server, ALLOW)
        want(desk)
        (source,) = json.loads(desk("plan", "disks", "--format", "json").out)["sources"]
        base = f"{server.base_url}/workspace/w/v1/"
        with httpx.Client(base_url=base, auth=auth) as assets:
            for each in source["schema_operations"]:
                sent = assets.request(each["method"], each["path"], json=each["body"])
                assert sent.status_code == 200, sent.text
        (then,) = json.loads(desk("plan", "disks", "--format", "json").out)["sources"]
        assert then["schema_operations"] == []
        assert then["operation"] == source["operation"]
        assert desk("apply", "disks", "--auto-approve").code == 0
        assert "no differences" in desk("plan", "disks").out
        with httpx.Client(base_url=base, auth=auth) as assets:
            path = source["schema_operations"][0]["path"]
            assert assets.put(path, json={"name": "Platter"}).status_code == 200
        drift = desk("drift", "disks", "--save", "back.json")
        assert (drift.code, "apply cannot take it back" in drift.out) == (2, False)
        (back,) = json.loads((desk.root / "back.json").read_text(encoding="utf-8"))["sources"]
        assert [each["body"] for each in back["schema_operations"]] == [{"name": "Disk"}]
        assert desk("show", "--verify", "back.json").code == 0


def test_external_ids_are_shown_without_their_prefix_and_saved_with_it(
    desk: Desk,
) -> None:
    desk.write("reconciler.yaml", WITH.replace("}", ", externalIdPrefix: dev-}") + ALLOW)
    want(desk)
    assert "dev-" not in desk("plan", "disks", "-o", "plan.json").out
    (source,) = json.loads((desk.root / "plan.json").read_text(encoding="utf-8"))["sources"]
    ids = [each["object"]["external_id"] for each in source["schema_operations"]]
    assert ids == ["dev-object-type/drive", "dev-attribute/serial"]
    assert desk("show", "--verify", "plan.json").code == 0
    assert "by a rename back to" in desk("explain", "plan.json", SERIAL).out
