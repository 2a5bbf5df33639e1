"""Changes that somebody must act on say where the manifest has them; the others need no place."""

from tests.support.documents.predicted import Scene
from tests.support.documents.site_document import set_attribute, set_mapping, set_type

PLACES = "/schema/objectSchema/objectTypes/0"


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
