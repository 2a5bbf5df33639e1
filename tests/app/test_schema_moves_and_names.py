"""Moves, and names of the object schema itself, from the manifests to what Assets shows."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from reconciler.applying import settle
from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from tests.support.documents.site_document import Json
from tests.support.processes.server import Server, emulator
from tests.support.stages.cli_project import MANIFEST, Desk

POLICY = "policy: {schema: {rename: allow, move: allow, objectSchema: allow}}\n"
LOCAL = "environments:\n  local: {backend: embedded, schemaAuth: embedded}\n"


def sites(*, place: str | None, name: str = "Room", description: str = "A room") -> str:
    """A manifest of rooms below another type, or of rooms alone."""
    room = {
        "externalId": "room",
        "name": name,
        "description": description,
        "attributes": [
            {"externalId": "number", "name": "Number", "description": "", "type": "text",
             "label": True},
        ],
    }  # fmt: skip
    above: dict[str, Json] = {
        key: {"externalId": key, "name": key.title(), "description": "", "attributes": []}
        for key in {"building": None, "floor": None, **({place: None} if place else {})}
    }
    types = [*above.values()]
    (above[place].setdefault("children", []) if place else types).append(room)
    entry = {"attributeExternalId": "number", "attributeName": "Number", "externalIdPart": True,
             "attributeLocators": ["number"]}  # fmt: skip
    mapping = {"objectTypeExternalId": "room", "objectTypeName": name, "selector": "rooms",
               "description": "", "attributesMapping": [entry]}  # fmt: skip
    schema = {"name": "Emulated", "description": "", "objectTypes": types}
    return json.dumps(
        {
            "source": "disks",
            "schema": {"objectSchema": schema},
            "mapping": {"objectTypeMappings": [mapping]},
        }
    )


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.write("reconciler.yaml", LOCAL + POLICY)
    return desk


@contextmanager
def on_server(desk: Desk, monkeypatch: pytest.MonkeyPatch, *options: str) -> Iterator[Server]:
    """Bind the desk, without its other manifest, to an emulator of its own."""
    monkeypatch.setattr(settle, "READ_LAG_SECONDS", 0.5)
    (desk.root / "people.yaml").unlink()
    with emulator("--steps", "0", *options) as server:
        desk.bind(server, POLICY)
        yield server


def moves(desk: Desk) -> None:
    """Fill a room of the building, and want it on the floor, called and described otherwise."""
    desk.write("disks.yaml", sites(place="building"))
    assert desk("apply", "disks", "--auto-approve").code == 0
    data = {"rooms": [{"number": str(each)} for each in range(3)]}
    assert desk("ingest", "run", "disks", str(desk.write("data.json", json.dumps(data)))).code == 0
    desk.write("disks.yaml", sites(place="floor", name="Place", description="A place"))


def test_a_type_is_moved_and_renamed_around_a_patch_and_nothing_is_left(desk: Desk) -> None:
    moves(desk)
    plan = desk("plan", "disks")
    lines = [line.strip() for line in plan.out.splitlines()]
    assert [line for line in lines if line.startswith(("1. ", "2. ", "PATCH "))] == [
        '1. rename   "Room" → "Place"   object type 2   reversible   risk review: name-changed',
        "PATCH    1 change",
        '2. move     "building" → "floor"   object type 2 "Place"   reversible',
    ]
    assert "risk review: parent-changed" in lines
    assert "In Assets object type 2, 3 objects of this type" in plan.out
    applied = desk("apply", "disks", "--auto-approve", "--output", "json=report.json")
    assert applied.code == 0, applied.out + applied.err
    report = json.loads((desk.root / "report.json").read_text(encoding="utf-8"))
    (source,) = report["sources"]
    assert [(e["kind"], e["outcome"]) for e in source["schema_operations"]] == [
        ("rename", "done"), ("move", "done"),
    ]  # fmt: skip
    assert desk("plan", "disks", "--detailed-exitcode").code == 0
    desk.write("disks.yaml", sites(place="building"))
    assert desk("apply", "disks", "--auto-approve").code == 0
    assert desk("plan", "disks", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("works", [True, False])
def test_whether_a_move_to_the_root_works_is_seen_by_reading_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, works: bool
) -> None:
    answer = f"move-to-root={'works' if works else 'no-effect'}"
    with on_server(desk, monkeypatch, "--assume", answer) as server:
        desk.write("disks.yaml", sites(place="building"))
        assert desk("apply", "disks", "--auto-approve").code == 0
        desk.write("disks.yaml", sites(place=None))
        plan = desk("plan", "disks")
        assert "undocumented: object-type-move-to-root" in plan.words
        applied = desk("apply", "disks", "--auto-approve")
        assert server.requests()["move-object-type"] == 1
        if works:
            assert applied.code == 0, applied.out
            assert desk("plan", "disks", "--detailed-exitcode").code == 0
        else:
            assert (applied.code, "under 1" in applied.out) == (3, True), applied.out
            assert "1 schema operation" in desk("plan", "disks").out


def test_the_new_parent_is_made_first_and_the_next_plan_moves(desk: Desk) -> None:
    desk.write("disks.yaml", sites(place="building"))
    assert desk("apply", "disks", "--auto-approve").code == 0
    desk.write("disks.yaml", sites(place="storey"))
    blocked = desk("plan", "disks")
    assert blocked.code == 3
    said = " ".join(blocked.out.split())
    assert "its new parent is not there yet: apply with --allow-residual, then plan again" in said
    assert desk("apply", "disks", "--auto-approve", "--allow-residual").code == 0
    assert "1 schema operation" in desk("plan", "disks").out
    assert desk("apply", "disks", "--auto-approve").code == 0
    assert desk("plan", "disks", "--detailed-exitcode").code == 0


def test_the_object_schema_is_called_as_its_sources_agree(desk: Desk) -> None:
    desk.write("two.yaml", MANIFEST.replace("source: disks", "source: two"))
    (desk.root / "people.yaml").unlink()
    assert desk("emulator", "object-schema", "Shared", "disks", "two").code == 0
    assert desk("apply", "--auto-approve").code == 0
    plan = desk("plan")
    said = " ".join(plan.out.split())
    assert '1. objectSchema object schema 1 "Shared" reversible' in said
    assert 'description "" → "What the scanner finds" name "Shared" → "Disks"' in said
    desk.edit("two.yaml", "name: Disks", "name: Drives")
    disagreeing = desk("plan")
    assert disagreeing.code == 3
    said = " ".join(disagreeing.out.split())
    assert 'reconciler cannot change it: the source "two" has the name "Drives". Either' in said
    desk.edit("two.yaml", "name: Drives", "name: Disks")
    assert desk("apply", "--auto-approve").code == 0
    assert desk("plan", "--detailed-exitcode").code == 0
    for each in ("disks.yaml", "two.yaml"):
        desk.edit(each, "description: What the scanner finds", "description: All that it finds")
    applied = desk("apply", "--auto-approve", "--output", "json=report.json")
    assert applied.code == 0, applied.out
    report = json.loads((desk.root / "report.json").read_text(encoding="utf-8"))
    assert [len(each["schema_operations"]) for each in report["sources"]] == [1, 0]
    assert desk("plan", "--detailed-exitcode").code == 0


def test_a_name_that_somebody_gave_in_assets_is_drift_and_taken_back(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with on_server(desk, monkeypatch) as server:
        desk.write("disks.yaml", sites(place="building"))
        assert desk("apply", "disks", "--auto-approve").code == 0
        assert desk("drift", "disks").code == 0
        renamed = httpx.put(
            f"{server.base_url}/workspace/w/v1/objectschema/1",
            json={"name": "Other"},
            auth=httpx.BasicAuth(*SCHEMA_CREDENTIAL.split(":")),
        )
        assert renamed.status_code == 200
        drift = desk("drift", "disks", "--save", "back.json")
        assert (drift.code, '"Other"' in drift.out) == (2, True), drift.out
        assert desk("apply", "back.json").code == 0
        assert desk("drift", "disks").code == 0
