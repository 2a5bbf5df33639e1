"""Text to data: every refusal is one sentence with a code and, where there is one, a place."""

from pathlib import Path

import pytest

from reconciler.diagnostics import Diagnostic
from reconciler.errors import ManifestError
from reconciler.manifest.load import load_manifests
from reconciler.manifest.text.file import read_text

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


def only(diagnostics: tuple[Diagnostic, ...]) -> Diagnostic:
    (found,) = diagnostics
    return found


def judged(tmp_path: Path, name: str, data: bytes) -> tuple[Diagnostic, ...]:
    path = tmp_path / name
    path.write_bytes(data)
    return load_manifests([path]).diagnostics


UNREADABLE: dict[str, tuple[str, bytes, str, int | None]] = {
    "broken YAML": ("a.yaml", b"source: [1, 2\n", "yaml-syntax", 2),
    "broken JSON": ("a.json", b'{"source": 1,}', "json-syntax", 1),
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


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = only(load_manifests([tmp_path / "gone.yaml"]).diagnostics)
    assert "gone.yaml" in found.text


def test_reading_a_directory_is_told(tmp_path: Path) -> None:
    with pytest.raises(ManifestError):
        read_text(tmp_path, file="here")
