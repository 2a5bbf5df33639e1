"""A small project on disk, and the command line run in this process."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.cli import run

PROJECT = """\
defaultEnvironment: local
environments:
  local: {backend: embedded}
  production:
    backend: cloud
    workspaceId: ${UNSET_WORKSPACE_ID}
    auth: {bearer: "${UNSET_TOKEN}"}
"""

MANIFEST = """\
source: disks
schema:
  objectSchema:
    name: Disks
    description: What the scanner finds
    objectTypes:
      - externalId: object-type/drive
        name: Drive
        description: A drive
        attributes:
          - externalId: attribute/serial
            name: Serial
            description: Serial number
            type: text
            label: true
mapping:
  objectTypeMappings:
    - objectTypeExternalId: object-type/drive
      objectTypeName: Drive
      selector: drives
      description: Drives of the scan
      attributesMapping:
        - attributeExternalId: attribute/serial
          attributeName: Serial
          externalIdPart: true
          attributeLocators: [serial]
"""
OTHER = (
    MANIFEST.replace("disks", "people")
    .replace("object-type/drive", "object-type/person")
    .replace("attribute/serial", "attribute/name")
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """A directory with a project, and `reconciler` started in it."""

    root: Path
    capture: pytest.CaptureFixture[str]

    def __call__(self, *arguments: str) -> Result:
        """Run `reconciler` with *arguments*."""
        self.capture.readouterr()
        code = run(arguments)
        written = self.capture.readouterr()
        return Result(code=code, out=written.out, err=written.err)

    def write(self, name: str, text: str) -> Path:
        """Write a file beside the project file."""
        path = self.root / name
        path.write_text(text, encoding="utf-8")
        return path

    def edit(self, name: str, before: str, after: str) -> None:
        """Replace *before*, which is there, by *after* in a file."""
        text = (self.root / name).read_text(encoding="utf-8")
        assert before in text
        self.write(name, text.replace(before, after))


def make_desk(
    root: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
) -> Desk:
    """Return a desk with two manifests in *root*, which becomes the working directory."""
    monkeypatch.chdir(root)
    desk = Desk(root=root, capture=capture)
    desk.write("reconciler.yaml", PROJECT)
    desk.write("disks.yaml", MANIFEST)
    desk.write("people.yaml", OTHER)
    return desk
