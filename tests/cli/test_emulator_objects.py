"""`emulator objects`: what imports have made, as a table or for a program."""

import asyncio
import io
import json
from typing import Any

import httpx
import pytest

from reconciler.emulator.app import create_app
from reconciler.emulator.faults import EmulatorOptions
from reconciler.manifest.project.bindings import embedded_id
from reconciler.outcome.imports import ImportedObject
from reconciler.render.objects import write_objects
from reconciler.render.terminal import Screen
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


LAPTOP = {
    "Model": ("MacBook Pro 14 with a long name",),
    "Owner Email": ("anna.lindqvist@example.com",),
    "Purchased": ("2023-04-01",),
    "Serial Number": ("C02XK1", "C02XK2"),
}
# Columns of the terminal, None for a pipe; attributes → what stands for them.
CELLS: dict[str, tuple[int | None, dict[str, tuple[str, ...]], str]] = {
    "into a pipe all": (
        None,
        LAPTOP,
        (
            "Model: MacBook Pro 14 with a long name; Owner Email: anna.lindqvist@example.com; "
            "Purchased: 2023-04-01; Serial Number: C02XK1, C02XK2"
        ),
    ),
    "on a terminal those that fit": (
        300,
        LAPTOP,
        (
            "Model: MacBook Pro 14 with a long name; Owner Email: anna.lindqvist@example.com "
            "and 2 more"
        ),
    ),
    "a long value without its end": (
        None,
        {"Note": ("n" * 73,), "Model": ("m" * 72,)},
        f"Note: {'n' * 71}…; Model: {'m' * 72}",
    ),
    "the first however long it is": (
        300,
        {"Notes": ("n" * 72, "o" * 72), "Model": ("X1",)},
        f"Notes: {'n' * 72}, {'o' * 72} and 1 more",
    ),
}


@pytest.mark.parametrize(("columns", "attributes", "cell"), CELLS.values(), ids=CELLS)
def test_a_cell_is_cut_between_attributes(
    columns: int | None, attributes: dict[str, tuple[str, ...]], cell: str
) -> None:
    laptop = ImportedObject(
        key="X-1", type="Laptop", label="lt-1", attributes=attributes, references={}
    )
    screen = Screen(stream=(stream := io.StringIO()), columns=columns)
    write_objects([laptop], screen)
    assert f"   {cell}" in stream.getvalue()
