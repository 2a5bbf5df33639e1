"""One manifest file, read and indexed for the checks."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from reconciler.codes.file import FileCode
from reconciler.codes.manifest import ManifestCode
from reconciler.diagnostics import Severity
from reconciler.errors import ManifestError
from reconciler.manifest.check_report import Report
from reconciler.manifest.layers import NO_LAYERS, Layers
from reconciler.manifest.manifest_text import Effective, ManifestText
from reconciler.manifest.other_file import (
    OtherFile,
    other_by_beginning,
    other_by_name,
    other_by_value,
    other_by_words,
)
from reconciler.manifest.outline import ENVELOPE_KEYS, Outline, outline, plain_outline
from reconciler.manifest.schemas import is_valid, schema_faults
from reconciler.manifest.text.fault import fault
from reconciler.manifest.text.file import Read, beginning, read_bytes, shown_path
from reconciler.manifest.text.pointer import Pointer, read_pointer
from reconciler.manifest.wording import kind_of, quote
from reconciler.model.document import Document
from reconciler.model.wire import read_document
from reconciler.value import Value, replace

if TYPE_CHECKING:
    from reconciler.manifest.schemas.explain import SchemaFault


class Draft(Value, dict=True, gc=True):
    """A manifest that parsed, valid or not: its JSON, its elements and its diagnostics.

    `texts` are the head and, in their order, those laid over it. `is_whole` unless it has a new
    element that lacks what such a one needs: of that other faults would only follow.
    """

    source: str
    outline: Outline
    report: Report
    texts: tuple[ManifestText, ...]
    is_overlaid: bool
    is_whole: bool = True

    @property
    def raw(self) -> Mapping[str, Any]:
        """The JSON that it is."""
        return self.outline.raw

    @cached_property
    def document(self) -> Document:
        """The part of a valid manifest that the API receives."""
        known = self.texts[0].document if len(self.texts) == 1 else None
        if known is not None:
            return known
        return read_document({k: v for k, v in self.raw.items() if k not in ENVELOPE_KEYS})


def read_draft(
    path: Path, read: Read = read_bytes, layers: Layers = NO_LAYERS
) -> Draft | OtherFile:
    """Return the manifest of the head in *path*, or what the file is if it is not a manifest.

    Its parts and its overlay are those of *layers*. Raises ManifestError if the file cannot be
    read.
    """
    file = shown_path(path)
    if read is read_bytes and (other := other_file(path)) is not None:
        return other
    head = ManifestText(file=file, stored=read(path, file=file))
    if (other := other_than_manifest(head)) is not None:
        return other
    source = _source(head)
    overlay = layers.overlays.get(source)
    try:
        above = [*_parts(layers.parts_of(path), read), *_overlay(overlay, read)]
    except ManifestError as error:
        draft = _draft(source, _alone(head, source))
        draft.report.found += (replace(d, source=source) for d in error.diagnostics)
        return draft
    return _draft(source, _made([head, *above], source))


def _parts(paths: Sequence[Path], read: Read) -> Iterator[ManifestText]:
    """Yield those of *paths* that are parts: data and reports may lie there, too."""
    for path in paths:
        file = shown_path(path)
        other = other_file(path) if read is read_bytes else None
        if other is None:
            part = ManifestText(file=file, stored=read(path, file=file))
            if (other := other_than_manifest(part)) is None:
                yield part
                continue
        if other.is_near_miss:
            raise ManifestError([other.diagnostic(file, Severity.ERROR)])


def _overlay(path: Path | None, read: Read) -> Iterator[ManifestText]:
    if path is not None:
        file = shown_path(path)
        overlay = ManifestText(file=file, stored=read(path, file=file), is_overlay=True)
        parsed = overlay.parsed
        if not isinstance(parsed.value, dict):
            text = f"an overlay is an object, and this is {kind_of(parsed.value)}"
            place = parsed.places.of(())
            raise ManifestError([fault(FileCode.WRONG_TYPE, text, file=file, place=place)])
        yield overlay


def other_file(path: Path) -> OtherFile | None:
    """Return what the file at *path* is if its name or its beginning tells; it is not parsed."""
    if not (head := beginning(path)):
        return None  # what is wrong with it matters more than its name
    is_json = path.suffix.lower() == ".json"
    return other_by_name(path.name) or other_by_beginning(head, is_json=is_json)


def draft_of(texts: Sequence[ManifestText]) -> Draft | OtherFile:
    """Return the manifest of *texts*, the head first. Raises ManifestError as `read_draft`."""
    head, *others = texts
    if not others and (other := _other_by_value(head)) is not None:
        return other
    source = _source(head)
    return _draft(source, _made(texts, source))


def _source(head: ManifestText) -> str:
    named = head.parsed.value.get("source") if head.plain is None else head.plain.source
    return named if isinstance(named, str) else PurePath(head.file).stem


def _made(texts: Sequence[ManifestText], source: str) -> Effective:
    if len(texts) == 1:
        return _alone(texts[0], source)
    from reconciler.manifest.effective import effective  # noqa: PLC0415 - most have one file

    return effective(source, texts)


def _alone(written: ManifestText, source: str) -> Effective:
    report = Report(file=written.file, source=source, places=written.places)
    if written.plain is None:
        report.found += written.parsed.faults
    return Effective(report=report, texts=(written,))


def _draft(source: str, made: Effective) -> Draft:
    report = made.report
    for found in _schema_faults(made):
        at: Pointer = read_pointer(found.pointer)
        is_missing = found.code is FileCode.MISSING_KEY
        if is_missing and any(at[:n] in made.incomplete for n in range(len(at) + 1)):
            continue
        if is_missing:  # where an overlay took it away, if one did
            lacking = (gone for gone in made.gone if gone[:-1] == at)
            at = next((gone for gone in lacking if quote(gone[-1]) in found.text), at)
        report.add(
            found.code,
            found.text,
            at,
            at_key=found.at_key,
            severity=Severity.ERROR,
            hint=found.hint,
        )
    outlined = _outline(made)
    if outlined.head.get("source") is None and not source.isprintable():
        report.add(
            ManifestCode.SOURCE_NAME,
            "the file's name cannot be a source's",
            (),
            hint="add a source",
        )
    return Draft(
        source=source,
        outline=outlined,
        report=report,
        texts=made.texts,
        is_overlaid=made.is_overlaid,
        is_whole=not made.incomplete,
    )


def _schema_faults(made: Effective) -> "Iterator[SchemaFault]":
    if (plain := made.plain) is None or not is_valid("manifest", plain.specimen):
        yield from schema_faults("manifest", made.value())


def _outline(made: Effective) -> Outline:
    return outline(made.value()) if made.plain is None else plain_outline(made.plain, made.value)


def other_than_manifest(written: ManifestText) -> OtherFile | None:
    """Return what the file of *written* is if it is no manifest.

    Raises ManifestError if the text cannot be read, or is neither an object nor a list.
    """
    if written.plain is not None:
        return None
    return other_by_words(written.text, is_json=written.is_json) or _other_by_value(written)


def _other_by_value(written: ManifestText) -> OtherFile | None:
    if written.plain is not None:
        return None
    file, parsed = written.file, written.parsed
    raw = parsed.value
    if not isinstance(raw, dict | list):
        text = f"a manifest is an object, and this is {kind_of(raw)}"
        place = parsed.places.of(())
        raise ManifestError(
            [*parsed.faults, fault(FileCode.WRONG_TYPE, text, file=file, place=place)]
        )
    return other_by_value(raw)
