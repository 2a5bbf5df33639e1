"""UNKNOWN_REFERENCE and REFERENCED_OBJECT_TYPE_CHANGED: what a PATCH must carry, and must not.

A reference needs its target in the payload; two live types that refer to each other,
both sent again with their references, have been refused (api.md#references). A plan that
raises no doubt is sent to an emulator that makes refusals of its doubts.
"""

import pytest

from reconciler.planning.plan import Action, Convergence
from tests.support.documents.predicted import Scene
from tests.support.documents.site_document import (
    Edit,
    Json,
    add_attribute,
    add_type,
    document,
    refer,
    set_attribute,
    set_mapping,
    set_type,
)
from tests.support.stages.assumed import assuming

BACK = refer("os", "back", "Back", to="drive")
SELF = refer("os", "self", "Self", to="os")
DRIVE = {"externalId": "drive", "name": "Hard Drive", "description": "A hard drive"}
SYSTEM = {"externalId": "os", "name": "Operating System", "description": ""}
FILE = {"externalId": "file", "name": "File", "description": "A file"}


def reference(external_id: str, name: str, *, to: str, description: str = "") -> Json:
    return {
        "externalId": external_id,
        "name": name,
        "description": description,
        "type": "referenced_object",
        "referenceObjectTypeExternalId": to,
    }


OS_REF = reference("os-ref", "OS", to="os", description="new")
NEW = {"description": "new"}

# live, the manifest's edits beside live's, and the object types that are sent
SENT: dict[str, tuple[list[Edit], list[Edit], list[Json]]] = {
    "a changed reference brings its target as a bare stub, without the reference back": (
        [BACK], [set_attribute("os-ref", **NEW)], [DRIVE | {"attributes": [OS_REF]}, SYSTEM],
    ),
    "a target that changes itself is no stub, and its own reference is not sent again": (
        [BACK],
        [set_attribute("os-ref", **NEW), set_attribute("os-name", **NEW)],
        [
            DRIVE | {"attributes": [OS_REF]},
            SYSTEM | {"attributes": [{"externalId": "os-name", "name": "Name", "type": "text",
                                      "label": True, **NEW}]},
        ],
    ),
    "unchanged references are not sent again with their type": (
        [BACK],
        [set_type("drive", **NEW), set_type("os", **NEW), add_attribute("os", "maker", "Maker")],
        [
            DRIVE | NEW,
            SYSTEM | NEW | {"attributes": [{"externalId": "maker", "name": "Maker",
                                            "description": "", "type": "text"}]},
        ],
    ),
    "a mapping of a reference attribute needs neither the attribute nor its target": (
        [BACK], [set_mapping("drive", selector="new")], [DRIVE],
    ),
    "a new reference back, the one there unchanged": (
        [], [BACK], [DRIVE, SYSTEM | {"attributes": [reference("back", "Back", to="drive")]}],
    ),
    "a new reference back beside a changed one there": (
        [],
        [BACK, set_attribute("os-ref", **NEW)],
        [
            DRIVE | {"attributes": [OS_REF]},
            SYSTEM | {"attributes": [reference("back", "Back", to="drive")]},
        ],
    ),
    "a new reference to itself": (
        [], [SELF], [SYSTEM | {"attributes": [reference("self", "Self", to="os")]}],
    ),
    "a changed reference to itself": (
        [SELF],
        [set_attribute("self", **NEW)],
        [SYSTEM | {"attributes": [reference("self", "Self", to="os", description="new")]}],
    ),
    "a target deep in the tree comes under its ancestors": (
        [],
        [refer("os", "held", "Held", to="file")],
        [
            DRIVE | {"children": [FILE]},
            SYSTEM | {"attributes": [reference("held", "Held", to="file")]},
        ],
    ),
    "a child's reference to its parent": (
        [],
        [refer("file", "disk", "Disk", to="drive")],
        [DRIVE | {"children": [FILE | {"attributes": [reference("disk", "Disk", to="drive")]}]}],
    ),
    "two new types that refer to each other": (
        [],
        [add_type("a", "A"), add_type("b", "B"), refer("a", "ab", "AB", to="b"),
         refer("b", "ba", "BA", to="a")],
        [
            {"externalId": "a", "name": "A", "description": "",
             "attributes": [reference("ab", "AB", to="b")]},
            {"externalId": "b", "name": "B", "description": "",
             "attributes": [reference("ba", "BA", to="a")]},
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SENT)
def test_what_is_sent_raises_no_doubt_and_no_strict_emulator_refuses_it(case: str) -> None:
    live, edits, expected = SENT[case]
    scene = Scene.of(*live, *edits, live=live, profile=assuming("references-resent=refused"))
    planned = scene.planned()
    assert planned.operation is not None
    assert planned.operation.body["schema"]["objectSchema"]["objectTypes"] == expected
    assert scene.told("possible-refusal", "predicted-refusal") == []
    assert planned.certificate is not None
    assert (planned.certificate.remains, planned.certificate.rests_on) == ((), ())
    assert scene.answer(planned.operation.body) == (204, [])
    assert scene.planned().action is Action.NO_OP


BOTH = (set_attribute("os-ref", **NEW), set_attribute("back", **NEW))


def test_two_references_to_each_other_both_changed_are_a_warning_and_both_sent() -> None:
    """REFERENCED_OBJECT_TYPE_CHANGED is only possible: it never blocks, and is no residual."""
    scene = Scene.of(BACK, *BOTH, live=[BACK])
    planned = scene.planned()
    assert (planned.action, planned.residual) == (Action.UPDATE, ())
    assert planned.convergence is Convergence.UNKNOWN
    assert planned.certificate is not None
    assert planned.certificate.rests_on == ("possible-refusal",)
    types = "/schema/objectSchema/objectTypes"
    told = scene.told("possible-refusal")
    assert [(d.severity, d.api_code, d.confidence, d.pointer) for d in told] == [
        ("warning", "REFERENCED_OBJECT_TYPE_CHANGED", "reported", f"{types}/0/attributes/0"),
        ("warning", "REFERENCED_OBJECT_TYPE_CHANGED", "reported", f"{types}/1/attributes/0"),
    ]
    assert [(d.file, (d.line, d.column)) for d in told] == [
        ("s.json", scene.place(f"{types}/{at}/description"))
        for at in ("0/attributes/1", "1/attributes/1")
    ]
    assert {d.hint for d in told} == {
        (
            "if it does, nothing was changed: write one of the two as live has it, apply, "
            "then write and apply the other"
        )
    }
    assert planned.operation is not None
    assert [
        [a["externalId"] for a in t["attributes"]]
        for t in planned.operation.body["schema"]["objectSchema"]["objectTypes"]
    ] == [["os-ref"], ["back"]]
    assert scene.answer(planned.operation.body) == (204, [])


def test_where_that_is_refused_the_way_of_the_hint_leads_through() -> None:
    scene = Scene.of(BACK, *BOTH, live=[BACK], profile=assuming("references-resent=refused"))
    refused = scene.planned().operation
    assert refused is not None
    status, errors = scene.answer(refused.body)
    assert status == 400
    assert [code for code, _ in errors] == ["REFERENCED_OBJECT_TYPE_CHANGED"] * 2
    for edits in ((BACK, BOTH[0]), (BACK, *BOTH)):
        scene.manifest.update(document(*edits))
        one = scene.planned().operation
        assert one is not None
        assert scene.told("possible-refusal") == []
        assert scene.answer(one.body) == (204, [])
    assert scene.planned().action is Action.NO_OP
