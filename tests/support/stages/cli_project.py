"""A small project on disk, and the command line run in this process."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from reconciler.cli import run
from reconciler.emulator.faults import SCHEMA_CREDENTIAL
from tests.support.processes.server import Server

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


# A site with both APIs, bound to a server.
SITE = """\
environments:
  dev:
    backend: cloud
    baseUrl: {url}
    workspaceId: w
    auth: {{bearer: {token}}}
    schemaAuth: {schema_auth}
    sources: {{{sources}}}
"""
SCHEMA_AUTH = "{{basic: {{email: {}, token: {}}}}}".format(*SCHEMA_CREDENTIAL.split(":"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        """The words of standard output, wherever its lines are folded."""
        return " ".join(self.out.split())


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

    def bind(self, server: Server, more: str = "", *, schema_auth: str = SCHEMA_AUTH) -> None:
        """Bind the source of each manifest to *server*; *more* is said of the project."""
        names = sorted(path.stem for path in self.root.glob("*.yaml") if path.stem != "reconciler")
        sources = ", ".join(f"{name}: {{importSourceId: {name}}}" for name in names)
        site = SITE.format(
            url=server.base_url, token=server.token, schema_auth=schema_auth, sources=sources
        )
        self.write("reconciler.yaml", site + more)


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
