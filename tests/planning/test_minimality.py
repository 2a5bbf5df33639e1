"""Does every element of a PATCH body change something? The pointers of those that do not."""

import pytest

from reconciler.model.document import Document
from reconciler.planning.operation.minimality import superfluous
from reconciler.semantics.patch import patch
from reconciler.semantics.response import Accepted
from tests.support.documents.semantic_bodies import (
    generated,
    live,
    of_attribute,
    of_entry,
    of_mapping,
    of_type,
    partial,
)
from tests.support.documents.site_document import Edit, Json, set_type

DRIVE = ("drive", "Hard Drive")
SYSTEM = ("os", "Operating System")
TYPES = "/schema/objectSchema/objectTypes"
ICON: Json = {"key": "disk", "name": "Disk", "png48": "iVBO"}
OTHER_ICON: Json = {"key": "file", "name": "File", "png48": "iVBO"}
STATUS: Json = {"name": "Active", "description": "", "category": "active"}
LOST: Json = {"name": "Lost", "description": "", "category": "inactive"}
BEFORE: list[Edit] = [
    lambda made: made["schema"].update(iconSchema={"icons": [dict(ICON)]}),
    set_type("os", iconKey="disk"),
    lambda made: made["mapping"]["objectTypeMappings"].extend(
        [of_mapping(None, "Groups"), of_mapping(None, "Users")]
    ),
]
FILE = ("file", "File")
AS_IT_IS = of_mapping(
    *FILE, of_entry("path", "Path", "path", externalIdPart=True), selector="drives.files"
)

CASES: dict[str, tuple[Document, list[str]]] = {
    "stubs are exempt": (
        partial(of_type(*DRIVE, description="A hard drive", children=[of_type(*FILE)])), [],
    ),
    "an attribute as it is": (
        partial(of_type(*SYSTEM, of_attribute("os-name", "Name"))),
        [f"{TYPES}/0/attributes/0"],
    ),
    "an attribute as it is beside one that changes and a new one": (
        partial(of_type(*DRIVE, children=[of_type(
            *FILE,
            of_attribute("hash", "Hash"),
            of_attribute("path", "Path"),
            of_attribute("size", "Size", type="integer", description="new"),
        )])),
        [f"{TYPES}/0/children/0/attributes/1"],
    ),
    "an attribute of a new type": (
        partial(of_type("room", "Room", of_attribute("no", "No"), iconKey="disk")), [],
    ),
    "the system Key": (
        partial(of_type(*SYSTEM, {"name": "Key", "description": "", "type": "text"})), [],
    ),
    "an attribute as it is, after a new type": (
        partial(of_type("a", "A"), of_type(*SYSTEM, of_attribute("os-name", "Name"))),
        [f"{TYPES}/1/attributes/0"],
    ),
    "an icon key as it is": (
        partial(of_type(*SYSTEM, iconKey="disk")), [f"{TYPES}/0/iconKey"],
    ),
    "another icon key": (partial(of_type(*SYSTEM, iconKey="file")), []),
    "an icon key as it is, after a type that says none": (
        partial(of_type(*DRIVE), of_type(*SYSTEM, iconKey="disk")), [f"{TYPES}/1/iconKey"],
    ),
    "a mapping as it is, beside one that changes and a new one": (
        partial(of_type(*SYSTEM), mappings=(
            of_mapping(*DRIVE, of_entry("duid", "DUID", "new")),
            AS_IT_IS,
            of_mapping(*SYSTEM, of_entry("os-name", "Name", "n")),
        )),
        ["/mapping/objectTypeMappings/1"],
    ),
    "a mapping as it is, beside one that changes under the same name": (
        partial(of_type(*SYSTEM), mappings=(
            AS_IT_IS, of_mapping(*DRIVE, of_entry("duid", "DUID", "new"), objectTypeName="File"),
        )),
        ["/mapping/objectTypeMappings/1"],
    ),
    "mappings by names that nothing here has": (
        partial(of_type(*SYSTEM), mappings=(
            of_mapping(None, "Groups"), of_mapping(None, "Users", selector="new"),
        )),
        ["/mapping/objectTypeMappings/0"],
    ),
    "an icon as it is, beside a new one": (
        partial(of_type(*SYSTEM), iconSchema={"icons": [ICON, OTHER_ICON]}),
        ["/schema/iconSchema/icons/0"],
    ),
    "an icon that changes": (
        partial(of_type(*SYSTEM), iconSchema={"icons": [ICON | {"name": "New"}]}), [],
    ),
    "a status as it is, beside a new one": (
        partial(of_type(*SYSTEM), statusSchema={"statuses": [STATUS, LOST]}),
        ["/schema/statusSchema/statuses/0"],
    ),
    "a status that changes": (
        partial(of_type(*SYSTEM), statusSchema={"statuses": [STATUS | {"description": "x"}]}), [],
    ),
    "one of each kind, in the body's order": (
        partial(of_type(*SYSTEM, of_attribute("os-name", "Name"), iconKey="disk"),
                mappings=(AS_IT_IS,), iconSchema={"icons": [ICON]},
                statusSchema={"statuses": [STATUS]}),
        [f"{TYPES}/0/attributes/0", f"{TYPES}/0/iconKey", "/mapping/objectTypeMappings/0",
         "/schema/iconSchema/icons/0", "/schema/statusSchema/statuses/0"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_changes_nothing_is_named(case: str) -> None:
    body, expected = CASES[case]
    before = live(*BEFORE)
    outcome = patch(before, body, elsewhere={}, new_id=generated)
    assert isinstance(outcome, Accepted)
    assert list(superfluous(body, before=before, after=outcome.live)) == expected
