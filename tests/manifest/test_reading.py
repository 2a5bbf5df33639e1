"""Text to data: every refusal is one sentence with a code and, where there is one, a place."""

import sys
from pathlib import Path

import pytest

from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError
from reconciler.manifest.load import load_manifests
from reconciler.manifest.text.parser import parse

DOCUMENT = """\
source: disks
schema:
  objectSchema:
    name: Disks
    description: "no"
    objectTypes:
      - externalId: drive
        name: Drive
        description: on
        attributes:
          - {externalId: serial, name: Serial, description: 2020-01-01, type: text, label: true}
mapping:
  objectTypeMappings:
    - objectTypeExternalId: drive
      objectTypeName: Drive
      selector: drives
      description: ""
      attributesMapping:
        - attributeExternalId: serial
          attributeName: Serial
          attributeLocators: [id]
          externalIdPart: true
"""


@pytest.fixture(autouse=True, params=["ryaml", "without ryaml"])
def _reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "ryaml":
        monkeypatch.setitem(sys.modules, "ryaml", None)


def only(diagnostics: tuple[Diagnostic, ...]) -> Diagnostic:
    (found,) = diagnostics
    return found


def judged(tmp_path: Path, name: str, data: bytes) -> tuple[Diagnostic, ...]:
    path = tmp_path / name
    path.write_bytes(data)
    return load_manifests([path]).diagnostics


UNREADABLE: dict[str, tuple[str, bytes, str, int | None]] = {
    "broken YAML": ("a.yaml", b"source: [1, 2\n", "yaml-syntax", 2),
    "a key twice in YAML": ("a.yaml", b"source: a\nx:\n  b: 1\n  b: 2\n", "duplicate-key", 4),
    "a key twice in JSON": ("a.json", b'{"source": "a",\n "source": "b"}', "duplicate-key", 2),
    "an empty file": ("a.yaml", b"", "empty-file", None),
    "two documents": ("a.yaml", b"source: a\n---\nsource: b\n", "multiple-documents", 2),
    "Latin-1": ("a.yaml", "source: Größe\n".encode("latin-1"), "not-utf8", 1),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_refused(case: str, tmp_path: Path) -> None:
    name, data, code, line = UNREADABLE[case]
    found = next(d for d in judged(tmp_path, name, data) if d.code == code)
    assert found.severity == "error"
    assert found.line == line
    assert found.file is not None
    assert found.file.endswith(name)


REFUSED: dict[str, bytes] = {
    "a merge key": b"base: &base {a: 1}\nsource: a\nschema: {<<: *base}\n",
    "a custom tag": b"source: !env TOKEN\nschema: {}\n",
    "a tag that would run code": b'source: !!python/object/apply:os.system ["true"]\n',
    "a key that is a number": b"source: a\n1: x\n",
    "a key that is true": b"source: a\ntrue: x\n",
    "NaN": b"source: a\nx: .nan\n",
    "infinity": b"source: a\nx: -.inf\n",
    "deep nesting in YAML": b"source: a\nx: " + b"[" * 500 + b"]" * 500,
    "an alias that explodes": b"source: a\na0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
    + b"".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 10)}]\n".encode() for i in range(1, 10)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_plain_data_is_refused_in_yaml(case: str, tmp_path: Path) -> None:
    found = judged(tmp_path, "a.yaml", REFUSED[case])
    assert "error" in {d.severity for d in found}
    assert all(d.text for d in found)


@pytest.mark.parametrize("form", ["plain", "with a byte order mark", "with CRLF"])
def test_text_comes_as_it_may(form: str, tmp_path: Path) -> None:
    text = DOCUMENT if form != "with CRLF" else DOCUMENT.replace("\n", "\r\n")
    mark = b"\xef\xbb\xbf" if form == "with a byte order mark" else b""
    path = tmp_path / "disks.yaml"
    path.write_bytes(mark + text.encode())
    loaded = load_manifests([path])
    assert loaded.diagnostics == ()
    (manifest,) = loaded.manifests
    (drive,) = manifest.document.object_types
    assert (drive.description, manifest.document.description) == ("on", "no")
    assert drive.attributes[0].description == "2020-01-01", "a date stays text"


def test_json_with_a_pair_of_surrogates_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(
        '{"schema": {"objectSchema": {"name": "\\ud83d\\ude00", "description": "",'
        ' "objectTypes": [{"name": "A", "description": "", "attributes": '
        '[{"name": "N", "description": "", "type": "text", "label": true}]}]}},'
        ' "mapping": {"objectTypeMappings": []}}'
    )
    (manifest,) = load_manifests([path]).manifests
    assert manifest.document.name == "😀"
    assert manifest.source == "a", "a bare document is named by its file"


# The mistake → the file, its text, the place of the fault, and a word of the hint.
MISTAKES: dict[str, tuple[str, str, tuple[int, int], str]] = {
    "a comment behind a value": ("a.json", '{"source": "a" // b\n}', (1, 16), "the comment"),
    "a comment instead of a key": ("a.json", '{"a": 1,\n # b\n"b": 2}', (2, 2), "the comment"),
    "a comment around it": ("a.json", '{"source": "a"}\n/* b */', (2, 1), "the comment"),
    "a trailing comma in an object": ("a.json", '{"source": "a" ,\n}', (1, 16), "this comma"),
    "a trailing comma in a list": ("a.json", '["a", ]', (1, 5), "this comma"),
    "two commas": ("a.json", '["a",,"b"]', (1, 6), "this comma"),
    "no comma": ("a.json", '{"a": 1\n "b": 2}', (2, 2), "a comma"),
    "single quotes": ("a.json", "{'a': 1}", (1, 2), '"'),
    "a key without quotes": ("a.json", "{source: 1}", (1, 2), "double quotes"),
    "YAML": ("a.json", "source: a\n", (1, 1), ".yaml"),
    "a value of Python": ("a.json", '{"a": None}', (1, 7), "null"),
    "a line break in a text": ("a.json", '{"a": "x\ny"}', (1, 9), "\\n"),
    "a path of Windows": ("a.json", '{"a": "c:\\users"}', (1, 11), "twice"),
    "no end": ("a.json", '{"a": [1', (1, 9), "end"),
    "two values": ("a.json", "{} {}", (1, 4), "one manifest"),
    "conflict markers in JSON": ("a.json", '{\n<<<<<<< a\n"a": 1\n=======', (2, 1), "<<<<<<<"),
    "conflict markers in YAML": (
        "a.yaml", "a: |\n  b\n<<<<<<< HEAD\r\n  c\n=======\n  d\n>>>>>>> x\n", (3, 1), "<<<<<<<",
    ),
    "the rest of a conflict": ("a.yaml", "a: 1\nb: 2\n>>>>>>> x\n", (3, 1), ">>>>>>>"),
    "a tab before a key": ("a.yaml", "a:\n\tb: 1\n", (2, 1), "spaces"),
    "a tab before the second key": ("a.yaml", "a:\n  b: 1\n\tc: 2\n", (3, 1), "spaces"),
    "a tab behind a dash": ("a.yaml", "# \x85\na:\n -\tb: 1\n", (3, 3), "spaces"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_what_to_do(case: str) -> None:
    file, text, place, word = MISTAKES[case]
    with pytest.raises(ManifestError) as caught:
        parse(text, file=file)
    found = only(caught.value.diagnostics)
    assert (found.file, found.line, found.column) == (file, *place)
    assert word in (found.hint or ""), found


READ: dict[str, tuple[str, object]] = {
    "U+0085 in quotes is no blank": ('a: "x\x85y"\n', {"a": "x\x85y"}),
    "nor a line end, plain, in a block, in a key or a comment": (
        "# \x85 c\na: x\x85y # c\u2028\n\u2029: |\n  x\u2028\n",
        {"a": "x\x85y", "\u2029": "x\u2028\n"},
    ),
    "what stands in for it is not in the text": (
        'a: "\x85\U000f0000\\U000F0001\\x85"\n', {"a": "\x85\U000f0000\U000f0001\x85"},
    ),
    "document marks at the end": ("a: 1\n---\n# c\n", {"a": 1}),
    "many of them": ("%YAML 1.2\n---\na: 1\n...\n---\n...\n---\n", {"a": 1}),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_it_reads_as_yaml_1_2_says(case: str) -> None:
    text, value = READ[case]
    parsed = parse(text, file="a.yaml")
    assert parsed.value == value
    assert parsed.places.tree.root is not None
    assert parsed.places.tree.root.value == value


@pytest.mark.parametrize("text", ["a: 1\n---\n~\n", "a: 1\n--- &x\n", "---\n---\na: 1\n"])
def test_a_second_document_that_says_something_is_refused(text: str) -> None:
    with pytest.raises(ManifestError, match="more than one YAML document"):
        parse(text, file="a.yaml")
