"""Why an execution cannot begin, as it is told."""

import httpx
import pytest

from reconciler.errors import Conflict
from reconciler.ingest.execution_start import explain_conflict
from reconciler.render.errors import error_json
from tests.support.stages.assets_wire import SOURCE, Wire, always

TOLD = {
    "MISSING_MAPPING": ("it has no mapping yet", "reconciler apply disk"),
    "IN_PROGRESS": (
        "another execution is running",
        "reconciler ingest cancel --foreign disk",
    ),
    "DISABLED": ("the import source is disabled", "enable it in Assets"),
    "INVALID_IMPORT_MODULE_KEY": ("does not take data from outside", "check importSourceId"),
    "MOON_PHASE": ("the reason is not documented", "reconciler status disk"),
}


def refused(code: str) -> Conflict:
    body = {"result": "error", "errorCode": code}
    wire = Wire(always(lambda: httpx.Response(409, json=body)))
    with pytest.raises(Conflict) as caught:
        wire.run(lambda b: b.start_execution(SOURCE))
    return caught.value


@pytest.mark.parametrize("code", TOLD)
def test_each_code_is_told_with_what_to_do(code: str) -> None:
    text, hint = TOLD[code]
    told = explain_conflict(refused(code), "disk")
    assert str(told).startswith("no data were sent to disk: ")
    assert text in str(told)
    assert str(told).endswith(f"({code})")
    assert hint in (told.hint or "")
    said = error_json(told)
    assert (said["code"], said["status"], said["request"][:4]) == ("conflict", 409, "POST")
    assert said["api_codes"] == [{"code": code, "text": None}]
    assert said["raw"] == f'{{"result":"error","errorCode":"{code}"}}'


def test_who_is_in_the_way_is_named() -> None:
    told = explain_conflict(refused("IN_PROGRESS"), "disk", by="ann@runner-3 (pid 12)")
    assert "another execution is running, begun by ann@runner-3 (pid 12) (" in str(told)


def test_a_409_without_a_code_is_told_too() -> None:
    with pytest.raises(Conflict) as caught:
        Wire(always(lambda: httpx.Response(409))).run(lambda b: b.start_execution(SOURCE))
    assert str(explain_conflict(caught.value, "disk")).endswith("is not documented (CONFLICT)")


def test_a_code_without_end_is_not_told() -> None:
    assert len(str(explain_conflict(refused("A" * 5_000), "disk"))) < 200


def test_a_name_for_the_shell_is_quoted_in_the_commands() -> None:
    told = explain_conflict(refused("MISSING_MAPPING"), "my disks; rm -r .")
    assert "no data were sent to my disks; rm -r .:" in str(told)
    assert told.hint == "reconciler apply 'my disks; rm -r .'"
