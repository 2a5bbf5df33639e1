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
from reconciler.manifest.other_file import (
    OtherFile,
    other_by_beginning,
    other_by_name,
    other_by_value,
    other_by_words,
)
from reconciler.manifest.outline import Outline, outline
from reconciler.manifest.schemas import schema_faults
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.file import Read, beginning, read_text, shown_path
from reconciler.manifest.text.parser import Parsed, parse
from reconciler.manifest.text.pointer import read_pointer
from reconciler.manifest.wording import kind_of


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


def read_draft(path: Path, read: Read = read_text) -> Draft | OtherFile:
    """Return the manifest in *path*, or what the file is if it is not a manifest.

    Raises ManifestError if the file cannot be read.
    """
    file = shown_path(path)
    other = other_file(path) if read is read_text else None
    return other or draft_of(read(path, file=file), file=file)


def other_file(path: Path) -> OtherFile | None:
    """Return what the file at *path* is if its name or its beginning tells; it is not parsed."""
    if not (head := beginning(path)):
        return None  # what is wrong with it matters more than its name
    is_json = path.suffix.lower() == ".json"
    return other_by_name(path.name) or other_by_beginning(head, is_json=is_json)


def draft_of(text: str, *, file: str) -> Draft | OtherFile:
    """Return the manifest of *text*, the content of *file*, as `read_draft` does."""
    parsed = parse_manifest(text, file=file)
    if isinstance(parsed, OtherFile):
        return parsed
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


def parse_manifest(text: str, *, file: str) -> Parsed | OtherFile:
    """Return the object of *text*, unchecked, or what the file is if it is not a manifest.

    Raises ManifestError if the text cannot be read, or is neither an object nor a list.
    """
    if other := other_by_words(text, is_json=file.lower().endswith(".json")):
        return other
    parsed = parse(text, file=file)
    raw = parsed.value
    if not isinstance(raw, dict | list):
        text = f"a manifest is an object, and this is {kind_of(raw)}"
        place = parsed.places.of(())
        raise ManifestError(
            [*parsed.faults, fault(FileCode.WRONG_TYPE, text, file=file, place=place)]
        )
    return other_by_value(raw) or parsed
