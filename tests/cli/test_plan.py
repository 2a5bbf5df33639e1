"""`plan` and `show`: results on stdout, the rest on stderr (design.md#output), the exit codes."""

import json
import shlex
import stat

import pytest

from tests.support.stages.cli_project import Desk

ANSWER = {
    "schema": {
        "objectSchema": {
            "name": "Disks",
            "description": "",
            "objectTypes": [
                {
                    "externalId": "object-type/drive",
                    "name": "Disk",
                    "description": "A drive",
                    "attributes": [
                        {
                            "externalId": "attribute/serial",
                            "name": "Serial",
                            "description": "S/N",
                            "type": "text",
                            "label": True,
                            "minimumCardinality": 1,
                        }
                    ],
                }
            ],
        }
    },
    "mapping": {"objectTypeMappings": []},
}


@pytest.mark.parametrize(
    ("options", "following"),
    [
        ((), "reconciler apply"),
        (
            ("--max-changes", "90", "--allow-residual", "p*", "disks"),
            "reconciler apply --allow-residual --max-changes=90 'p*' disks",
        ),
        (("--exclude", "people"), "reconciler apply --exclude=people"),
        (("-o", "plan.json"), "reconciler apply plan.json"),
    ],
)
def test_a_plan_ends_with_its_count_and_the_command_that_sends_it(
    desk: Desk, options: tuple[str, ...], following: str
) -> None:
    done = desk("plan", *options)
    assert done.code == 0, done.err
    *_, numbers, last = done.out.splitlines()
    assert (numbers[:6], last) == ("Plan: ", f"Next: {following}")
    assert desk(*shlex.split(following)[1:], "--auto-approve").code == 0


def test_detailed_exitcode_is_2_for_changes_only(desk: Desk) -> None:
    assert desk("plan", "--detailed-exitcode").code == 2
    assert desk("apply", "--auto-approve").code == 0
    assert desk("plan", "--detailed-exitcode").code == 0


def test_the_embedded_data_are_for_their_owner_only(desk: Desk) -> None:
    desk("plan")
    data = desk.root / ".reconciler"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "emulator.db").stat().st_mode) == 0o600


def test_what_the_program_keeps_is_nothing_for_git(desk: Desk) -> None:
    """A journal in a commit would be taken back to it by a checkout."""
    desk("apply", "--auto-approve")
    (desk.root / "state").mkdir()
    with (desk.root / "reconciler.yaml").open("a") as project:
        project.write("journal: sqlite:///state/journal.db\n")
    desk("apply", "--auto-approve")
    assert (desk.root / ".reconciler" / ".gitignore").read_text() == "*\n"
    assert [f.name for f in (desk.root / "state").glob(".*")] == [], "a directory of somebody else"


def test_a_manifest_in_error_stops_everything(desk: Desk) -> None:
    desk.edit("disks.yaml", "type: text", "type: txet")
    done = desk("plan")
    assert (done.code, done.out) == (1, "")
    assert "disks.yaml:14:" in done.err
    assert "1 error" in done.err
    assert not (desk.root / ".reconciler").exists()


def test_a_manifest_in_error_makes_an_errored_json_plan(desk: Desk) -> None:
    desk.edit("disks.yaml", "type: text", "type: txet")
    done = desk("plan", "--format", "json", "--output", "json=report.json", "-o", "saved.json")
    plan = json.loads(done.out)
    assert done.code == 1
    assert (plan["errored"], plan["sources"]) == (True, [])
    assert plan["environment"] == "local"
    assert plan["diagnostics"][0]["line"] == 14
    assert json.loads((desk.root / "report.json").read_text())["errored"] is True
    assert not (desk.root / "saved.json").exists()


def test_a_duplicate_id_counts_from_both_sides(desk: Desk) -> None:
    desk.edit("people.yaml", "object-type/person", "object-type/drive")
    desk.edit("people.yaml", "name: Drive", "name: Person")
    assert desk("plan", "people").code == 1
    assert desk("plan", "disks").code == 1


def test_unset_variables_name_file_line_and_variable(desk: Desk) -> None:
    done = desk("-e", "production", "plan")
    assert (done.code, done.out) == (1, "")
    assert "reconciler.yaml:6:" in done.err
    assert "UNSET_WORKSPACE_ID" in done.err


def test_an_unset_token_is_told_for_the_source_that_needs_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNSET_WORKSPACE_ID", "w")
    desk.edit("people.yaml", "source: people", "source: people\nimportSourceId: '7'")
    done = desk("-e", "production", "plan", "people")
    assert done.code == 1
    assert "reconciler.yaml:7:20: error[unset-variable]" in done.err
    assert "set UNSET_TOKEN\n" in done.err, "a default of a secret is not advised"


def test_a_saved_plan_is_shown_as_it_was_printed(desk: Desk) -> None:
    planned = desk("plan", "-o", "saved.json")
    assert stat.S_IMODE((desk.root / "saved.json").stat().st_mode) == 0o600
    shown = desk("show", "saved.json")
    assert (shown.code, shown.out) == (0, planned.out)
    as_json = desk("show", "saved.json", "--format", "json")
    assert as_json.out == (desk.root / "saved.json").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("{", "saved.json:1:2: error[json-syntax]: not valid JSON", id="no JSON"),
        pytest.param("[]", "saved.json: this is not a plan", id="no plan"),
        pytest.param('{"format_version": "9.0"}', "saved.json", id="another version"),
        pytest.param("[" * 100_000, "error[too-deep]", id="nested deeply"),
    ],
)
def test_what_is_no_plan_is_an_error(desk: Desk, text: str, sentence: str) -> None:
    desk.write("saved.json", text)
    done = desk("show", "saved.json")
    assert (done.code, done.out) == (1, "")
    assert sentence in done.err


def test_live_none_plans_offline_as_if_nothing_were_configured(desk: Desk) -> None:
    done = desk("-e", "production", "plan", "disks", "--live", "none", "--format", "json")
    (source,) = json.loads(done.out)["sources"]
    assert done.code == 0
    assert (source["action"], source["config_status"]) == ("create", None)
    assert not (desk.root / ".reconciler").exists()


def test_live_file_is_blocked_by_a_rename(desk: Desk) -> None:
    desk.write("live.json", json.dumps(ANSWER))
    done = desk("plan", "disks", "--live", "live.json", "--detailed-exitcode")
    assert done.code == 3
    assert '! name   "Disk" → "Drive"' in done.out
    assert "an object type cannot be renamed (documented)" in done.out
    *_, numbers, choices = done.out.splitlines()
    assert numbers == "Plan: 1 blocked."
    assert choices.endswith("or leave these out with --allow-residual.")


def test_live_file_with_allow_residual_is_an_update(desk: Desk) -> None:
    desk.write("live.json", json.dumps(ANSWER))
    done = desk("plan", "disks", "--live", "live.json", "--allow-residual")
    assert done.code == 0
    assert "not applied: 1 difference remains" in done.out


def test_live_is_for_one_source(desk: Desk) -> None:
    assert desk("plan", "--live", "none").code == 64


@pytest.mark.parametrize("text", ["<html>", "{}", '{"schema": 1, "mapping": 2}', "[]"])
def test_what_is_no_answer_is_an_error(desk: Desk, text: str) -> None:
    desk.write("live.html", text)
    done = desk("plan", "disks", "--live", "live.html")
    assert (done.code, done.out) == (1, "")
    assert "live.html" in done.err


def test_an_offline_plan_cannot_be_applied(desk: Desk) -> None:
    desk("plan", "disks", "--live", "none", "-o", "saved.json")
    done = desk("apply", "saved.json")
    assert done.code == 1
    assert "offline" in done.err


def test_a_file_that_cannot_be_written_is_an_error(desk: Desk) -> None:
    done = desk("plan", "-o", "no/such/directory/saved.json")
    assert done.code == 1
    assert "cannot be written" in done.err
