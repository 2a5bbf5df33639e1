"""Moves, and names of the object schema itself, from the manifests to what Assets shows."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reconciler.applying import settle
from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from tests.support.processes.server import Server, emulator
from tests.support.stages.cli_project import MANIFEST, Desk, make_desk

PROJECT = """\
environments:
  local: {backend: embedded, schemaAuth: embedded}
policy: {schema: {rename: allow, move: allow, objectSchema: allow}}
"""
CLOUD = """\
environments:
  dev:
    backend: cloud
    baseUrl: {url}
    workspaceId: w
    auth: {{bearer: "${{ASSETS_TOKEN}}"}}
    schemaAuth: {{basic: {{email: {email}, token: {token}}}}}
    sources: {{disks: {{importSourceId: disks}}}}
policy: {{schema: {{rename: allow, move: allow}}}}
"""


def sites(*, place: str, name: str = "Room", description: str = "A room") -> str:
    """A manifest of rooms in a building or on a floor, or of none."""
    room = {
        "externalId": "room",
        "name": name,
        "description": description,
        "attributes": [
            {"externalId": "number", "name": "Number", "description": "", "type": "text",
             "label": True},
        ],
    }  # fmt: skip
    above = {
        key: {"externalId": key, "name": key.title(), "description": "", "attributes": []}
        for key in ("building", "floor")
    }
    if place in above:
        above[place]["children"] = [room]
    types = [*above.values(), *([] if place in above else [room])]
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
def desk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    made = make_desk(tmp_path, monkeypatch, capsys)
    made.write("reconciler.yaml", PROJECT)
    return made


@contextmanager
def on_server(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *options: str,
) -> Iterator[tuple[Desk, Server]]:
    email, _, token = SCHEMA_CREDENTIAL.partition(":")
    monkeypatch.setattr(settle, "READ_LAG_SECONDS", 0.5)
    with emulator("--steps", "0", *options) as server:
        monkeypatch.setenv("ASSETS_TOKEN", server.token)
        desk = make_desk(tmp_path, monkeypatch, capsys)
        desk.write("reconciler.yaml", CLOUD.format(url=server.base_url, email=email, token=token))
        (desk.root / "people.yaml").unlink()
        yield desk, server


def test_a_type_is_moved_and_renamed_around_a_patch_and_nothing_is_left(desk: Desk) -> None:
    desk.write("disks.yaml", sites(place="building"))
    assert desk("apply", "disks", "--auto-approve").code == 0
    desk.write("disks.yaml", sites(place="floor", name="Place", description="A place"))
    plan = desk("plan", "disks")
    lines = [line.strip() for line in plan.out.splitlines()]
    assert [line[:40] for line in lines if line.startswith(("1. ", "2. ", "PATCH "))] == []
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
