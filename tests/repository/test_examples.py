"""The example project keeps the rules that it is there to teach."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import ryaml

from tests.support.paths import ROOT, SHARED

EXAMPLES = ROOT / "manifests"
OFFICIAL = SHARED / "schemas"


def read(path: Path) -> Any:
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if path.suffix == ".json" else ryaml.loads(text)  # type: ignore[attr-defined]


MANIFESTS = {
    path.name: read(path)
    for path in sorted(EXAMPLES.iterdir())
    if path.is_file() and path.name != "reconciler.yaml" and not path.name.startswith(".")
}


def object_types(manifest: Any) -> Iterator[Any]:
    """Yield every object type, parents before children."""
    todo = list(manifest["schema"]["objectSchema"]["objectTypes"])
    while todo:
        object_type = todo.pop(0)
        yield object_type
        todo.extend(object_type.get("children", ()))


def elements(manifest: Any) -> Iterator[Any]:
    """Yield every object type and every attribute: what may have an external id."""
    for object_type in object_types(manifest):
        yield object_type
        yield from object_type["attributes"]


def depth(object_type: Any) -> int:
    return 1 + max((depth(child) for child in object_type.get("children", ())), default=0)


def test_there_are_four_sources_one_of_them_in_json() -> None:
    assert [*MANIFESTS] == [
        "disk-analysis.yaml",
        "hardware-inventory.yaml",
        "legacy-cmdb.json",
        "people-and-teams.yaml",
    ]


@pytest.mark.parametrize("name", MANIFESTS)
def test_each_manifest_is_valid_under_the_official_schema(name: str) -> None:
    if not OFFICIAL.is_dir():
        pytest.skip("../shared/schemas is not there")
    has_ids = any("externalId" in element for element in elements(MANIFESTS[name]))
    version = "2023_10_19" if has_ids else "2021_09_15"
    official = json.loads((OFFICIAL / f"imports-{version}.schema.json").read_text("utf-8"))
    faults = jsonschema.Draft201909Validator(official).iter_errors(MANIFESTS[name])
    assert [f"{fault.json_path}: {fault.message}" for fault in faults] == []


def test_validate_finds_neither_errors_nor_warnings() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "reconciler", "--chdir", "manifests", "validate"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.findall(r".*(?:error|warning)\[.*", run.stdout + run.stderr) == []


@pytest.mark.parametrize("name", MANIFESTS)
def test_each_type_has_one_label_a_mapping_and_objects_that_can_be_told_apart(name: str) -> None:
    mappings = {
        mapping["objectTypeName"]: mapping["attributesMapping"]
        for mapping in MANIFESTS[name]["mapping"]["objectTypeMappings"]
    }
    for object_type in object_types(MANIFESTS[name]):
        labels = [a["name"] for a in object_type["attributes"] if a.get("label")]
        assert len(labels) == 1, object_type["name"]
        mapped = mappings[object_type["name"]]
        assert {m["attributeName"] for m in mapped} == {
            a["name"] for a in object_type["attributes"]
        }
        assert any(m.get("externalIdPart") for m in mapped), object_type["name"]


def test_the_examples_show_what_they_are_there_to_show() -> None:
    hardware = MANIFESTS["hardware-inventory.yaml"]
    people = MANIFESTS["people-and-teams.yaml"]
    references = {
        (object_type["externalId"], attribute["referenceObjectTypeExternalId"])
        for object_type in object_types(hardware)
        for attribute in object_type["attributes"]
        if attribute["type"] == "referenced_object"
    }
    assert ("hardware/location", "hardware/location") in references
    assert ("hardware/server", "hardware/model") in references
    assert "select" in {a["type"] for t in object_types(hardware) for a in t["attributes"]}
    assert max(depth(t) for t in people["schema"]["objectSchema"]["objectTypes"]) == 3
    assert not any("externalId" in e for e in elements(MANIFESTS["legacy-cmdb.json"]))


def test_production_takes_everything_secret_or_local_from_the_environment() -> None:
    environments = read(EXAMPLES / "reconciler.yaml")["environments"]
    assert environments["local"] == {"backend": "embedded"}

    def leaves(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            for inner in value.values():
                yield from leaves(inner)
        else:
            yield value

    production = dict(environments["production"])
    assert production.pop("backend") == "cloud"
    assert [leaf for leaf in leaves(production) if not re.fullmatch(r"\$\{[A-Z_]+\}", leaf)] == []
    assert set(production["sources"]) == {Path(name).stem for name in MANIFESTS}
