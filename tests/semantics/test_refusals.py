"""Each refusal whole: code, sentence, subject, pointer into the body, and how well it is known."""

import pytest

from reconciler.diagnostics import Confidence
from reconciler.model.document import Document
from reconciler.model.wire import read_document
from reconciler.semantics.patch import patch
from reconciler.semantics.put import put
from reconciler.semantics.response import Accepted, Code, Refusal, Refused
from tests.support.documents.semantic_bodies import (
    generated,
    live,
    of_attribute,
    of_entry,
    of_mapping,
    of_type,
    partial,
)
from tests.support.documents.site_document import (
    Edit,
    add_attribute,
    add_type,
    document,
    map_attribute,
    map_type,
    refer,
    set_attribute,
    set_type,
)
from tests.support.stages.assumed import undocumented

TYPES = "/schema/objectSchema/objectTypes"
MAPPINGS = "/mapping/objectTypeMappings"
TAKEN = {"taken": 'the source "other"', "taken too": 'the source "other"'}
DRIVE = ("drive", "Hard Drive")
SYSTEM = ("os", "Operating System")

# code, confidence, pointer, sentence
Row = tuple[str, str, str, str]


def rows(outcome: object) -> list[Row]:
    assert isinstance(outcome, Refused), outcome
    return [(r.code, r.confidence, r.pointer, r.text) for r in outcome.refusals]


PUT: dict[str, tuple[list[Edit], list[Row]]] = {
    "two types share an id": (
        [add_type("os", "Another")],
        [
            ("DUPLICATE_EXTERNAL_ID_ILLEGAL", "reported", f"{TYPES}/1",
             'two object types share the external id "os"'),
            ("DUPLICATE_EXTERNAL_ID_ILLEGAL", "reported", f"{TYPES}/2",
             'two object types share the external id "os"'),
        ],
    ),
    "two attributes share an id": (
        [add_attribute("os", "size", "Size")],
        [
            ("DUPLICATE_EXTERNAL_ID_ILLEGAL", "inferred", f"{TYPES}/0/children/0/attributes/1",
             'the external id "size" is used twice'),
            ("DUPLICATE_EXTERNAL_ID_ILLEGAL", "inferred", f"{TYPES}/1/attributes/1",
             'the external id "size" is used twice'),
        ],
    ),
    "a type and an attribute share an id": (
        [add_attribute("os", "file", "File")],
        [
            ("DUPLICATE_EXTERNAL_ID_ILLEGAL", "inferred", f"{TYPES}/1/attributes/0",
             'the external id "file" is used twice'),
        ],
    ),
    "ids that another source has": (
        [add_type("taken", "Taken"), add_attribute("file", "taken too", "Taken")],
        [
            ("SCHEMA_INVALID_EXTERNAL_ID", "inferred", f"{TYPES}/0/children/0/attributes/2",
             'the external id "taken too" is in use in the source "other"'),
            ("SCHEMA_INVALID_EXTERNAL_ID", "reported", f"{TYPES}/2",
             'the external id "taken" is in use in the source "other"'),
        ],
    ),
    "two types of one name under one parent": (
        [add_type("a", "Room", under="os"), add_type("b", "Room", under="os")],
        [
            ("EXTERNAL_ID_MISMATCH", "inferred", f"{TYPES}/1/children/1",
             'two object types are named "Room" under one parent'),
        ],
    ),
    "two attributes of one name in one type": (
        [add_attribute("os", "z", "Name")],
        [
            ("EXTERNAL_ID_MISMATCH", "inferred", f"{TYPES}/1/attributes/1",
             'two attributes of "Operating System" are named "Name"'),
        ],
    ),
    "a reference by id to what is not in the payload": (
        [set_attribute("os-ref", referenceObjectTypeExternalId="gone")],
        [
            ("UNKNOWN_REFERENCE", "reported", f"{TYPES}/0/attributes/1",
             'the object type "gone" that "OS" refers to is not in the payload'),
        ],
    ),
    "a reference by name to what is not in the payload, though an id is called so": (
        [add_attribute("os", "r", "R", type="referenced_object", referenceObjectTypeName="file")],
        [
            ("UNKNOWN_REFERENCE", "reported", f"{TYPES}/1/attributes/1",
             'the object type "file" that "R" refers to is not in the payload'),
        ],
    ),
    "mappings of a type and of an attribute that nobody has, one after the other": (
        [map_type("gone", "Gone"), map_attribute("file", "gone", "Gone", "x"),
         map_attribute("drive", "gone", "Gone", "x")],
        [
            ("UNKNOWN_EXTERNAL_ID_MAPPING", "observed", f"{MAPPINGS}/0/attributesMapping/1",
             ('the mapping of "Hard Drive" fills the attribute "gone", which the type does '
             "not have")),
            ("UNKNOWN_EXTERNAL_ID_MAPPING", "observed", f"{MAPPINGS}/1/attributesMapping/0",
             'the mapping of "File" fills the attribute "gone", which the type does not have'),
            ("MAPPING_INVALID_EXTERNAL_ID", "reported", f"{MAPPINGS}/2",
             'the mapping names the object type "gone", which does not exist here'),
        ],
    ),
    "a faulty mapping does not hide the next": (
        [map_type("a gone one", "Gone"), map_type("gone", "Gone")],
        [
            ("MAPPING_INVALID_EXTERNAL_ID", "reported", f"{MAPPINGS}/{at}",
             f'the mapping names the object type "{i}", which does not exist here')
            for at, i in ((0, "a gone one"), (3, "gone"))
        ],
    ),
    "a mapping that names its type by name alone": (
        [lambda d: d["mapping"]["objectTypeMappings"].append(
            of_mapping(None, "Operating System", of_entry("os-name", "Name", "n"),
                       of_entry("path", "Path", "p")))],
        [
            ("UNKNOWN_EXTERNAL_ID_MAPPING", "observed", f"{MAPPINGS}/0/attributesMapping/1",
             ('the mapping of "Operating System" fills the attribute "path", which the type '
             "does not have")),
        ],
    ),
    "a mapping by a name that nothing has, of an attribute by id": (
        [lambda d: d["mapping"]["objectTypeMappings"].append(
            of_mapping(None, "Users", of_entry("path", "Path", "p")))],
        [
            ("UNKNOWN_EXTERNAL_ID_MAPPING", "observed", f"{MAPPINGS}/0/attributesMapping/0",
             'the mapping of "Users" fills the attribute "path", which the type does not have'),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PUT)
def test_put_refuses(case: str) -> None:
    edits, expected = PUT[case]
    body = read_document(document(*edits))
    outcome = put(None, body, elsewhere=TAKEN, new_id=generated)
    assert rows(outcome) == expected


def test_put_on_a_configured_source_is_refused_for_that_alone() -> None:
    body = read_document(document(add_type("os", "X")))
    outcome = put(live(), body, configured=True, elsewhere={}, new_id="".join)
    assert outcome == Refused(
        refusals=(
            Refusal(
                code=Code.MAPPING_EXISTS,
                text="a mapping already exists for this import",
                pointer="",
                confidence=Confidence.DOCUMENTED,
            ),
        )
    )


REFERENCE = {"type": "referenced_object"}
PATCH: dict[str, tuple[Document, list[Row]]] = {
    "a type renamed": (
        partial(of_type("os", "System")),
        [("UNSUPPORTED_CHANGE", "documented", f"{TYPES}/0",
          'an object type cannot be renamed: "Operating System" cannot be renamed to "System"')],
    ),
    "a child made a root": (
        partial(of_type("file", "File")),
        [("UNSUPPORTED_CHANGE", "inferred", f"{TYPES}/0",
          ("no way is known to move an object type under another parent: "
          '"File" lives under another parent'))],
    ),
    "a child renamed": (
        partial(of_type(*DRIVE, children=[of_type("a", "A"), of_type("file", "Document")])),
        [("UNSUPPORTED_CHANGE", "documented", f"{TYPES}/0/children/1",
          'an object type cannot be renamed: "File" cannot be renamed to "Document"')],
    ),
    "an attribute renamed, in a child": (
        partial(of_type(*DRIVE, children=[
            of_type("file", "File", of_attribute("path", "Place"))])),
        [("UNSUPPORTED_CHANGE", "documented", f"{TYPES}/0/children/0/attributes/0",
          'an attribute cannot be renamed ("Place", name)')],
    ),
    "an attribute of another type": (
        partial(of_type(*SYSTEM, of_attribute("os-name", "Name", type="textarea"))),
        [("UNSUPPORTED_CHANGE", "documented", f"{TYPES}/0/attributes/0",
          'an attribute\'s type cannot be changed ("Name", type)')],
    ),
    "a reference by id to another type": (
        partial(of_type(*DRIVE, of_attribute(
            "os-ref", "OS", **REFERENCE, referenceObjectTypeExternalId="drive"))),
        [("UNSUPPORTED_CHANGE", "documented", f"{TYPES}/0/attributes/0",
          ("the object type that an attribute refers to cannot be changed "
          '("OS", referenceObjectTypeExternalId)'))],
    ),
    "a reference by name to another type": (
        partial(of_type(*DRIVE, of_attribute(
            "os-ref", "OS", **REFERENCE, referenceObjectTypeName="Hard Drive"))),
        [("UNSUPPORTED_CHANGE", "documented", f"{TYPES}/0/attributes/0",
          ("the object type that an attribute refers to cannot be changed "
          '("OS", referenceObjectTypeName)'))],
    ),
    "a type under the name of a live one": (
        partial(of_type("os-2", "Operating System")),
        [("EXTERNAL_ID_MISMATCH", "reported", f"{TYPES}/0",
          ('an object type named "Operating System" exists in this object schema under the '
           'external id "os"'))],
    ),
    "two new types under one name": (
        partial(of_type("a", "Room"), of_type("b", "Room")),
        [("EXTERNAL_ID_MISMATCH", "inferred", f"{TYPES}/1",
          'two object types are named "Room" under one parent')],
    ),
    "a type without an id under the name of a live one": (
        partial({"name": "Operating System", "description": ""}, of_type(*DRIVE)),
        [("EXTERNAL_ID_MISMATCH", "reported", f"{TYPES}/0",
          ('an object type named "Operating System" exists in this object schema under the '
           'external id "os"'))],
    ),
    "an attribute under the name of a live one, after the Key": (
        partial(of_type(*SYSTEM, {"name": "Key", "description": "", "type": "text"},
                        of_attribute("z", "Name"))),
        [("EXTERNAL_ID_MISMATCH", "inferred", f"{TYPES}/0/attributes/1",
          ('an attribute named "Name" exists in "Operating System" under the external id '
          '"os-name"'))],
    ),
    "an attribute without an id under the name of a live one": (
        partial(of_type(*SYSTEM, {"name": "Name", "description": "", "type": "text"})),
        [("EXTERNAL_ID_MISMATCH", "inferred", f"{TYPES}/0/attributes/0",
          ('an attribute named "Name" exists in "Operating System" under the external id '
          '"os-name"'))],
    ),
    "two attributes of a new type under one name": (
        partial(of_type("room", "Room", of_attribute("a", "A"), of_attribute("b", "A"))),
        [("EXTERNAL_ID_MISMATCH", "inferred", f"{TYPES}/0/attributes/1",
          'two attributes of "Room" are named "A"')],
    ),
    "a type with the id of a live attribute": (
        partial(of_type("size", "Size")),
        [("SCHEMA_INVALID_EXTERNAL_ID", "inferred", f"{TYPES}/0",
          'the external id "size" is in use by an attribute of "File"')],
    ),
    "an attribute with the id of another type's live attribute": (
        partial(of_type(*SYSTEM, of_attribute("size", "Size"))),
        [("SCHEMA_INVALID_EXTERNAL_ID", "inferred", f"{TYPES}/0/attributes/0",
          'the external id "size" is in use by an attribute of "File"')],
    ),
    "an attribute with the id of a live type": (
        partial(of_type(*SYSTEM, of_attribute("file", "File"))),
        [("SCHEMA_INVALID_EXTERNAL_ID", "inferred", f"{TYPES}/0/attributes/0",
          'the external id "file" is in use by the object type "File"')],
    ),
    "an attribute of a new type, with the id of a live attribute": (
        partial(of_type("room", "Room", of_attribute("size", "Size"))),
        [("SCHEMA_INVALID_EXTERNAL_ID", "inferred", f"{TYPES}/0/attributes/0",
          'the external id "size" is in use by an attribute of "File"')],
    ),
    "ids that another source has": (
        partial(of_type("taken", "Taken", of_attribute("taken too", "Taken"))),
        [
            ("SCHEMA_INVALID_EXTERNAL_ID", "reported", f"{TYPES}/0",
             'the external id "taken" is in use in the source "other"'),
            ("SCHEMA_INVALID_EXTERNAL_ID", "inferred", f"{TYPES}/0/attributes/0",
             'the external id "taken too" is in use in the source "other"'),
        ],
    ),
    "a new reference without its target": (
        partial(of_type(*SYSTEM, of_attribute(
            "r", "R", **REFERENCE, referenceObjectTypeExternalId="drive"))),
        [("UNKNOWN_REFERENCE", "reported", f"{TYPES}/0/attributes/0",
          'the object type "drive" that "R" refers to is not in the payload')],
    ),
    "two new types with one id, and two attributes": (
        partial(of_type("new", "New"), of_type("new", "Newer", of_attribute("n", "N")),
                of_type(*SYSTEM, of_attribute("n", "N"))),
        [
            ("DUPLICATE_EXTERNAL_ID_ILLEGAL", "reported", f"{TYPES}/0",
             'two object types share the external id "new"'),
            ("DUPLICATE_EXTERNAL_ID_ILLEGAL", "reported", f"{TYPES}/1",
             'two object types share the external id "new"'),
            ("DUPLICATE_EXTERNAL_ID_ILLEGAL", "inferred", f"{TYPES}/1/attributes/0",
             'the external id "n" is used twice'),
            ("DUPLICATE_EXTERNAL_ID_ILLEGAL", "inferred", f"{TYPES}/2/attributes/0",
             'the external id "n" is used twice'),
        ],
    ),
    "mappings of a type and of an attribute that nobody has": (
        partial(of_type(*SYSTEM), mappings=(
            of_mapping("gone", "Gone"), of_mapping(*SYSTEM, of_entry("gone", "Gone", "g")))),
        [
            ("MAPPING_INVALID_EXTERNAL_ID", "reported", f"{MAPPINGS}/0",
             'the mapping names the object type "gone", which does not exist here'),
            ("UNKNOWN_EXTERNAL_ID_MAPPING", "observed", f"{MAPPINGS}/1/attributesMapping/0",
             ('the mapping of "Operating System" fills the attribute "gone", which the type '
             "does not have")),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PATCH)
def test_patch_refuses(case: str) -> None:
    body, expected = PATCH[case]
    outcome = patch(live(), body, elsewhere=TAKEN, new_id=generated)
    assert rows(outcome) == expected


UNDOCUMENTED: dict[str, tuple[str, str]] = {
    "label": ("nobody has documented whether PATCH can change which attribute is the label",
              "label"),
    "minimumCardinality": ("nobody has documented whether PATCH can change a cardinality",
                           "minimumCardinality"),
    "maximumCardinality": ("nobody has documented whether PATCH can change a cardinality",
                           "maximumCardinality"),
    "unique": ("nobody has documented whether PATCH can change `unique`", "unique"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNDOCUMENTED)
def test_what_nobody_has_documented_can_be_refused(case: str) -> None:
    text, wire = UNDOCUMENTED[case]
    value = {"label": False, "minimumCardinality": 0, "maximumCardinality": 2, "unique": True}[wire]
    body = partial(of_type(*SYSTEM, of_attribute("os-name", "Name", **{wire: value})))
    outcome = patch(live(), body, elsewhere={}, new_id=generated, profile=undocumented("refused"))
    assert rows(outcome) == [
        ("UNSUPPORTED_CHANGE", "unknown", f"{TYPES}/0/attributes/0",
         f'{text} ("Name", {wire})'),
    ]  # fmt: skip


def test_ids_that_live_here_are_not_asked_for_anew() -> None:
    """A type, an attribute and another source's: nothing new is created under a taken id."""
    elsewhere = dict.fromkeys(("os", "os-name"), 'the source "other"')
    body = partial(of_type(*SYSTEM, of_attribute("os-name", "Name")))
    assert isinstance(patch(live(), body, elsewhere=elsewhere, new_id=generated), Accepted)


BACK = refer("os", "back", "Back", to="drive")
THERE = {"externalId": "os-ref", "name": "OS", "description": "", **REFERENCE}
HOME = {"externalId": "back", "name": "Back", "description": "", **REFERENCE}
BY_ID = [
    THERE | {"referenceObjectTypeExternalId": "os"},
    HOME | {"referenceObjectTypeExternalId": "drive"},
]
BY_NAME = [
    THERE | {"referenceObjectTypeName": "Operating System"},
    HOME | {"referenceObjectTypeName": "Hard Drive"},
]


@pytest.mark.parametrize("references", [BY_ID, BY_NAME], ids=["by id", "by name"])
def test_two_live_types_that_refer_to_each_other_sent_again_are_a_doubt(
    references: list[dict[str, object]],
) -> None:
    there, home = references
    body = partial(of_type(*DRIVE, there), of_type(*SYSTEM, home))
    outcome = patch(live(BACK), body, elsewhere={}, new_id=generated)
    assert isinstance(outcome, Accepted)
    assert rows(Refused(refusals=outcome.doubts)) == [
        ("REFERENCED_OBJECT_TYPE_CHANGED", "reported", f"{TYPES}/0/attributes/0",
         '"Hard Drive" and "os" refer to each other and both references are sent again'),
        ("REFERENCED_OBJECT_TYPE_CHANGED", "reported", f"{TYPES}/1/attributes/0",
         ('"Operating System" and "drive" refer to each other and both references are sent '
         "again")),
    ]  # fmt: skip


NO_DOUBT: dict[str, tuple[list[Edit], Document]] = {
    "one of the two references": (
        [BACK], partial(of_type(*DRIVE, BY_ID[0]), of_type(*SYSTEM)),
    ),
    "one of them new": ([], partial(of_type(*DRIVE, BY_ID[0]), of_type(*SYSTEM, BY_ID[1]))),
    "a type that refers to itself": (
        [refer("os", "self", "Self", to="os")],
        partial(of_type(*SYSTEM, of_attribute(
            "self", "Self", **REFERENCE, referenceObjectTypeExternalId="os"))),
    ),
    "attributes that refer to nothing": (
        [set_type("os", description="x")],
        partial(of_type(*DRIVE, of_attribute("duid", "DUID")),
                of_type(*SYSTEM, of_attribute("os-name", "Name"))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", NO_DOUBT)
def test_there_is_no_doubt_about(case: str) -> None:
    edits, body = NO_DOUBT[case]
    outcome = patch(live(*edits), body, elsewhere={}, new_id=generated)
    assert isinstance(outcome, Accepted)
    assert outcome.doubts == ()
