"""`validate`: everything at once, offline."""

import pytest

from tests.support.stages.cli_project import Desk

A_FACT = "{outcome: x, observed: 2027-01-11, version: x}"


def test_valid_manifests_exit_0(desk: Desk) -> None:
    done = desk("validate")
    assert (done.code, done.out, done.err) == (0, "2 manifests are valid\n", "")


def test_needs_no_variable(desk: Desk) -> None:
    assert desk("-e", "production", "validate").code == 0


def test_every_fault_is_told_with_its_place(desk: Desk) -> None:
    desk.edit("disks.yaml", "type: text", "type: txet")
    desk.edit("people.yaml", "name: Drive", "name: 1")
    done = desk("validate")
    assert done.code == 1
    assert "disks.yaml:14:" in done.out
    assert "people.yaml:8:" in done.out
    assert done.out.splitlines()[-1].endswith(" in 2 manifests")
    assert done.err == ""


def test_a_fault_shows_its_line_and_no_line_of_what_may_hold_a_secret(desk: Desk) -> None:
    desk.edit("disks.yaml", "type: text", "type: txet")
    assert "\n    type: txet\n          ^\n    did you mean" in desk("validate").out
    desk.write("other.json", '{"token": "hunter2",}')
    done = desk("validate", "other.json")
    assert "other.json:1:" in done.out
    assert "hunter2" not in done.out
    project = (desk.root / "reconciler.yaml").read_text(encoding="utf-8")
    desk.write("reconciler.yaml", f"{project}password: hunter2\n")
    done = desk("validate")
    assert "reconciler.yaml:8:1: error[unknown-key]" in done.err
    assert "hunter2" not in done.err


def test_warnings_exit_0(desk: Desk) -> None:
    desk.edit("disks.yaml", "            label: true", "            lable: true")
    done = desk("validate")
    assert done.code == 0
    assert "warning[" in done.out
    assert '"label"' in done.out


def test_one_file_is_checked_when_it_is_named(desk: Desk) -> None:
    desk.write("people.yaml", "source: [")
    assert desk("validate", "disks.yaml").code == 0


def test_a_file_that_is_not_there_is_an_error(desk: Desk) -> None:
    done = desk("validate", "nope.yaml")
    assert done.code == 1
    assert "nope.yaml" in done.out + done.err


def test_chdir_works_as_if_started_there(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert desk("-C", str(desk.root), "validate", "disks.yaml").code == 0


def test_a_project_file_in_error_is_told_with_its_place(desk: Desk) -> None:
    desk.edit("reconciler.yaml", "defaultEnvironment", "defaultEnvironmnet")
    done = desk("validate")
    assert done.code == 1
    assert "reconciler.yaml:1:1: error[" in done.out + done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("facts", "code", "said"),
    [
        ("sites: 3\n", 1, 'facts.yaml:1:8: error[wrong-type]: "sites" must be an object, not 3'),
        ("sites: [\n", 1, "facts.yaml:2:1: error[yaml-syntax]:"),
        (
            f"sites: {{0123456789ab: {{kind: cloud, facts: {{which: {A_FACT}}}}}}}\n",
            0,
            'warning[unknown-fact]: "which" is not a question: it is left out',
        ),
    ],
)
def test_a_fault_of_the_facts_is_told_once_as_plan_tells_it(
    desk: Desk, facts: str, code: int, said: str
) -> None:
    desk.write("facts.yaml", facts)
    done, planned = desk("validate"), desk("plan")
    assert (done.code, planned.code) == (code, code)
    assert done.out.count(said) == 1
    assert said in planned.err


def test_a_directory_stands_for_the_manifests_in_it(desk: Desk) -> None:
    assert desk("validate", ".").out == "2 manifests are valid\n"


def test_no_manifest_at_all_is_an_error(desk: Desk) -> None:
    for name in ("disks.yaml", "people.yaml"):
        (desk.root / name).unlink()
    done = desk("validate")
    assert done.code == 1
    assert "there is no manifest" in done.err


def test_a_secret_in_the_project_file_is_a_warning_that_does_not_show_it(desk: Desk) -> None:
    desk.edit("reconciler.yaml", '"${UNSET_TOKEN}"', "s3cr3t")
    done = desk("validate", "--output", "sarif=s")
    assert done.code == 0
    assert "warning[literal-secret]" in done.out
    assert "environments.production.auth.bearer" in done.out
    assert "s3cr3t" not in done.out + done.err + (desk.root / "s").read_text("utf-8")
    url = "    baseUrl: http://127.0.0.1:8080/jsm/assets\n    workspaceId:"
    desk.edit("reconciler.yaml", "    workspaceId:", url)
    assert "literal-secret" not in desk("validate").out, "the token of an emulator"
