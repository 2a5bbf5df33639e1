"""`init --from`: a manifest inferred from data, from the file to the objects on the emulator."""

import json
import os
import shutil
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from reconciler.app.init.files import NewFile, write_files
from reconciler.cli.choices import FORGES
from reconciler.errors import ReconcilerError
from tests.support.paths import GOLDEN
from tests.support.stages.cli_project import Desk, Result

DATA = GOLDEN / "init" / "data"

# The file, what it is called in the project, the source, and how many objects it makes of which
# types.
SHAPES: dict[str, tuple[str, str, str, str]] = {
    "a CSV file of devices": ("devices.csv", "devices.csv", "devices", "Device 6"),
    "semicolons, umlauts and a byte order mark": (
        "artikel.csv", "Artikel Übersicht.csv", "artikel-ubersicht", "Artikel Übersicht 3"),
    "tabs, and no identifier": ("ports.tsv", "ports.tsv", "ports", "Port 5"),
    "nested JSON": ("scan.json", "scan.json", "scan", "File 4, Hard Drive 4, Vendor 2"),
    "a directory's entries, lists all of them": (
        "directory.json", "directory.json", "directory", "Group 3, User 3"),
    "a Kubernetes list": ("pods.json", "pods.json", "pods", "Container 4, Pod 3, Port 1"),
    "ragged NDJSON": ("ragged.ndjson", "ragged.ndjson", "ragged", "Disk 2, Ragged 4"),
    "lists that refer to one another, in YAML": (
        "network.yaml", "network.yaml", "network", "Location 2, Switch 3, Vlan 2"),
    "a wrapper": ("wrapped.json", "wrapped.json", "wrapped", "Department 2, Employee 4"),
    "names that nobody would choose": (
        "hostile.json", "hostile.json", "hostile", "Hostile 2, Mixed 1"),
}  # fmt: skip


@pytest.fixture
def folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Desk:
    """An empty folder with another one for data."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    return Desk(root=tmp_path, capture=capsys)


def begun(folder: Desk, text: str | bytes, name: str = "things.csv") -> Result:
    """Return how `init` of a data file ended."""
    data = text if isinstance(text, bytes) else text.encode()
    (folder.root / "data" / name).write_bytes(data)
    return folder("init", "--from", f"data/{name}")


@pytest.mark.parametrize("shape", SHAPES)
def test_data_of_any_shape_become_a_project_that_imports_them(shape: str, folder: Desk) -> None:
    file, name, source, made = SHAPES[shape]
    shutil.copy(DATA / file, folder.root / "data" / name)
    done = folder("init", "--from", f"data/{name}")
    assert (done.code, "none lost" in done.out) == (0, True), done
    checked = folder("validate")
    assert (checked.code, checked.out) == (0, "1 manifest is valid\n")
    assert folder("fmt", "--check").code == 0
    assert folder("preview", source, f"data/{name}").code == 0
    planned = folder("plan")
    assert (planned.code, "proved" in planned.out) == (0, True)
    assert folder("apply", "--auto-approve").code == 0
    assert folder("plan", "--detailed-exitcode").code == 0
    assert folder("ingest", "run", source, f"data/{name}").code == 0
    shown = json.loads(folder("emulator", "objects", source, "--format", "json").out)
    types = Counter(each["type"] for each in shown["objects"])
    assert ", ".join(f"{name} {number}" for name, number in sorted(types.items())) == made


# The sentence → the name, the data, what is said.
REFUSED: dict[str, tuple[str, bytes, str]] = {
    "no bytes": ("a.csv", b"", "a.csv is empty"),
    "a header alone": ("a.csv", b"name,size\n", "a.csv has no entry that a mapping could read"),
    "an empty list": ("a.json", b"[]", "a.json has no entry"),
    "entries without fields": ("a.json", b"[{}, {}]", "a.json has no entry"),
    "one object": ("a.json", b'{"name": "web", "cpu": 4}', "name is not a list of objects"),
    "objects by name": (
        "a.json",
        b'{"by": {"a": {"ip": 1}, "b": {"ip": 2}}}',
        "write it as a list",
    ),
    "rows of different length": ("a.csv", b"a,b\n1,2\n3\n", "line 3 has 1 cell, the header has 2"),
    "a column that is there twice": ("a.csv", b"a,a\n1,2\n", 'names column "a" twice'),
    "Latin-1": ("a.csv", "name\nJörg\n".encode("latin-1"), "is not UTF-8"),
    "broken JSON": ("a.json", b'[{"a": 1}, {"a": }]', "line 1, column 18"),
    "no file": ("", b"", "data/things.csv"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_data_without_entries_are_refused_and_nothing_is_written(case: str, folder: Desk) -> None:
    name, data, said = REFUSED[case]
    done = begun(folder, data, name) if name else folder("init", "--from", "data/things.csv")
    assert (done.code, said in done.err) == (1, True), done
    assert {path.name for path in folder.root.iterdir()} == {"data"}


def test_what_only_further_data_show_is_corrected(folder: Desk) -> None:
    """The first 10,000 entries suggest what the rest refutes."""
    rows = [f"k{n},s{n},{n},x" for n in range(12_000)]
    rows[11_000] = "k5,other,n/a,"
    done = begun(folder, "\n".join(["key,serial,size,name", *rows]))
    assert (done.code, "Preview: 12,000 objects, none lost" in done.out) == (0, True), done
    assert "identity serial (unique, never empty)" in done.out
    text = (folder.root / "things.yaml").read_text(encoding="utf-8")
    assert "10,000 of 12,000 entries" in text
    assert "not integer: further data have other values" in text


def test_what_the_data_themselves_lose_is_told(folder: Desk) -> None:
    done = begun(folder, '[{"id": 1, "tags": ["a"]}, {"id": 1, "tags": ["b"]}]', "t.json")
    assert done.code == 0
    assert "1 entry is lost or doubled: reconciler preview t data/t.json" in done.out


@pytest.mark.parametrize("file", ["devices.csv", "scan.json", "directory.json"])
def test_the_manifest_says_why(file: str, folder: Desk) -> None:
    """RECONCILER_UPDATE_GOLDEN=1 writes the files anew."""
    assert begun(folder, (DATA / file).read_bytes(), file).code == 0
    name = f"{Path(file).stem}.yaml"
    text = (folder.root / name).read_text(encoding="utf-8")
    if os.environ.get("RECONCILER_UPDATE_GOLDEN"):
        (GOLDEN / "init" / name).write_text(text, encoding="utf-8")
    assert text == (GOLDEN / "init" / name).read_text(encoding="utf-8")


def test_nothing_is_overwritten_and_all_that_is_in_the_way_is_named(folder: Desk) -> None:
    folder.write("things.yaml", "mine")
    assert begun(folder, "a\n1\n").err.startswith(
        "error: nothing was written: things.yaml is there already\n"
    )
    folder.write(".gitignore", "*.pyc\n")
    assert {path.name for path in folder.root.iterdir()} == {"data", "things.yaml", ".gitignore"}
    (folder.root / "things.yaml").unlink()
    done = begun(folder, "a\n1\n")
    assert "add .reconciler/ to .gitignore" in done.out
    assert (folder.root / ".gitignore").read_text() == "*.pyc\n"
    again = begun(folder, "a\n1\n")
    assert (again.code, "things.yaml is the manifest of things already" in again.err) == (1, True)


def test_all_files_are_written_or_none(folder: Desk) -> None:
    (folder.root / ".schemas").symlink_to("nowhere")
    done = folder("init", "--yes")
    assert done.code == 1
    assert done.err.startswith("error: nothing was written: .schemas/project.json cannot be made")
    assert [path.name for path in folder.root.rglob("*") if path.is_file()] == []


def test_what_somebody_makes_after_the_check_is_not_overwritten(folder: Desk) -> None:
    ours, theirs = folder.root / "ours.yaml", folder.write("theirs.yaml", "theirs")
    files = [NewFile(path=ours, text="a"), NewFile(path=theirs, text="b")]
    with (
        pytest.raises(ReconcilerError, match="cannot be made: File exists"),
        ExitStack() as undo,
    ):
        write_files(files, undo)
    assert (ours.exists(), theirs.read_text()) == (False, "theirs")


def test_a_project_that_is_there_gets_another_manifest_with_ids_of_its_own(folder: Desk) -> None:
    assert begun(folder, "id,name\n1,a\n").code == 0
    done = begun(folder, "id,name\n1,a\n", "Things.json.csv")
    assert (done.code, "written: Things.yaml\n" in done.out) == (0, True)
    assert "- externalId: things-2/thing\n" in (folder.root / "Things.yaml").read_text()
    assert folder("validate").code == 0
    empty = folder("init", "--yes")
    assert (empty.code, "reconciler.yaml is there already" in empty.err) == (1, True)


def test_a_project_without_schemas_for_editors_gets_no_line_that_names_one(folder: Desk) -> None:
    folder.write("reconciler.yaml", "environments: {local: {backend: embedded}}\n")
    assert begun(folder, "a\n1\n").code == 0
    assert (folder.root / "things.yaml").read_text().startswith("# Inferred from things.csv")


def test_data_that_would_be_a_manifest_are_refused(folder: Desk) -> None:
    folder.write("d.json", '{"source": [{"id": 1}]}')
    done = folder("init", "--from", "d.json")
    assert (done.code, "d.json would be read as a manifest" in done.err) == (1, True)
    (folder.root / "d.json").unlink()
    folder.write("rows.yaml", "- id: 1\n- id: 2\n")
    done = folder("init", "--from", "rows.yaml")
    assert (done.code, "rows-manifest.yaml" in done.out) == (0, True)
    assert folder("plan").code == 0


def test_without_data_there_is_an_example(folder: Desk) -> None:
    assert folder("init").code == 64
    done = folder("--environment", "try", "init", "--yes")
    assert (done.code, "Laptop" in done.out) == (0, True)
    assert folder("plan").code == 0
    assert "local" not in (folder.root / "reconciler.yaml").read_text().partition("# Jira")[0]


def test_manifests_that_are_there_get_a_project_file_and_no_example(folder: Desk) -> None:
    folder.write("servers.json", json.dumps({"schema": {"objectSchema": {"name": "Servers"}}}))
    done = folder("init", "--yes")
    assert done.out.splitlines()[:2] == [
        "1 manifest found: servers.json",
        "+ written: reconciler.yaml, .gitignore, .schemas/project.json, .schemas/manifest.json",
    ]


def test_a_csv_file_that_lies_there_is_what_is_usual(folder: Desk) -> None:
    folder.write("semi.csv", "id;name\n1;a\n2;b\n")
    astray = folder("init", "semi.csv")
    assert (astray.code, "did you mean --from semi.csv?" in astray.err) == (64, True)
    done = folder("init", "--yes")
    assert (done.code, "semi.yaml\n" in done.out) == (0, True)


def test_an_empty_folder_leads_to_a_project_for_the_site(folder: Desk) -> None:
    begin = "reconciler init --backend cloud"
    assert f"from what is live: {begin}" in folder("validate").err
    assert f"write one for your site: {begin}" in folder("pull").err
    assert "--backend cloud for your site" in folder("init").err
    wrong = folder("init", "--backend", "embedded")
    assert (wrong.code, "did you mean --backend local?" in wrong.err) == (64, True)


@pytest.mark.parametrize("system", FORGES)
def test_a_pipeline_names_the_variables_of_the_project(system: str, folder: Desk) -> None:
    (folder.root / ".git").mkdir()
    done = folder("init", "--yes", "--pipeline", system)
    assert (done.code, "add it to the project file" in done.out) == (0, True)
    texts = [path.read_text() for path in folder.root.rglob("*.y*ml")]
    assert any(f"reconciler comment {system}" in text for text in texts)
    assert not any("DISK_ANALYSIS" in text for text in texts)
    folder.write("other.csv", "id\n1\n2\n")
    again = folder("init", "--from", "other.csv", "--pipeline", system)
    assert (again.code, "there already" in again.err) == (1, True)
    assert not (folder.root / "other.yaml").exists()


# The sentence → the data, and lines that are shown.
JUDGED: dict[str, tuple[str, tuple[str, ...]]] = {
    "what is unique by chance is no identity by itself": (
        '[{"Key": "Name", "Value": "a"}, {"Key": "os", "Value": "b"}, {"Key": "os", "Value": "c"}]',
        ("identity Key + Value",)),
    "numbers that are identifiers, or would lose zeros, stay texts": (
        '[{"accountId": "123", "zip": "01067", "port": "80", "big": 5000000000}]',
        ("Account ID text", "Zip text", "Port integer", "Big double")),
    "an address with a port is no URL, and a mask no address": (
        '[{"id": "a", "url": "web-01:8080", "net": "10.0.0.0/8", "site": "https://a.example"}]',
        ("URL text", "Net text", "Site url")),
    "keys of the same type are references": (
        '[{"id": "a", "needs": ["b", "c"]}, {"id": "b"}, {"id": "c"}]', ("Needs → D …",)),
    "a person has a name in two parts": (
        '[{"sn": "Lee", "givenName": "Ann"}, {"sn": "Ray", "givenName": "Bob"}]',
        ("label Full Name",)),
    "generic lists have the name of what is around them": (
        '{"data": {"issues": {"edges": [{"node": {"id": 1}}, {"node": {"id": 2}}]}}}',
        ("Issue   identity node.id",)),
}  # fmt: skip


@pytest.mark.parametrize("case", JUDGED)
def test_names_and_values_decide(case: str, folder: Desk) -> None:
    data, lines = JUDGED[case]
    done = begun(folder, data, "d.json")
    assert [
        line for line in lines if line not in " ".join(done.out.split("\n")).replace("    ", " ")
    ] == []
