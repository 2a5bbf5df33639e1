"""`apply`, `status`, `history` and `unlock` on the embedded emulator."""

import json

import pytest

from reconciler.app.project import open_planned
from reconciler.cli.failures import of_error
from reconciler.errors import ReconcilerError
from tests.support.stages.cli_project import Desk


def test_apply_then_nothing_is_left_to_do(desk: Desk) -> None:
    done = desk("apply", "--auto-approve")
    assert done.code == 0
    assert done.out.endswith("Apply: 2 sources: 2 applied.\n")
    again = desk("plan", "--detailed-exitcode")
    assert again.code == 0
    assert "2 sources have no differences (--all lists them)" in again.out


@pytest.mark.parametrize(
    "beside",
    [["--allow-residual"], ["--sync"], ["--resend-write-only"], ["disks"]],
    ids=lambda arguments: arguments[0],
)
def test_what_would_change_a_saved_plan_is_wrong_usage(desk: Desk, beside: list[str]) -> None:
    desk("plan", "-o", "saved.json")
    done = desk("apply", "saved.json", *beside)
    assert done.code == 64
    assert not (desk.root / ".reconciler" / "journal.db").exists()


def test_a_saved_plan_is_for_its_environment(desk: Desk) -> None:
    desk("plan", "-o", "saved.json")
    assert desk("-e", "production", "apply", "saved.json").code == 64


def test_an_announced_residual_alone_exits_0(desk: Desk) -> None:
    desk("apply", "--auto-approve")
    desk.edit("disks.yaml", "        name: Drive", "        name: Disk")
    desk.edit("disks.yaml", "objectTypeName: Drive", "objectTypeName: Disk")
    desk.edit("disks.yaml", "description: Serial number", "description: S/N")
    assert desk("apply", "--auto-approve").code == 3
    assert desk("apply", "--auto-approve", "--allow-residual").code == 0


def test_a_manifest_in_error_sends_nothing(desk: Desk) -> None:
    desk.edit("disks.yaml", "type: text", "type: txet")
    done = desk("apply", "--auto-approve")
    assert (done.code, done.out) == (1, "")
    assert not (desk.root / ".reconciler").exists()


def test_sync_sends_without_async(desk: Desk) -> None:
    done = desk("apply", "--auto-approve", "--sync", "disks")
    assert done.code == 0
    assert "1 applied" in done.out


def test_status_before_and_after(desk: Desk) -> None:
    before = desk("status")
    assert before.code == 0
    assert [line.split() for line in before.out.splitlines()[1:]] == [
        ["disks", "MISSING_MAPPING", "never", "never"],
        ["people", "MISSING_MAPPING", "never", "never"],
    ]
    desk("apply", "--auto-approve", "disks")
    after = desk("status", "disks")
    assert "IDLE" in after.out
    assert "PUT done" in after.out


def test_status_shows_the_apply_that_acted_not_the_stale_one_after_it(desk: Desk) -> None:
    desk("plan", "disks", "-o", "saved.json")
    assert [desk("apply", "saved.json").code for _ in range(2)] == [0, 3]
    assert "PUT done" in desk("status", "disks").out


def test_history_shows_the_newest_first(desk: Desk) -> None:
    assert desk("history").out == "The journal holds no run yet.\n"
    desk("apply", "--auto-approve", "disks")
    desk.write("drives.json", '{"drives": [{"serial": "A1"}]}')
    assert desk("ingest", "run", "disks", "drives.json").code == 0
    desk("apply", "--auto-approve", "people")
    done = desk("history").out
    lines = done.splitlines()
    began = [line for line in lines if line[0] != " "]
    assert [line[:5] for line in began if "ingest  disks  done" not in line] == ["run 2", "run 1"]
    assert "ingest  disks  done" in began[1]
    assert done.index("people   PUT") < done.index("disks   PUT")
    assert max(map(len, lines)) <= 80
    ids = {
        "--limit 1": [2],
        "disks": [1],
        "dis*": [1],
        "--since 1d": [2, 1],
        "--since 2999-01-01": [],
        "--since 2001-01-01T10:20+02:00 people": [2],
    }
    for line, expected in ids.items():
        shown = json.loads(desk("history", "--format", "json", *line.split()).out)
        assert [each["id"] for each in shown["runs"]] == expected, line
    assert desk("history", "--since", "2999-01-01").out == "Nothing in the journal matches.\n"
    assert desk("history", "discs").code == desk("history", "--since", "yesterday").code == 64


def test_nothing_is_locked_once_apply_has_ended(desk: Desk) -> None:
    desk("apply", "--auto-approve", "disks")
    every = desk("unlock", "--force")
    assert (every.code, every.out) == (0, "Nothing is locked.\n")
    one = desk("unlock", "--force", "disks")
    assert (one.code, one.out) == (0, "disks   is not locked\n")
    misspelt = desk("unlock", "--force", "discs")
    assert (misspelt.code, 'did you mean "disks"?' in misspelt.err) == (64, True)


def test_a_plan_for_an_environment_that_is_gone_is_stale(desk: Desk) -> None:
    assert desk("plan", "-o", "saved.json").code == 0
    desk.edit("reconciler.yaml", "local", "other")
    done = desk("apply", "saved.json", "--output", "json=report.json")
    assert done.code == 3
    assert "it is for environment local, and reconciler.yaml has no environment" in done.err
    report = json.loads((desk.root / "report.json").read_text())
    assert report["error"]["code"] == "binding-changed"
    (desk.root / "reconciler.yaml").unlink()
    with pytest.raises(ReconcilerError, match="no environment") as refused:
        open_planned("other")
    assert of_error(refused.value) == 1, "without a project file nothing is stale"
