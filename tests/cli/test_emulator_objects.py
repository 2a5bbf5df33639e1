"""`emulator objects`: what imports have made, as a table or for a program."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import create_app
from reconciler.emulator.faults import EmulatorOptions
from reconciler.manifest.project.bindings import embedded_id
from tests.support.stages.cli_project import Desk

HOSTILE = "B2 \x1b[2J\u202e"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    assert desk("apply", "--auto-approve").code == 0
    return desk


def imported(desk: Desk, *serials: str) -> None:
    """Import drives into the embedded emulator, as an importer would."""

    async def sent(app: Any) -> str:
        transport = httpx.ASGITransport(app=app)
        headers = {"Authorization": "Bearer t"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://localhost", headers=headers
        ) as http:
            place = f"/jsm/assets/workspace/local/v1/importsource/{embedded_id('disks')}"
            links = (await http.post(f"{place}/executions")).json()["links"]
            data = {"drives": [{"serial": serial} for serial in serials]}
            await http.post(links["submitResults"], json={"data": data, "completed": True})
            status = ""
            for _ in range(50):
                status = (await http.get(links["getExecutionStatus"])).json()["status"]
                if status == "DONE":
                    break
            return status

    app = create_app(
        desk.root / ".reconciler" / "emulator.db", EmulatorOptions(token="t", duration=0.0)
    )
    assert asyncio.run(sent(app)) == "DONE"
    app.state.close()


def test_objects_are_listed(desk: Desk) -> None:
    imported(desk, "A1", HOSTILE)
    shown = desk("emulator", "objects", "disks")
    assert shown.code == 0
    assert "A1" in shown.out
    assert "Drive" in shown.out
    assert "\x1b" not in shown.out
    told = json.loads(desk("emulator", "objects", "disks", "--format", "json").out)
    assert [o["label"] for o in told["objects"]] == ["A1", HOSTILE]


def test_only_one_type_is_listed(desk: Desk) -> None:
    imported(desk, "A1")
    assert "A1" in desk("emulator", "objects", "disks", "--type", "Drive").out
    wrong = desk("emulator", "objects", "disks", "--type", "Drove")
    assert (wrong.code, 'did you mean "Drive"' in wrong.err) == (64, True)


def test_what_is_not_there_is_said(desk: Desk) -> None:
    none = desk("emulator", "objects", "discs")
    assert (none.code, "nothing is configured" in none.err) == (1, True)
    (desk.root / ".reconciler" / "emulator.db").unlink()
    gone = desk("emulator", "objects", "disks")
    assert (gone.code, "no emulator's data" in gone.err) == (1, True)
