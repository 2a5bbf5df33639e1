"""What the API would refuse, told at the command line: by `validate`, by `plan`, by `apply`.

Each code of api.md#refusal-codes, with its place in the manifest, its grade and a remedy.
"""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.stages.cli_project import Desk

DISKS = """\
source: disks
schema:
  objectSchema:
    name: Disks
    description: What the scanner finds
    objectTypes:
      - externalId: drive
        name: Drive
        description: A drive
        attributes:
          - {externalId: serial, name: Serial, description: "", type: text, label: true}
          - externalId: maker
            name: Maker
            description: ""
            type: referenced_object
            referenceObjectTypeExternalId: company
      - externalId: company
        name: Company
        description: Who makes them
        attributes:
          - {externalId: title, name: Title, description: "", type: text, label: true}
mapping:
  objectTypeMappings:
    - objectTypeExternalId: drive
      objectTypeName: Drive
      selector: drives
      description: ""
      attributesMapping:
        - attributeExternalId: serial
          attributeName: Serial
          externalIdPart: true
          attributeLocators: [serial]
"""
ROOM = """\
      - externalId: {id}
        name: {name}
        description: A room
        attributes:
          - {{externalId: number, name: Number, description: "", type: text, label: true}}
mapping:
"""


@pytest.fixture
def desk(desk: Desk) -> Desk:
    desk.write("disks.yaml", DISKS)
    return desk


def add_type(desk: Desk, external_id: str, name: str) -> None:
    desk.edit("disks.yaml", "mapping:\n", ROOM.format(id=external_id, name=name))


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A diagnostic as both formats have it."""

    place: str
    code: str
    api_code: str
    confidence: str
    hint: str | None
    severity: str = "error"


def told(plan: Any, *codes: str) -> list[Told]:
    return [
        Told(
            place=f"{d['file']}:{d['line']}:{d['column']}",
            code=d["code"],
            api_code=d["api_code"],
            confidence=d["confidence"],
            hint=d["hint"],
            severity=d["severity"],
        )
        for d in plan["diagnostics"]
        if d["api_code"] is not None or d["code"] in codes
    ]


# what is replaced in which manifest, and what is told of it
BY_MANIFEST: dict[str, tuple[list[tuple[str, str, str]], list[Told]]] = {
    "two types share an external id": (
        [("disks.yaml", "- externalId: company", "- externalId: drive"),
         ("disks.yaml", "ExternalId: company", "ExternalId: drive")],
        [Told(place="disks.yaml:17:21", code="duplicate-external-id",
              api_code="DUPLICATE_EXTERNAL_ID_ILLEGAL", confidence="reported",
              hint="the other one is on line 7")],
    ),
    "two attributes share an external id": (
        [("disks.yaml", "externalId: title", "externalId: serial")],
        [Told(place="disks.yaml:21:26", code="duplicate-external-id",
              api_code="DUPLICATE_EXTERNAL_ID_ILLEGAL", confidence="inferred",
              hint="the other one is on line 11")],
    ),
    "two manifests have two things under one external id": (
        [("people.yaml", "- externalId: object-type/person", "- externalId: drive"),
         ("people.yaml", "objectTypeExternalId: object-type/person",
          "objectTypeExternalId: drive"),
         ("people.yaml", "name: Drive", "name: Person"),
         ("people.yaml", "objectTypeName: Drive", "objectTypeName: Person")],
        [Told(place="people.yaml:7:21", code="duplicate-external-id",
              api_code="SCHEMA_INVALID_EXTERNAL_ID", confidence="reported",
              hint="external ids are unique over all object schemas")],
    ),
    "two types of one name under one parent": (
        [("disks.yaml", "name: Company", "name: Drive")],
        [Told(place="disks.yaml:18:15", code="duplicate-name", api_code="EXTERNAL_ID_MISMATCH",
              confidence="inferred", hint="the other one is on line 8")],
    ),
    "a mapping of a type that is not there": (
        [("disks.yaml", "objectTypeExternalId: drive", "objectTypeExternalId: drvie")],
        [Told(place="disks.yaml:24:29", code="unknown-object-type",
              api_code="MAPPING_INVALID_EXTERNAL_ID", confidence="reported",
              hint='did you mean "drive" (line 7)?')],
    ),
    "a mapping of another manifest's type": (
        [("disks.yaml", "objectTypeExternalId: drive", "objectTypeExternalId: object-type/person")],
        [Told(place="disks.yaml:24:29", code="unknown-object-type",
              api_code="MAPPING_INVALID_EXTERNAL_ID", confidence="reported",
              hint="people.yaml:7:9 defines it; a mapping is for an object type of the same "
              "manifest")],
    ),
    "a mapping of an attribute that is not there": (
        [("disks.yaml", "attributeExternalId: serial", "attributeExternalId: serail")],
        [Told(place="disks.yaml:29:32", code="unknown-attribute",
              api_code="UNKNOWN_EXTERNAL_ID_MAPPING", confidence="observed",
              hint='did you mean "serial" (line 11)?')],
    ),
    "a mapping of another type's attribute": (
        [("disks.yaml", "attributeExternalId: serial", "attributeExternalId: title")],
        [Told(place="disks.yaml:29:32", code="unknown-attribute",
              api_code="UNKNOWN_EXTERNAL_ID_MAPPING", confidence="observed",
              hint='it is an attribute of object type "Company"')],
    ),
    "a reference to a type that is not there": (
        [("disks.yaml", "ExternalId: company\n      -", "ExternalId: compny\n      -")],
        [Told(place="disks.yaml:16:44", code="unknown-reference", api_code="UNKNOWN_REFERENCE",
              confidence="reported", hint='did you mean "company" (line 17)?')],
    ),
    "a reference to another manifest's type": (
        [("disks.yaml", "ExternalId: company\n      -", "ExternalId: object-type/person\n      -")],
        [Told(place="disks.yaml:16:44", code="unknown-reference", api_code="UNKNOWN_REFERENCE",
              confidence="reported",
              hint="people.yaml:7:9 defines it; the target of a reference must be in the same "
              "manifest")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BY_MANIFEST)
def test_what_the_manifests_show_is_an_error_of_validate_and_of_plan(case: str, desk: Desk) -> None:
    edits, expected = BY_MANIFEST[case]
    for name, before, after in edits:
        desk.edit(name, before, after)
    checked = desk("validate")
    assert (checked.code, checked.err) == (1, "")
    for each in expected:
        assert f"{each.place}: error[{each.code}]" in checked.out
        assert f"the API would answer {each.api_code} ({each.confidence})" in checked.out
        assert (each.hint or "") in " ".join(checked.out.split())
    planned = desk("plan", "--format", "json")
    plan = json.loads(planned.out)
    assert (planned.code, plan["errored"], plan["sources"]) == (1, True, [])
    assert told(plan) == expected
    assert all(d["pointer"] for d in plan["diagnostics"])
    assert not (desk.root / ".reconciler").exists(), "nothing was asked, nothing was sent"


TAKE_IN_USE = "Choose an external id that nothing else on the site has."
TAKE_LIVE = "Use the existing external id room (Room), or take the ids over: reconciler pull disks"


def another_source_has_it(desk: Desk) -> None:
    """The people's manifest lets go of an id that their source still has."""
    desk("apply", "--auto-approve")
    desk.edit("people.yaml", "object-type/person", "object-type/human")
    desk.edit("people.yaml", "attribute/name", "attribute/call")
    desk.edit("people.yaml", "name: Drive", "name: Human")
    desk.edit("people.yaml", "objectTypeName: Drive", "objectTypeName: Human")
    add_type(desk, "object-type/person", "Person")


def this_source_has_the_name(desk: Desk) -> None:
    add_type(desk, "room", "Room")
    desk("apply", "--auto-approve")
    desk.edit("disks.yaml", "externalId: room", "externalId: room-2")
    desk.edit("disks.yaml", "externalId: number", "externalId: number-2")


def this_source_has_the_id(desk: Desk) -> None:
    desk("apply", "--auto-approve")
    desk.edit("disks.yaml", "externalId: title", "externalId: title-2")
    desk.edit("disks.yaml", "name: Title", "name: Title 2")
    add_type(desk, "title", "Titles")


BY_LIVE: dict[str, tuple[Any, str, Told]] = {
    "an external id that another source's live has": (
        another_source_has_it,
        "disks/objectTypes[object-type/person]",
        Told(place="disks.yaml:22:9", code="predicted-refusal",
             api_code="SCHEMA_INVALID_EXTERNAL_ID", confidence="reported", hint=TAKE_IN_USE),
    ),
    "an external id that an attribute of this source's live has": (
        this_source_has_the_id,
        "disks/objectTypes[title]",
        Told(place="disks.yaml:22:9", code="predicted-refusal",
             api_code="SCHEMA_INVALID_EXTERNAL_ID", confidence="inferred", hint=TAKE_IN_USE),
    ),
    "a name that lives under another external id": (
        this_source_has_the_name,
        "disks/objectTypes[room-2]",
        Told(place="disks.yaml:22:9", code="predicted-refusal",
             api_code="EXTERNAL_ID_MISMATCH", confidence="reported", hint=TAKE_LIVE),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BY_LIVE)
def test_what_only_live_shows_blocks_its_source_and_no_other(case: str, desk: Desk) -> None:
    prepare, address, expected = BY_LIVE[case]
    prepare(desk)
    assert desk("validate").code == 0, "the manifests alone do not show it"
    desk.edit("people.yaml", "description: A drive", "description: A person")
    planned = desk("plan", "--format", "json")
    plan = json.loads(planned.out)
    blocked = next(s for s in plan["sources"] if s["source"] == "disks")
    assert (planned.code, plan["blocked"], blocked["action"]) == (3, True, "blocked")
    assert (blocked["operation"], blocked["reason"]["code"]) == (None, "predicted_refusal")
    refused = next(c for c in blocked["changes"] if c["address"] == address)
    assert (refused["verdict"], refused["predicted_code"]) == ("impossible", expected.api_code)
    assert (refused["remedy"], refused["confidence"]) == (expected.hint, expected.confidence)
    assert told(plan)[0] == expected
    assert desk("plan").err.count(f"{expected.place}: error[predicted-refusal]") == 1
    sent = desk("apply", "--auto-approve")
    assert (sent.code, "disks: sending" in sent.err) == (3, False)
    assert "1 applied, 1 blocked" in sent.out


@pytest.mark.parametrize("case", BY_LIVE)
def test_with_allow_residual_the_rest_is_sent(case: str, desk: Desk) -> None:
    prepare, address, _expected = BY_LIVE[case]
    prepare(desk)
    desk.edit("disks.yaml", "description: A drive", "description: Each drive")
    planned = desk("plan", "disks", "people", "--allow-residual", "--format", "json")
    plan = json.loads(planned.out)
    source = next(s for s in plan["sources"] if s["source"] == "disks")
    assert (planned.code, source["action"]) == (0, "update")
    assert address in [c["address"] for c in source["residual"]]
    assert told(plan)[0].severity == "warning"
    assert json.dumps(source["operation"]["body"]).count("Each drive") == 1
    sent = desk("apply", "--auto-approve", "--allow-residual")
    assert (sent.code, "disks: sending PATCH" in sent.err) == (0, True)
    assert "REJECTED" not in sent.out
    left = json.loads(desk("plan", "--allow-residual", "--format", "json").out)
    assert left["has_changes"] is False


def test_a_source_that_is_not_planned_is_not_read_and_then_the_api_refuses(desk: Desk) -> None:
    """What only another source's live shows is known by its last apply, or where it is planned."""
    another_source_has_it(desk)
    assert desk("plan", "disks").code == 3
    (desk.root / ".reconciler" / "journal.db").unlink()
    assert desk("plan", "disks").code == 0
    sent = desk("apply", "--auto-approve", "disks")
    assert sent.code == 1
    assert "SCHEMA_INVALID_EXTERNAL_ID" in sent.out + sent.err
    assert desk("plan", "disks", "people").code == 3


def test_what_is_only_possible_is_a_warning_and_is_sent(desk: Desk) -> None:
    """REFERENCED_OBJECT_TYPE_CHANGED never blocks, and nothing is proved."""
    back = (
        '{externalId: title, name: Title, description: "", type: text, label: true}\n'
        "          - externalId: best\n"
        "            name: Best\n"
        '            description: ""\n'
        "            type: referenced_object\n"
        "            referenceObjectTypeExternalId: drive"
    )
    title = '{externalId: title, name: Title, description: "", type: text, label: true}'
    desk.edit("disks.yaml", title, back)
    assert desk("apply", "--auto-approve").code == 0
    desk.edit("disks.yaml", '            description: ""', "            description: New")
    planned = desk("plan", "--format", "json", "--detailed-exitcode")
    plan = json.loads(planned.out)
    source = plan["sources"][0]
    assert (planned.code, source["action"], source["convergence"]) == (2, "update", "unknown")
    assert (source["residual"], plan["summary"]["impossible"]) == ([], 0)
    hint = (
        "if it does, nothing was changed: write one of the two as live has it, apply, "
        "then write and apply the other"
    )
    assert told(plan) == [
        Told(place=f"disks.yaml:{line}:26", code="possible-refusal", severity="warning",
             api_code="REFERENCED_OBJECT_TYPE_CHANGED", confidence="reported", hint=hint)
        for line in (14, 24)
    ]  # fmt: skip
    assert desk("apply", "--auto-approve").code == 0
