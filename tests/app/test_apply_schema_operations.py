"""Schema operations from the manifests to what Assets shows: planned, applied, told."""

import json

import pytest

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
