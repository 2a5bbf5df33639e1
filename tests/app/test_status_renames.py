"""A status under another name, from the manifest to Assets and back: stated, never guessed."""

import json

import pytest

from tests.support.stages.cli_project import Desk

MANIFEST = """\
source: disks
schema:
  objectSchema:
    name: Disks
    description: ""
    objectTypes:
      - externalId: drive
        name: Drive
        description: ""
        attributes:
          - {externalId: serial, name: Serial, description: "", type: text, label: true}
          - {externalId: state, name: State, description: "", type: status, typeValues: [Old]}
  statusSchema: {statuses: [{name: Old, description: "", category: active}]}
mapping:
  objectTypeMappings:
    - objectTypeExternalId: drive
      objectTypeName: Drive
      selector: drives
      description: ""
      attributesMapping:
        - {attributeExternalId: serial, attributeName: Serial, attributeLocators: [serial],
           externalIdPart: true}
        - {attributeExternalId: state, attributeName: State, attributeLocators: [state]}
"""
POLICY = "policy: {schema: {rename: allow, settings: allow, delete: allow}}\n"
LOCAL = "environments:\n  local: {backend: embedded, schemaAuth: embedded}\n"
DATA = {"drives": [{"serial": "a", "state": "Old"}]}


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.write("reconciler.yaml", LOCAL + POLICY)
    desk.write("disks.yaml", MANIFEST)
    desk.write("data.json", json.dumps(DATA))
    assert desk("apply", "disks", "--auto-approve").code == 0
    assert desk("ingest", "run", "disks", "data.json").code == 0
    return desk


def rename(desk: Desk, old: str = "Old", new: str = "New") -> None:
    """Put the new name wherever the manifest has the old one, and state it."""
    *_, text = (desk.root / "disks.yaml").read_text(encoding="utf-8").partition("schema:")
    stated = f"source: disks\nrenamedStatuses: {{{old}: {new}}}\nschema:"
    desk.write("disks.yaml", stated + text.replace(old, new))


def test_it_keeps_its_id_and_attributes_and_objects_follow(desk: Desk) -> None:
    rename(desk)
    desk.edit("disks.yaml", "category: active", "category: pending")
    plan = desk("plan", "disks", "-o", "plan.json")
    assert '1. rename   status 13 "Old" → "New"   reversible' in plan.out
    assert 'category   "active" → "pending"' in plan.out
    assert desk("show", "--verify", "plan.json").code == 0
    told = desk("explain", "plan.json", "disks/statuses[New]").out
    assert 'requires  nothing else beside it is called "New"' in told
    applied = desk("apply", "plan.json")
    assert (applied.code, "rename of status 'Old'" in applied.out) == (0, True)
    assert desk("plan", "disks", "--detailed-exitcode").code == 0, "what is done stays stated"
    assert "already as live" in desk("pull", "disks").out
    rename(desk, "New", "Old")
    assert 'status 13 "New" → "Old"' in desk("plan", "disks").out
    assert desk("apply", "disks", "--auto-approve").code == 0
    assert desk("plan", "disks", "--detailed-exitcode").code == 0


def test_what_policy_denies_is_added_beside_the_old_one_and_told(desk: Desk) -> None:
    desk.write("reconciler.yaml", LOCAL)
    rename(desk)
    plan = " ".join(desk("plan", "disks", "-o", "plan.json").out.split())
    assert "+ status New active" in plan
    hint = (
        "reconciler can rename the status as renamedStatuses states: "
        "set policy.schema.rename to allow."
    )
    assert hint in plan, "of the orphan"
    told = desk("explain", "plan.json", "disks/statuses[New]").out
    assert f"✗ the companion API: {hint}" in told


def test_without_the_credential_explain_tells_of_it(desk: Desk) -> None:
    desk.write("reconciler.yaml", LOCAL.replace(", schemaAuth: embedded", ""))
    before = desk("plan", "disks", "-o", "plan.json").out
    desk.edit("disks.yaml", "source: disks", "source: disks\nrenamedStatuses: {}")
    assert desk("plan", "disks", "-o", "plan.json").out == before
    rename(desk)
    assert desk("plan", "disks", "-o", "plan.json").code == 0
    told = desk("explain", "plan.json", "disks/statuses[New]").out
    assert (
        "✗ the companion API: it can, where reconciler.yaml has policy: {schema: {rename: allow}}, "
        "and its environment schemaAuth: embedded, and renamedStatuses states which status it was"
    ) in told


def test_an_overlay_may_state_it(desk: Desk) -> None:
    rename(desk)
    desk.edit("disks.yaml", "renamedStatuses: {Old: New}\n", "")
    desk.write(
        "reconciler.yaml", LOCAL.replace("embedded}", "embedded, overlays: env}", 1) + POLICY
    )
    (desk.root / "env").mkdir()
    desk.write("env/disks.yaml", "renamedStatuses: {Old: New}\n")
    assert "renamedStatuses:\n  Old: New # env/disks.yaml:1\n" in desk("render", "disks").out
    assert 'status 13 "Old" → "New"' in desk("plan", "disks").out
