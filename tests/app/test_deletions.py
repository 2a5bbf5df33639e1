"""Deletions as schema operations, planned against the emulator, and what has to be accepted."""

import json
from typing import Any

import pytest

from tests.support.processes.server import emulator
from tests.support.stages.cli_project import MANIFEST, Desk

WITH = "environments:\n  local: {backend: embedded, schemaAuth: embedded}\n"
ALLOW = f"{WITH}policy: {{schema: {{delete: allow}}}}\n"
COLOUR = """\
          - externalId: attribute/colour
            name: Colour
            description: ""
            type: text
"""
MAPPED = """\
        - attributeExternalId: attribute/colour
          attributeName: Colour
          attributeLocators: [colour]
"""
RACKS = """\
      - externalId: object-type/rack
        name: Rack
        description: ""
        attributes:
          - externalId: attribute/rack-name
            name: Rack name
            description: ""
            type: text
            label: true
        children:
          - externalId: object-type/shelf
            name: Shelf
            description: ""
            attributes:
              - externalId: attribute/shelf-name
                name: Shelf name
                description: ""
                type: text
                label: true
"""
RACKS_MAPPED = """\
    - objectTypeExternalId: object-type/rack
      objectTypeName: Rack
      selector: racks
      description: ""
      attributesMapping:
        - attributeExternalId: attribute/rack-name
          attributeName: Rack name
          externalIdPart: true
          attributeLocators: [name]
    - objectTypeExternalId: object-type/shelf
      objectTypeName: Shelf
      selector: racks.shelves
      description: ""
      attributesMapping:
        - attributeExternalId: attribute/shelf-name
          attributeName: Shelf name
          externalIdPart: true
          attributeLocators: [name]
"""
RACK_DATA = {"racks": [{"name": "A", "shelves": [{"name": "1"}, {"name": "2"}]}]}
WITH_COLOUR = MANIFEST.replace("mapping:\n", f"{COLOUR}mapping:\n") + MAPPED
WITH_RACKS = MANIFEST.replace("mapping:\n", f"{RACKS}mapping:\n") + RACKS_MAPPED
DRIVE, RACK, SHELF = (
    f"disks/objectTypes[object-type/{name}]" for name in ("drive", "rack", "shelf")
)
ADDRESS = f"{DRIVE}/attributes[attribute/colour]"
LOST = f"--accept-loss '{ADDRESS}=3'"


@pytest.fixture
def desk(desk: Desk) -> Desk:
    (desk.root / "people.yaml").unlink()
    desk.write("reconciler.yaml", ALLOW)
    return desk


def imported(desk: Desk, manifest: str, **data: Any) -> None:
    """Apply *manifest* and import *data*."""
    desk.write("disks.yaml", manifest)
    desk.write("data.json", json.dumps(data))
    assert desk("apply", "disks", "--auto-approve").code == 0
    assert desk("ingest", "run", "disks", "data.json").code == 0


def coloured(desk: Desk) -> None:
    """Want no colour any more, which three of four drives have."""
    drives = [{"serial": str(n), "colour": "red"} for n in range(3)] + [{"serial": "3"}]
    imported(desk, WITH_COLOUR, drives=drives)
    desk.write("disks.yaml", MANIFEST)


def planned(desk: Desk, *arguments: str) -> dict[str, Any]:
    source: dict[str, Any] = json.loads(desk("plan", "--format", "json", *arguments).out)[
        "sources"
    ][0]
    return source


def test_what_would_be_lost_is_told_with_the_option_that_accepts_it(desk: Desk) -> None:
    coloured(desk)
    blocked = desk("plan")
    assert blocked.code == 3
    lost = "3 values would be lost with attribute 'Colour' (4)"
    assert f"{lost}; accept that with {LOST}" in blocked.words
    accepted = desk("plan", "--accept-loss", f"{ADDRESS}=3", "-o", "plan.json")
    assert accepted.code == 0
    assert 'delete   attribute 4 "Colour" of Drive   LOSES 3 values   cannot be undone' in (
        accepted.out
    )
    assert "proved, if no import source outside of the project maps what is deleted" in accepted.out
    digests = {line for each in (blocked, accepted) for line in each.out.splitlines()
               if line.startswith("digest")}  # fmt: skip
    assert len(digests) == 2
    saved = json.loads((desk.root / "plan.json").read_text(encoding="utf-8"))
    assert saved["accept_loss"] == {ADDRESS: 3}
    assert desk("show", "--verify", "plan.json").code == 0
    assert 'requires  at most "3" objects, values or references are lost with it' in (
        desk("explain", "plan.json", ADDRESS).out
    )


def test_every_format_names_the_option(desk: Desk) -> None:
    coloured(desk)
    formats = ("text", "json", "markdown", "sarif", "github", "gitlab")
    said = {name: desk("plan", "--format", name).out for name in formats}
    assert [name for name, each in said.items() if f"{ADDRESS}=3" not in each] == []


WRONG: dict[str, tuple[tuple[str, ...], str]] = {
    "no number": ((ADDRESS,), "is not ADDRESS=COUNT"),
    "no count": ((f"{ADDRESS}=-1",), "is not ADDRESS=COUNT"),
    "no address": (("=3",), "is not ADDRESS=COUNT"),
    "a source": (("disks=3",), "is not ADDRESS=COUNT"),
    "a field": ((f"{ADDRESS}/name=3",), "is not ADDRESS=COUNT"),
    "two numbers": ((f"{ADDRESS}=3", f"{ADDRESS}=4"), "two numbers for"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_cannot_be_read_is_wrong_usage(desk: Desk, case: str) -> None:
    texts, why = WRONG[case]
    result = desk("plan", *(word for text in texts for word in ("--accept-loss", text)))
    assert (result.code, why in result.err) == (64, True)


def test_an_address_may_hold_what_divides_it_from_its_number(desk: Desk) -> None:
    result = desk("plan", "--accept-loss", "disks/objectTypes[a=b]=3")
    assert result.code == 0
    assert "--accept-loss names disks/objectTypes[a=b], where the plan deletes nothing" in (
        result.err
    )


def test_a_saved_plan_has_its_losses(desk: Desk) -> None:
    coloured(desk)
    desk("plan", "--accept-loss", f"{ADDRESS}=3", "-o", "plan.json")
    result = desk("apply", "plan.json", "--accept-loss", f"{ADDRESS}=3")
    assert (result.code, "--accept-loss cannot change a saved plan" in result.err) == (64, True)


def test_what_an_apply_left_is_still_its_own(desk: Desk) -> None:
    coloured(desk)
    desk.write("reconciler.yaml", WITH)
    # From now on neither the last manifest nor the mapping has it.
    assert desk("apply", "--auto-approve").code == 0
    desk.write("reconciler.yaml", ALLOW)
    plan = planned(desk, "--accept-loss", f"{ADDRESS}=3")
    assert [each["path"] for each in plan["schema_operations"]] == ["objecttypeattribute/4"]
    (target,) = plan["evidence"]["targets"]
    assert target["deletion"]["ownership"] == "an earlier apply had it"


def test_what_was_accepted_is_deleted_and_planned_no_more(desk: Desk) -> None:
    coloured(desk)
    accepting = ("--accept-loss", f"{ADDRESS}=3")
    done = desk("apply", "--auto-approve", *accepting)
    assert done.code == 0
    assert "✓ DELETE deletion of attribute 'Colour' (4): done" in done.out
    assert "In Assets attribute 4, 3 objects have a value here" in done.out
    assert "DELETE done" in desk("status").out
    again = desk("plan", *accepting)
    assert (again.code, "no differences" in again.out) == (0, True)
    assert "loses-nothing" in again.err


@pytest.mark.parametrize(("colours", "code", "said"), [
    (2, 0, "1 schema operation and PATCH, read back equal"),
    (4, 3, "4 values would be lost with attribute 'Colour' (4)"),
])  # fmt: skip
def test_more_than_was_accepted_is_stale_and_less_is_not(
    desk: Desk, colours: int, code: int, said: str
) -> None:
    coloured(desk)
    desk("plan", "--accept-loss", f"{ADDRESS}=3", "-o", "plan.json")
    reimported(desk, colours=colours)
    done = desk("apply", "plan.json")
    assert (done.code, said in done.words) == (code, True), done.out
    assert len(planned(desk)["schema_operations"]) == 0


def reimported(desk: Desk, *, colours: int) -> None:
    """Import drives by the manifest of before, some with a colour."""
    drives = [{"serial": str(n), "colour": "red" if n < colours else ""} for n in range(4)]
    desk.write("data.json", json.dumps({"drives": drives}))
    assert desk("ingest", "run", "disks", "data.json").code == 0


def test_the_mapping_of_a_deleted_type_is_told_of(desk: Desk) -> None:
    """It stays, and so does its source's fault, until somebody takes it out in Assets."""
    imported(desk, WITH_RACKS, **RACK_DATA)
    desk.write("disks.yaml", MANIFEST)
    done = desk(
        "apply", "--auto-approve", "--accept-loss", f"{SHELF}=2", "--accept-loss", f"{RACK}=1"
    )
    assert done.code == 3
    assert "of disks (INVALID_CONFIGURATION; object-type/rack: It is gone" in done.out
    assert "2 of 2 schema operations done" in done.out
    plan = planned(desk)
    assert [each["kind"] for each in plan["residual"]] == ["mapping", "mapping"]
    assert desk("apply", "--auto-approve").code == 0


# What nobody knows of Assets → how the deletion of types with types below them ends.
ASSUMED = {
    "mapping-of-deleted-type=vanishes": (0, "2 schema operations, read back equal"),
    "children-of-deleted-type=go-along": (3, "2 of 2 schema operations done"),
    "children-of-deleted-type=become-roots": (3, "2 of 2 schema operations done"),
    "status-in-use=goes": (3, "2 of 2 schema operations done"),
    "missing-right=403": (1, "403"),
    "counts=none": (0, "the owner of the schema credential does not manage the object schema"),
}


@pytest.mark.parametrize("assumed", ASSUMED)
def test_types_are_deleted_whatever_assets_does_about_what_nobody_knows(
    desk: Desk, assumed: str
) -> None:
    """Leaves go first, so nothing depends on what happens to children."""
    code, said = ASSUMED[assumed]
    with emulator("--assume", assumed) as server:
        desk.bind(server, "policy: {schema: {delete: allow}}\n")
        imported(desk, WITH_RACKS, **RACK_DATA)
        desk.write("disks.yaml", MANIFEST)
        done = desk(
            "apply", "--auto-approve", "--accept-loss", f"{SHELF}=2", "--accept-loss", f"{RACK}=1"
        )
        assert (done.code, said in " ".join(done.out.split())) == (code, True), done.out
