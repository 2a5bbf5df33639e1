"""Renames as schema operations, planned against the emulator: saved, verified, shown, refused."""

import json
from pathlib import Path

import httpx
import pytest

from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from tests.support.processes.server import emulator
from tests.support.stages.cli_project import Desk, make_desk

ALLOW = "policy: {schema: {rename: allow}}\n"
WITH = "environments:\n  local: {backend: embedded, schemaAuth: embedded}\n"
FORMATS = ("text", "markdown", "html", "sarif", "github", "gitlab", "junit")
CLOUD = """\
environments:
  dev:
    backend: cloud
    baseUrl: {url}
    workspaceId: w
    auth: {{bearer: "${{ASSETS_TOKEN}}"}}
    schemaAuth: {{basic: {{email: {email}, token: {token}}}}}
    sources: {{disks: {{importSourceId: disks}}, people: {{importSourceId: people}}}}
"""
SERIAL = "disks/objectTypes[object-type/drive]/attributes[attribute/serial]/name"


def wanted(desk: Desk) -> None:
    """Want renames of what lives, and another place in the data."""
    assert desk("apply", "disks", "--auto-approve").code == 0
    desk.edit("disks.yaml", "name: Serial\n", "name: Number\n")
    desk.edit("disks.yaml", "name: Drive", "name: Disk")
    desk.edit("disks.yaml", "attributeLocators: [serial]", "attributeLocators: [number]")


@pytest.fixture
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    made = make_desk(tmp_path, monkeypatch, capsys)
    made.write("reconciler.yaml", WITH + ALLOW)
    wanted(made)
    return made


def test_a_plan_numbers_its_operations_apart_from_the_changes_of_the_patch(desk: Desk) -> None:
    plan = desk("plan", "disks")
    assert plan.code == 0
    lines = [line.strip() for line in plan.out.splitlines()]
    assert "~ disks   PATCH + 2 schema operations   live is configured; " in plan.out
    risk = "   reversible   risk review: name-changed"
    assert [line for line in lines if line.startswith(("1. ", "2. ", "PATCH "))] == [
        f'1. rename   "Drive" → "Disk"   object type 1{risk}',
        f'2. rename   "Serial" → "Number"   attribute 4 of Disk{risk}',
        "PATCH    1 change",
    ]
    assert (
        lines[-1] == "Plan: 0 to create, 1 to update, 0 unchanged, 0 blocked; 2 schema operations."
    )
    assert "probable-rename" not in plan.err


@pytest.mark.parametrize("format_", FORMATS)
def test_each_format_says_how_many_there_are(desk: Desk, format_: str) -> None:
    assert "2 schema operations" in desk("plan", "disks", "--format", format_).out


def test_a_saved_plan_is_verified_and_explained(desk: Desk) -> None:
    assert desk("plan", "disks", "-o", "plan.json").code == 0
    verified = desk("show", "--verify", "plan.json")
    assert (verified.code, "PATCH + 2 schema operations" in verified.out) == (0, True)
    told = desk("explain", "plan.json", SERIAL).out
    for line in (
        "verdict   schema-operation: made by a schema operation, through the companion API",
        "by        PUT objecttypeattribute/1/4 (documented)",
        'on        attribute 4 "Serial", Assets confirms which it is',
        'requires  nothing else beside it is called "Number"',
        'way back  by a rename back to "Serial"',
    ):
        assert line in told
    assert "PUT objecttypeattribute/1/4" in desk("explain", "plan.json", "disks").out


def test_an_operation_that_was_altered_is_refused(desk: Desk) -> None:
    assert desk("plan", "disks", "-o", "plan.json").code == 0
    plan = json.loads((desk.root / "plan.json").read_text(encoding="utf-8"))
    plan["sources"][0]["schema_operations"][0]["path"] = "objecttype/2"
    desk.write("plan.json", json.dumps(plan))
    assert "altered" in desk("show", "plan.json").err


def test_a_rename_that_policy_denies_is_offered_first(desk: Desk) -> None:
    desk.write("reconciler.yaml", WITH)
    plan = desk("plan", "disks")
    assert plan.code == 3
    assert "set policy.schema.rename to allow: then reconciler renames it in Assets" in plan.err
    said = " ".join(plan.out.split())
    assert "reconciler can rename it: set policy.schema.rename to allow. Either keep" in said


def test_a_finding_has_the_code_schema_operations(desk: Desk) -> None:
    (run,) = json.loads(desk("plan", "disks", "--format", "sarif").out)["runs"]
    assert "schema-operations" in {each["ruleId"] for each in run["results"]}


def test_what_is_left_after_the_operations_is_the_patch_that_was_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The emulator does them as they were planned, and live then is as it was expected.

    What somebody renames there since is drift that can be taken back.
    """
    email, token = SCHEMA_CREDENTIAL.split(":")
    with emulator() as server:
        monkeypatch.setenv("ASSETS_TOKEN", server.token)
        desk = make_desk(tmp_path, monkeypatch, capsys)
        project = CLOUD.format(url=server.base_url, email=email, token=token)
        desk.write("reconciler.yaml", project + ALLOW)
        wanted(desk)
        (source,) = json.loads(desk("plan", "disks", "--format", "json").out)["sources"]
        base = f"{server.base_url}/workspace/w/v1/"
        with httpx.Client(base_url=base, auth=httpx.BasicAuth(email, token)) as assets:
            for each in source["schema_operations"]:
                sent = assets.request(each["method"], each["path"], json=each["body"])
                assert sent.status_code == 200, sent.text
        (then,) = json.loads(desk("plan", "disks", "--format", "json").out)["sources"]
        assert then["schema_operations"] == []
        assert then["operation"] == source["operation"]
        assert desk("apply", "disks", "--auto-approve").code == 0
        assert "Nothing to do" in desk("plan", "disks").out
        with httpx.Client(base_url=base, auth=httpx.BasicAuth(email, token)) as assets:
            path = source["schema_operations"][0]["path"]
            assert assets.put(path, json={"name": "Platter"}).status_code == 200
        drift = desk("drift", "disks", "--save", "back.json")
        assert (drift.code, "apply cannot take it back" in drift.out) == (2, False)
        (back,) = json.loads((desk.root / "back.json").read_text(encoding="utf-8"))["sources"]
        assert [each["body"] for each in back["schema_operations"]] == [{"name": "Disk"}]
        assert desk("show", "--verify", "back.json").code == 0


def test_external_ids_are_shown_without_their_prefix_and_saved_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = make_desk(tmp_path, monkeypatch, capsys)
    desk.write("reconciler.yaml", WITH.replace("}", ", externalIdPrefix: dev-}") + ALLOW)
    wanted(desk)
    assert "dev-" not in desk("plan", "disks", "-o", "plan.json").out
    (source,) = json.loads((desk.root / "plan.json").read_text(encoding="utf-8"))["sources"]
    ids = [each["object"]["external_id"] for each in source["schema_operations"]]
    assert ids == ["dev-object-type/drive", "dev-attribute/serial"]
    assert desk("show", "--verify", "plan.json").code == 0
    assert "by a rename back to" in desk("explain", "plan.json", SERIAL).out
