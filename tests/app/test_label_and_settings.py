"""Label, cardinality, unique and statuses from the manifest to what Assets shows, and refused."""

import json
from collections.abc import Iterator

import pytest

from reconciler.applying import settle
from tests.support.processes.server import emulator
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
          - {externalId: tag, name: Tag, description: "", type: text}
          - {externalId: state, name: State, description: "", type: status, typeValues: [New]}
  statusSchema: {statuses: [{name: New, description: "", category: active}]}
mapping:
  objectTypeMappings:
    - objectTypeExternalId: drive
      objectTypeName: Drive
      selector: drives
      description: ""
      attributesMapping:
        - {attributeExternalId: serial, attributeName: Serial, attributeLocators: [serial],
           externalIdPart: true}
        - {attributeExternalId: tag, attributeName: Tag, attributeLocators: [tag]}
"""
POLICY = "policy: {schema: {label: allow, settings: allow}}\n"
LOCAL = "environments:\n  local: {backend: embedded, schemaAuth: embedded}\n" + POLICY
DATA = {"drives": [{"serial": "a", "tag": "x"}, {"serial": "b", "tag": "x"}]}
TAG = 'name: Tag, description: "", type: text'


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.write("reconciler.yaml", LOCAL)
    desk.write("disks.yaml", MANIFEST)
    desk.write("data.json", json.dumps(DATA))
    assert desk("apply", "disks", "--auto-approve").code == 0
    assert desk("ingest", "run", "disks", "data.json").code == 0
    return desk


def relabel(desk: Desk) -> None:
    desk.edit("disks.yaml", "label: true", "minimumCardinality: 1")
    desk.edit("disks.yaml", TAG, f"{TAG}, label: true, minimumCardinality: 0")


def test_another_label_is_one_operation_for_both_attributes(desk: Desk) -> None:
    relabel(desk)
    plan = desk("plan", "disks", "-o", "plan.json")
    assert "1 schema operation" in plan.out
    assert desk("show", "--verify", "plan.json").code == 0
    told = desk("explain", "plan.json", "disks/objectTypes[drive]/attributes[tag]/label").out
    assert 'way back  by the label back on "Serial" (4)' in told
    applied = desk("apply", "plan.json")
    assert (applied.code, "label of attribute 'Tag'" in applied.out) == (0, True)
    assert desk("plan", "disks", "--detailed-exitcode").code == 0


def test_objects_that_came_since_are_read_last_thing_before_the_call(desk: Desk) -> None:
    data = {"drives": [{"serial": "a", "tag": "x"}, {"serial": "b", "tag": "y"}]}
    desk.write("new.json", json.dumps(data))
    assert desk("ingest", "run", "disks", "new.json").code == 0
    desk.edit("disks.yaml", TAG, f"{TAG}, unique: true")
    assert desk("plan", "disks", "-o", "plan.json").code == 0
    assert desk("ingest", "run", "disks", "data.json").code == 0
    applied = desk("apply", "plan.json")
    stale = "the plan is stale: objects share 1 value of it; nothing was sent"
    assert (applied.code, stale in applied.out) == (3, True)


@pytest.fixture
def served(
    request: pytest.FixtureRequest, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """Yield a desk whose emulator answers open questions as the parameter says."""
    monkeypatch.setattr(settle, "READ_LAG_SECONDS", 0.5)
    (desk.root / "people.yaml").unlink()
    with emulator("--steps", "0", "--assume", request.param) as server:
        desk.bind(server, POLICY)
        assert desk("apply", "disks", "--auto-approve").code == 0
        yield desk


@pytest.mark.parametrize("served", ["cardinality-put=ignored"], indirect=True)
def test_a_200_without_effect_is_told(served: Desk) -> None:
    served.edit("disks.yaml", TAG, f"{TAG}, maximumCardinality: 3")
    applied = served("apply", "disks", "--auto-approve")
    assert applied.code == 3, applied.out
    assert "the API reported success, but Assets shows maximumCardinality 1" in applied.out
    assert served("plan", "disks", "--detailed-exitcode").code == 2


@pytest.mark.parametrize("served", ["attribute-put=wipes"], indirect=True)
def test_a_put_that_wipes_what_is_absent_finds_the_whole_definition(served: Desk) -> None:
    relabel(served)
    served.edit("disks.yaml", TAG, f"{TAG}, maximumCardinality: 3")
    applied = served("apply", "disks", "--auto-approve")
    assert applied.code == 0, applied.out
    assert served("plan", "disks", "--detailed-exitcode").code == 0
