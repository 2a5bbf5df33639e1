"""A directory of manifests, loaded, and what was said about them as lines of text."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reconciler.diagnostics import Diagnostic
from reconciler.manifest.load import Loaded, load_manifests

GOOD = """\
source: disks
schema:
  objectSchema:
    name: Disks
    description: What the scanner finds
    objectTypes:
      - externalId: type/drive
        name: Drive
        description: A drive
        attributes:
          - externalId: attribute/serial
            name: Serial
            description: Serial number
            type: text
            label: true
          - externalId: attribute/backups
            name: Backups
            description: Where its backups are
            type: referenced_object
            referenceObjectTypeExternalId: type/drive
mapping:
  objectTypeMappings:
    - objectTypeExternalId: type/drive
      objectTypeName: Drive
      selector: drives
      description: Drives of the scan
      attributesMapping:
        - attributeExternalId: attribute/serial
          attributeName: Serial
          attributeLocators: [serial]
"""
WITHOUT_IDS = "\n".join(
    line.replace("- externalId: type/drive", "-")
    .replace("- externalId: attribute/serial", "-")
    .replace("- externalId: attribute/backups", "-")
    .replace("- objectTypeExternalId: type/drive", "-")
    .replace("- attributeExternalId: attribute/serial", "-")
    .replace("referenceObjectTypeExternalId: type/drive", "referenceObjectTypeName: Drive")
    for line in GOOD.splitlines()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Folder:
    """A directory that is the working directory."""

    root: Path

    def write(self, name: str, text: str | bytes) -> Path:
        """Write the file *name* and return its path as a user would give it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return Path(name)

    def load(self, text: str | bytes, name: str = "disks.yaml") -> Loaded:
        """Return what one file with *text* holds."""
        return load_manifests([self.write(name, text)])


def lines(diagnostics: Iterable[Diagnostic]) -> list[str]:
    """Return them as `line:column severity[code] text`."""
    return [f"{d.line}:{d.column} {d.severity}[{d.code}] {d.text}" for d in diagnostics]
