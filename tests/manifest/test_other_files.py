"""What lies beside manifests: data and reports are left alone, what was meant as one is told."""

import json
from pathlib import Path

import pytest

from reconciler.manifest.load import load_manifests, load_project_manifests
from reconciler.manifest.other_file import other_by_beginning, other_by_name
from reconciler.manifest.project.model import default_project
from reconciler.manifest.text.file import LARGEST_FILE
from tests.support.paths import ROOT
from tests.support.stages.cli_project import MANIFEST as VALID

DOCUMENT = {"schema": {"objectSchema": {"objectTypes": []}}, "mapping": {"objectTypeMappings": []}}
SCHEMA, MAPPING = DOCUMENT["schema"], DOCUMENT["mapping"]

# The sentence → the object, what is said of it, and what to write.
NEAR_MISSES: dict[str, tuple[object, str, str]] = {
    "keys in another case": (
        {"Source": "a", "Schema": SCHEMA, "Mapping": MAPPING},
        'it has "Source" and "Schema" and "Mapping", which nothing reads',
        'write source: in place of "Source", schema: in place of "Schema", mapping: in place',
    ),
    "two keys in another case, whatever they hold": (
        {"SOURCE": "a", "SCHEMA": {}}, '"SOURCE" and "SCHEMA"', "write source:",
    ),
    "all three misspelt": (
        {"sorce": "a", "shema": SCHEMA, "maping": MAPPING}, '"shema" and "maping" and "sorce"',
        'write schema: in place of "shema", mapping: in place of "maping", source: in place of',
    ),
    "one by its content": ({"content": SCHEMA}, '"content"', 'write schema: in place of "content"'),
    "the mapping at the root": (
        {"schemaId": "5", "objectTypeMappings": [{"objectTypeId": "12"}]},
        'its "objectTypeMappings" stands at the root', "write it under mapping:",
    ),
    "the schema at the root": (
        {"ObjectSchema": {"objectTypes": []}}, 'its "ObjectSchema" stands', "under schema:",
    ),
    "the types at the root": (
        {"objectTypes": [{"name": "A", "attributes": []}]}, 'its "objectTypes" stands at the root',
        "write it under schema: objectSchema:",
    ),
    "a list of it": (
        [{"source": "a", "labels": {"a": "b"}, "order": 1, **DOCUMENT}],
        "its document stands in a list", "at the root of the file",
    ),
    "a wrapper": ({"data": DOCUMENT}, 'its document is wrapped in "data"', "at the root"),
    "a wrapper, and the case": (
        {"answer": {"Schema": SCHEMA, "Mapping": MAPPING}}, 'wrapped in "answer"', "at the root",
    ),
    "an id and no document": ({"importSourceId": "x"}, "it has importSourceId and none", "write"),
    "the project file by another name": (
        {"environments": {"dev": {"backend": "cloud"}}}, "it looks like the project file",
        "the project file is named reconciler.yaml",
    ),
}  # fmt: skip


LISTS = {
    "- source: a\n  schema:\n    objectSchema: {objectTypes: []}\n": True,
    "# a\n---\n- schema: {objectSchema: {}}\n": True,
    "- {schema: 1}\n- note: objectSchema\n": False,
    "- a: 1\n  example:\n    schema: {objectSchema: {}}\n": False,
    "-\n  'schema':\n    objectSchema:\n": True,
    '- {"source": "a", "schema": {"objectSchema": {}}}\n': True,
}


@pytest.mark.parametrize("text", LISTS)
def test_a_list_that_holds_a_document_is_no_data(text: str) -> None:
    other = other_by_beginning(text.encode(), is_json=False)
    assert other is not None
    assert other.is_near_miss is LISTS[text]


@pytest.mark.parametrize("name", ["teams.json", "teams.yaml"])
@pytest.mark.parametrize("case", NEAR_MISSES)
def test_what_was_meant_to_be_a_manifest_is_told_by_its_name(
    case: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    value, what, write = NEAR_MISSES[case]
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_text(json.dumps(value))
    (found,) = load_project_manifests(default_project(Path())).diagnostics
    assert (found.code, found.severity, found.file) == ("near-miss", "warning", name)
    assert found.text.startswith(f"{name} is not read as a manifest: ")
    assert what in found.text
    assert write in (found.hint or "")


# What lies beside manifests without any word, and what a user who names it is told.
OTHERS: dict[str, tuple[str, str, str]] = {
    "a list": ("a.json", "[1]", "it is a list, so data"),
    "a list of YAML": ("a.yaml", "%YAML 1.2\n---\n# data\n\n- {schema: 1}\n", "a list"),
    "a list below many comments": ("a.yaml", "# many\n" * 1000 + "- 1\n", "a list"),
    "a list in brackets": ("a.yml", "--- # data\n  [1,\n 2]\n", "a list"),
    "an empty list": ("a.json", "\ufeff []", "a list"),
    "a saved plan": ("a.json", '{"format_version": "2.0", "digest": "x", "source": 1}', "a saved"),
    "a saved plan, sorted": ("a.json", '{"digest": "x", "format_version": "2.0"}', "a saved plan"),
    "half a report": ("a.json", '{"format_version": "1.0", "tool": {', "it is a report"),
    "data": ("a.json", '{"data": [{"schema": 1}], "source_of": {}}', "none of the keys source"),
    "data with an important word": ("a.yaml", "Mapping: {a: {}}\nResources: {}\n", "none of the"),
    "data with two": ("a.yaml", "Mapping: [a]\nSource: [b]\n", "none of the keys"),
    "data about schemas": ("a.json", '{"objectSchema": {"id": 1}, "objectTypes": []}', "none of"),
    "a table": ("a.json", json.dumps({f"k{n}": DOCUMENT for n in range(51)}), "none of the keys"),
    "a JSON Schema": (
        "a.json", (ROOT / "reconciler/manifest/schemas/manifest.schema.json").read_text(), "none",
    ),
    "the project file": ("reconciler.yaml", "environments: {}\n", "it is the project file"),
    "a hidden file": (".a.yaml", "source: a\n", "its name begins with a dot"),
    "a name of another kind": ("a.toml", "source = 1\n", "its name ends neither in .yaml or .yml"),
}  # fmt: skip


@pytest.mark.parametrize("case", OTHERS)
def test_other_files_are_left_alone(case: str, tmp_path: Path) -> None:
    name, text, what = OTHERS[case]
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    loaded = load_manifests([path])
    assert (loaded.manifests, loaded.faulty, loaded.diagnostics) == ((), (), ())
    (other,) = loaded.skipped.values()
    assert other.diagnostic("F").text.startswith("F is not read as a manifest: ")
    assert what in other.what


def test_a_list_larger_than_what_is_read_is_only_begun(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_bytes(b'[{"schema": ')
    with path.open("r+b") as file:
        file.truncate(LARGEST_FILE + 1)
    loaded = load_manifests([path])
    assert (loaded.diagnostics, len(loaded.skipped)) == ((), 1)


def test_much_data_without_a_word_of_a_manifest_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_text('{"rows": ["' + "x" * 1_000_000)
    assert load_manifests([path]).diagnostics == ()
    path.write_text('{"Schema": ["' + "x" * 1_000_000)
    assert [d.code for d in load_manifests([path]).diagnostics] == ["json-syntax"]


def test_no_beginning_of_a_manifest_looks_like_other_data() -> None:
    # What `make demo` leaves there is a folder.
    paths = [path for path in (ROOT / "manifests").glob("*.*") if path.is_file()]
    assert paths
    for path in paths:
        head = path.read_bytes()[:4096]
        assert other_by_beginning(head, is_json=path.suffix == ".json") is None
        assert (other_by_name(path.name) is None) is (path.name != "reconciler.yaml")


def test_the_example_has_no_near_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in (ROOT / "manifests", ROOT / "docs", ROOT / "reconciler"):
        monkeypatch.chdir(folder)
        assert load_project_manifests(default_project(Path())).near_misses == ()


MANIFEST = json.dumps(DOCUMENT)
MISNAMED = {
    "a.yam": "a.yaml", "a.json5": "a.json", "a.YMAL": "a.yml", "a.yaml~": None, "a.txt": None,
    "a.yaml.orig": None, ".a.yam": None,
}  # fmt: skip


@pytest.mark.parametrize("name", MISNAMED)
def test_a_manifest_whose_name_nearly_ends_as_one_is_told(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text(MANIFEST)
    Path("b.yam").write_text("schema: 1\n")
    near = load_project_manifests(default_project(Path())).near_misses
    meant = MISNAMED[name]
    assert [(d.file, d.hint) for d in near] == ([(name, f"name it {meant}")] if meant else [])


# The path below the project, its text, and whether it is told.
BELOW: dict[str, tuple[str, str, bool]] = {
    "JSON": ("old/a.json", MANIFEST, True),
    "JSON behind its source": ("old/a.json", f'{{"source": "a",{MANIFEST[1:]}', True),
    "YAML": ("old/a.yaml", "# a\nsource: a\nschema:\n  objectSchema:\n", True),
    "JSON behind what is flat": (
        "old/a.json",
        f'{{"importSchemaId": 5, "labels": {{"a": "b"}}, {MANIFEST[1:]}',
        True,
    ),
    "JSON in YAML": ("old/2025/a.yaml", MANIFEST, True),
    "quoted keys": ("old/a.yaml", '"schema":\n  objectSchema:\n', True),
    "two folders down": ("old/2025/a.yml", "mapping: {objectTypeMappings: []}\n", True),
    "four folders down": ("a/b/c/d/a.json", MANIFEST, False),
    "an overlay": ("overlays/staging/a.json", MANIFEST, False),
    "a part of a manifest": ("disks/drives.yaml", "mapping: {objectTypeMappings: []}\n", False),
    "a folder below parts": ("disks/a/drives.yaml", "mapping: {objectTypeMappings: []}\n", True),
    "a folder of a source's name": ("teams/a.yaml", "mapping: {objectTypeMappings: []}\n", True),
    "a folder beside a text": ("notes/a.yaml", "mapping: {objectTypeMappings: []}\n", True),
    "another project": ("other/a.json", MANIFEST, False),
    "a hidden folder": (".venv/a.json", MANIFEST, False),
    "a document inside another": ("old/a.json", f'{{"a": 1, "example": {MANIFEST}}}', False),
    "a plan": ("plans/a.json", f'{{"format_version": "2.0", "x": {MANIFEST}}}', False),
}


@pytest.mark.parametrize("case", BELOW)
def test_a_manifest_in_a_subfolder_is_told(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, text, is_told = BELOW[case]
    monkeypatch.chdir(tmp_path)
    for folder in ("other", Path(name).parent):
        Path(folder).mkdir(parents=True, exist_ok=True)
    Path("other/reconciler.yaml").touch()
    Path("disks.yaml").write_text(VALID.replace("source: disks", "source: teams"))
    Path("notes.txt").touch()
    Path(name).write_text(text)
    near = load_project_manifests(default_project(Path())).near_misses
    assert [d.file for d in near] == [name] * is_told
    own = "parts of a manifest are the files in the folder disks: move it there"
    assert [d.hint == own for d in near] == [name.startswith(("disks", "teams"))] * is_told
    assert all(f"{name} looks like a manifest and is in a subfolder" in d.text for d in near)


def test_folders_without_end_are_looked_at_up_to_a_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old").mkdir()
    for number in range(150):
        (tmp_path / "old" / f"{number:03}.json").write_text(MANIFEST)
    monkeypatch.chdir(tmp_path)
    (near,) = load_project_manifests(default_project(Path())).near_misses
    assert "old/000.json looks like a manifest" in near.text
    assert "as are 99 more" in near.text, "the first hundred are opened"
