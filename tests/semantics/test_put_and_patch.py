"""What PUT and PATCH do to a document, and what they refuse (api.md#what-patch-can-do)."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.model.document import Document
from reconciler.model.wire import read_document, write_document
from reconciler.semantics.patch import UndocumentedAssumption, patch
from reconciler.semantics.put import put
from reconciler.semantics.response import Accepted, Code, Refused
from tests.support.documents.semantic_bodies import (
    generated,
    live,
    of_attribute,
    of_type,
    partial,
    patched,
)
from tests.support.documents.site_document import (
    add_attribute,
    add_type,
    attribute,
    document,
    map_attribute,
    map_type,
    set_attribute,
    set_mapping,
    set_type,
    types,
)

Json = dict[str, Any]
Edit = Callable[[Json], None]


def codes_of(outcome: object) -> set[Code]:
    assert isinstance(outcome, Refused), outcome
    return {r.code for r in outcome.refusals}


PUT_REFUSALS: dict[str, tuple[Edit, Code, str]] = {
    "two types share an external id": (
        add_type("drive", "Another"),
        Code.DUPLICATE_EXTERNAL_ID_ILLEGAL,
        "/schema/objectSchema/objectTypes/1",
    ),
    "two attributes share an external id": (
        add_attribute("file", "duid", "Another"),
        Code.DUPLICATE_EXTERNAL_ID_ILLEGAL,
        "/schema/objectSchema/objectTypes/0/attributes/0",
    ),
    "an external id is in use in another schema": (
        add_type("taken", "Taken"),
        Code.SCHEMA_INVALID_EXTERNAL_ID,
        "/schema/objectSchema/objectTypes/2",
    ),
    "two types of one name under one parent": (
        add_type("os-2", "Operating System"),
        Code.EXTERNAL_ID_MISMATCH,
        "/schema/objectSchema/objectTypes/2",
    ),
    "two attributes of one name in one type": (
        add_attribute("os", "os-name-2", "Name"),
        Code.EXTERNAL_ID_MISMATCH,
        "/schema/objectSchema/objectTypes/1/attributes/1",
    ),
    "a mapping names a type that does not exist": (
        map_type("gone", "Gone"),
        Code.MAPPING_INVALID_EXTERNAL_ID,
        "/mapping/objectTypeMappings/2",
    ),
    "a mapping fills an attribute that does not exist": (
        map_attribute("file", "gone", "Gone", "x"),
        Code.UNKNOWN_EXTERNAL_ID_MAPPING,
        "/mapping/objectTypeMappings/1/attributesMapping/0",
    ),
    "a mapping fills an attribute of another type": (
        map_attribute("drive", "size", "Size", "x"),
        Code.UNKNOWN_EXTERNAL_ID_MAPPING,
        "/mapping/objectTypeMappings/0/attributesMapping/2",
    ),
    "a reference leads to a type that is not in the payload": (
        set_attribute("os-ref", referenceObjectTypeExternalId="gone"),
        Code.UNKNOWN_REFERENCE,
        "/schema/objectSchema/objectTypes/0/attributes/1",
    ),
}


@pytest.mark.parametrize("case", PUT_REFUSALS)
def test_put_refuses(case: str) -> None:
    edit, code, pointer = PUT_REFUSALS[case]
    outcome = put(
        None,
        read_document(document(edit)),
        elsewhere={"taken": "another schema"},
        new_id=generated,
    )
    assert codes_of(outcome) == {code}
    assert isinstance(outcome, Refused)
    assert pointer in [r.pointer for r in outcome.refusals]


def test_put_does_not_replace() -> None:
    """PUT on a configured source is refused with 409 (documented)."""
    outcome = put(live(), read_document(document()), elsewhere={}, new_id=generated)
    assert codes_of(outcome) == {Code.MAPPING_EXISTS}


def test_put_fills_in_what_the_server_fills_in() -> None:
    made = write_document(live())
    duid, reference = attribute(made, "duid"), attribute(made, "os-ref")
    assert duid["minimumCardinality"] == 1, "the label is mandatory"
    assert (reference["minimumCardinality"], reference["maximumCardinality"]) == (0, 1)
    assert reference["label"] is False
    assert reference["unique"] is False
    assert reference["referenceObjectTypeName"] == "Operating System"
    entries = made["mapping"]["objectTypeMappings"][0]["attributesMapping"]
    assert [e["externalIdPart"] for e in entries] == [True, False]


def test_put_generates_the_ids_that_are_missing() -> None:
    body = {
        "schema": {
            "objectSchema": {
                "name": "n",
                "description": "",
                "objectTypes": [
                    {
                        "name": "A",
                        "description": "",
                        "attributes": [{"name": "N", "description": "", "type": "text"}],
                    }
                ],
            }
        },
        "mapping": {
            "objectTypeMappings": [
                {
                    "objectTypeName": "A",
                    "selector": "s",
                    "description": "",
                    "attributesMapping": [{"attributeName": "N", "attributeLocators": ["n"]}],
                }
            ]
        },
    }
    outcome = put(None, read_document(body), elsewhere={}, new_id=generated)
    assert isinstance(outcome, Accepted)
    made = write_document(outcome.live)
    assert types(made).keys() == {"generated/A"}
    (mapped,) = made["mapping"]["objectTypeMappings"]
    assert mapped["objectTypeExternalId"] == "generated/A"
    assert mapped["attributesMapping"][0]["attributeExternalId"] == "generated/A/N"


PATCH_REFUSALS: dict[str, tuple[Document, Code]] = {
    "a type is renamed": (partial(of_type("os", "System")), Code.UNSUPPORTED_CHANGE),
    "a type is moved under another parent": (
        partial(of_type("os", "Operating System", children=[of_type("file", "File")])),
        Code.UNSUPPORTED_CHANGE,
    ),
    "an attribute is renamed": (
        partial(of_type("os", "Operating System", of_attribute("os-name", "Title"))),
        Code.UNSUPPORTED_CHANGE,
    ),
    "an attribute's type changes": (
        partial(
            of_type("os", "Operating System", of_attribute("os-name", "Name", type="textarea"))
        ),
        Code.UNSUPPORTED_CHANGE,
    ),
    "a reference leads elsewhere": (
        partial(
            of_type(
                "drive",
                "Hard Drive",
                of_attribute(
                    "os-ref",
                    "OS",
                    type="referenced_object",
                    referenceObjectTypeExternalId="drive",
                ),
            )
        ),
        Code.UNSUPPORTED_CHANGE,
    ),
    "a new type has the name of a live one under the same parent": (
        partial(of_type("os-2", "Operating System")),
        Code.EXTERNAL_ID_MISMATCH,
    ),
    "a new attribute has the name of a live one": (
        partial(of_type("os", "Operating System", of_attribute("os-name-2", "Name"))),
        Code.EXTERNAL_ID_MISMATCH,
    ),
    "a new attribute has the id of an attribute of another type": (
        partial(of_type("os", "Operating System", of_attribute("path", "Path"))),
        Code.SCHEMA_INVALID_EXTERNAL_ID,
    ),
    "a new type has an id in use in another schema": (
        partial(of_type("taken", "Taken")),
        Code.SCHEMA_INVALID_EXTERNAL_ID,
    ),
    "a new reference comes without its target": (
        partial(
            of_type(
                "os",
                "Operating System",
                of_attribute(
                    "r", "R", type="referenced_object", referenceObjectTypeExternalId="drive"
                ),
            )
        ),
        Code.UNKNOWN_REFERENCE,
    ),
    "a mapping fills an attribute that neither live nor the payload has": (
        partial(
            of_type("os", "Operating System"),
            mappings=(
                {
                    "objectTypeExternalId": "os",
                    "objectTypeName": "Operating System",
                    "selector": "s",
                    "description": "",
                    "attributesMapping": [
                        {
                            "attributeExternalId": "no",
                            "attributeName": "No",
                            "attributeLocators": ["x"],
                        }
                    ],
                },
            ),
        ),
        Code.UNKNOWN_EXTERNAL_ID_MAPPING,
    ),
}


@pytest.mark.parametrize("case", PATCH_REFUSALS)
def test_patch_refuses(case: str) -> None:
    body, code = PATCH_REFUSALS[case]
    outcome = patch(live(), body, elsewhere={"taken": "another schema"}, new_id=generated)
    assert codes_of(outcome) == {code}


def test_patch_leaves_what_the_body_does_not_list() -> None:
    before = write_document(live())
    after = patched(partial(of_type("os", "Operating System")))
    assert after == before


def test_patch_updates_descriptions_and_icons() -> None:
    after = patched(
        partial(
            of_type(
                "os",
                "Operating System",
                of_attribute("os-name", "Name", description="as sold"),
                description="An OS",
                iconKey="disk",
            )
        )
    )
    assert types(after)["os"]["description"] == "An OS"
    assert types(after)["os"]["iconKey"] == "disk"
    assert attribute(after, "os-name")["description"] == "as sold"
    assert attribute(after, "os-name")["label"] is True, "what is left out stays"


def test_patch_creates_types_and_attributes() -> None:
    child = of_type("folder", "Folder", of_attribute("f-name", "Name", label=True))
    after = patched(
        partial(of_type("drive", "Hard Drive", of_attribute("maker", "Maker"), children=[child]))
    )
    assert {"drive", "file", "folder", "os"} == types(after).keys()
    assert attribute(after, "maker")["maximumCardinality"] == 1
    assert attribute(after, "f-name")["minimumCardinality"] == 1


def test_patch_overwrites_a_mapping_whole_and_leaves_the_others() -> None:
    entry = {"attributeExternalId": "os-ref", "attributeName": "OS", "attributeLocators": ["os2"]}
    after = patched(
        partial(
            of_type("drive", "Hard Drive"),
            mappings=(
                {
                    "objectTypeExternalId": "drive",
                    "objectTypeName": "Hard Drive",
                    "selector": "d2",
                    "description": "",
                    "attributesMapping": [entry],
                },
            ),
        )
    )
    by_type = {m["objectTypeExternalId"]: m for m in after["mapping"]["objectTypeMappings"]}
    assert by_type["drive"]["selector"] == "d2"
    assert by_type["drive"]["attributesMapping"] == [entry | {"externalIdPart": False}]
    assert by_type["file"]["selector"] == "drives.files"


@pytest.mark.parametrize(
    ("undocumented", "unique"),
    [(UndocumentedAssumption.APPLY, True), (UndocumentedAssumption.IGNORE, False)],
)
def test_what_nobody_has_documented_is_an_option(
    undocumented: UndocumentedAssumption,
    unique: bool,  # noqa: FBT001
) -> None:
    body = partial(of_type("os", "Operating System", of_attribute("os-name", "Name", unique=True)))
    after = patched(body, undocumented=undocumented)
    assert attribute(after, "os-name")["unique"] is unique
    refused = patch(
        live(), body, elsewhere={}, new_id=generated, undocumented=UndocumentedAssumption.REFUSE
    )
    assert codes_of(refused) == {Code.UNSUPPORTED_CHANGE}


def test_unknown_keys_are_dropped_but_for_those_seen_in_answers() -> None:
    made = write_document(
        live(
            set_type("os", inheritance=False, colour="red"),
            set_mapping("file", unknownValues="ADD"),
        )
    )
    assert types(made)["os"].get("inheritance") is False
    assert "colour" not in types(made)["os"]
    assert made["mapping"]["objectTypeMappings"][1]["unknownValues"] == "ADD"


def test_two_types_that_refer_to_each_other_sent_again_are_a_doubt() -> None:
    """REFERENCED_OBJECT_TYPE_CHANGED: reported for a re-upload, so it does not refuse."""
    back = {"type": "referenced_object", "referenceObjectTypeExternalId": "drive"}
    both = live(add_attribute("os", "back", "Back", **back))
    there = {"type": "referenced_object", "referenceObjectTypeExternalId": "os"}
    body = partial(
        of_type("drive", "Hard Drive", of_attribute("os-ref", "OS", **there)),
        of_type("os", "Operating System", of_attribute("back", "Back", **back)),
    )
    outcome = patch(both, body, elsewhere={}, new_id=generated)
    assert isinstance(outcome, Accepted)
    assert {d.code for d in outcome.doubts} == {Code.REFERENCED_OBJECT_TYPE_CHANGED}
    one_way = partial(
        of_type("drive", "Hard Drive", of_attribute("os-ref", "OS", **there)),
        of_type("os", "Operating System"),
    )
    outcome = patch(both, one_way, elsewhere={}, new_id=generated)
    assert isinstance(outcome, Accepted)
    assert outcome.doubts == ()
