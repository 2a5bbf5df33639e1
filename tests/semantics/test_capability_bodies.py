"""The table of capabilities is what `patch` does: a body for each row, and what comes of it."""

from typing import Any

import pytest

from reconciler.diagnostics import Confidence
from reconciler.model.document import Document
from reconciler.model.wire import write_document
from reconciler.semantics.capabilities import CAPABILITIES
from reconciler.semantics.decisions import OF_ROW
from reconciler.semantics.patch import patch
from reconciler.semantics.questions import LIKELIEST, Profile, Question
from reconciler.semantics.response import Code, Refused
from reconciler.semantics.rules import Ability, RuleCode
from reconciler.value import replace
from tests.support.documents.semantic_bodies import (
    generated,
    live,
    of_attribute,
    of_entry,
    of_mapping,
    of_type,
    partial,
    patched,
)
from tests.support.documents.site_document import Edit, Json, set_attribute, set_type

DRIVE = ("drive", "Hard Drive")
SYSTEM = ("os", "Operating System")
ICON: Json = {"key": "disk", "name": "Disk", "png48": "iVBO"}
STATUS: Json = {"name": "Active", "description": "", "category": "active"}


def icon(**fields: str) -> Document:
    return partial(of_type(*SYSTEM), iconSchema={"icons": [ICON | fields]})


def status(**fields: str) -> Document:
    return partial(of_type(*SYSTEM), statusSchema={"statuses": [STATUS | fields]})


def name_of(**fields: Any) -> Document:
    """Sends the attribute `os-name` with *fields*."""
    return partial(of_type(*SYSTEM, {**of_attribute("os-name", "Name"), **fields}))


def reference(**target: str) -> Document:
    fields = {"type": "referenced_object", **target}
    return partial(of_type(*DRIVE, of_attribute("os-ref", "OS", **fields)))


def path_mapping(*entries: Json, **fields: Any) -> Document:
    """Sends the mapping of `file` with these entries."""
    given = of_mapping("file", "File", *entries, **{"selector": "drives.files", **fields})
    child = of_type("file", "File", description="A file")
    drive = of_type(*DRIVE, description="A hard drive", children=[child])
    return partial(drive, mappings=(given,))


PATH = of_entry("path", "Path", "path", externalIdPart=True)
NOTHING = partial(of_type(*SYSTEM))

BODIES: dict[tuple[str, str], Document] = {
    ("object_schema", "name"): replace(NOTHING, name="New"),
    ("object_schema", "description"): replace(NOTHING, description="new"),
    ("object_type", "+"): partial(of_type("room", "Room")),
    ("object_type", "-"): NOTHING,
    ("object_type", "description"): partial(of_type(*SYSTEM, description="new")),
    ("object_type", "iconKey"): partial(of_type(*SYSTEM, iconKey="new")),
    ("object_type", "name"): partial(of_type("os", "OS")),
    ("object_type", "parent"): partial(of_type("file", "File")),
    ("attribute", "+"): partial(of_type(*SYSTEM, of_attribute("maker", "Maker"))),
    ("attribute", "-"): NOTHING,
    ("attribute", "description"): name_of(description="new"),
    ("attribute", "name"): name_of(name="Title"),
    ("attribute", "type"): name_of(type="textarea"),
    ("attribute", "referenceObjectTypeExternalId"): reference(
        referenceObjectTypeExternalId="drive"
    ),
    ("attribute", "referenceObjectTypeName"): reference(referenceObjectTypeName="Hard Drive"),
    ("attribute", "label"): name_of(label=False),
    ("attribute", "minimumCardinality"): name_of(minimumCardinality=0),
    ("attribute", "maximumCardinality"): name_of(maximumCardinality=5),
    ("attribute", "unique"): name_of(unique=True),
    ("attribute", "typeValues"): partial(
        of_type(
            *DRIVE,
            of_attribute("state", "State", type="status", typeValues=["Retired"]),
            description="A hard drive",
        )
    ),
    ("icon", "+"): icon(key="new"),
    ("icon", "-"): NOTHING,
    ("icon", "name"): icon(name="new"),
    ("icon", "png48"): icon(png48="iVBORw"),
    ("status", "+"): status(name="Retired"),
    ("status", "-"): NOTHING,
    ("status", "description"): status(description="new"),
    ("status", "category"): status(category="pending"),
    ("mapping", "+"): partial(of_type(*SYSTEM), mappings=(of_mapping(*SYSTEM),)),
    ("mapping", "-"): NOTHING,
    ("mapping", "selector"): path_mapping(PATH, selector="new"),
    ("mapping", "description"): path_mapping(PATH, description="new"),
    ("attribute_mapping", "+"): path_mapping(PATH, of_entry("size", "Size", "size")),
    ("attribute_mapping", "-"): path_mapping(),
    ("attribute_mapping", "attributeLocators"): path_mapping(
        of_entry("path", "Path", "new", externalIdPart=True)
    ),
    ("attribute_mapping", "externalIdPart"): path_mapping(of_entry("path", "Path", "path")),
    ("attribute_mapping", "objectMappingIQL"): path_mapping(PATH | {"objectMappingIQL": "new"}),
}
BEFORE: list[Edit] = [
    lambda made: made["schema"].update(iconSchema={"icons": [dict(ICON)]}),
    set_type("os", iconKey="disk"),
    set_attribute("os-name", description=""),
]


def changes(body: Document, profile: Profile) -> bool:
    return patched(body, *BEFORE, profile=profile) != write_document(live(*BEFORE))


def refused(body: Document, profile: Profile, row: RuleCode) -> bool:
    """Whether it is refused as what PATCH cannot do, known as well as the row says."""
    outcome = patch(live(*BEFORE), body, elsewhere={}, new_id=generated, profile=profile)
    return isinstance(outcome, Refused) and (Code.UNSUPPORTED_CHANGE, row.confidence) in {
        (r.code, r.confidence) for r in outcome.refusals
    }


def test_there_is_a_body_for_each_row() -> None:
    assert BODIES.keys() == CAPABILITIES.keys()


@pytest.mark.parametrize("case", BODIES, ids=" ".join)
def test_patch_does_what_the_row_says(case: tuple[str, str]) -> None:
    body, row = BODIES[case], CAPABILITIES[case]
    match row.ability:
        case Ability.YES | Ability.UNKNOWN:
            assert changes(body, LIKELIEST)
        case Ability.NO if body is NOTHING or case[0] == "object_schema":
            assert not changes(body, LIKELIEST), "it stays, and nothing is said"
        case Ability.NO:
            assert refused(body, LIKELIEST, row)


@pytest.mark.parametrize("case", OF_ROW, ids=" ".join)
def test_patch_does_what_a_profile_says_of_the_row(case: tuple[str, str]) -> None:
    body, row, question = BODIES[case], CAPABILITIES[case], OF_ROW[case]
    for outcome in question.outcomes:
        profile = Profile(chosen={question: outcome})
        if question is Question.MAPPING_LEFT_OUT:
            assert not changes(body, profile), "a body without a mapping takes none away"
        elif outcome == "refused":
            assert refused(body, profile, row)
        else:
            assert changes(body, profile) is (outcome == "changes")


def test_what_patch_takes_an_option_for_is_what_is_unknown() -> None:
    unknown = {row.confidence for row in CAPABILITIES.values() if row.ability is Ability.UNKNOWN}
    assert unknown == {Confidence.UNKNOWN}


# Of api.md#what-patch-changes: what is neither documented nor unknown.
INFERRED = {
    ("object_schema", "name"),
    ("object_schema", "description"),
    ("object_type", "parent"),
    ("status", "+"),
    ("status", "-"),
    ("status", "description"),
    ("status", "category"),
    ("mapping", "+"),
    ("mapping", "-"),
}


def test_the_grades_are_those_of_api_md() -> None:
    grades: dict[Confidence, set[tuple[str, str]]] = {}
    for case, row in CAPABILITIES.items():
        grades.setdefault(row.confidence, set()).add(case)
    assert grades.keys() == {Confidence.DOCUMENTED, Confidence.INFERRED, Confidence.UNKNOWN}
    assert grades[Confidence.INFERRED] == INFERRED
    assert {CAPABILITIES[case].ability for case in grades[Confidence.UNKNOWN]} == {Ability.UNKNOWN}
