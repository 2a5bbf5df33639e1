"""Changes that somebody must act on say where the manifest has them; the others need no place."""

import pytest

from reconciler.model.address import Address
from reconciler.planning.change import Edit, Kind
from reconciler.planning.diff.difference import Difference
from reconciler.planning.verdict.manifest_place import manifest_place
from tests.support.documents.predicted import Scene
from tests.support.documents.site_document import set_attribute, set_mapping, set_type

PLACES = "/schema/objectSchema/objectTypes/0"
MAPPINGS = "/mapping/objectTypeMappings/0"


def test_what_is_impossible_or_risky_has_its_place() -> None:
    scene = Scene.of(
        set_type("drive", name="Disk"),
        set_mapping("file", selector="others"),
        set_attribute("os-name", description="Of the system"),
    )
    planned = scene.planned()
    assert planned.file == "s.json"
    at = {c.field: (c.line, c.column) for c in planned.changes}
    assert at["name"] == scene.place(f"{PLACES}/name")
    selector = next(
        i
        for i, m in enumerate(scene.manifest["mapping"]["objectTypeMappings"])
        if m["objectTypeExternalId"] == "file"
    )
    assert at["selector"] == scene.place(f"/mapping/objectTypeMappings/{selector}/selector")
    assert at["description"] == (None, None)


# A kind → the names and keys of an element of it, and where the manifest has it.
ELEMENTS: dict[Kind, tuple[tuple[str, ...], str | None, str | None, str]] = {
    Kind.OBJECT_SCHEMA: (("Disk Analysis Tool",), None, None, "/schema/objectSchema"),
    Kind.OBJECT_TYPE: (("Hard Drive",), "drive", None, PLACES),
    Kind.ATTRIBUTE: (("Hard Drive", "DUID"), "drive", "duid", f"{PLACES}/attributes/0"),
    Kind.ICON: (("disk",), None, None, "/schema/iconSchema/icons/0"),
    Kind.STATUS: (("Active",), None, None, "/schema/statusSchema/statuses/0"),
    Kind.MAPPING: (("Hard Drive",), "drive", None, MAPPINGS),
    Kind.ATTRIBUTE_MAPPING: (
        ("Hard Drive", "OS"), "drive", "os-ref", f"{MAPPINGS}/attributesMapping/1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_of_element_has_its_place(kind: Kind) -> None:
    names, type_key, attribute_key, pointer = ELEMENTS[kind]
    scene = Scene.of()
    scene.manifest["schema"]["iconSchema"] = {"icons": [{"key": "disk"}]}
    about = Difference(
        kind=kind,
        edit=Edit.CHANGE,
        address=Address.of("s"),
        names=names,
        type_key=type_key,
        attribute_key=attribute_key,
    )
    locations = scene.given().locations
    assert locations is not None
    place = scene.place(pointer)
    assert place is not None
    assert manifest_place(about, locations) == (*place, locations.file)
