"""Schema operations from the manifests to what Assets shows: planned, applied, told."""

import json
from contextlib import closing

import pytest
from sqlalchemy import update

from reconciler.applying import settle
from reconciler.journal.store import JournalStore
from reconciler.journal.tables import schema_operations
from tests.support.processes.server import emulator
from tests.support.stages.cli_project import MANIFEST, Desk

ALLOW = "policy: {schema: {rename: allow}}\n"
LOCAL = "environments:\n  local: {backend: embedded, schemaAuth: embedded}\n"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.write("reconciler.yaml", LOCAL + ALLOW)
    return desk


def renamed(desk: Desk) -> Desk:
    """Apply, and want other names."""
    assert desk("apply", "disks", "--auto-approve").code == 0
    desk.edit("disks.yaml", "name: Serial\n", "name: Number\n")
    desk.edit("disks.yaml", "name: Drive", "name: Disk")
    return desk


@pytest.mark.parametrize("with_patch", [False, True])
def test_what_is_applied_is_no_difference_any_more(desk: Desk, *, with_patch: bool) -> None:
    renamed(desk)
    if with_patch:
        desk.edit("disks.yaml", "attributeLocators: [serial]", "attributeLocators: [number]")
    assert desk("plan", "disks", "--detailed-exitcode").code == 2
    applied = desk("apply", "disks", "--auto-approve", "--output", "json=report.json")
    assert applied.code == 0, applied.out + applied.err
    assert "✓ PUT    rename of object type 'Drive' (1): done" in applied.out
    report = json.loads((desk.root / "report.json").read_text(encoding="utf-8"))
    (source,) = report["sources"]
    assert source["method"] == ("PATCH" if with_patch else None)
    assert [each["outcome"] for each in source["schema_operations"]] == ["done", "done"]
    assert desk("plan", "disks", "--detailed-exitcode").code == 0
    assert "rename of Drive" in desk("history").out


def test_a_saved_plan_is_applied_once(desk: Desk) -> None:
    renamed(desk)
    assert desk("plan", "disks", "-o", "plan.json").code == 0
    assert desk("apply", "plan.json").code == 0
    again = desk("apply", "plan.json")
    assert again.code == 3, again.out
    assert "has become 'Disk'; nothing was sent" in again.out
    assert "There is nothing to resume" in desk("apply", "--resume").err


@pytest.mark.parametrize("fault", ["drop-before", "drop-after"])
def test_what_was_left_is_taken_up_from_the_journals_plan(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(settle, "READ_LAG_SECONDS", 0.5)
    with emulator("--steps", "0", "--fault", f"put-object-type:{fault}:1") as server:
        desk.bind(server, ALLOW)
        renamed(desk)
        applied = desk("apply", "disks", "--auto-approve")
        if fault == "drop-after":
            assert applied.code == 0, applied.out
        else:
            assert (applied.code, "not sent: rename of attribute" in applied.out) == (
                1,
                True,
            )
            resumed = desk("apply", "--resume")
            assert (resumed.code, "can settle it from" in resumed.out) == (1, True), resumed.err
            url = f"sqlite:///{desk.root}/.reconciler/journal.db"
            with closing(JournalStore(url)) as store, store.writing() as db:
                db.execute(update(schema_operations).values(sent_at="2001-01-01T00:00:00Z"))
            resumed = desk("apply", "--resume")
            assert (resumed.code, "it had no effect" in resumed.out) == (1, True), resumed.out
            assert desk("apply", "disks", "--auto-approve").code == 0
        assert desk("plan", "disks", "--detailed-exitcode").code == 0
        asked = server.requests()
        assert asked["put-object-type"] == (2 if fault == "drop-before" else 1)
        assert asked["put-attribute"] == 1


def test_sources_that_share_a_type_find_the_names_that_those_before_them_gave(
    desk: Desk,
) -> None:
    desk.write("two.yaml", MANIFEST.replace("source: disks", "source: two"))
    assert desk("emulator", "object-schema", "Shared", "disks", "two").code == 0
    assert desk("apply", "disks", "two", "--auto-approve").code == 0
    for name in ("disks.yaml", "two.yaml"):
        desk.edit(name, "name: Drive", "name: Disk")
    desk.edit("two.yaml", "selector: drives", "selector: disks")
    applied = desk("apply", "disks", "two", "--auto-approve")
    assert applied.code == 0, applied.out + applied.err
    assert desk("plan", "disks", "two", "--detailed-exitcode").code == 0
