"""One manifest file, read and indexed for the checks."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from reconciler.codes.file import FileCode
from reconciler.codes.manifest import ManifestCode
from reconciler.diagnostics import Severity
from reconciler.errors import ManifestError
from reconciler.manifest.check_report import Report
from reconciler.manifest.checks.keys import ENVELOPE_KEYS
from reconciler.manifest.outline import Outline, outline
from reconciler.manifest.schemas import schema_faults
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.file import Read, read_text, shown_path
from reconciler.manifest.text.parser import Parsed, parse
from reconciler.manifest.text.pointer import read_pointer
from reconciler.manifest.wording import kind_of

_MANIFEST_KEYS = frozenset({"source", "schema", "mapping"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A manifest that parsed, valid or not: its JSON, its elements and its diagnostics."""

    source: str
    raw: Mapping[str, Any]
    outline: Outline
    report: Report

    def payload(self) -> dict[str, Any]:
        """Return the part of the manifest that the API receives."""
        return {key: value for key, value in self.raw.items() if key not in ENVELOPE_KEYS}


def read_draft(path: Path, read: Read = read_text) -> Draft | None:
    """Return the manifest in *path*, None if the file is not a manifest.

    An object with `format_version` (a saved plan or report), or with none of `source`, `schema`
    and `mapping`, is not a manifest. Raises ManifestError if the file cannot be read.
    """
    file = shown_path(path)
    return draft_of(read(path, file=file), file=file)


def draft_of(text: str, *, file: str) -> Draft | None:
    """Return the manifest of *text*, the content of *file*, as `read_draft` does."""
    parsed = parse_manifest(text, file=file)
    if parsed is None:
        return None
    raw = parsed.value
    named = raw.get("source")
    source = named if isinstance(named, str) else PurePath(file).stem
    report = Report(file=file, source=source, places=parsed.places)
    report.found += parsed.faults
    for found in schema_faults("manifest", raw):
        at = read_pointer(found.pointer)
        report.add(
            found.code,
            found.text,
            at,
            at_key=found.at_key,
            severity=Severity.ERROR,
            hint=found.hint,
        )
    if named is None and not source.isprintable():
        report.add(
            ManifestCode.SOURCE_NAME,
            "the file's name cannot be a source's",
            (),
            hint="add a source",
        )
    return Draft(source=source, raw=raw, outline=outline(raw), report=report)


def parse_manifest(text: str, *, file: str) -> Parsed | None:
    """Return the object of *text*, unchecked, None if it is not a manifest.

    Raises ManifestError if the text cannot be read.
    """
    parsed = parse(text, file=file)
    raw = parsed.value
    if not isinstance(raw, dict):
        text = f"a manifest is an object, and this is {kind_of(raw)}"
        place = parsed.places.of(())
        raise ManifestError(
            [*parsed.faults, fault(FileCode.WRONG_TYPE, text, file=file, place=place)]
        )
    return None if "format_version" in raw or not raw.keys() & _MANIFEST_KEYS else parsed
